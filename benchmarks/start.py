"""Time from the start of the program to its first painted window, beside a window with an empty plot."""

from __future__ import annotations

import subprocess
import time

import numpy as np

from benchmarks.report import Line, Report, at_most
from benchmarks.subprocesses import ProbeError, probe


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("start", "From `python -m dae_gui` to the first painted window (fresh processes, off screen)")
    try:
        warm = _taking_turns(2 if quick else 9, cold=False)
        cold = _taking_turns(1 if quick else 3, cold=True) if _forget_files() else None
    except ProbeError as error:
        report.skip("start", str(error))
        return report
    for name, taken in (("warm", warm), ("cold", cold)):
        if taken is None:
            report.skip("cold start", "emptying the file cache needs root")
            continue
        for what in taken:
            report.add(Line(f"{name}: {what}", float(np.median(taken[what])), "s", note=f"best {min(taken[what]):.3f}"))
        ratio = float(np.median(np.array(taken["studio"]) / np.array(taken["empty"])))
        report.add(at_most(f"{name}: studio / empty pyqtgraph window", ratio, 2))
    return report


def _taking_turns(rounds: int, *, cold: bool) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {"studio": [], "empty": []}
    for counted in range(0 if cold else -1, rounds):
        for what, seconds in taken.items():
            if cold:
                _forget_files()
            result = probe("benchmarks.start_probe", what, str(time.time()))
            if counted >= 0:
                seconds.append(float(result["seconds"]))
    return taken


def _forget_files() -> bool:
    """Empty the system's cache of files, as after switching the machine on."""
    done = subprocess.run(["sh", "-c", "sync; echo 3 > /proc/sys/vm/drop_caches"], capture_output=True, check=False)
    return done.returncode == 0

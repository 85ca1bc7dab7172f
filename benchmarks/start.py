"""Time from the start of the program to its first painted window, and to the first iteration of a run.

The first beside a window with an empty plot, the second at the first start after the set-up and at a later one.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
    first, later = _to_first_iteration(1 if quick else 5)
    report.add(
        at_most("first start after the set-up, to the first iteration", first, 2.5, "s"),
        at_most("later starts, to the first iteration", later, 1.5, "s"),
    )
    return report


def _to_first_iteration(rounds: int) -> tuple[float, float]:
    """Return the median seconds of the first start in a fresh copy of the program, set up, and of the second one."""
    taken = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="dae-bench-") as folder:
            for name in ("dae_core", "dae_gui", "resources", "benchmarks", "tools"):
                shutil.copytree(name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
            Path(folder, ".venv").symlink_to(Path(sys.prefix))
            with contextlib.chdir(folder):
                setting_up = "import sys; sys.path.insert(0, 'tools'); import set_up; set_up.compile_ahead()"
                subprocess.run([sys.executable, "-c", setting_up], check=True)
                taken.append([_seconds("training") for _ in range(2)])
    first, later = np.median(taken, axis=0)
    return float(first), float(later)


def _seconds(what: str) -> float:
    return float(probe("benchmarks.start_probe", what, str(time.time()))["seconds"])


def _taking_turns(rounds: int, *, cold: bool) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {"studio": [], "empty": []}
    for counted in range(0 if cold else -1, rounds):
        for what, seconds in taken.items():
            if cold:
                _forget_files()
            now = _seconds(what)
            if counted >= 0:
                seconds.append(now)
    return taken


def _forget_files() -> bool:
    """Empty the system's cache of files, as after switching the machine on."""
    done = subprocess.run(["sh", "-c", "sync; echo 3 > /proc/sys/vm/drop_caches"], capture_output=True, check=False)
    return done.returncode == 0

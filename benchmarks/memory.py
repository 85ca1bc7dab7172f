"""What the window takes of the computer's memory: when it is open, with its data, and after the exercise's run."""

from __future__ import annotations

from pathlib import Path

from benchmarks import setting
from benchmarks.report import Line, Report, at_most
from benchmarks.subprocesses import ProbeError, probe
from dae_core.datasets import BUNDLED_SOURCE

_MOMENTS = {"open": "window open", "loaded": "data and loop loaded", "trained": "after the exercise's run"}


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("memory", "Resident memory of the window (1440x900)")
    if not Path("/proc/self/smaps_rollup").exists():
        report.skip("memory", "only Linux tells it")
        return report
    for source, limit in {BUNDLED_SOURCE: 350, **({} if quick else {setting.data_source(): 420})}.items():
        try:
            found = probe("benchmarks.memory_probe", source)
        except ProbeError as error:
            report.skip(source, str(error))
            continue
        name = "bundled digits" if source == BUNDLED_SOURCE else setting.dataset().name
        for moment, words in _MOMENTS.items():
            megabytes, own = (found[moment][kind] / 1e6 for kind in ("all", "own"))
            what, note = f"{name}: {words}", f"{own:.0f} MB of them belong to no file"
            is_last = moment == "trained"
            report.add(
                at_most(what, megabytes, limit, "MB", note) if is_last else Line(what, megabytes, "MB", note=note)
            )
    return report

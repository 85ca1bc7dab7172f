"""Speed of training beside studies of the code: the probe, the map, t-SNE and the stack, in front and behind."""

from __future__ import annotations

import numpy as np

from benchmarks import setting
from benchmarks.report import Line, Report, at_least
from benchmarks.subprocesses import ProbeError, probe


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("studies", "Training in the window beside studies of the code (1440x900, off screen)")
    try:
        found = probe("benchmarks.studies_probe", setting.data_source(), "1" if quick else "4")
    except ProbeError as error:
        report.skip("studies", str(error))
        return report
    for name, pairs in found.items():
        alone, beside = np.array(pairs).T
        report.add(
            Line(
                f"{name}: iterations per second", float(np.median(beside)), "/s", note=f"{np.median(alone):,.0f} alone"
            ),
            at_least(f"{name}: speed with / without", float(np.median(beside / alone)), 0.85),
        )
    return report

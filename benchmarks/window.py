"""The window while it trains: delay of its event loop, throughput, and from a pen stroke to the reconstruction."""

from __future__ import annotations

import numpy as np

from benchmarks import setting
from benchmarks.report import Line, Report, at_least, at_most
from benchmarks.subprocesses import ProbeError, probe


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("window", "The window (1440x900, off screen), all panels live, training at full speed")
    try:
        found = probe("benchmarks.window_probe", setting.data_source(), "2" if quick else "15")
    except ProbeError as error:
        report.skip("window", str(error))
        return report
    names = {
        "rest": "at rest",
        "opening": "while data and kernel load",
        "redraws": "the same redraws, no training",
        "training": "training",
    }
    for key, name in names.items():
        gaps = found[key]
        note = f"p50 {gaps['p50']:.1f}, max {gaps['max']:.1f}"
        report.add(Line(f"10 ms timer, p99: {name}", gaps["p99"], "ms", note=note))
    paints = " / ".join(f"{count:g}" for count in found["paints_per_second"])
    _map(report, quick)
    live, headless = (np.array(found["rates"][where]) for where in ("window", "headless"))
    report.add(
        at_most("p99: training / the same redraws", found["training"]["p99"] / found["redraws"]["p99"], 1.25),
        at_most("p99: training", found["training"]["p99"], 14, "ms", "on a quiet machine"),
        Line("iterations per second, window live", float(np.median(live)), "/s"),
        Line("iterations per second, headless", float(np.median(headless)), "/s"),
        at_least("window live / headless", float(np.median(live / headless)), 0.9, note=f"median of {len(live)} turns"),
        at_least(
            "training autosaved every few seconds / not",
            found["autosaving"]["ratio"],
            0.97,
            note="median of five pairs",
        ),
        at_most("10 ms timer, p99: training, autosaved", found["autosaving"]["p99"], 16, "ms", "on a quiet machine"),
        Line(
            "updates to the window", found["updates_per_second"], "/s", note=f"paints of W / V / y / curves: {paints}"
        ),
    )
    if found["stroke"]:
        note = f"p99 {found['stroke']['p99']:.1f}, {found['stroke']['count']} movements"
        report.add(at_most("stroke to painted reconstruction", found["stroke"]["p50"], 16, "ms", note))
    return report


def _map(report: Report, quick: bool) -> None:
    """Measure the map of the code while it is panned."""
    try:
        found = probe("benchmarks.map_probe", setting.data_source(), "3" if quick else "12")
    except ProbeError as error:
        report.skip("map of the code", str(error))
        return
    for scale, frames in found["frames"].items():
        name = f"map of {found['points']:,} digits, {scale} times enlarged, panned while training"
        report.add(at_least(name, frames["rate"], 30, "/s", f"95th percentile of a frame {frames['p95']:.1f} ms"))

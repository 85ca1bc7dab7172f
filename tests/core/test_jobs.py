"""The monitor that a long function reports to: stages, counts, parts, cancelling, and what is read to the user."""

import threading

import pytest

from dae_core.jobs import UNWATCHED, Cancelled, JobProgress, Monitor
from dae_core.texts import format_bytes, format_seconds


def test_stages_divide_the_whole_and_a_part_has_stages_of_its_own():
    reports = []
    monitor = Monitor(on_progress=reports.append)
    monitor.report(0.1, "beginning")
    monitor.stage(0.2, 0.4, "first")
    monitor.report(0.5)
    monitor.stage(0.4, 1.0, "second")
    part = monitor.part()
    part.stage(0.5, 1.0, "half of the second")
    part.report(0.5)
    assert [(round(p.fraction, 9), p.what) for p in reports] == [
        (0.1, "beginning"),
        (0.2, "first"),
        (0.3, "first"),
        (0.4, "second"),
        (0.7, "half of the second"),
        (0.85, "half of the second"),
    ]
    assert monitor.progress == reports[-1]


def test_a_count_estimates_the_time_that_is_left_by_the_mean_speed_of_its_stage():
    now = [0.0]
    monitor = Monitor(clock=lambda: now[0])
    now[0] = 100.0
    monitor.stage(0.0, 1.0, "train")
    now[0] += 0.1
    monitor.count(100, 1000, "bytes")
    assert monitor.progress.text == "train: 100 bytes of 1.0 kB"
    now[0] += 0.9
    monitor.count(250, 1000, "bytes", "labels")
    assert monitor.progress == JobProgress(0.25, "labels", 250, 1000, "bytes", 3.0)
    assert monitor.progress.text == "labels: 250 bytes of 1.0 kB, 3 s left"
    monitor.count(3, 4, "runs", fraction=0.5)
    assert monitor.progress == JobProgress(0.5, "train", 3, 4, "runs", 1.0)
    monitor.count(1200, 1000, "images")
    assert monitor.progress.fraction == 1.0
    monitor.count(0, 0, "images")
    assert monitor.progress == JobProgress(0.0, "train")


@pytest.mark.parametrize("call", ["check", "stage", "report", "count", "part"])
def test_whatever_is_told_to_the_monitor_ends_a_function_that_is_cancelled(call):
    cancelled = threading.Event()
    monitor = Monitor(cancelled.is_set)
    calls = {
        "check": monitor.check,
        "stage": lambda: monitor.stage(0.0, 1.0, "x"),
        "report": lambda: monitor.report(0.5),
        "count": lambda: monitor.count(1, 2, "runs"),
        "part": lambda: monitor.part().report(0.5),
    }
    calls[call]()
    before = monitor.progress
    cancelled.set()
    with pytest.raises(Cancelled):
        calls[call]()
    assert monitor.progress is before


def test_nobody_watches():
    for told in (UNWATCHED, UNWATCHED.part()):
        told.check()
        told.stage(0.0, 0.5, "x")
        told.report(1.0)
        told.count(1, 2, "runs")
    assert UNWATCHED.progress == JobProgress()


def test_numbers_as_people_read_them():
    assert [format_bytes(n) for n in (0, 999, 1000, 999_960, 11_594_722, 3 * 10**9)] == [
        "0 bytes",
        "999 bytes",
        "1.0 kB",
        "1.0 MB",
        "11.6 MB",
        "3.0 GB",
    ]
    assert [format_seconds(s) for s in (0, 12.4, 100, 7200)] == ["1 s", "12 s", "2 min", "2.0 h"]
    assert JobProgress(0.5, "", 1, 2, "runs").text == "1 of 2 runs"
    assert JobProgress(0.0, "", 0, 1, "runs").text == "0 of 1 run"
    assert JobProgress(0.5, "reading").text == "reading"

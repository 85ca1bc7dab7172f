"""Nothing stays of a result that comes after its job was cancelled, whatever kind of job it is."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from dae_core.datasets import write_idx
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.jobs import Monitor
from dae_core.report.options import ReportOptions
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import save_session
from dae_core.sessions.user_texts import UserTexts
from dae_core.training.config import TrainingConfig
from dae_gui.exports.report.making import FORMATS, MeasuredRun, measure_run
from dae_gui.exports.request import ExportRequest
from dae_gui.panels.runs_panel import RunsPanel
from dae_gui.panels.runs_panel.sweep_dialog import SweepPlan
from dae_gui.support.jobs import Job, Jobs
from dae_gui.widgets.controls.progress_dialog import ProgressDialog
from dae_gui.window.main_window import MainWindow
from helpers.widgets import find
from helpers.window_runs import a_run
from helpers.windows import MakeWindow, train

# What a window does by itself meanwhile.
BY_ITSELF = ("dae_gui.sessions.autosave", "dae_gui.sessions.run_parking", "dae_gui.training.linear_bound")


class Results:
    """Has jobs bring results that are held back until they are let go; knows which of them are still alive."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.made: list[weakref.ref[Result]] = []

    def held(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if getattr(function, "__module__", "") in BY_ITSELF:
            return function

        def call(*arguments: Any) -> Result:
            result = Result(arguments)  # as large as the real one, and here at once
            self.made.append(weakref.ref(result))
            assert self.let_go.wait(120)
            return result

        return call

    def alive(self) -> int:
        return sum(one() is not None for one in self.made)


class Result:
    """What a job brought."""

    def __init__(self, value: object) -> None:
        self.value = value


Kind = tuple[Callable[[MainWindow, Path], object], Callable[[MainWindow], object]]


def runs_panel(window: MainWindow) -> RunsPanel:
    panel = window.studies.panel("runsDock")
    assert isinstance(panel, RunsPanel)
    return panel


def click(window: MainWindow, name: str) -> None:
    find(window, QPushButton, name).click()


def measured() -> MeasuredRun:
    run, dataset = a_run(), load_bundled_digits()
    return measure_run(run, dataset, (run,), UserTexts(), "today", Monitor())


def write_report(window: MainWindow, folder: Path) -> None:
    window.reports.write(measured(), ReportOptions(), FORMATS, folder / "r.pdf")


def export(window: MainWindow, folder: Path) -> None:
    window.exports.start(ExportRequest(a_run(), window.workbench.dataset, folder / "export"))


def sweep(window: MainWindow, _folder: Path) -> None:
    configs = (TrainingConfig(iterations=20, hidden_units=4),)
    runs_panel(window).sweeping.begin(SweepPlan(configs, ("seed",), 1))


def cancel_dialog(window: MainWindow) -> None:
    window.findChildren(ProgressDialog)[-1].cancelled.emit()


def open_session(window: MainWindow, folder: Path) -> None:
    save_session(folder / "s.dae", Session(a_run()))
    window.document.clear()
    window.document.mark_saved(folder / "other.dae", window.document.runs.runs, window.document.number)
    window.paths.open(folder / "s.dae")


def overlay(window: MainWindow, keys: list[str]) -> None:
    runs_panel(window).overlayChanged.emit(keys)


KINDS: dict[str, Kind] = {
    "a data set": (lambda w, folder: w.data_commands.open(str(folder)), lambda w: w._data.cancel_loading()),
    "a look at data": (
        lambda w, folder: w.data_commands.open_path(str(folder)),
        lambda w: click(w, "cancelLoadingButton"),
    ),
    "a comparison": (lambda w, _: click(w, "compareButton"), lambda w: click(w, "compareCancelButton")),
    "other noise": (lambda w, _: click(w, "seriesButton"), lambda w: click(w, "seriesCancelButton")),
    "a sweep": (sweep, lambda w: runs_panel(w).sweeping.cancel()),
    "a report": (write_report, cancel_dialog),
    "what a report says": (lambda w, _: w.reports.ask(), lambda w: click(w, "reportCancelButton")),
    "an export": (export, cancel_dialog),
    "a session": (open_session, lambda w: w.sessions.new()),
    "a kept run": (lambda w, _: w.opener.open(w.document.runs.kept[0]), lambda w: w.opener.cancel()),
    "curves over curves": (lambda w, _: overlay(w, [w.document.runs.kept[0].label.key]), lambda w: overlay(w, [])),
}
DOCKS = {"a comparison": "comparisonDock", "other noise": "mismatchDock"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_that_comes_after_cancelling_is_gone(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    window = make_window("--data", "digits")
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8), dtype=np.uint8)
    write_idx(tmp_path / "train-images-idx3-ubyte", images)
    train(qtbot, window)
    window.document.runs.keep(a_run(name="kept"))
    if kind in DOCKS:
        window.studies.docks[DOCKS[kind]].show()
        window.studies.docks[DOCKS[kind]].raise_()
        qtbot.waitUntil(window.studies.panel(DOCKS[kind]).isVisible)
    runs_panel(window)
    qtbot.waitUntil(lambda: not window.jobs._jobs)  # private: jobs that nobody waits for tell nothing
    begin, cancel = KINDS[kind]
    results, start = Results(), Jobs.start

    def start_held(jobs: Jobs, function: Callable[..., Any], *rest: Any, **named: Any) -> Job:
        return start(jobs, results.held(function), *rest, **named)

    monkeypatch.setattr(Jobs, "start", start_held)
    begin(window, tmp_path)
    qtbot.waitUntil(lambda: results.alive() > 0)
    monkeypatch.setattr(Jobs, "start", start)
    cancel(window)
    results.let_go.set()
    qtbot.waitUntil(lambda: not window.jobs._jobs)
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    qtbot.waitUntil(lambda: gc.collect() >= 0 and not results.alive())
    # Others may begin meanwhile, such as giving memory back: they come to an end, too.
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    qtbot.waitUntil(lambda: not window.jobs.findChildren(Job, options=direct))

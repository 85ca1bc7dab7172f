"""What happened when: the list of events, what writes into it, and the dock that shows it."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QSpinBox,
    QTableView,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dae_core.jobs import Monitor
from dae_core.model.corruption import Masking
from dae_core.training.config import TrainingConfig
from dae_gui.panels.log_panel import LogPanel
from dae_gui.support import notices, theme
from dae_gui.support.event_log import MOST_EVENTS, Event, EventLog, Kind, LogBridge
from dae_gui.support.jobs import Jobs
from dae_gui.training.run_log import settings_text
from dae_gui.widgets.controls.number_box import NumberBox
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.widgets import Notices, find, shown_panel

W = TypeVar("W", bound=QWidget)


# -- the list --------------------------------------------------------------------------------------------------------


def texts(log: EventLog) -> list[str]:
    return [event.text for event in log.since(0)]


def test_events_have_time_kind_and_text(qapp: QApplication, qtbot: QtBot) -> None:
    log = EventLog()
    before = datetime.now(UTC)
    with qtbot.waitSignal(log.added) as added:
        log.add(Kind.RUN, "Training started")
    event = added.args[0]
    assert isinstance(event, Event)
    assert (event.kind, event.text) == (Kind.RUN, "Training started")
    assert before <= event.time <= datetime.now(UTC)


def test_only_the_newest_events_are_kept(qapp: QApplication) -> None:
    log = EventLog()
    for number in range(MOST_EVENTS + 10):
        log.add(Kind.NOTE, str(number))
    assert len(log) == MOST_EVENTS
    assert texts(log)[0] == "10"
    assert [event.text for event in log.since(log.count - 2)] == [str(MOST_EVENTS + 8), str(MOST_EVENTS + 9)]
    assert log.since(log.count) == ()
    log.clear()
    assert len(log) == 0
    assert log.since(0) == ()
    log.add(Kind.NOTE, "x" * 100_000)
    assert len(texts(log)[0]) < 2_100


def test_events_go_to_pythons_log_once(qapp: QApplication, caplog: pytest.LogCaptureFixture, qtbot: QtBot) -> None:
    log = EventLog()
    bridge = LogBridge(log)
    with caplog.at_level(logging.INFO):
        log.add(Kind.WARNING, "The disk is nearly full")
        QApplication.processEvents()
    bridge.close()
    assert [record.getMessage() for record in caplog.records] == ["Warning: The disk is nearly full"]
    assert texts(log) == ["The disk is nearly full"], "what came from here does not come back"


def test_what_the_user_was_told_is_not_listed_twice(qapp: QApplication, qtbot: QtBot) -> None:
    log, jobs = EventLog(), Jobs()
    bridge = LogBridge(log)

    def fail(_monitor: Monitor) -> None:
        raise ValueError("bad value")

    job = jobs.start(fail, failure="The report was not written")
    job.failed.connect(lambda text: log.add(Kind.WARNING, text))
    with qtbot.waitSignal(job.failed):
        pass
    logging.getLogger("dae_core.somewhere").warning("the last")
    qtbot.waitUntil(lambda: texts(log)[-1:] == ["the last"])
    bridge.close()
    jobs.shutdown()
    assert texts(log) == ["The report was not written: bad value.", "the last"]


def test_warnings_of_any_thread_arrive_in_this_one(qapp: QApplication, qtbot: QtBot) -> None:
    log = EventLog()
    bridge = LogBridge(log)
    threads: list[int] = []
    log.added.connect(lambda _event: threads.append(threading.get_ident()))
    logger = logging.getLogger("dae_core.somewhere")

    def work() -> None:
        logger.info("not of interest")
        logger.warning("%d files skipped", 3)
        try:
            raise ValueError("bad value")
        except ValueError:
            logger.exception("It went wrong")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(log) == 0, "nothing is added from another thread"
    qtbot.waitUntil(lambda: len(log) == 2)
    assert threads == [threading.get_ident()] * 2
    assert [(event.kind, event.text) for event in log.since(0)] == [
        (Kind.WARNING, "3 files skipped"),
        (Kind.ERROR, "It went wrong (ValueError: bad value)"),
    ]
    bridge.close()
    bridge.close()
    logger.warning("after the end")
    QApplication.processEvents()
    assert len(log) == 2
    assert not any("event_log" in type(handler).__module__ for handler in logging.getLogger().handlers)


def test_settings_are_told_in_one_line() -> None:
    assert settings_text(TrainingConfig()) == (
        "225 hidden units, gaussian noise (sigma 1), learning rate 0.0005 (constant), 25,000 iterations, seed 0"
    )
    config = TrainingConfig(corruption=Masking(0.25), gradient="published", optimizer="adam", batch_size=64)
    assert settings_text(config).endswith("published gradient, adam, batches of 64")
    assert ", own code " in settings_text(TrainingConfig(own_backward="x = 1\n"))
    assert "masking noise (fraction 0.25)" in settings_text(config)


# -- the panel -------------------------------------------------------------------------------------------------------


@pytest.fixture
def log(qapp: QApplication) -> EventLog:
    return EventLog()


@pytest.fixture
def panel(qtbot: QtBot, log: EventLog) -> Iterator[LogPanel]:
    with shown_panel(qtbot, LogPanel, 600, 240) as panel:
        panel.set_log(log)
        yield panel


def rows(panel: QWidget) -> list[tuple[str, str, str]]:
    model = find(panel, QTableView, "logTable").model()
    return [tuple(model.index(row, column).data() for column in range(3)) for row in range(model.rowCount())]  # type: ignore[misc]


def fill(qtbot: QtBot, panel: LogPanel, log: EventLog) -> None:
    log.add(Kind.RUN, "Training started")
    log.add(Kind.SETTING, "learning rate: 0.0005 → 0.001")
    log.add(Kind.ERROR, "The disk is\nfull")
    log.add(Kind.NOTE, "Copied the picture")
    qtbot.waitUntil(lambda: len(rows(panel)) == 4)


def test_it_says_what_it_is_for_while_it_is_empty(panel: LogPanel) -> None:
    label = find(panel, QLabel, "logEmptyLabel")
    assert label.isVisible()
    assert "listed here" in label.text()
    for name in ("copyLogButton", "saveLogButton", "clearLogButton"):
        assert not find(panel, QToolButton, name).isEnabled()


def test_it_lists_time_kind_and_text(qtbot: QtBot, panel: LogPanel, log: EventLog) -> None:
    fill(qtbot, panel, log)
    assert [row[1:] for row in rows(panel)] == [
        ("Run", "Training started"),
        ("Setting", "learning rate: 0.0005 → 0.001"),
        ("Error", "The disk is full"),
        ("Note", "Copied the picture"),
    ]
    local = log.since(0)[0].time.astimezone()
    assert rows(panel)[0][0] == local.strftime("%H:%M:%S")
    assert find(panel, QLabel, "logCountLabel").text() == "4 events"
    model = find(panel, QTableView, "logTable").model()
    icons = [model.index(row, 1).data(Qt.ItemDataRole.DecorationRole) for row in range(4)]
    assert not any(icon.isNull() for icon in icons)
    assert model.index(2, 2).data(Qt.ItemDataRole.ToolTipRole) == "The disk is\nfull"


def test_trouble_stands_out_in_both_themes(qtbot: QtBot, panel: LogPanel, log: EventLog) -> None:
    fill(qtbot, panel, log)
    model = find(panel, QTableView, "logTable").model()
    before = QGuiApplication.palette()
    try:
        for colors in (theme.LIGHT, theme.DARK):
            QApplication.setPalette(theme.palette(colors))
            shown = [model.index(row, 2).data(Qt.ItemDataRole.ForegroundRole) for row in range(4)]
            assert [brush is not None for brush in shown] == [False, False, True, False]
            assert shown[2].color().name() == colors.warning
    finally:
        QApplication.setPalette(QPalette(before))


def test_kinds_and_texts_are_filtered(qtbot: QtBot, panel: LogPanel, log: EventLog) -> None:
    fill(qtbot, panel, log)
    kinds, search = find(panel, QComboBox, "logKindComboBox"), find(panel, QLineEdit, "logSearchLineEdit")
    kinds.setFocus()
    QTest.keyClick(kinds, Qt.Key.Key_Down)
    assert kinds.currentText() == "Warnings and errors"
    assert [row[1] for row in rows(panel)] == ["Error"]
    assert find(panel, QLabel, "logCountLabel").text() == "1 of 4"
    QTest.keyClick(kinds, Qt.Key.Key_Down)
    assert [row[1] for row in rows(panel)] == ["Run", "Setting"]
    QTest.keyClick(kinds, Qt.Key.Key_Home)
    search.setFocus()
    QTest.keyClicks(search, "RATE")
    assert [row[2] for row in rows(panel)] == ["learning rate: 0.0005 → 0.001"]
    QTest.keyClicks(search, " nothing")
    assert rows(panel) == []
    assert find(panel, QLabel, "logEmptyLabel").isVisible()
    assert "search" in find(panel, QLabel, "logEmptyLabel").text()
    search.clear()
    log.add(Kind.WARNING, "Another one")
    qtbot.waitUntil(lambda: len(rows(panel)) == 5)


def test_copying_selected_lines_or_all(qtbot: QtBot, panel: LogPanel, log: EventLog) -> None:
    fill(qtbot, panel, log)
    table = find(panel, QTableView, "logTable")
    told = Notices(panel)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 4
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\tRun\tTraining started", lines[0])
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(2, 2)).center()
    )
    QTest.mouseClick(find(panel, QToolButton, "copyLogButton"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().endswith("Error\tThe disk is full")
    assert len(QGuiApplication.clipboard().text().splitlines()) == 1
    assert told.notes == ["Copied 4 lines of the log", "Copied 1 line of the log"]


def test_saving_what_is_shown(
    qtbot: QtBot, panel: LogPanel, log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(qtbot, panel, log)
    target = tmp_path / "what happened"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    find(panel, QLineEdit, "logSearchLineEdit").setText("disk")
    with qtbot.waitSignal(Notices(panel).saved) as said:
        QTest.mouseClick(find(panel, QToolButton, "saveLogButton"), Qt.MouseButton.LeftButton)
    assert said.args == [f"{target}.txt"]
    written = Path(f"{target}.txt").read_text(encoding="utf-8")
    assert written.endswith("\tError\tThe disk is full\n")
    assert written.count("\n") == 1
    target = tmp_path / "no folder" / "log.txt"
    with qtbot.waitSignal(Notices(panel).warned) as failed:
        QTest.mouseClick(find(panel, QToolButton, "saveLogButton"), Qt.MouseButton.LeftButton)
    assert str(target) in failed.args[0]
    assert failed.args[0].endswith(".")


def test_clearing_empties_the_list_and_later_events_come(qtbot: QtBot, panel: LogPanel, log: EventLog) -> None:
    fill(qtbot, panel, log)
    QTest.mouseClick(find(panel, QToolButton, "clearLogButton"), Qt.MouseButton.LeftButton)
    assert rows(panel) == []
    log.add(Kind.RUN, "Another run")
    qtbot.waitUntil(lambda: len(rows(panel)) == 1)


def test_it_follows_the_newest_unless_scrolled_up(qtbot: QtBot, panel: LogPanel, log: EventLog) -> None:
    for number in range(100):
        log.add(Kind.NOTE, f"event {number}")
    qtbot.waitUntil(lambda: len(rows(panel)) == 100)
    bar = find(panel, QTableView, "logTable").verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    log.add(Kind.NOTE, "one more")
    qtbot.waitUntil(lambda: len(rows(panel)) == 101)
    assert bar.value() == bar.maximum()
    QApplication.processEvents()
    bar.setValue(0)
    log.add(Kind.NOTE, "not looked at")
    qtbot.waitUntil(lambda: len(rows(panel)) == 102)
    assert bar.value() == 0
    QApplication.processEvents()
    bar.setValue(bar.maximum())
    log.add(Kind.NOTE, "followed again")
    qtbot.waitUntil(lambda: len(rows(panel)) == 103)
    assert bar.value() == bar.maximum()


def test_a_full_list_drops_the_oldest(qtbot: QtBot, panel: LogPanel, log: EventLog) -> None:
    for number in range(MOST_EVENTS):
        log.add(Kind.NOTE, str(number))
    table = find(panel, QTableView, "logTable")
    qtbot.waitUntil(lambda: table.model().rowCount() == MOST_EVENTS)
    for number in range(3):
        log.add(Kind.NOTE, f"new {number}")
    last = table.model().index(MOST_EVENTS - 1, 2)
    qtbot.waitUntil(lambda: last.data() == "new 2")
    assert table.model().rowCount() == MOST_EVENTS
    assert table.model().index(0, 2).data() == "3"


def test_a_hidden_panel_does_nothing_and_catches_up(qtbot: QtBot, panel: LogPanel, log: EventLog) -> None:
    panel.hide()
    log.add(Kind.NOTE, "while hidden")
    QTest.qWait(0)
    assert rows(panel) == []
    # Private: that nothing is about to happen cannot be waited for.
    assert not panel._timer.isActive()
    panel.show()
    qtbot.waitUntil(lambda: len(rows(panel)) == 1)


def test_every_control_has_a_name_and_a_tooltip(panel: LogPanel) -> None:
    controls = [w for kind in (QComboBox, QLineEdit, QToolButton) for w in panel.findChildren(kind)]
    named = [w for w in controls if not w.objectName().startswith("qt_") and w.parent() is panel]
    assert len(named) == 5
    for control in named:
        assert control.objectName()
        assert control.accessibleName()
        assert control.toolTip()


# -- the whole window ------------------------------------------------------------------------------------------------


def trigger(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, name)
    assert isinstance(action, QAction)
    assert action.isEnabled(), name
    action.trigger()


def events(window: MainWindow, kind: Kind) -> list[str]:
    return [event.text for event in window.event_log.since(0) if event.kind is kind]


def test_a_run_is_told_from_start_to_end(qtbot: QtBot, window: MainWindow) -> None:
    bench = window.workbench
    assert "Bundled digits" in events(window, Kind.DATA)[0]
    find(window, QSpinBox, "iterationsSpinBox").setValue(1_000_000_000)
    trigger(window, "startAction")
    qtbot.waitUntil(lambda: bench.progress.iteration > 500)
    find(window, NumberBox, "learningRateSpinBox").setValue(0.0001)
    qtbot.waitUntil(lambda: len(bench.history.changes) == 1)
    trigger(window, "pauseAction")
    qtbot.waitUntil(lambda: bench.state is State.PAUSED)
    paused, error = bench.progress.iteration, bench.history.latest()[0]
    trigger(window, "startAction")
    qtbot.waitUntil(lambda: bench.progress.iteration > paused)
    trigger(window, "stopAction")
    qtbot.waitUntil(lambda: bench.state is State.IDLE)
    runs = events(window, Kind.RUN)
    assert runs[0].startswith("Training started: 225 hidden units")
    mean = min(bench.history.window, paused)
    assert runs[1].startswith(f"Paused at iteration {paused:,}; error {error:.1f} (mean of {mean:,})")
    assert runs[2] == f"Resumed at iteration {paused:,}"
    assert runs[3].startswith(f"Stopped at iteration {bench.progress.iteration:,}; error")
    assert len(runs) == 4
    (change,) = bench.history.changes
    assert events(window, Kind.SETTING) == [f"learning rate: 0.0005 → 0.0001, from iteration {change.iteration:,} on"]


def test_the_dock_is_made_when_it_is_shown_and_lists_what_was_before(qtbot: QtBot, window: MainWindow) -> None:
    assert window.findChild(LogPanel) is None
    window.messages.warn("A file could not be read.")
    logging.getLogger("dae_gui.test").warning("a warning of the program")
    window.studies.docks["logDock"].toggleViewAction().trigger()
    qtbot.waitUntil(lambda: window.findChild(LogPanel) is not None)
    panel = window.findChild(LogPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: any(row[2] == "a warning of the program" for row in rows(panel)))
    assert ("Warning", "A file could not be read.") in [row[1:] for row in rows(panel)]
    notices.note_saved(panel, "/pictures/log.png")
    assert events(window, Kind.FILE) == ["Saved /pictures/log.png"], "what a widget tells is told like all else"


def test_a_closed_window_listens_no_more(window: MainWindow) -> None:
    window.close()
    count = window.event_log.count
    logging.getLogger("dae_gui.test").warning("too late")
    QApplication.processEvents()
    assert window.event_log.count == count

"""Sessions and runs when things happen at once, in an odd order, or not at all: nothing is lost or doubled."""

import dataclasses
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.evaluation.held_out import HeldOut
from dae_core.sessions.model_file import SavedModel, save_model
from dae_core.sessions.run import Label
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session
from dae_core.training.config import TrainingConfig
from dae_core.training.snapshots import Snapshot, bytes_of
from dae_core.training.trainer import Trainer, train
from dae_gui.data import loader as loading
from dae_gui.sessions import run_list as run_book
from dae_gui.sessions import saver as session_saver
from dae_gui.sessions.autosave_files import load_recoverable
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from helpers.datasets import idx_folder
from helpers.waiting import SLOW
from helpers.widgets import find
from helpers.window_runs import (
    CONFIG,
    a_run,
    assert_same,
    finish,
    go_back,
    message,
    open_in,
    pause_at,
    save_to,
    start,
    wait_for_end,
)
from helpers.windows import MakeWindow, action, wait_for_shape

SHORT = TrainingConfig(iterations=100, hidden_units=5)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold every writing of a session's file until the event is set."""
    may_go = threading.Event()
    write = session_saver.save_session

    def slow(path: Path, session: Session) -> None:
        assert may_go.wait(60)
        write(path, session)

    monkeypatch.setattr(session_saver, "save_session", slow)
    yield may_go
    may_go.set()


def keys(window: MainWindow) -> list[str]:
    return [run.label.key for run in window.document.runs.runs]


def names(window: MainWindow) -> list[str]:
    return [run.label.name for run in window.document.runs.runs]


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the worker has answered everything and the present run is known."""
    answers: list[object] = []
    window.controller.request_run(answers.append, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=SLOW)


def discard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QMessageBox, "open", lambda box: box.findChild(QPushButton, "discardSessionButton").click())


def question(window: MainWindow) -> QMessageBox:
    (box,) = [box for box in window.findChildren(QMessageBox, "saveSessionQuestion") if box.isVisible()]
    return box


def end_thread(window: MainWindow) -> None:
    """Have the worker hear of nothing that is asked from now on, as when the window closes at once."""
    window.controller._thread.quit()
    assert window.controller._thread.wait(10_000)


def answer(window: MainWindow, text: str) -> None:
    """Click the banner's button with this text."""
    (button,) = [b for b in window.banner.findChildren(QPushButton) if b.isVisible() and b.text() == text]
    button.click()


@pytest.fixture
def held_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Hold the opening of data back whose source is in this set; it may end when its name is taken out."""
    sources: set[str] = set()
    end = threading.Event()
    opened = loading.open_dataset

    def slow(source: str, *others: Any) -> Any:
        while source in sources and not end.wait(0.01):
            pass
        return opened(source, *others)

    monkeypatch.setattr(loading, "open_dataset", slow)
    yield sources
    end.set()


def session_on(qtbot: QtBot, make_window: MakeWindow, folder: Path, path: Path, mp: pytest.MonkeyPatch) -> None:
    """Save a session trained on the images of a folder, and close its window."""
    window = make_window("--data", str(folder))
    wait_for_shape(qtbot, window, (8, 8))
    finish(qtbot, window)
    save_to(qtbot, window, path, mp)
    window.close()


# Saving


def test_saving_keeps_the_figures_of_a_run_that_stands(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window)
    figures = window.workbench.figures
    assert figures is not None
    session = save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    assert window.workbench.figures is figures
    assert session.run.figures is not None
    assert session.run.figures.mse == figures.mse


def test_figures_in_a_file_are_of_the_noise_of_that_moment(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    pause_at(qtbot, window, 200)
    before = window.workbench.figures
    window.controller.set_noise_level(0.6)
    session = save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    assert session.run.config.corruption.level == 0.6
    assert session.run.figures is not None
    assert before is not None
    assert session.run.figures.mse != before.mse
    expected = HeldOut(load_bundled_digits(), session.run.config.corruption).evaluate(session.run.model)
    assert session.run.figures.mse == expected.mse
    assert not window.document.is_modified


def test_of_two_saves_the_later_one_stays(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    window = make_window()
    at = pause_at(qtbot, window, 100)
    path = tmp_path / "s.dae"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    action(window, "saveSessionAction").trigger()
    settle(qtbot, window)
    for more in (1, 2):
        action(window, "stepAction").trigger()
        qtbot.waitUntil(lambda more=more: window.workbench.progress.iteration == at + more, timeout=SLOW)
        action(window, "saveSessionAction").trigger()
        settle(qtbot, window)
    told: list[str] = []
    window.sessions.saved.connect(told.append)
    gate.set()
    qtbot.waitUntil(lambda: not window.document.is_modified, timeout=SLOW)
    assert load_session(path).run.checkpoint.iteration == at + 2
    assert len(told) == 2  # the second one was out of date before its turn came


def test_what_is_being_saved_when_the_window_closes_is_saved_and_not_offered(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "s.dae"), ""))
    action(window, "saveSessionAction").trigger()
    window.close()  # before anything could be written
    assert load_session(tmp_path / "s.dae").run.checkpoint.iteration == CONFIG.iterations
    assert make_window().sessions._folder._found == {}


def test_a_save_that_ends_after_another_session_was_opened_changes_nothing_of_that(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window, SHORT)
    save_to(qtbot, window, tmp_path / "first.dae", monkeypatch)
    finish(qtbot, window, SHORT.replace(seed=5))
    may_go, write = threading.Event(), session_saver.save_session
    monkeypatch.setattr(session_saver, "save_session", lambda *a: (may_go.wait(60), write(*a)))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "second.dae"), ""))
    action(window, "saveSessionAsAction").trigger()
    settle(qtbot, window)
    discard(monkeypatch)
    open_in(qtbot, window, tmp_path / "first.dae")
    with qtbot.waitSignal(window.sessions.saved, timeout=SLOW):
        may_go.set()
    assert window.document.path == tmp_path / "first.dae"
    assert not window.document.is_modified
    assert [run.config.seed for run in load_session(tmp_path / "second.dae").runs] == [0, 5]


def test_a_save_that_ends_does_not_answer_the_question(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    window = make_window()
    finish(qtbot, window, SHORT)
    key = window.controller.recorder.label.key
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "s.dae"), ""))
    action(window, "saveSessionAction").trigger()
    settle(qtbot, window)
    action(window, "newSessionAction").trigger()
    box = question(window)
    with qtbot.waitSignal(window.sessions.saved, timeout=SLOW):
        gate.set()
    assert window.controller.recorder.label.key == key
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert window.controller.recorder.label.key == key


def test_a_file_that_was_deleted_is_written_again(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window, SHORT)
    path = tmp_path / "s.dae"
    save_to(qtbot, window, path, monkeypatch)
    path.unlink()
    with qtbot.waitSignal(window.sessions.saved, timeout=SLOW):
        action(window, "saveSessionAction").trigger()
    assert load_session(path).run.checkpoint.iteration == SHORT.iterations


# Opening


def test_cancelled_loading_forgets_the_session_that_wanted_the_data(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held_back: set[str]
) -> None:
    session_on(qtbot, make_window, idx_folder(tmp_path, "mine", (8, 8)), tmp_path / "mine.dae", monkeypatch)
    window = make_window("--data", "digits")
    wait_for_shape(qtbot, window, (28, 28))
    finish(qtbot, window, SHORT)
    save_to(qtbot, window, tmp_path / "here.dae", monkeypatch)
    finish(qtbot, window, SHORT.replace(seed=1))
    first = window.document.runs.kept[0].label.key
    discard(monkeypatch)
    held_back.add(str(tmp_path / "mine"))
    window.open_path(tmp_path / "mine.dae")
    qtbot.waitUntil(lambda: window._data.is_loading, timeout=SLOW)
    window.loading_strip.cancelled.emit()
    assert not window.opener.is_busy
    with qtbot.waitSignal(window.opener.opened, timeout=SLOW):
        window.sessions.make_present(first)  # which was taken for the session once
    settle(qtbot, window)
    assert window.document.path == tmp_path / "here.dae"
    assert len(window.document.runs.runs) == 2
    assert window.document.is_modified


def test_other_data_chosen_while_a_session_waits_for_its_own_are_what_is_opened(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held_back: set[str]
) -> None:
    session_on(qtbot, make_window, idx_folder(tmp_path, "mine", (8, 8)), tmp_path / "mine.dae", monkeypatch)
    other = idx_folder(tmp_path, "other", (9, 7))
    window = make_window("--data", "digits")
    wait_for_shape(qtbot, window, (28, 28))
    held_back.add(str(tmp_path / "mine"))
    window.open_path(tmp_path / "mine.dae")
    qtbot.waitUntil(lambda: window._data.is_loading, timeout=SLOW)
    window.data_commands.open(str(other))
    wait_for_shape(qtbot, window, (9, 7))
    settle(qtbot, window)
    assert window.workbench.can_train
    assert message(window) == ""
    assert window.document.path is None


def test_training_begun_while_a_session_is_on_its_way_is_not_lost(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window, SHORT)
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    window.open_path(tmp_path / "s.dae")
    start(window, SHORT.replace(seed=7))
    wait_for_end(qtbot, window)
    settle(qtbot, window)
    assert window.workbench.config.seed == 7
    assert len(window.document.runs.runs) == 2
    assert window.document.is_modified


def test_of_two_sessions_opened_at_once_the_later_one_is_there(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    for seed in (1, 2):
        finish(qtbot, window, SHORT.replace(seed=seed))
        save_to(qtbot, window, tmp_path / f"{seed}.dae", monkeypatch)
    window.open_path(tmp_path / "2.dae")
    with qtbot.waitSignal(window.sessions.opened, timeout=SLOW):
        window.open_path(tmp_path / "1.dae")
    settle(qtbot, window)
    assert window.document.path == tmp_path / "1.dae"
    assert names(window) == ["Run 1"]


def test_a_session_is_opened_while_another_run_trains_at_full_speed(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    at = pause_at(qtbot, window, 200)
    save_to(qtbot, window, tmp_path / "half.dae", monkeypatch)
    shown = window.workbench.model
    assert shown is not None
    start(window, CONFIG.replace(iterations=1_000_000))
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > at + 100, timeout=SLOW)
    discard(monkeypatch)
    open_in(qtbot, window, tmp_path / "half.dae")
    settle(qtbot, window)
    assert (window.workbench.progress.iteration, window.workbench.state) == (at, State.PAUSED)
    assert window.document.runs.kept == ()
    assert not window.document.is_modified
    assert window.workbench.model is not None
    assert_same(window.workbench.model, shown)


def test_opening_and_new_clear_the_steps_that_could_be_undone(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window, SHORT)
    finish(qtbot, window, SHORT.replace(seed=1))
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    for again in (lambda: open_in(qtbot, window, tmp_path / "s.dae"), action(window, "newSessionAction").trigger):
        window.undo_history.push("something", lambda: None, lambda: None)
        again()
        assert not window.undo_history.can_undo()


# A run that can only be looked at


def look_only(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, mp: pytest.MonkeyPatch) -> MainWindow:
    """Return a window with a run on bundled digits and one whose data set has gone; the latter is shown."""
    folder = idx_folder(tmp_path, "mine", (8, 8))
    session_on(qtbot, make_window, folder, tmp_path / "mine.dae", mp)
    folder.rename(tmp_path / "moved")
    window = make_window(str(tmp_path / "mine.dae"))
    qtbot.waitUntil(lambda: "not trained on" in message(window), timeout=SLOW)
    return window


def test_a_run_without_its_data_is_saved_kept_and_comes_back(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = look_only(qtbot, make_window, tmp_path, monkeypatch)
    settle(qtbot, window)
    key = window.controller.recorder.label.key
    assert keys(window) == [key]
    assert not window.document.is_modified
    window.document.runs.relabel(key, name="of old")
    assert window.document.is_modified
    reference = load_session(tmp_path / "mine.dae").run
    session = save_to(qtbot, window, tmp_path / "again.dae", monkeypatch)
    assert session.run.label.name == "of old"
    assert session.run.data == reference.data
    assert_same(session.run.model, reference.model)
    np.testing.assert_array_equal(session.run.record.errors, reference.record.errors)

    window.data_commands.open("digits")
    wait_for_shape(qtbot, window, (28, 28))
    settle(qtbot, window)
    assert window.document.runs.kept[0].data == reference.data  # and not that of the digits
    finish(qtbot, window, SHORT)
    assert window.document.is_modified
    with qtbot.waitSignal(window.opener.missing, timeout=SLOW):
        window.sessions.make_present(key)
    settle(qtbot, window)
    assert sorted(names(window)) == ["Run 2", "of old"]
    assert window.document.is_modified  # Run 2 is in no file
    window.close()
    (found,) = make_window().sessions._folder._found
    assert {run.label.name for run in load_recoverable(found).runs} == {"Run 2", "of old"}


def test_a_wrong_folder_then_the_right_one(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = look_only(qtbot, make_window, tmp_path, monkeypatch)
    wrong = idx_folder(tmp_path, "wrong", (8, 8), 50)
    for place in (tmp_path / "nowhere", wrong):
        with qtbot.waitSignal(window.opener.missing, timeout=SLOW):
            window.opener.locate(str(place))
        assert not window.workbench.can_train
        assert len(keys(window)) == len(set(keys(window))) == 1
    with qtbot.waitSignal(window.opener.opened, timeout=SLOW):
        window.opener.locate(str(tmp_path / "moved"))
    settle(qtbot, window)
    assert window.workbench.can_train
    assert len(keys(window)) == 1
    session = save_to(qtbot, window, tmp_path / "found.dae", monkeypatch)
    assert session.run.data.source == str(tmp_path / "moved")


def test_a_search_for_data_that_is_cancelled_can_be_made_again(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = look_only(qtbot, make_window, tmp_path, monkeypatch)
    window.banner.clear()
    window.opener.locate(str(tmp_path / "moved"))
    window.loading_strip.cancelled.emit()
    assert "not trained on" in message(window)
    assert not window.workbench.can_train


def test_new_after_a_run_without_its_data_can_train_again(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = look_only(qtbot, make_window, tmp_path, monkeypatch)
    action(window, "newSessionAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.can_train, timeout=SLOW)
    finish(qtbot, window, SHORT)
    settle(qtbot, window)
    assert names(window) == ["Run 1"]


def test_a_run_on_own_drawings_says_what_to_do_and_goes_on_when_they_are_there_again(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    window.controller.set_data(OpenData(load_bundled_digits()), CONFIG)  # as it is with a mixture
    at = pause_at(qtbot, window, 200)
    save_to(qtbot, window, tmp_path / "own.dae", monkeypatch)
    window.close()
    folder = idx_folder(tmp_path, "mine", (8, 8))
    other = make_window("--data", str(folder))
    wait_for_shape(qtbot, other, (8, 8))
    other.open_path(tmp_path / "own.dae")
    qtbot.waitUntil(lambda: "Put it together" in message(other), timeout=SLOW)
    assert not other.workbench.can_train
    other.data_commands.open("digits")  # the same images
    qtbot.waitUntil(lambda: other.workbench.state is State.PAUSED, timeout=SLOW)
    settle(qtbot, other)
    assert other.workbench.progress.iteration == at
    assert len(keys(other)) == 1


# The book


def test_ten_resets_while_training_leave_runs_with_names_of_their_own(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    for seed in range(10):
        start(window, CONFIG.replace(iterations=1_000_000, seed=seed))
        qtbot.waitUntil(lambda: window.workbench.progress.iteration > 0, timeout=SLOW)
        action(window, "resetAction").trigger()
        action(window, "resetAction").trigger()
    settle(qtbot, window)
    assert [run.label.name for run in window.document.runs.kept] == [f"Run {n}" for n in range(1, 11)]
    assert len(set(keys(window))) == 11
    assert [run.config.seed for run in window.document.runs.kept] == list(range(10))


def test_a_name_given_before_the_start_stays(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.training_panel.set_config(SHORT)
    action(window, "resetAction").trigger()
    settle(qtbot, window)
    window.document.runs.relabel(window.controller.recorder.label.key, name="Run 7", notes="a try")
    action(window, "startAction").trigger()
    wait_for_end(qtbot, window)
    assert (window.controller.recorder.label.name, window.controller.recorder.label.notes) == ("Run 7", "a try")
    action(window, "resetAction").trigger()
    assert window.controller.recorder.label.name == "Run 8"


def test_a_deletion_undone_when_the_run_is_there_again_doubles_nothing(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    for seed in (0, 1):
        finish(qtbot, window, SHORT.replace(seed=seed))
    settle(qtbot, window)
    (kept,) = window.document.runs.kept
    with qtbot.waitSignal(window.opener.opened, timeout=SLOW):
        window.sessions.make_present(kept.label.key)
        removed = window.document.runs.remove([kept.label.key])  # while it is on its way
    window.document.runs.put_back(removed)
    settle(qtbot, window)
    assert len(keys(window)) == len(set(keys(window))) == 2
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)


def test_what_counts_as_a_change(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    for seed in (0, 1):
        finish(qtbot, window, SHORT.replace(seed=seed))
    settle(qtbot, window)
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    document, book = window.document, window.document.runs
    (kept,) = book.kept

    def is_modified() -> bool:
        settle(qtbot, window)
        assert window.isWindowModified() == document.is_modified
        return document.is_modified

    assert not is_modified()
    book.relabel(kept.label.key, notes="good")
    assert is_modified()
    book.relabel(kept.label.key, notes="")
    assert not is_modified()
    removed = book.remove([kept.label.key])
    assert is_modified()
    book.put_back(removed)
    assert not is_modified()
    window.training_panel.set_config(SHORT.replace(seed=9))
    action(window, "resetAction").trigger()  # the run is kept, and it is in the file
    assert not is_modified()
    window.controller.reset(SHORT.replace(hidden_units=7))
    assert not is_modified()
    with qtbot.waitSignal(window.opener.opened, timeout=SLOW):
        window.sessions.make_present(kept.label.key)
    assert not is_modified()
    book.keep(a_run(name="0.01"))
    assert is_modified()


def test_a_learning_rate_changed_in_a_pause_is_a_change_and_is_saved(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    at = pause_at(qtbot, window, 200)
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    window.controller.set_learning_rate(0.002)
    settle(qtbot, window)
    assert window.document.is_modified
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    assert not window.document.is_modified
    other = make_window(str(tmp_path / "s.dae"))
    qtbot.waitUntil(lambda: other.workbench.state is State.PAUSED, timeout=SLOW)
    settle(qtbot, other)
    assert not other.document.is_modified
    action(other, "pauseAction").trigger()
    wait_for_end(qtbot, other)
    trainer = Trainer(load_bundled_digits(), CONFIG)
    trainer.advance(at)
    trainer.set_learning_rate(0.002)
    for _ in train(trainer):
        pass
    assert_same(other.workbench.model, trainer.model)


def test_kept_runs_have_room_in_memory(qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window = make_window()
    finish(qtbot, window)
    settle(qtbot, window)
    run = window.document.runs.present
    assert run is not None
    size = bytes_of(run.model)
    assert len(run.snapshots) > 8
    monkeypatch.setattr(run_book, "SNAPSHOT_BYTES", 4 * size)
    monkeypatch.setattr(run_book, "ALL_SNAPSHOT_BYTES", 10 * size)
    for number in range(1, 31):
        window.document.runs.keep(dataclasses.replace(run, label=Label.new(f"{number}")))
        snapshots = [len(kept.snapshots) for kept in window.document.runs.kept]
        assert max(snapshots) <= 4
        assert sum(snapshots) <= 10
    assert len(window.document.runs.kept) == 30
    assert all(kept.model is run.model for kept in window.document.runs.kept)


# The time machine


def test_a_snapshot_that_was_thinned_out_while_it_was_shown_can_be_branched_from(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window()
    finish(qtbot, window)
    trainer = Trainer(load_bundled_digits(), CONFIG)
    trainer.advance(37)
    trainer.close()
    with qtbot.waitSignal(window.opener.opened, timeout=SLOW):
        window.timeline_panel.branchRequested.emit(Snapshot(37, trainer.model.copy()))
    assert window.workbench.progress.iteration == 37
    action(window, "pauseAction").trigger()
    wait_for_end(qtbot, window)
    assert_same(window.workbench.model, window.document.runs.kept[0].model)


def test_a_branch_at_the_very_start_is_trained_under_its_own_name(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    finish(qtbot, window)
    with qtbot.waitSignal(window.opener.opened, timeout=SLOW):
        window.timeline_panel.branchRequested.emit(go_back(qtbot, window, 0))
    label = window.controller.recorder.label
    assert label.origin == "Run 1 at iteration 0"
    action(window, "startAction").trigger()
    wait_for_end(qtbot, window)
    assert window.controller.recorder.label == label
    assert_same(window.workbench.model, window.document.runs.kept[0].model)


def test_branches_of_branches_that_are_not_trained_leave_nothing(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    finish(qtbot, window)
    for _ in range(3):
        with qtbot.waitSignal(window.opener.opened, timeout=SLOW):
            window.timeline_panel.branchRequested.emit(go_back(qtbot, window, 256))
        settle(qtbot, window)
    assert [run.label.name for run in window.document.runs.kept] == ["Run 1"]
    assert window.controller.recorder.label.name == "Run 4"


def test_looking_back_stays_while_the_person_steps_until_it_is_ended(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    at = pause_at(qtbot, window, 200)
    snapshot = go_back(qtbot, window, 64)
    action(window, "stepAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.progress.iteration == at + 1, timeout=SLOW)
    assert window.workbench.weights.iteration == 64
    assert window.filters_w_panel._model is snapshot.model
    window.workbench.look_at(None)
    assert window.workbench.weights.iteration == at + 1
    qtbot.waitUntil(lambda: window.filters_w_panel._model is window.workbench.model, timeout=SLOW)


# Odd runs


def diverge(qtbot: QtBot, window: MainWindow) -> None:
    start(window, TrainingConfig(iterations=3_000, hidden_units=9, learning_rate=0.5))
    qtbot.waitUntil(lambda: window.workbench.state is State.DIVERGED, timeout=SLOW)


def test_a_diverged_run_is_saved_reopened_and_branched(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    diverge(qtbot, window)
    at, model = window.workbench.progress.iteration, window.workbench.model
    assert model is not None
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    other = make_window(str(tmp_path / "s.dae"))
    qtbot.waitUntil(lambda: other.workbench.state is State.DIVERGED, timeout=SLOW)
    settle(qtbot, other)
    assert other.workbench.progress.iteration == at
    assert_same(other.workbench.model, model)
    assert not other.document.is_modified
    first = other.workbench.snapshots[0]
    with qtbot.waitSignal(other.opener.opened, timeout=SLOW):
        other.timeline_panel.branchRequested.emit(first)
    assert other.workbench.progress.divergence is None
    other.close()
    window.close()


def test_adam_on_mini_batches_goes_on_bit_for_bit(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainingConfig(
        iterations=2_000, hidden_units=7, seed=2, optimizer="adam", batch_size=16, learning_rate=0.001
    )
    window = make_window()
    pause_at(qtbot, window, 300, config)
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    other = make_window(str(tmp_path / "s.dae"))
    qtbot.waitUntil(lambda: other.workbench.state is State.PAUSED, timeout=SLOW)
    action(other, "pauseAction").trigger()
    wait_for_end(qtbot, other)
    trainer = Trainer(load_bundled_digits(), config)
    for _ in train(trainer):
        pass
    assert_same(other.workbench.model, trainer.model)


def test_a_run_from_a_model_file_comes_back_with_its_past(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(load_bundled_digits(), SHORT)
    trainer.advance(100)
    trainer.close()
    path = tmp_path / "m.safetensors"
    save_model(path, SavedModel(trainer.model, SHORT, 100, "digits", (28, 28)))
    window = make_window()
    window.open_path(path)
    action(window, "continueAction").trigger()
    wait_for_end(qtbot, window)
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    other = make_window(str(tmp_path / "s.dae"))
    qtbot.waitUntil(lambda: other.workbench.state is State.FINISHED, timeout=SLOW)
    settle(qtbot, other)
    before, after = window.controller.saved_model(), other.controller.saved_model()
    assert before is not None
    assert after is not None
    assert after.iteration == before.iteration == 200
    assert not other.document.is_modified


# Against a crash


def crash(window: MainWindow, tmp_path: Path) -> Path:
    """Return a copy of what the window has secured so far."""
    target = tmp_path / "crashed"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(window.sessions._folder.path, target)
    return target


def secured(window: MainWindow) -> Callable[[], Any]:
    note = window.sessions._folder.path / "note.json"
    return lambda: json.loads(note.read_text()) if note.exists() else {"kept": [], "present": ""}


def test_runs_of_a_sweep_that_end_while_nothing_is_trained_are_secured(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window()
    runs = [a_run(30 + i, f"sweep {i}") for i in range(3)]
    note = secured(window)
    for run in runs:
        window.document.runs.keep(run)
    qtbot.waitUntil(lambda: len(note()["kept"]) == 2, timeout=SLOW)
    session = load_recoverable(crash(window, tmp_path))
    assert {run.label.key for run in session.runs} == {run.label.key for run in runs}
    assert session.run.checkpoint.iteration == 32  # and not the one that has not begun


def test_a_deletion_and_its_undo_are_secured_while_nothing_is_trained(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window()
    for seed in (0, 1):
        finish(qtbot, window, SHORT.replace(seed=seed))
    note = secured(window)
    qtbot.waitUntil(lambda: len(note()["kept"]) == 1, timeout=SLOW)
    removed = window.document.runs.remove([window.document.runs.kept[0].label.key])
    qtbot.waitUntil(lambda: note()["kept"] == [], timeout=SLOW)
    window.document.runs.put_back(removed)
    qtbot.waitUntil(lambda: len(note()["kept"]) == 1, timeout=SLOW)
    assert len(load_recoverable(crash(window, tmp_path)).runs) == 2
    assert not window.sessions.autosave._soon.isActive()


def test_revived_units_are_secured_though_the_iteration_is_the_same(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window()
    pause_at(qtbot, window, 200)
    old = window.workbench.model
    qtbot.waitUntil(lambda: window.sessions.autosave._task is None, timeout=SLOW)
    window.controller.revive_units((1, 2))
    qtbot.waitUntil(lambda: window.workbench.model is not old, timeout=SLOW)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.sessions.autosave._task is None, timeout=SLOW)
    model = window.workbench.model
    assert model is not None
    assert_same(load_recoverable(crash(window, tmp_path)).run.model, model)


def test_a_run_that_was_to_leave_when_the_window_closed_is_offered(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.controller.set_pace(3_000)
    start(window, CONFIG.replace(iterations=50_000))
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > 200, timeout=SLOW)
    end_thread(window)
    at = window.workbench.progress.iteration
    action(window, "resetAction").trigger()
    window.close()
    (found,) = make_window().sessions._folder._found
    session = load_recoverable(found)
    assert session.run.checkpoint.iteration >= at
    assert len(session.run.record.errors) == session.run.checkpoint.iteration


def test_what_was_found_is_offered_again_when_the_window_closes_at_once(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    finish(qtbot, window, SHORT)
    window.close()
    other = make_window()
    qtbot.waitUntil(lambda: "was left unsaved" in message(other), timeout=SLOW)
    end_thread(other)
    with qtbot.waitSignal(other.sessions.opened, timeout=SLOW):
        find(other, QPushButton, "answerButton0").click()
    other.close()
    third = make_window()
    qtbot.waitUntil(lambda: "was left unsaved" in message(third), timeout=SLOW)
    assert "iteration 100" in message(third)


def test_what_several_windows_left_is_offered_in_turn(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [make_window() for _ in range(3)]
    for seed, window in enumerate(left):
        finish(qtbot, window, SHORT.replace(seed=seed, iterations=100 + seed))
    for window in left:
        window.close()
    other = make_window()
    qtbot.waitUntil(lambda: "iteration 102" in message(other), timeout=SLOW)
    answer(other, "Delete it")
    qtbot.waitUntil(lambda: "iteration 101" in message(other), timeout=SLOW)
    with qtbot.waitSignal(other.sessions.opened, timeout=SLOW):
        answer(other, "Open it")
    qtbot.waitUntil(lambda: "iteration 100" in message(other), timeout=SLOW)
    other.close()  # without an answer
    folders = make_window().sessions._folder._found
    assert sorted(load_recoverable(folder).run.checkpoint.iteration for folder in folders) == [100, 101]


def test_work_that_was_thrown_away_is_not_offered_after_a_crash(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window, SHORT)
    save_to(qtbot, window, tmp_path / "s.dae", monkeypatch)
    finish(qtbot, window, SHORT.replace(seed=3))
    note = window.sessions._folder.path / "note.json"
    qtbot.waitUntil(note.exists, timeout=SLOW)
    discard(monkeypatch)
    open_in(qtbot, window, tmp_path / "s.dae")
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.sessions.autosave._task is None, timeout=SLOW)
    assert not note.exists()


def test_a_folder_that_is_cleared_away_is_written_anew(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window()
    for seed in (0, 1):
        finish(qtbot, window, SHORT.replace(seed=seed))
    note = secured(window)
    qtbot.waitUntil(lambda: len(note()["kept"]) == 1, timeout=SLOW)
    qtbot.waitUntil(lambda: window.sessions.autosave._task is None, timeout=SLOW)
    shutil.rmtree(window.sessions._folder.path)
    window.controller.recorder.recorded.emit(window.document.runs.present)
    qtbot.waitUntil(lambda: len(note()["kept"]) == 1, timeout=SLOW)
    assert len(load_recoverable(crash(window, tmp_path)).runs) == 2
    assert (window.sessions._folder.path / "lock").exists()

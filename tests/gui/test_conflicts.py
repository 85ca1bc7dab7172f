"""A session's file that somebody else writes while it is open here: noticed when it is saved, and told when opened."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.__main__ import main
from dae_core.sessions.session_file import load_session, save_session
from dae_gui.sessions import saver as saver_module
from dae_gui.sessions.autosave_folder import AutosaveFolder
from dae_gui.sessions.open_flow import Answer
from dae_gui.sessions.open_mark import OpenMark
from dae_gui.sessions.saver import Conflict
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.processes import kill, running
from helpers.run_steps import SHORT
from helpers.session_parts import SessionParts
from helpers.widgets import find
from helpers.window_runs import CONFIG, finish, message, open_in, save_to
from helpers.windows import MakeWindow, action

HOLD = """
import sys, time
from pathlib import Path
from dae_gui.sessions.open_mark import OpenMark
mark = OpenMark(Path(sys.argv[1]))
assert not mark.move(Path(sys.argv[2]))
print("open", flush=True)
time.sleep(600)
"""


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[SessionParts]:
    """A session in session.dae, with 50 iterations that are not in it yet."""
    parts = SessionParts(qtbot, tmp_path)
    parts.use_small_data()
    parts.finish()
    parts.save(parts.save_path)
    train_more(parts)
    yield parts
    parts.close()


def train_more(parts: SessionParts) -> None:
    parts.controller.continue_for(50)
    parts.wait_for(State.FINISHED)


def other_content(path: Path) -> bytes:
    """Have another program write the session, with another name of its run; returns what is there now."""
    session = load_session(path)
    label = session.run.label.with_texts("Theirs", "")
    save_session(path, replace(session, run=replace(session.run, label=label)))
    return path.read_bytes()


def spoil(path: Path) -> bytes:
    path.write_bytes(b"of another program")
    return path.read_bytes()


changes = pytest.mark.parametrize("change", [other_content, spoil])


def conflict(qtbot: QtBot, parts: SessionParts, *then: Callable[[], None]) -> Conflict:
    with qtbot.waitSignal(parts.saver.conflicted) as conflicted:
        parts.saver.save(parts.save_path, *then)
    found = conflicted.args[0]
    assert isinstance(found, Conflict)
    return found


@changes
def test_a_file_that_another_program_changed_is_not_written_over_unasked(
    qtbot: QtBot, parts: SessionParts, change: Callable[[Path], bytes]
) -> None:
    before = change(parts.save_path)
    done: list[bool] = []
    found = conflict(qtbot, parts, lambda: done.append(True))
    assert found.path == parts.save_path
    assert parts.save_path.read_bytes() == before
    assert parts.document.is_modified
    conflict(qtbot, parts)  # as long as nothing is decided, it is asked again
    with qtbot.waitSignal(parts.saver.saved):
        parts.saver.resolve(found, parts.save_path)
    assert done == [True]
    assert not parts.document.is_modified
    assert load_session(parts.save_path).run.checkpoint.iteration == SHORT.iterations + 50
    train_more(parts)
    parts.save(parts.save_path)  # it is this window's again, and nothing is asked


def test_what_was_not_saved_can_go_to_another_file(qtbot: QtBot, parts: SessionParts, tmp_path: Path) -> None:
    before = other_content(parts.save_path)
    found = conflict(qtbot, parts)
    with qtbot.waitSignal(parts.saver.saved):
        parts.saver.resolve(found, tmp_path / "mine.dae")
    assert parts.document.path == tmp_path / "mine.dae"
    assert parts.save_path.read_bytes() == before
    assert load_session(tmp_path / "mine.dae").run.label.name == "Run 1"


def test_a_file_that_is_gone_or_renamed_is_written_anew_unasked(parts: SessionParts, tmp_path: Path) -> None:
    parts.save_path.rename(tmp_path / "renamed.dae")
    parts.save(parts.save_path)
    os.utime(parts.save_path, ns=(1, 1))  # and what is there has only another time
    train_more(parts)
    parts.save(parts.save_path)
    assert load_session(tmp_path / "renamed.dae").run.checkpoint.iteration == SHORT.iterations


def test_what_this_window_writes_itself_is_no_change(qtbot: QtBot, parts: SessionParts, tmp_path: Path) -> None:
    done: list[int] = []
    for number in range(3):
        parts.saver.save(parts.save_path, lambda number=number: done.append(number))
        parts.ask_for_run()
    qtbot.waitUntil(lambda: done == [0, 1, 2])
    parts.save(tmp_path / "other.dae")
    parts.open(parts.save_path)
    parts.controller.continue_for(10)
    parts.wait_for(State.FINISHED)
    parts.save(parts.save_path)
    assert not parts.messages


def test_saving_under_a_name_that_was_agreed_to_asks_no_second_time(parts: SessionParts, tmp_path: Path) -> None:
    other_content(parts.save_path)
    (tmp_path / "other.dae").write_bytes(b"the dialog has asked about it")
    parts.save(tmp_path / "other.dae")
    assert load_session(tmp_path / "other.dae").run.label.name == "Run 1"


@changes
def test_a_change_after_a_session_was_opened_is_noticed(
    qtbot: QtBot, parts: SessionParts, change: Callable[[Path], bytes]
) -> None:
    parts.open(parts.save_path)
    train_more(parts)
    change(parts.save_path)
    conflict(qtbot, parts)


@pytest.mark.parametrize("is_written", [False, True])
def test_what_is_being_saved_when_the_window_closes_goes_beside_what_others_wrote(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_written: bool
) -> None:
    before = other_content(parts.save_path) if is_written else b""
    write, has_begun, may_go = saver_module._write, threading.Event(), threading.Event()

    def slow(*arguments: Any) -> Any:
        has_begun.set()
        assert may_go.wait(120)
        return write(*arguments)

    monkeypatch.setattr(saver_module, "_write", slow)
    parts.saver.save(parts.save_path)
    qtbot.waitUntil(has_begun.is_set)
    may_go.set()
    parts.jobs.shutdown()  # it has done its work, and the window does not hear of it any more
    parts.close()
    other = tmp_path / "session-2.dae"
    assert other.exists() is is_written
    mine = other if is_written else parts.save_path
    assert load_session(mine).run.checkpoint.iteration == SHORT.iterations + 50
    if is_written:
        assert parts.save_path.read_bytes() == before
    assert not parts.folder.path.exists()  # it is in a file


def test_a_change_after_a_crash_is_noticed(qtbot: QtBot, parts: SessionParts, tmp_path: Path) -> None:
    """Also where the note on what was autosaved is damaged, and nothing is known of the file."""
    parts.close()
    for is_changed in (False, True):
        other = SessionParts(qtbot, tmp_path)
        other.use_small_data()
        (found,) = other.folder.find()
        if is_changed:
            other_content(parts.save_path)
        other.answer = Answer.DISCARD
        with qtbot.waitSignal(other.flow.runOpened):
            other.flow.recover(found)
        assert other.document.path == parts.save_path
        train_more(other)
        if is_changed:
            conflict(qtbot, other)
        else:
            assert other.document.stamp == found.stamp is not None
        other.close()
    assert len(AutosaveFolder(tmp_path / "autosaved").find()) == 1


# Two windows


def test_a_file_that_is_open_elsewhere_is_told_until_it_is_closed_there(tmp_path: Path) -> None:
    one, other = OpenMark(tmp_path / "open"), OpenMark(tmp_path / "open")
    (tmp_path / "link.dae").symlink_to(tmp_path / "walk.dae")
    assert not one.move(tmp_path / "walk.dae")
    assert other.move(tmp_path / "link.dae")
    assert not other.move(tmp_path / "run.dae")
    assert not one.move(None)
    assert not other.move(tmp_path / "walk.dae")
    other.move(None)
    assert list((tmp_path / "open").iterdir()) == []


def test_a_killed_window_has_nothing_open(tmp_path: Path) -> None:
    mark = OpenMark(tmp_path / "open")
    with running(HOLD, tmp_path / "open", tmp_path / "walk.dae") as window:
        assert mark.move(tmp_path / "walk.dae")
        kill(window)
    assert not mark.move(tmp_path / "run.dae")
    assert len(list((tmp_path / "open").iterdir())) == 1  # its mark is cleared away
    assert not mark.move(tmp_path / "walk.dae")
    mark.move(None)


def test_where_nothing_can_be_marked_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "open").write_text("in the way")
    for _ in range(2):
        assert not OpenMark(tmp_path / "open").move(tmp_path / "walk.dae")


@pytest.fixture
def two(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[MainWindow, MainWindow]:
    """Two windows with one session; the first has saved more of it since."""
    path = tmp_path / "walk.dae"
    first = make_window()
    finish(qtbot, first)
    save_to(qtbot, first, path, monkeypatch)
    second = make_window()
    assert message(second) == ""
    open_in(qtbot, second, path)
    assert "walk.dae is also open in another window" in message(second)
    finish(qtbot, first, CONFIG.replace(seed=8))
    with qtbot.waitSignal(first.sessions.saved):
        action(first, "saveSessionAction").trigger()
    finish(qtbot, second, CONFIG.replace(seed=9))
    return first, second


def ask(qtbot: QtBot, window: MainWindow) -> QMessageBox:
    """Have the window save, and return what it asks."""
    action(window, "saveSessionAction").trigger()
    qtbot.waitUntil(lambda: any(box.isVisible() for box in window.findChildren(QMessageBox, "conflictQuestion")))
    (box,) = [box for box in window.findChildren(QMessageBox, "conflictQuestion") if box.isVisible()]
    return box


def test_of_two_windows_with_one_session_the_second_to_save_is_asked(
    qtbot: QtBot, two: tuple[MainWindow, MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = tmp_path / "walk.dae", tmp_path / "other.dae"
    _, second = two
    before = path.read_bytes()
    ask(qtbot, second).close()
    assert path.read_bytes() == before
    assert second.isWindowModified()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(other), ""))
    with qtbot.waitSignal(second.sessions.saved):
        find(ask(qtbot, second), QPushButton, "saveSessionAsButton").click()
    assert path.read_bytes() == before
    assert load_session(other).run.config.seed == 9
    assert second.windowTitle().startswith("other[*]")


def test_what_resume_wrote_is_noticed_and_overwritten_when_that_is_said(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "walk.dae"
    window = make_window()
    finish(qtbot, window)
    save_to(qtbot, window, path, monkeypatch)
    assert main(["resume", str(path), "--iterations", "30"]) == 0  # an open window hinders nobody
    finish(qtbot, window, CONFIG.replace(seed=9))
    with qtbot.waitSignal(window.sessions.saved):
        find(ask(qtbot, window), QPushButton, "overwriteSessionButton").click()
    assert load_session(path).run.config.seed == 9

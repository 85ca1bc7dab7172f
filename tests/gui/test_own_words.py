"""What the user writes into the report: a fact of the session that is undone, saved, autosaved and opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dae_core.sessions.report_words import ReportWords
from dae_core.sessions.user_texts import UserTexts
from dae_gui.sessions.autosave_files import load_recoverable
from dae_gui.sessions.autosave_folder import AutosaveFolder
from dae_gui.sessions.own_words import OwnWords
from dae_gui.support.undo import UndoHistory
from helpers.session_parts import SessionParts

HOSTILE = "<b>bold</b> & \u202eשלום 😀👩‍🚀\n" + "x" * 10_000


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[SessionParts]:
    made = SessionParts(qtbot, tmp_path)
    yield made
    made.close()


def test_each_change_is_a_step_and_typing_is_one(qtbot: QtBot) -> None:
    now = [0.0]
    words, undo = OwnWords(), UndoHistory(clock=lambda: now[0])
    words.use_history(undo)
    for text in ("a", "ab", "abc"):
        words.write("summary", text, "“In short”")
        now[0] += 0.2
    now[0] += 60
    words.write("summary", "abc d", "“In short”")
    words.write("features", "x", "“W and V”")
    assert undo.undo_text() == "writing on “W and V”"
    seen = []
    for move in (undo.undo, undo.undo, undo.undo, undo.redo, undo.redo):
        with qtbot.waitSignal(words.changed):
            move()
        seen.append((words.value.get("summary"), words.value.get("features")))
    assert seen == [("abc d", ""), ("abc", ""), ("", ""), ("abc", ""), ("abc d", "")]


def test_what_comes_back_to_the_start_is_no_step() -> None:
    words, undo = OwnWords(), UndoHistory(clock=lambda: 0.0)
    words.use_history(undo)
    words.write("summary", "a", "it")
    words.write("summary", "", "it")
    assert not undo.can_undo()
    words.write("summary", "   \n", "it")
    assert not undo.can_undo()
    assert not words.value


def test_they_are_saved_and_opened_with_the_session(parts: SessionParts, tmp_path: Path) -> None:
    parts.use_small_data()
    parts.finish()
    parts.save(tmp_path / "a.dae")
    assert not parts.document.is_modified
    parts.document.words.write("summary", HOSTILE, "it")
    assert parts.document.is_modified
    assert parts.save(tmp_path / "a.dae").words.get("summary") == HOSTILE
    assert not parts.document.is_modified
    parts.document.words.write("summary", "", "it")
    assert parts.document.is_modified
    parts.open(tmp_path / "a.dae")
    assert parts.document.words.value.get("summary") == HOSTILE
    assert not parts.document.is_modified
    parts.document.clear()
    assert not parts.document.words.value


@pytest.mark.parametrize("trained", [True, False])
def test_they_are_recovered_after_a_crash(qtbot: QtBot, parts: SessionParts, tmp_path: Path, trained: bool) -> None:
    parts.use_small_data()
    parts.ask_for_run()
    if trained:
        parts.finish()
    qtbot.waitUntil(lambda: not parts.autosave.is_writing)
    parts.document.words.write("features", HOSTILE, "it")

    def is_written() -> bool:
        folder = parts.folder.path
        return (folder / "note.json").exists() and bool(load_recoverable(folder).words)

    qtbot.waitUntil(is_written)
    words = load_recoverable(parts.folder.path).words
    assert words.get("features") == HOSTILE
    parts.close()
    (found,) = AutosaveFolder(tmp_path / "autosaved").find()
    assert load_recoverable(found.folder).words == words


def test_what_is_recovered_counts_as_unsaved_until_it_is_saved(parts: SessionParts, tmp_path: Path) -> None:
    parts.use_small_data()
    run = parts.finish()
    words = ReportWords.of({"summary": "mine"})
    parts.document.replace((), tmp_path / "a.dae", (), None, UserTexts(words))
    assert parts.document.words.value == words
    assert parts.document.is_modified
    parts.document.mark_saved(tmp_path / "a.dae", (run,), parts.document.number, None, UserTexts(words))
    assert not parts.document.is_modified

"""Code and answers in lessons in the window: facts of the session that are saved, autosaved and opened."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dae_core.sessions.code_texts import CodeTexts
from dae_core.sessions.lesson_codec import LessonsFullError
from dae_core.sessions.lesson_record import MOST_RECORDS, Entry, LessonRecord
from dae_core.sessions.report_words import ReportWords
from dae_gui.sessions.autosave_files import load_recoverable
from dae_gui.sessions.autosave_folder import AutosaveFolder
from dae_gui.sessions.own_texts import OwnTexts
from helpers.session_parts import SessionParts

CODE = "def backward(x, x0, z, y, W, V):\n    return None  # σ"
RECORD = LessonRecord("sigma", 'key = "sigma"\n', "Ada", (Entry("guess", "predict", "0.25", "2026-11-29T12:00:00Z"),))


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[SessionParts]:
    made = SessionParts(qtbot, tmp_path)
    yield made
    made.close()


def test_each_change_is_announced_once_with_what_is_new(qtbot: QtBot) -> None:
    texts = OwnTexts()
    with qtbot.waitSignal(texts.changed), qtbot.waitSignal(texts.code.changed) as heard:
        texts.code.write("backward", CODE)
    assert heard.args == [{"backward": CODE}]
    with qtbot.waitSignal(texts.lessons.changed) as told:
        texts.lessons.put(RECORD)
    assert told.args == [(RECORD,)]
    with qtbot.assertNotEmitted(texts.changed):
        texts.code.write("backward", CODE)
        texts.lessons.put(RECORD)
    assert texts.lessons.record("sigma") == RECORD
    assert texts.lessons.record("other") is None
    texts.code.write("backward", " \n")
    assert texts.code.value == CodeTexts()


def test_a_lesson_too_many_is_refused_and_the_others_stay(qtbot: QtBot) -> None:
    texts = OwnTexts()
    for number in range(MOST_RECORDS):
        texts.lessons.put(LessonRecord(f"lesson-{number}", ""))
    with pytest.raises(LessonsFullError), qtbot.assertNotEmitted(texts.changed):
        texts.lessons.put(RECORD)
    assert len(texts.lessons.value) == MOST_RECORDS


def test_they_are_saved_and_opened_with_the_session(parts: SessionParts, tmp_path: Path) -> None:
    parts.use_small_data()
    parts.finish()
    parts.save(tmp_path / "a.dae")
    assert not parts.document.is_modified
    parts.document.code.write("backward", CODE)
    assert parts.document.is_modified
    assert parts.save(tmp_path / "a.dae").code == {"backward": CODE}
    assert not parts.document.is_modified
    parts.document.lessons.put(RECORD)
    assert parts.document.is_modified
    assert parts.save(tmp_path / "a.dae").lessons == (RECORD,)
    assert not parts.document.is_modified
    parts.document.code.replace(CodeTexts())
    parts.document.lessons.replace(())
    assert parts.document.is_modified
    parts.open(tmp_path / "a.dae")
    assert parts.document.code.value == CodeTexts({"backward": CODE})
    assert parts.document.lessons.value == (RECORD,)
    assert not parts.document.is_modified
    parts.document.clear()
    assert not parts.document.texts.value


@pytest.mark.parametrize("trained", [True, False])
def test_they_are_recovered_after_a_crash(qtbot: QtBot, parts: SessionParts, tmp_path: Path, trained: bool) -> None:
    parts.use_small_data()
    parts.ask_for_run()
    if trained:
        parts.finish()
    qtbot.waitUntil(lambda: not parts.autosave.is_writing)
    parts.document.code.write("backward", CODE)
    parts.document.lessons.put(RECORD)

    def is_written() -> bool:
        folder = parts.folder.path
        return (folder / "note.json").exists() and bool(load_recoverable(folder).lessons)

    qtbot.waitUntil(is_written)
    parts.close()
    (found,) = AutosaveFolder(tmp_path / "autosaved").find()
    session = load_recoverable(found.folder)
    assert session.code == {"backward": CODE}
    assert session.lessons == (RECORD,)


def test_the_note_of_an_earlier_version_is_read(qtbot: QtBot, parts: SessionParts, tmp_path: Path) -> None:
    parts.use_small_data()
    parts.finish()
    parts.document.words.write("summary", "mine", "it")
    qtbot.waitUntil(lambda: (parts.folder.path / "note.json").exists() and not parts.autosave.is_writing)
    parts.close()
    (found,) = AutosaveFolder(tmp_path / "autosaved").find()
    note = found.folder / "note.json"
    values = json.loads(note.read_text())
    del values["texts"]
    note.write_text(json.dumps({**values, "words": {"summary": "before"}}))
    assert load_recoverable(found.folder).words == ReportWords.of({"summary": "before"})
    note.write_text(json.dumps(values))
    assert not load_recoverable(found.folder).texts

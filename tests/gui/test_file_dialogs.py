"""Asking for files: endings, what would be replaced, and the folder that is remembered for each purpose."""

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.support import file_dialogs
from dae_gui.support.file_dialogs import (
    IMAGE_FILE,
    LOG,
    MISSING_DATA,
    NEW_SESSION,
    PICTURE_FOLDER,
    REPORT,
    SESSION,
    FileKind,
    ask_for_file,
    ask_for_folder,
    ask_where_to_save,
    last_folder,
    may_replace,
    open_save_dialog,
    remember_folder,
)
from dae_gui.support.question import Question
from helpers.questions import Answered

WRITTEN = [kind for kind in vars(file_dialogs).values() if isinstance(kind, FileKind) and kind.endings]


class Answers:
    """What the user answers, and what the dialogs have asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = ""
        self.asked = Answered(monkeypatch)
        self.begun: list[str] = []
        for name in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda _parent, _title, begin, _pattern: (self.answer(begin), ""))
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda _parent, _title, begin: self.answer(begin))

    def answer(self, begin: str) -> str:
        self.begun.append(begin)
        return self.path


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    return Answers(monkeypatch)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        (NEW_SESSION, "kept", "kept.dae"),
        (NEW_SESSION, "kept.dae", "kept.dae"),
        (NEW_SESSION, "Kept.DAE", "Kept.DAE"),
        (NEW_SESSION, "version 1.2", "version 1.2.dae"),
        (NEW_SESSION, "model.safetensors", "model.safetensors.dae"),
        (REPORT, "report.pdf", "report.pdf.html"),
        (REPORT, "page.htm", "page.htm"),
        (LOG, "today.log", "today.log"),
        (LOG, "today", "today.txt"),
    ],
)
def test_a_name_gets_its_ending(
    window: QWidget, answers: Answers, tmp_path: Path, kind: FileKind, typed: str, expected: str
) -> None:
    answers.path = str(tmp_path / typed)
    assert ask_where_to_save(kind, "proposal", window) == tmp_path / expected
    assert answers.asked.texts == []


def test_what_the_dialog_has_not_asked_about_is_asked_for(window: QWidget, answers: Answers, tmp_path: Path) -> None:
    (tmp_path / "kept.dae").touch()
    answers.path = str(tmp_path / "kept")
    assert ask_where_to_save(NEW_SESSION, "", window) is None
    assert answers.asked.texts == ["“kept.dae” is there already. Replace it?"]
    answers.asked.answer = True
    assert ask_where_to_save(NEW_SESSION, "", window) == tmp_path / "kept.dae"
    answers.path = str(tmp_path / "kept.dae")  # which the dialog has asked about
    assert ask_where_to_save(NEW_SESSION, "", window) == tmp_path / "kept.dae"
    assert len(answers.asked.texts) == 2
    for name in ("r.html", "r.pdf"):
        (tmp_path / name).touch()
    answers.path = str(tmp_path / "r")
    ask_where_to_save(REPORT, "", window, lambda path: [path.with_suffix(".pdf")])
    assert answers.asked.texts[2:] == ["“r.html” and “r.pdf” are there already. Replace them?"]


def test_the_folder_is_remembered_for_each_purpose_as_long_as_it_is_there(
    window: QWidget, answers: Answers, tmp_path: Path
) -> None:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    data, sessions = tmp_path / "data", tmp_path / "sessions"
    data.mkdir()
    sessions.mkdir()
    assert ask_for_file(IMAGE_FILE, window) is None
    assert answers.begun == [documents]
    answers.path = str(data / "a.npy")
    assert ask_for_file(IMAGE_FILE, window) == data / "a.npy"
    answers.path = ""
    ask_for_folder(PICTURE_FOLDER, window)
    ask_for_folder(MISSING_DATA, window, str(sessions))
    ask_for_folder(MISSING_DATA, window, str(tmp_path / "gone"))
    assert answers.begun[2:] == [str(data), str(sessions), str(data)]
    answers.path = str(sessions / "s.dae")
    ask_where_to_save(NEW_SESSION, "new.dae", window)
    assert answers.begun[-1] == str(Path(documents) / "new.dae")
    assert last_folder(SESSION) == sessions
    sessions.rmdir()
    assert last_folder(SESSION) == Path(documents)
    assert last_folder(IMAGE_FILE) == data


def test_a_dialog_that_does_not_wait_asks_in_the_same_way(
    qtbot: QtBot, window: QWidget, answers: Answers, tmp_path: Path, qapp: QApplication
) -> None:
    remember_folder(LOG, tmp_path)
    chosen: list[Path] = []
    (tmp_path / "b.txt").touch()
    for name in ("a", "b"):
        dialog = open_save_dialog(LOG, "log.txt", window, chosen.append)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        assert Path(dialog.selectedFiles()[0]) == tmp_path / "log.txt"
        edit = dialog.findChild(QLineEdit)
        assert isinstance(edit, QLineEdit)
        dialog.fileSelected.emit(str(tmp_path / name))
        dialog.reject()
    assert chosen == [tmp_path / "a.txt"]
    assert len(answers.asked.texts) == 1


@pytest.mark.parametrize("kind", WRITTEN, ids=lambda kind: kind.title)
def test_no_file_that_is_there_is_chosen_without_a_question_about_it(
    window: QWidget, answers: Answers, tmp_path: Path, kind: FileKind
) -> None:
    """A dialog of the system asks about the name that was typed; so the ending must not be added before it returns."""
    chosen: list[Path] = []
    (tmp_path / f"kept{kind.endings[0]}").touch()
    answers.path = str(tmp_path / "kept")
    assert ask_where_to_save(kind, "", window) is None
    dialog = open_save_dialog(kind, "kept", window, chosen.append)
    assert dialog.defaultSuffix() == ""
    dialog.fileSelected.emit(answers.path)
    dialog.reject()
    assert chosen == []
    assert answers.asked.texts == [f"“kept{kind.endings[0]}” is there already. Replace it?"] * 2


def test_what_the_system_refuses_as_a_name_is_left_to_who_writes(
    window: QWidget, answers: Answers, tmp_path: Path
) -> None:
    answers.path = str(tmp_path / ("x" * 300))
    assert ask_where_to_save(LOG, "", window) == tmp_path / ("x" * 300 + ".txt")
    assert answers.asked.texts == []
    remember_folder(SESSION, tmp_path / ("y" * 300))
    assert last_folder(SESSION) == Path(QStandardPaths.writableLocation(SESSION.location))


def test_a_question_about_many_files_names_some() -> None:
    """Operated as the user does: the answer of a window that is closed keeps the files."""
    files = [Path(f"{n}.png") for n in range(5)]
    parent = QWidget()
    texts: list[str] = []

    def close() -> None:
        (question,) = parent.findChildren(Question)
        texts.append(question.text())
        question.close()

    QTimer.singleShot(0, close)
    assert not may_replace("Export", files, parent)
    assert texts == ["“0.png”, “1.png”, “2.png” and 2 more are there already. Replace them?"]
    assert may_replace("Export", [], parent)
    parent.deleteLater()


def test_every_kind_to_be_written_has_an_ending_that_its_pattern_shows() -> None:
    assert len(WRITTEN) >= 5
    for kind in WRITTEN:
        assert f"*{kind.endings[0]}" in kind.pattern

"""Handing in from the window: what is asked, what is said to be missing, what the file holds, and opening it again."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dae_core.lessons.handin.handin_file import read_handin
from dae_core.sessions.lesson_record import Entry
from dae_gui.__main__ import main
from dae_gui.support.file_dialogs import HAND_IN, remember_folder
from dae_gui.support.why_not import reason
from dae_gui.window.main_window import MainWindow
from helpers.lessons import LOCKED, every_kind
from helpers.widgets import find, text
from helpers.windows import MakeWindow, action, answer, train

Left = Qt.MouseButton.LeftButton


def open_dialog(qtbot: QtBot, window: MainWindow) -> QDialog:
    action(window, "handInAction").trigger()
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(QDialog, "handInDialog")))
    return next(one for one in window.findChildren(QDialog, "handInDialog") if one.isVisible())


def type_path(qtbot: QtBot, window: QWidget, path: Path) -> None:
    """Type where the file goes, and press Save."""
    qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog, "handInFileDialog")))
    (dialog,) = window.findChildren(QFileDialog, "handInFileDialog")
    field = find(dialog, QLineEdit, "fileNameEdit")
    field.setText(str(path))
    dialog.accept()


def test_there_is_nothing_to_hand_in_without_a_lesson(window: MainWindow) -> None:
    assert not action(window, "handInAction").isEnabled()
    assert reason(action(window, "handInAction")) == "no lesson is open"
    window.lessons.presenter.lesson.open(every_kind())
    assert action(window, "handInAction").isEnabled()
    window.lessons.presenter.lesson.close()
    assert not action(window, "handInAction").isEnabled()


def test_a_lesson_is_handed_in_and_opened_again(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    train(qtbot, window)
    window.lessons.presenter.lesson.open(every_kind())
    window.document.code.write("mosaic", "raise SystemExit  # never run by opening")
    remember_folder(HAND_IN, tmp_path)
    dialog = open_dialog(qtbot, window)
    button = find(dialog, QPushButton, "handInButton")
    assert not button.isEnabled()
    assert reason(button) == "first write your name"
    name = find(dialog, QLineEdit, "handInStudentLineEdit")
    name.setFocus()
    qtbot.keyClicks(name, "Mia")
    assert text(dialog, "handInStandingLabel").startswith("5 steps are missing; you can hand in all the same")
    shown = find(dialog, QListWidget, "handInMissingList")
    assert shown.item(1).text() == "Step 4, How far is it?: not measured"

    run = window.document.runs.label.key
    window.lessons.presenter.lesson.add(Entry.now("guess", "predict", 3.0))
    assert shown.count() == 4, "what is done meanwhile is no longer missing"
    qtbot.mouseClick(button, Left)
    path = tmp_path / "every-kind-Mia.handin"
    type_path(qtbot, window, path.with_suffix(""))
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: str(path) in window.statusBar().currentMessage())
    links = find(window.statusBar(), QWidget, "savedLinks")
    assert links.isVisible()
    handed = read_handin(path)
    assert (handed.student, handed.session.run.label.key) == ("Mia", run)
    assert handed.record.entries_of("guess")
    assert handed.session.code["mosaic"].startswith("raise SystemExit")

    before = path.read_bytes()
    window.lessons.presenter.lesson.add(Entry.now("idea", "read"))
    window.open_path(path)
    answer(qtbot, window, "discardSessionButton")
    qtbot.waitUntil(lambda: window.document.lessons.value == (handed.record,))
    assert window.document.path is None, "saving asks for a file, and leaves the hand-in alone"
    assert window.document.code.value["mosaic"].startswith("raise SystemExit")
    assert path.read_bytes() == before


def test_a_name_that_is_known_is_not_asked_again(qtbot: QtBot, window: MainWindow) -> None:
    window.lessons.presenter.lesson.open(every_kind(LOCKED), "Ada <b>")
    window.lessons.presenter.lesson.leave()
    window.lessons.presenter.lesson.open(every_kind(LOCKED))
    dialog = open_dialog(qtbot, window)
    assert find(dialog, QLineEdit, "handInStudentLineEdit").isHidden()
    label = find(dialog, QLabel, "handInLessonLabel")
    assert label.text() == "“Every kind of step” · Ada <b>"
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert text(dialog, "handInStandingLabel").endswith("that is in the file, too.")
    window.lessons.presenter.lesson.close()
    assert not dialog.isVisible()


def test_a_folder_that_cannot_be_written_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.lessons.presenter.lesson.open(every_kind(), "Mia")
    dialog = open_dialog(qtbot, window)
    qtbot.mouseClick(find(dialog, QPushButton, "handInButton"), Left)
    (files,) = window.findChildren(QFileDialog, "handInFileDialog")
    files.fileSelected.emit(str(tmp_path / "absent" / "mine.handin"))
    qtbot.waitUntil(lambda: "could not be written" in window.banner.text())
    files.reject()


def test_the_program_starts_with_a_hand_in(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window()
    train(qtbot, window)
    window.lessons.presenter.lesson.open(every_kind(), "Mia")
    path = tmp_path / "mine.handin"
    qtbot.mouseClick(find(open_dialog(qtbot, window), QPushButton, "handInButton"), Left)
    type_path(qtbot, window, path)
    qtbot.waitUntil(path.exists)
    other = make_window(str(path), wait=False)
    qtbot.waitUntil(lambda: bool(other.document.lessons.value))
    assert other.document.path is None


def test_the_command_line_says_what_it_opens(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "hand-in (.handin)" in capsys.readouterr().out

"""Prepare a lesson: typed with mouse and keys, checked while it is typed, measured, and saved as one file."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dae_core.lessons.bundled import bundled
from dae_core.lessons.reading import read_lesson
from dae_core.lessons.steps import Measure, Predict
from dae_gui.lessons.teacher.dialog import PrepareLessonDialog
from dae_gui.lessons.teacher.draft import Draft, DraftStep, key_of
from dae_gui.window.main_window import MainWindow
from helpers.lessons import LOCKED, every_kind
from helpers.widgets import find, text
from helpers.windows import action, answer, train

Left = Qt.MouseButton.LeftButton


def prepare(qtbot: QtBot, window: MainWindow) -> PrepareLessonDialog:
    action(window, "prepareLessonAction").trigger()
    (dialog,) = window.findChildren(PrepareLessonDialog)
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def page(dialog: PrepareLessonDialog) -> QWidget:
    assert dialog.page is not None
    return dialog.page


def write(qtbot: QtBot, dialog: PrepareLessonDialog, name: str, words: str) -> None:
    field = page(dialog).findChild(QWidget, f"lesson-{name}")
    assert isinstance(field, (QLineEdit, QPlainTextEdit))
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, words)


def add(dialog: PrepareLessonDialog, kind: str) -> None:
    find(dialog, QAction, f"add-{kind}").trigger()


def faults(dialog: PrepareLessonDialog) -> list[str]:
    dialog.refresh()
    shown = find(dialog, QListWidget, "lessonFaultList")
    return [shown.item(row).text() for row in range(shown.count())]


def test_a_lesson_is_written_measured_and_saved(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    train(qtbot, window)
    dialog = prepare(qtbot, window)
    save = find(dialog, QPushButton, "saveLessonButton")
    assert find(dialog, QLabel, "noPreviewLabel").isVisible()
    write(qtbot, dialog, "title", "How far is it?")
    assert dialog.draft.head["key"] == "how-far-is-it"
    write(qtbot, dialog, "summary", "A first lesson.")
    assert faults(dialog) == ["The lesson: Add a first step: the button is below the list."]
    assert not save.isEnabled()

    add(dialog, "predict")
    write(qtbot, dialog, "title", "A guess")
    write(qtbot, dialog, "text", "How many iterations?")
    add(dialog, "measure")
    write(qtbot, dialog, "title", "The answer")
    box = find(page(dialog), QComboBox, "lesson-measurement")
    box.setCurrentIndex(box.findData("iteration"))
    write(qtbot, dialog, "beside", "predict-1")
    write(qtbot, dialog, "points", "x")
    assert any(line.startswith("Step 2, Points: ") for line in faults(dialog))
    write(qtbot, dialog, "points", "2")
    assert faults(dialog) == ["Step 2, Points: there is nothing expected that points could be given for."]
    qtbot.mouseClick(find(page(dialog), QPushButton, "measureNowButton"), Left)
    expected = find(page(dialog), QPlainTextEdit, "lesson-expected")
    qtbot.waitUntil(lambda: bool(expected.toPlainText()))
    assert expected.toPlainText() == "any near 60.0 ± 3.0"
    assert text(page(dialog), "measureNowLabel") == "Measured at iteration 60: 60"
    assert faults(dialog) == []
    assert find(dialog, QLabel, "lessonProgressLabel").text() == "Step 2 of 2 · 0 of 2 points · A student"

    qtbot.mouseClick(save, Left)
    (files,) = dialog.findChildren(QFileDialog, "lessonFileDialog")
    find(files, QLineEdit, "fileNameEdit").setText(str(tmp_path / "mine"))
    files.accept()
    path = tmp_path / "mine.lesson"
    qtbot.waitUntil(path.exists)
    lesson = read_lesson(path)
    guess, measure = lesson.steps
    assert isinstance(guess, Predict)
    assert isinstance(measure, Measure)
    assert (lesson.key, lesson.minutes, measure.beside, measure.points) == ("how-far-is-it", 20, guess.key, 2)
    assert lesson.settings["iterations"] == window.training_panel.config().iterations
    assert "seed" not in lesson.settings, "each student has their own"
    qtbot.waitUntil(lambda: str(path) in window.statusBar().currentMessage())
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(PrepareLessonDialog))


def test_parameters_may_be_left_empty(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    dialog = prepare(qtbot, window)
    add(dialog, "measure")
    box = find(page(dialog), QComboBox, "lesson-measurement")
    box.setCurrentIndex(box.findData("held_out_mse"))
    qtbot.mouseClick(find(page(dialog), QPushButton, "measureNowButton"), Left)
    expected = find(page(dialog), QPlainTextEdit, "lesson-expected")
    qtbot.waitUntil(lambda: bool(expected.toPlainText()))
    of_the_run = expected.toPlainText()
    write(qtbot, dialog, "parameters.noise", "fly")
    qtbot.mouseClick(find(page(dialog), QPushButton, "measureNowButton"), Left)
    assert text(page(dialog), "measureNowLabel").startswith("noise: ")
    write(qtbot, dialog, "parameters.noise", "gaussian:0.1")
    qtbot.mouseClick(find(page(dialog), QPushButton, "measureNowButton"), Left)
    qtbot.waitUntil(lambda: expected.toPlainText() != of_the_run)
    discard(qtbot, window, dialog)


def discard(qtbot: QtBot, window: MainWindow, dialog: PrepareLessonDialog) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    answer(qtbot, window, "discardLessonButton")
    qtbot.waitUntil(lambda: not window.findChildren(PrepareLessonDialog))


def test_escape_loses_nothing_that_was_typed(qtbot: QtBot, window: MainWindow) -> None:
    dialog = prepare(qtbot, window)
    write(qtbot, dialog, "title", "Mine")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    answer(qtbot, window, "keepLessonButton")
    assert dialog.isVisible()
    assert dialog.draft.head["title"] == "Mine"
    discard(qtbot, window, dialog)


def test_what_is_missing_is_said_at_its_field_and_a_click_goes_there(qtbot: QtBot, window: MainWindow) -> None:
    dialog = prepare(qtbot, window)
    assert text(page(dialog), "lesson-title-faultLabel") == "Give the lesson a title."
    add(dialog, "do")
    assert text(page(dialog), "lesson-label-faultLabel") == "Say what stands on the button."
    write(qtbot, dialog, "actions", "fly")
    dialog.refresh()
    assert text(page(dialog), "lesson-actions-faultLabel").startswith("✗ There is no action “fly”")
    lines = faults(dialog)
    dialog.go_to(-1)
    shown = find(dialog, QListWidget, "lessonFaultList")
    shown.itemClicked.emit(shown.item(lines.index("Step 1: Say what stands on the button.")))
    assert dialog.focusWidget() is find(page(dialog), QLineEdit, "lesson-label")
    write(qtbot, dialog, "label", "Go")
    dialog.refresh()
    assert find(page(dialog), QLabel, "lesson-label-faultLabel").parentWidget().isHidden()


def test_buttons_of_the_preview_say_what_they_do(qtbot: QtBot, window: MainWindow) -> None:
    dialog = prepare(qtbot, window)
    dialog.begin_with(Draft.of(every_kind()))
    before = window.training_panel.config()
    for step in every_kind().steps:
        for kind, words in (("goOn", "goes on"), ("do", "does this: "), ("measure", "measures the student's run")):
            button = dialog.findChild(QPushButton, f"{step.key}-{kind}Button")
            if button is not None:
                button.click()
                assert f"In a lesson this button {words}" in text(dialog, "lessonPreviewLabel")
    assert window.training_panel.config() == before


def test_a_lesson_that_is_there_is_gone_on_with(qtbot: QtBot, window: MainWindow) -> None:
    dialog = prepare(qtbot, window)
    begin = find(dialog, QPushButton, "beginLessonButton").menu()
    assert isinstance(begin, QMenu)
    qtbot.waitUntil(lambda: len(begin.actions()) > 1)
    begin.actions()[1].trigger()
    assert dialog.draft == Draft.of(bundled()[0].lesson)
    assert faults(dialog) == []
    steps = dialog.draft.steps
    dialog.go_to(1)
    for name in ("copyStepButton", "stepUpButton", "stepDownButton", "deleteStepButton"):
        qtbot.mouseClick(find(dialog, QPushButton, name), Left)
    assert dialog.draft.steps == steps, "a duplicate was made, moved, and deleted again"


def test_every_lesson_can_be_written_again() -> None:
    lessons = [*(entry.lesson for entry in bundled()), every_kind(), every_kind(LOCKED)]
    for lesson in lessons:
        again, findings = Draft.of(lesson).checked()
        assert findings == (), lesson.key
        assert again is not None
        assert (again.steps, again.settings, again.locked) == (lesson.steps, lesson.settings, lesson.locked)


def test_what_means_nothing_is_told_with_its_step() -> None:
    draft = Draft.of(every_kind())
    place = next(at for at, step in enumerate(draft.steps) if step.kind == "do")
    for line in ("set iterations =", "run-to iteration = 0", "fly"):
        lesson, findings = draft.with_step(place, draft.steps[place].typed("actions", line)).checked()
        assert lesson is None
        assert [one.place for one in findings] == [place], line
    lesson, findings = draft.inserted(0, DraftStep.new("read", 1)).checked()
    assert lesson is None
    assert {one.place for one in findings} == {0}


def test_keys_follow_titles() -> None:
    assert key_of("How loud is ŝ?") == "how-loud-is-s"
    assert key_of("10 ways") == "ways"
    assert key_of("σ") == ""

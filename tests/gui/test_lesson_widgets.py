"""Parts of the lessons' dock, each alone: what is shown of a text where there is just room for it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dae_gui.lessons.lesson.fold_button import FoldButton
from dae_gui.lessons.lesson.lesson_list import LessonList, ListedLesson
from dae_gui.lessons.lesson.lesson_row import LessonRow
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.long_button import LongButton
from helpers.widgets import find, text

LABELS = ("Set σ = 0.1 and start", "Show W and V", "Start, with a window of 25", "Smooth over 250")


@pytest.mark.parametrize("label", LABELS)
def test_a_button_with_room_shows_all_of_its_text(qtbot: QtBot, label: str) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    button = LongButton(label, parent)
    parent.setLayout(hbox(button, 1))
    for size in range(7, 16):
        font = parent.font()
        font.setPointSizeF(size)
        parent.setFont(font)
        parent.resize(600, 60)
        parent.show()
        qtbot.waitUntil(lambda: button.width() == button.sizeHint().width())
        assert button.text() == label
    button.resize(button.minimumSizeHint())
    assert "…" in button.text()


@pytest.mark.parametrize("kind", ["head", "row"])
def test_a_long_title_has_all_its_lines_after_the_column_became_narrower(qtbot: QtBot, kind: str) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    title = "The rule that trains the network, in more words than one line holds"
    if kind == "head":
        button: FoldButton | LessonRow = FoldButton("head", parent)
        button.setText(title)
    else:
        button = LessonRow(1, ListedLesson("key", title, "What it is about", 10), parent)
    layout = vbox(button, 1)
    parent.setLayout(layout)
    parent.resize(900, 300)
    parent.show()
    button.updateGeometry()
    layout.activate()  # which has asked for the height at this width by then
    qtbot.waitUntil(lambda: button.height() == button.heightForWidth(button.width()))
    one = button.height()
    parent.resize(300, 300)
    assert button.heightForWidth(button.width()) > one
    assert button.height() == button.heightForWidth(button.width())


def test_the_list_says_that_it_is_being_read_and_what_came_of_it(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    lessons = LessonList(parent)
    parent.show()
    label = find(lessons, QWidget, "noLessonsLabel")
    assert label.isVisible()
    assert text(lessons, "noLessonsLabel") == "Reading the lessons…"
    lessons.show_lessons([ListedLesson("key", "A lesson", "What it is about", 10)])
    assert not label.isVisible()
    lessons.show_lessons([])
    assert label.isVisible()
    assert text(lessons, "noLessonsLabel").startswith("No lessons come with this copy")


def test_lessons_that_could_not_be_read_are_waited_for_no_longer(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    lessons = LessonList(parent)
    parent.show()
    lessons.show_faults("The lessons of the program could not be read")
    assert not find(lessons, QWidget, "noLessonsLabel").isVisible()

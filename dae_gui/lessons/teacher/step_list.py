"""The head and the steps of a lesson to choose from, with buttons that add, move, duplicate and delete steps."""

from __future__ import annotations

import functools

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QListWidget, QMenu, QPushButton, QWidget

from dae_core.lessons.step_kinds import STEP_KINDS
from dae_core.texts import plain
from dae_gui.lessons.lesson.words import STEP_NAMES
from dae_gui.lessons.teacher.draft import HEAD_PLACE, Draft
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.why_not import allow
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import named, push_button

_NO_STEP = "first choose a step"


class StepList(QWidget):
    """Announces what is asked for; the place of the head is `HEAD_PLACE`.

    Signals
    -------
    chosen(int)
        Another place is to be worked on.
    addWanted(str)
        A step of a kind is to be added behind the chosen one.
    moveWanted(int), duplicateWanted(), deleteWanted()
        What is to be done with the chosen step.
    """

    chosen = Signal(int)
    addWanted = Signal(str)
    moveWanted = Signal(int)
    duplicateWanted = Signal()
    deleteWanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._list = named(QListWidget(self), "lessonStepList", "The lesson and its steps")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentRowChanged.connect(self._on_row_changed)
        add = push_button("addStepButton", "&Add a step", "Add a step behind the chosen one", self)
        menu = QMenu(add)
        menu.setToolTipsVisible(True)
        for name, kind in STEP_KINDS.items():
            action = QAction(f"{STEP_NAMES[name]}: {kind.doc}", menu)
            action.setObjectName(f"add-{name}")
            action.setToolTip(plain_tip(kind.doc))
            action.triggered.connect(functools.partial(self.addWanted.emit, name))
            menu.addAction(action)
        add.setMenu(menu)
        self._up = self._button("stepUpButton", "&Up", "Move the step up", functools.partial(self.moveWanted.emit, -1))
        self._down = self._button(
            "stepDownButton", "D&own", "Move the step down", functools.partial(self.moveWanted.emit, 1)
        )
        self._copy = self._button("copyStepButton", "&Duplicate", "Add the same step again", self.duplicateWanted.emit)
        self._delete = self._button("deleteStepButton", "De&lete", "Delete the step", self.deleteWanted.emit)
        below = QWidget(self)
        flow = FlowLayout(below)
        flow.setContentsMargins(0, 0, 0, 0)
        for button in (add, self._up, self._down, self._copy, self._delete):
            flow.addWidget(button)
        self.setLayout(vbox((self._list, 1), below, spacing=6, margins=(0, 0, 0, 0)))

    def show_draft(self, draft: Draft, place: int, wrong: frozenset[int]) -> None:
        """Show the titles, a mark where something is wrong, and which place is worked on."""
        titles = ["The lesson", *(f"{n}  {STEP_NAMES[s.kind]}: {s.title}" for n, s in enumerate(draft.steps, start=1))]
        texts = [f"{'✗ ' if row + HEAD_PLACE in wrong else ''}{plain(text, 100)}" for row, text in enumerate(titles)]
        self._list.blockSignals(True)
        while self._list.count() > len(texts):
            self._list.takeItem(self._list.count() - 1)
        for row, text in enumerate(texts):
            if row == self._list.count():
                self._list.addItem(text)
            elif self._list.item(row).text() != text:
                self._list.item(row).setText(text)
        self._list.setCurrentRow(place - HEAD_PLACE)
        self._list.blockSignals(False)
        is_step, last = place != HEAD_PLACE, len(draft.steps) - 1
        allow(self._up, place > 0, "it is the first step" if is_step else _NO_STEP)
        allow(self._down, is_step and place < last, "it is the last step" if is_step else _NO_STEP)
        for button in (self._copy, self._delete):
            allow(button, is_step, _NO_STEP)

    def _button(self, name: str, text: str, tip: str, slot: object) -> QPushButton:
        button = push_button(name, text, tip, self)
        button.clicked.connect(lambda: slot())  # type: ignore[operator]
        return button

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        if row >= 0:
            self.chosen.emit(row + HEAD_PLACE)

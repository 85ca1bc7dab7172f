"""Prepare a lesson: its steps at the left, the fields of one in the middle, and how a student sees it at the right."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QScrollArea,
    QSplitter,
    QWidget,
)

from dae_core.lessons.lesson import Lesson
from dae_core.texts import plain
from dae_gui.lessons.teacher.draft import HEAD_PLACE, Draft, DraftStep, Finding
from dae_gui.lessons.teacher.head_page import HeadPage
from dae_gui.lessons.teacher.preview import Preview
from dae_gui.lessons.teacher.spelling import lines, with_line
from dae_gui.lessons.teacher.step_list import StepList
from dae_gui.lessons.teacher.step_page import StepPage
from dae_gui.support.debounce import Debounce
from dae_gui.support.question import Choice, Question, Role
from dae_gui.support.why_not import allow
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named, push_button

_SOON_MS = 250
_WIDTH, _HEIGHT = 1180, 700
_SHARES = (2, 4, 4)
_FAULT_LINES = 4


class PrepareLessonDialog(QDialog):
    """A window beside the main one, which stays usable.

    Signals
    -------
    saveRequested(Lesson)
        The lesson, which is whole, is to be written to a file.
    startWanted()
        Another lesson's file is to be begun with.
    measureWanted(DraftStep, str)
        A step is to be measured on the present run, and expected to within this tolerance.
    """

    saveRequested = Signal(object)
    startWanted = Signal()
    measureWanted = Signal(object, str)

    def __init__(self, settings: Callable[[], Mapping[str, Any]], docks: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("prepareLessonDialog")
        self.setWindowTitle("Prepare a lesson")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings, self._docks = settings, docks
        self._draft = self._kept = Draft(settings=settings())
        self._place = HEAD_PLACE
        self._lesson: Lesson | None = None
        self.page: HeadPage | StepPage | None = None
        self._list = StepList(self)
        self._list.chosen.connect(self.go_to)
        self._list.addWanted.connect(self._add)
        self._list.moveWanted.connect(self._move)
        self._list.duplicateWanted.connect(self._duplicate)
        self._list.deleteWanted.connect(self._delete)
        self._area = QScrollArea(self)
        self._area.setObjectName("lessonFormArea")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._preview = Preview(self)
        self._faults = named(
            QListWidget(self), "lessonFaultList", "What is missing or wrong", "A click goes to the field"
        )
        self._faults.setWordWrap(True)
        self._faults.setFixedHeight(_FAULT_LINES * self.fontMetrics().lineSpacing() + 8)
        self._faults.itemClicked.connect(self._on_fault_clicked)
        self._faults.itemActivated.connect(self._on_fault_clicked)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        for side in (self._list, self._area, self._preview):
            splitter.addWidget(side)
        splitter.setSizes([_WIDTH * share // sum(_SHARES) for share in _SHARES])
        self.begin = push_button("beginLessonButton", "&Begin with another lesson", "Take one that is there", self)
        self.menu = QMenu(self.begin)
        self.menu.addAction("A lesson &file…").triggered.connect(self.startWanted)
        self.begin.setMenu(self.menu)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._save = buttons.addButton("&Save…", QDialogButtonBox.ButtonRole.AcceptRole)
        named(self._save, "saveLessonButton", "Save the lesson", "Choose where the lesson's file is written")
        buttons.accepted.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        self.setLayout(vbox((splitter, 1), self._faults, hbox(self.begin, (buttons, 1)), spacing=8))
        self._soon = Debounce(_SOON_MS, self.refresh, self)
        available = self.screen().availableSize()
        self.resize(min(_WIDTH, available.width() - 40), min(_HEIGHT, available.height() - 60))
        self.go_to(HEAD_PLACE)

    @property
    def draft(self) -> Draft:
        """The lesson as it is typed now."""
        return self._draft

    # Where one is

    @Slot(int)
    def go_to(self, place: int) -> None:
        """Show the fields of a step, or of the head."""
        self._place = min(place, len(self._draft.steps) - 1)
        old = self._area.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()  # not at once, for one of its fields may be at work
        self.page = self._head_page() if self._place == HEAD_PLACE else self._step_page()
        self.page.form.typed.connect(self._on_typed)
        self._area.setWidget(self.page)
        self.refresh()

    def _head_page(self) -> HeadPage:
        page = HeadPage(self._draft, self._docks, self._area)
        page.ticked.connect(self._on_ticked)
        page.settingsWanted.connect(self._take_settings)
        return page

    def _step_page(self) -> StepPage:
        page = StepPage(self._draft.steps[self._place], self._area)
        page.lineAdded.connect(self._add_action)
        page.measureWanted.connect(self._on_measure)
        return page

    @Slot(object)
    def _on_fault_clicked(self, item: QListWidgetItem) -> None:
        finding = item.data(Qt.ItemDataRole.UserRole)
        self.go_to(finding.place)
        if self.page is not None:
            self.page.form.focus_field(finding.name)

    # What is changed

    def begin_with(self, draft: Draft) -> None:
        """Go on from a lesson that is there; what was typed is asked about first."""
        self._after_asking(lambda: self._begin_with(draft))

    def _begin_with(self, draft: Draft) -> None:
        self._draft = self._kept = draft
        self.go_to(HEAD_PLACE)

    @Slot(str, str)
    def _on_typed(self, name: str, text: str) -> None:
        self._draft = self._draft.typed(self._place, name, text)
        if name == "title" and isinstance(self.page, HeadPage):
            self.page.form.show_text("key", self._draft.head["key"])
        if name == "measurement":
            self.go_to(self._place)  # it has other parameters
        self._soon.start()

    @Slot(str, object)
    def _on_ticked(self, name: str, chosen: tuple[str, ...]) -> None:
        self._draft = self._draft.ticked(name, chosen)
        self._soon.start()

    @Slot()
    def _take_settings(self) -> None:
        self._draft = replace(self._draft, settings=self._settings(), data_settings={})
        if isinstance(self.page, HeadPage):
            self.page.show_settings(self._draft)
        self.refresh()

    @Slot(str)
    def _add(self, kind: str) -> None:
        place = self._place + 1
        self._draft = self._draft.inserted(place, DraftStep.new(kind, len(self._draft.steps) + 1))
        self.go_to(place)

    @Slot()
    def _duplicate(self) -> None:
        self._draft = self._draft.inserted(self._place + 1, self._draft.steps[self._place])
        self.go_to(self._place + 1)

    @Slot()
    def _delete(self) -> None:
        self._draft = self._draft.removed(self._place)
        self.go_to(self._place)

    @Slot(int)
    def _move(self, by: int) -> None:
        self._draft = self._draft.moved(self._place, by)
        self.go_to(self._place + by)

    @Slot(str)
    def _add_action(self, line: str) -> None:
        text = self._draft.steps[self._place].texts.get("actions", "")
        self._show_typed("actions", "\n".join((*lines(text), line)))

    @Slot(str)
    def _on_measure(self, tolerance: str) -> None:
        self.measureWanted.emit(self._draft.steps[self._place], tolerance)

    def expect(self, data: str, line: str) -> None:
        """Put what is expected on a data set, or on any, into the field of the step that is shown."""
        self._show_typed("expected", with_line(self._draft.steps[self._place].texts["expected"], data, line))

    def _show_typed(self, name: str, text: str) -> None:
        if self.page is not None:
            self.page.form.show_text(name, text)

    # What follows

    @Slot()
    def refresh(self) -> None:
        """Check the lesson, and show it as a student sees it."""
        self._soon.stop()
        self._lesson, findings = self._draft.checked()
        self._list.show_draft(self._draft, self._place, frozenset(one.place for one in findings))
        self._show_findings(findings)
        allow(self._save, self._lesson is not None, "first mend what is listed below the steps")
        if self._lesson is not None:
            self._preview.show_lesson(self._lesson, self._place)

    def _show_findings(self, findings: tuple[Finding, ...]) -> None:
        self._faults.clear()
        for one in findings:
            where = "The lesson" if one.place == HEAD_PLACE else f"Step {one.place + 1}"
            item = QListWidgetItem(plain(f"{where}{': ' if one.is_missing else ', '}{one.line}", 300), self._faults)
            item.setData(Qt.ItemDataRole.UserRole, one)
        self._faults.setVisible(bool(findings))
        if self.page is not None:
            self.page.form.show_findings([one for one in findings if one.place == self._place])

    @Slot()
    def _on_save(self) -> None:
        self.refresh()
        if self._lesson is not None:
            self.saveRequested.emit(self._lesson)

    def mark_saved(self, lesson: Lesson) -> None:
        """Take note that a lesson is in a file."""
        self._kept = self._draft if self._draft.checked()[0] == lesson else self._kept

    def reject(self) -> None:
        """Close, unless the user wants to keep what is in no file."""
        self._after_asking(super().reject)

    def _after_asking(self, then: Callable[[], object]) -> None:
        if self._draft == self._kept:
            then()
            return
        question = Question(
            self,
            "discardLessonQuestion",
            "Prepare a lesson",
            "Discard what you have written?",
            "This lesson is in no file as it is now.",
            (
                Choice(True, "&Discard", "discardLessonButton", Role.DestructiveRole),
                Choice(False, "&Keep writing", "keepLessonButton", Role.RejectRole),
            ),
        )
        question.ask(functools.partial(self._on_answered, then))

    def _on_answered(self, then: Callable[[], object], is_to_go: bool) -> None:
        if is_to_go:
            then()

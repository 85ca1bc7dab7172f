"""The fields of a lesson's head or of one step, made from their table."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from dae_gui.lessons.lesson.result_lines import ResultLine
from dae_gui.lessons.teacher.draft import Finding
from dae_gui.lessons.teacher.fields import Field, Look
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import check_box, combo_box, named, narrow

_LINES = {"text": 7, "actions": 5}
_FEW_LINES = 3


class Form(QWidget):
    """Shows what stands in a draft, and announces what is typed.

    Signals
    -------
    typed(str, str)
        The name of a field, and what stands in it now.
    """

    typed = Signal(str, str)

    def __init__(self, rows: Sequence[Field], texts: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self._told = {row.name: ResultLine(f"lesson-{row.name}-fault", self) for row in rows}
        self._fields = {row.name: self._field(row, texts.get(row.name, "")) for row in rows}
        form = QFormLayout(self)
        form.setContentsMargins(0, 4, 8, 4)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for row in rows:
            label = PlainLabel(row.label, self)
            label.setBuddy(self._fields[row.name])
            form.addRow(label, vbox(self._fields[row.name], self._told[row.name], spacing=2, margins=(0, 0, 0, 0)))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Say below each field what is wrong with it, or what is still to be written there."""
        found = {one.name: one for one in reversed(findings)}  # the first of each
        for name, told in self._told.items():
            one = found.get(name)
            text = "" if one is None else one.text
            told.show_result(f"{text[:1].upper()}{text[1:]}", is_good=None if one is None or one.is_missing else False)

    def focus_field(self, name: str) -> None:
        """Put the cursor into a field; one that the form does not have is none."""
        if name in self._fields:
            self._fields[name].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_text(self, name: str, text: str) -> None:
        """Show in a field what was not typed there; one that says the same stays as it is."""
        widget = self._fields[name]
        if isinstance(widget, QLineEdit) and widget.text() != text:
            widget.setText(text)
        elif isinstance(widget, QPlainTextEdit) and widget.toPlainText() != text:
            widget.setPlainText(text)

    def _field(self, row: Field, text: str) -> QWidget:
        name, told = f"lesson-{row.name}", functools.partial(self.typed.emit, row.name)
        if row.look is Look.TICK:
            box: QCheckBox = check_box(name, "", row.tip, self, row.label)
            box.setChecked(bool(text))
            box.toggled.connect(lambda is_on: told("yes" if is_on else ""))
            return box
        if row.look is Look.CHOICE:
            items = [(title, value) for value, title in row.choices.items()]
            choice: QComboBox = combo_box(name, row.label, row.tip, items, self)
            narrow(choice, 16)
            choice.setCurrentIndex(choice.findData(text))
            choice.currentIndexChanged.connect(lambda _place: told(choice.currentData()))
            return choice
        if row.look is Look.PAGE:
            page = named(QPlainTextEdit(self), name, row.label, row.tip)
            page.setTabChangesFocus(True)
            lines = _LINES.get(row.name, _FEW_LINES)
            page.setFixedHeight(lines * page.fontMetrics().lineSpacing() + 12)
            page.setPlainText(text)
            page.textChanged.connect(lambda: told(page.toPlainText()))
            return page
        line = named(QLineEdit(self), name, row.label, row.tip)
        line.setText(text)
        line.textChanged.connect(told)
        return line

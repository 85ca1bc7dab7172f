"""What the model is, in one line, and the choices that it is made of, folded away at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from dae_core.model.architecture import Architecture
from dae_core.model.penalties import PENALTIES
from dae_core.training.config import TrainingConfig
from dae_gui.panels.training_panel.controls import make_form
from dae_gui.panels.training_panel.model_fields import label, model_fields
from dae_gui.support.icons import icon
from dae_gui.support.plain_text import menu_text, plain_tip
from dae_gui.widgets.controls.named import named

_TIP = "Show or hide what the model is made of: activation, loss, tied weights, penalties"
_LEAST_CHARACTERS = 12
_MOST_LINES = 3


class ModelSettings(QWidget):
    """A button that says what the model is, and below it a field for each choice while it is pressed.

    Parameters
    ----------
    parent
        The widget that it stands in.

    Signals
    -------
    edited()
        The user changed one of the settings that define a run.
    strengthChanged(str)
        The user changed the strength of a penalty, which may be done while a run goes on; by its name.
    """

    edited = Signal()
    strengthChanged = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._button = _CutButton(self)
        named(self._button, "modelButton", "Model", _TIP)
        self._choices = QWidget(self)
        self._choices.setObjectName("modelSettings")
        self._choices.hide()
        self._fields = model_fields(self._choices)
        form = make_form(self._choices)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in self._fields.items():
            form.addRow(label(name), field.widget)
            field.changed.connect(self._on_strength_changed if name in PENALTIES else self._on_edited)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._button)
        layout.addWidget(self._choices)
        self._button.toggled.connect(self._on_toggled)
        self._known = self.values()
        self._show_line()
        self.refresh_icons()

    def controls(self) -> Sequence[QWidget]:
        """Return the controls of what defines a run."""
        return [one for name, field in self._fields.items() if name not in PENALTIES for one in field.controls]

    def live(self) -> Sequence[QWidget]:
        """Return those of what may be changed while one goes on."""
        return [one for name, field in self._fields.items() if name in PENALTIES for one in field.controls]

    def by_setting(self) -> dict[str, tuple[QWidget, ...]]:
        """Return the controls of each setting, by the names in `TrainingConfig`."""
        return {name: field.controls for name, field in self._fields.items()}

    def values(self) -> dict[str, Any]:
        """Return what is shown, by the fields of `TrainingConfig`."""
        return {name: field.value() for name, field in self._fields.items()}

    def show_config(self, config: TrainingConfig) -> None:
        """Show these settings, without emitting anything."""
        for name, field in self._fields.items():
            field.show_quietly(getattr(config, name))
        self._known = self.values()
        self._show_line()

    def uncover(self, inner: QWidget) -> None:
        """Show the choices, of which one is wanted."""
        if inner is not self._button:
            self._button.setChecked(True)

    def refresh_icons(self) -> None:
        """Draw the icon anew in the colours of the present theme."""
        self._button.setIcon(icon("collapse" if self._button.isChecked() else "expand"))

    @Slot()
    def _on_edited(self) -> None:
        self._show_line()
        self.edited.emit()

    @Slot()
    def _on_strength_changed(self) -> None:
        before, self._known = self._known, self.values()
        self._show_line()
        for name in PENALTIES:
            if self._known[name] != before[name]:
                self.strengthChanged.emit(name)

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        self._choices.setVisible(shown)
        self.refresh_icons()

    def _show_line(self) -> None:
        values = self.values()
        kind = Architecture(**{name: values[name] for name in Architecture.__dataclass_fields__})
        text = kind.describe() + (", averaged" if values["average"] else "")
        self._button.show_text(f"Model: {text}")
        self._button.setToolTip(plain_tip(f"{text}\n{_TIP}"))


class _CutButton(QToolButton):
    """A button to fold with; its text has a few lines, and ends in an ellipsis where they have no room for it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self._cut()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size with all of the text."""
        size = super().sizeHint()
        return QSize(size.width() + self._width_of(menu_text(self._whole)) - self._width_of(self.text()), size.height())

    def minimumSizeHint(self) -> QSize:
        """Return the size with some of it."""
        least = _LEAST_CHARACTERS * self.fontMetrics().averageCharWidth() + self._air()
        return QSize(min(least, self.sizeHint().width()), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._cut()

    def _width_of(self, text: str) -> int:
        return self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()

    def _air(self) -> int:
        return super().sizeHint().width() - self._width_of(self.text())

    def _cut(self) -> None:
        room = max(self.width() - self._air(), 0)
        letters, lines, rest = self.fontMetrics(), list[str](), self._whole
        while len(lines) < _MOST_LINES - 1 and letters.horizontalAdvance(rest) > room:
            words = rest.split(" ")
            count = 1
            while letters.horizontalAdvance(" ".join(words[: count + 1])) <= room:
                count += 1
            lines.append(" ".join(words[:count]))
            rest = " ".join(words[count:])
        lines.append(rest)
        cut = [letters.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines if line]
        shown = "\n".join(map(menu_text, cut))
        if shown != self.text():
            self.setText(shown)

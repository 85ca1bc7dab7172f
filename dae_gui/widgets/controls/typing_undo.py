"""In a field, Undo takes back what is being typed; when nothing is being typed, it is the window's."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget

_KEYS = (QKeySequence("Ctrl+Z"), QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y"))


class TypingUndo(QObject):
    """Watches fields: boxes for numbers otherwise keep the keys of Undo to themselves at all times."""

    left = Signal()
    """The focus has left one of the fields."""

    def watch(self, field: QWidget) -> None:
        """Let the window's Undo through in this field, unless a number is being typed there."""
        field.installEventFilter(self)

    def eventFilter(self, field: QObject, event: QEvent) -> bool:
        """Leave Undo and Redo to the window's shortcuts where the field has nothing typed to take back."""
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if QKeySequence(event.keyCombination()) not in _KEYS or is_typing(field):
            return False
        event.ignore()
        return True


def is_typing(box: QObject) -> bool:
    """Whether a number stands in a box that was typed and not yet taken over, so that typing can be taken back."""
    if not isinstance(box, (QSpinBox, QDoubleSpinBox)):
        return False
    number = box.textFromValue(box.value())  # type: ignore[arg-type]  # each takes its own kind of number
    taken = box.prefix() + number + box.suffix()
    return box.text() != taken and (box.lineEdit().isUndoAvailable() or box.lineEdit().isRedoAvailable())

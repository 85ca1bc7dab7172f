"""A dock as this window has them: with buttons that can be hit, and an edge of its own while it floats."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QMainWindow, QSizePolicy


class Dock(QDockWidget):
    """A dock whose look is the style sheet's, in the window and when it floats above it.

    Parameters
    ----------
    name
        Its object name.
    text
        Its title; a mnemonic's ``&`` is left out.
    window
        What it belongs to.
    """

    def __init__(self, name: str, text: str, window: QMainWindow) -> None:
        super().__init__(text.replace("&", ""), window)
        self.setObjectName(name)
        for button in self.findChildren(QAbstractButton, options=Qt.FindChildOption.FindDirectChildrenOnly):
            # as large as the style sheet says: by themselves they take no more than 10 pixels and a margin
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.topLevelChanged.connect(self._on_floating_changed)

    @Slot()
    def _on_floating_changed(self) -> None:
        """Have the edges drawn anew: a style sheet looks at a property only when it meets a widget."""
        for part in (self, self.widget()):
            if part is not None:
                part.style().unpolish(part)
                part.style().polish(part)
                part.update()

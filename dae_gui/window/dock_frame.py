"""A dock as this window has them: with buttons that can be hit, and an edge of its own while it floats."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QMainWindow, QSizePolicy

from dae_gui.support.repolish import repolish


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
        self._window = window
        self.setObjectName(name)
        for button in self.findChildren(QAbstractButton, options=Qt.FindChildOption.FindDirectChildrenOnly):
            # as large as the style sheet says: by themselves they take no more than 10 pixels and a margin
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.topLevelChanged.connect(self._on_floating_changed)

    @Slot(bool)
    def _on_floating_changed(self, is_floating: bool) -> None:
        """Have the edges drawn anew: a style sheet looks at a property only when it meets a widget."""
        for part in (self, self.widget()):
            if part is not None:
                repolish(part)
                part.update()
        if is_floating and self.isVisible() and QGuiApplication.screenAt(self.geometry().center()) is None:
            self._come_into_view()

    def _come_into_view(self) -> None:
        """Stand over the window: behind another dock Qt keeps one outside of all screens, and calls it unseen."""
        self.resize(self.sizeHint().boundedTo(self._window.size()))
        self.move(self._window.geometry().center() - self.rect().center())
        self.visibilityChanged.emit(True)

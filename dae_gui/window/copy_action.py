"""Edit > Copy, which belongs to what has the focus, and is disabled where that is nothing to copy."""

from __future__ import annotations

import weakref

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget

from dae_gui.support.copying import can_copy, copy_from
from dae_gui.support.why_not import allow


class CopyAction(QObject):
    """Has the action follow the focus, and copies from what has it.

    Parameters
    ----------
    action
        Enabled while a picture, a plot, a table or a text has the focus; owner of this object, which hears of the
        focus until the action is deleted.
    """

    refused = Signal(str)
    """There was nothing to copy; a sentence."""

    def __init__(self, action: QAction) -> None:
        super().__init__(action)
        self._action = action
        self._focused: weakref.ref[QWidget] | None = None
        action.triggered.connect(self.copy)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)
        self._on_focus_changed(None, QApplication.focusWidget())

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, (QMenu, QMenuBar)):
            return  # it has the focus while it is gone through with keys, and gives it back
        self._focused = None if now is None else weakref.ref(now)
        allow(self._action, can_copy(now), "click a picture, a plot, a table or a text first")

    @Slot()
    def copy(self) -> None:
        """Have what has the focus copy what it shows, or what is selected there."""
        widget = None if self._focused is None else self._focused()
        if widget is not None and not shiboken6.isValid(widget):
            widget = None
        if not copy_from(widget):
            self.refused.emit("Nothing to copy here: click a picture, a table or a plot, or select some text first")

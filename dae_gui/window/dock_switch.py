"""The key and the menu entry of a dock: what they do depends on whether the dock is seen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow

from dae_gui.support.plain_text import plain_tip


class DockSwitch(QObject):
    """Shows a dock that is hidden, brings one to the front that is behind others, closes the one in front.

    It takes the place of what Qt has connected with ``toggleViewAction``, which closes a dock that is only behind
    another. The dock that comes gets the focus as a whole: Tab goes into it, and no other key changes anything. The
    action is ticked while the dock is seen.

    Parameters
    ----------
    dock
        The dock, after whose name its action is called.
    window
        Whose centre gets the focus when the dock is closed.
    text
        Of the action, with its mnemonic.
    shortcut, tip
        The key, as a portable text, and what there is to see in the dock.
    """

    def __init__(self, dock: QDockWidget, window: QMainWindow, text: str, shortcut: str, tip: str) -> None:
        super().__init__(dock)
        self._dock, self._window = dock, window
        self._is_seen = False
        self.action: QAction = dock.toggleViewAction()
        self.action.triggered.disconnect()
        self.action.setObjectName(f"{dock.objectName()}Action")
        self.action.setText(text)
        self.action.setShortcut(QKeySequence(shortcut))
        self.action.setToolTip(plain_tip(tip))
        self.action.setStatusTip(tip)
        dock.visibilityChanged.connect(self._on_visibility_changed)
        dock.visibilityChanged.connect(self.action.setChecked)  # the action's own, for it is gone before the dock is
        self.action.triggered.connect(self._on_triggered)

    @Slot(bool)
    def _on_visibility_changed(self, is_seen: bool) -> None:
        """Follow the dock; for Qt, one that is behind another is not visible."""
        self._is_seen = is_seen

    @Slot()
    def _on_triggered(self) -> None:
        if self._is_seen:
            self._close()
        else:
            bring_dock(self._dock)
        self.action.setChecked(self._is_seen)

    def _close(self) -> None:
        focused = QApplication.focusWidget()
        had_focus = focused is not None and (focused is self._dock or self._dock.isAncestorOf(focused))
        self._dock.close()
        centre = self._window.centralWidget()
        if had_focus and centre is not None:  # else Qt gives it to the next field, where a key would change something
            centre.setFocus()


def bring_dock(dock: QDockWidget) -> None:
    """Show a dock in front of others, and give it the focus as a whole."""
    dock.show()
    dock.raise_()
    if dock.isFloating():
        dock.activateWindow()
    dock.setFocus()

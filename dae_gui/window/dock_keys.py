"""What the mouse does with docks, by keyboard: go from one to the next, and make the one with the focus larger."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QToolBar, QWidget

from dae_gui.support.reading_order import all_in_order, is_stop, parts_in_order

_STEP = 24  # pixels
_SIZES = {
    "widerDockAction": QSize(_STEP, 0),
    "narrowerDockAction": QSize(-_STEP, 0),
    "tallerDockAction": QSize(0, _STEP),
    "lowerDockAction": QSize(0, -_STEP),
}


class DockKeys(QObject):
    """Moves the focus from part to part of the window, in the order in which one reads, and sizes docks.

    Parameters
    ----------
    window
        The window with its docks, toolbars and centre.
    actions
        Its actions by name.
    """

    def __init__(self, window: QMainWindow, actions: dict[str, QAction]) -> None:
        super().__init__(window)
        self._window = window
        actions["nextDockAction"].triggered.connect(partial(self.go, 1))
        actions["previousDockAction"].triggered.connect(partial(self.go, -1))
        for name, change in _SIZES.items():
            actions[name].triggered.connect(partial(self.resize, change))

    def parts(self) -> list[QWidget]:
        """Return docks, centre and toolbars that are to be seen, in order, and then docks that float."""
        window, kinds = self._window, (QDockWidget, QToolBar)
        inside = [p for p in parts_in_order(window) if isinstance(p, kinds) or p is window.centralWidget()]
        floating = [d for d in window.findChildren(QDockWidget) if d.isFloating() and d.isVisible()]
        return [part for part in (*inside, *floating) if any(map(is_stop, all_in_order(part)))]

    def go(self, steps: int, _checked: bool = False) -> None:
        """Give the focus to the next part, or the one before for -1: to its panel as a whole, or to its first field."""
        parts, focused = self.parts(), QApplication.focusWidget()
        if not parts:
            return
        at = [i for i, part in enumerate(parts) if focused is not None and part.isAncestorOf(focused)]
        part = parts[(at[0] + steps if at else 0 if steps > 0 else -1) % len(parts)]
        if part.isWindow():
            part.activateWindow()
        target = part if isinstance(part, QDockWidget) else next(filter(is_stop, all_in_order(part)))
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def resize(self, change: QSize, _checked: bool = False) -> None:
        """Make the dock that has the focus larger or smaller."""
        widget = QApplication.focusWidget()
        while widget is not None and not isinstance(widget, QDockWidget):
            widget = widget.parentWidget()
        if widget is None:
            return
        size = widget.size() + change
        if widget.isFloating():
            widget.resize(size)
        elif change.width():
            self._window.resizeDocks([widget], [size.width()], Qt.Orientation.Horizontal)
        else:
            self._window.resizeDocks([widget], [size.height()], Qt.Orientation.Vertical)

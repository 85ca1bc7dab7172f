"""The rail at the left edge: every dock by its icon and name, one click away, however many share a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QToolBar, QToolButton, QVBoxLayout, QWidget

from dae_gui.support.icons import icon


class _Look(NamedTuple):
    """One way to draw the buttons, from this width of the window on, which is given in average characters."""

    style: Qt.ToolButtonStyle
    icon: int
    least_characters: int = 0


# The first in which all docks fit is taken. A narrow window keeps its width for the curves.
_LOOKS = (
    _Look(Qt.ToolButtonStyle.ToolButtonTextUnderIcon, 20, 225),
    _Look(Qt.ToolButtonStyle.ToolButtonIconOnly, 20),
    _Look(Qt.ToolButtonStyle.ToolButtonIconOnly, 14),
)
_BY_TAB, _NOT_BY_TAB = Qt.FocusPolicy.TabFocus, Qt.FocusPolicy.NoFocus


class RailEntry(Protocol):
    """What the rail asks of a row in a table of docks."""

    @property
    def name(self) -> str:
        """The object name of the dock."""

    @property
    def icon(self) -> str:
        """The name of its icon."""

    @property
    def short(self) -> str:
        """Its name in two short words at most."""


class DockRail(QToolBar):
    """Shows, raises and closes docks by their own actions; names stand below the icons where there is room for all.

    Parameters
    ----------
    window
        The window whose left edge it takes.
    docks
        All docks, by object name.
    groups
        Which stand together, from the top; see `RailEntry`.
    """

    def __init__(
        self, window: QMainWindow, docks: dict[str, QDockWidget], groups: Sequence[Sequence[RailEntry]]
    ) -> None:
        super().__init__("Side rail", window)
        self.setObjectName("dockRail")
        self.setAccessibleName("Docks")
        self.toggleViewAction().setText("Side r&ail")
        self.setMovable(False)
        self.setOrientation(Qt.Orientation.Vertical)  # before it is measured
        self._window = window
        self._column = _Column(self)
        self._icons: dict[QAction, str] = {}
        for group in groups:
            if self._icons:
                self._column.add_line()
            for entry in group:
                action = docks[entry.name].toggleViewAction()
                action.setIconText(entry.short)
                action.setIconVisibleInMenu(False)  # there it would stand in the place of the tick
                self._icons[action] = entry.icon
                self._column.add(action)
        self._draw_icons()
        self.addWidget(self._column)
        self.place()

    def buttons(self) -> list[QToolButton]:
        """Return the buttons of the docks, from the top."""
        return self._column.buttons

    def place(self) -> None:
        """Put it where it is at first."""
        if self._window.toolBarArea(self) != Qt.ToolBarArea.LeftToolBarArea:
            self._window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self)
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the names if all of them fit."""
        super().resizeEvent(event)
        layout = self.layout()
        frame = layout.contentsMargins().top() + layout.contentsMargins().bottom() if layout is not None else 0
        self._column.choose_look(QSize(self._window.width(), self.height() - frame))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()

    def _draw_icons(self) -> None:
        for action, name in self._icons.items():
            action.setIcon(icon(name))


class _Column(QWidget):
    """The buttons of the rail, one below the other and equally wide."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.buttons: list[QToolButton] = []
        self._look = _LOOKS[-1]
        self._room = QSize()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2, 2, 2, 2)
        self._column.setSpacing(1)
        self._column.addStretch(1)

    def add(self, action: QAction) -> None:
        """Add a button for an action below the others."""
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setDefaultAction(action)
        button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
        button.setFocusPolicy(_NOT_BY_TAB if self.buttons else _BY_TAB)
        button.installEventFilter(self)
        self.buttons.append(button)
        self._insert(button)

    def add_line(self) -> None:
        """Add a line between two groups."""
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        self._insert(line)

    def minimumSizeHint(self) -> QSize:
        """Ask for no height: names that are shown now are no reason to keep the window from shrinking."""
        return QSize(super().minimumSizeHint().width(), 1)

    def choose_look(self, room: QSize) -> None:
        """Take the first look in which all buttons fit.

        Parameters
        ----------
        room
            The width of the window and the height of the rail (pixels).
        """
        self._room = room
        characters = room.width() / self.fontMetrics().averageCharWidth()
        for look in _LOOKS:
            self._apply(look)
            if look.least_characters <= characters and self._column.sizeHint().height() <= room.height():
                break

    def event(self, event: QEvent) -> bool:
        """Choose anew when letters or style are others."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.choose_look(self._room)
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from button to button by the arrow keys, for Tab stops at the rail once."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched in self.buttons:
            at, last = self.buttons.index(watched), len(self.buttons) - 1
            keys = {Qt.Key.Key_Up: at - 1, Qt.Key.Key_Down: at + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
            target = keys.get(Qt.Key(event.key()))
            if target is not None:
                self._focus(self.buttons[min(max(target, 0), last)])
                return True
        return super().eventFilter(watched, event)

    def _focus(self, target: QToolButton) -> None:
        for button in self.buttons:
            button.setFocusPolicy(_BY_TAB if button is target else _NOT_BY_TAB)
        target.setFocus(Qt.FocusReason.TabFocusReason)  # the reason for which a ring is drawn

    def _insert(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, widget)

    def _apply(self, look: _Look) -> None:
        if look == self._look:
            return
        self._look = look
        for button in self.buttons:
            button.setToolButtonStyle(look.style)
            button.setIconSize(QSize(look.icon, look.icon))
        self._column.invalidate()
        self.updateGeometry()
        bar = self.parentWidget()
        if bar is not None:  # so that whoever divides the window now knows of it; Qt would tell it later
            bar.updateGeometry()

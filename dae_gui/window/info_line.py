"""The info line: what is under the pointer, or has the focus, told at once in a line above the status bar."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCursor, QHideEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSizePolicy, QToolBar, QWidget

from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.telling_tips import told_by

_LOOK_EVERY_MS = 100
_EMPTY = "Point at something, or go to it with Tab: here it is told what it is"


class InfoLine(QToolBar):
    """Shows the tip of what is pointed at; of what has the focus, when that was the last to change.

    It looks for itself, ten times a second while it is shown: it is not told. A filter of the application's events
    would see every event of every widget, and wait each time for the interpreter lock that training holds. Hidden,
    it does nothing. Its height does not depend on what it says, so nothing moves.

    Parameters
    ----------
    window
        The window at whose lower edge it is; what belongs to other windows of the program is told too.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__("Info line", window)
        self.setObjectName("infoLine")
        self.setAccessibleName("Info line")
        self.setMovable(False)
        action = self.toggleViewAction()
        action.setObjectName("infoLineAction")
        action.setText("Info lin&e")
        action.setStatusTip("Tell in a line at the lower edge what is under the pointer, or has the focus")
        self.setContentsMargins(0, 0, 0, 0)
        self._label = _OneLine(self)
        self.addWidget(self._label)
        self._pointer = QPoint()
        self._follows_focus = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self)
        self.hide()

    def text(self) -> str:
        """Return what is told now, whole; empty for nothing."""
        return self._label.whole

    def is_looking(self) -> bool:
        """Whether it looks at the pointer and hears of the focus: only while it is shown."""
        return self._timer.isActive()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to look."""
        super().showEvent(event)
        application = QApplication.instance()
        if isinstance(application, QApplication) and not self.is_looking():
            application.focusChanged.connect(self._on_focus_changed)
            self._pointer = QCursor.pos()
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        super().hideEvent(event)
        application = QApplication.instance()
        if isinstance(application, QApplication) and self.is_looking():
            application.focusChanged.disconnect(self._on_focus_changed)
            self._timer.stop()
            self._label.tell("")

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        self._follows_focus = now is not None

    @Slot()
    def _look(self) -> None:
        pointer = QCursor.pos()
        if pointer != self._pointer:
            self._pointer, self._follows_focus = pointer, False
        if self._follows_focus:
            self._label.tell(told_by(QApplication.focusWidget()))
            return
        widget = QApplication.widgetAt(pointer)
        self._label.tell("" if widget is None else told_by(widget, widget.mapFromGlobal(pointer)))


class _OneLine(PlainLabel):
    """A text that is cut at the end where there is no room, and asks for none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.setObjectName("infoLineLabel")
        self.whole = ""
        self.setContentsMargins(6, 1, 6, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._show()

    def tell(self, text: str) -> None:
        """Say this, or in faint letters what the line is for."""
        if text != self.whole:
            self.whole = text
            self._show()

    def minimumSizeHint(self) -> QSize:
        """Return the height of one line."""
        return QSize(0, self.fontMetrics().height() + 4)

    def sizeHint(self) -> QSize:
        """Return the height of one line."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._show()

    def _show(self) -> None:
        self.setAccessibleDescription(self.whole)
        self.setForegroundRole(QPalette.ColorRole.WindowText if self.whole else QPalette.ColorRole.PlaceholderText)
        room = self.contentsRect().width()
        self.setText(self.fontMetrics().elidedText(self.whole or _EMPTY, Qt.TextElideMode.ElideRight, max(room, 0)))

"""A layout of the window that is kept while another one is shown, and comes back exactly as it was."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow
from shiboken6 import isValid

_AGAIN_MS, _MOST_TRIES = 20, 10
_GIVE_UP_MS = 5000  # a desktop that has not resized the window by then will not; what it looks like now is the user's
_FILLS = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen


class KeptLayout(QObject):
    """Docks, toolbars, the centre, size and state of a window, and the focus, as they are when this is made.

    Parameters
    ----------
    window
        The window, which owns this.

    Signals
    -------
    returned()
        It is back and has come to rest, or forgotten: it is needed no more.
    """

    returned = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.state = window.saveState()
        self.geometry = window.saveGeometry()
        self._size = window.size()
        self._window_state = window.windowState()
        self._parts = [
            (part, part.isHidden()) for part in (window.centralWidget(), window.menuBar(), window.statusBar())
        ]
        self._focused = QApplication.focusWidget()
        self._in_front: QDockWidget | None = None
        self._tries = 0
        self._settling = QTimer(self, singleShot=True)
        self._settling.timeout.connect(self._settle)
        self._giving_up = QTimer(self, singleShot=True, interval=_GIVE_UP_MS)
        self._giving_up.timeout.connect(self.drop)

    def restore(self, in_front: QDockWidget | None = None) -> None:
        """Bring it back, with a dock in front that may have been hidden; this is needed no more then.

        The room is divided once more when all has come to rest: widgets that have just got other letters, or a desktop
        that has not yet resized the window, would leave no layout exact.
        """
        window = self._window
        self._in_front, self._tries = in_front, _MOST_TRIES
        self.restore_docks()
        window.setWindowState(self._window_state)
        if window.size() != self._size and not self._window_state & _FILLS:
            window.restoreGeometry(self.geometry)
        if self._focused is not None and isValid(self._focused) and self._focused.isVisible():
            self._focused.setFocus()
        window.installEventFilter(self)
        self._settling.start(0)
        self._giving_up.start()

    def restore_docks(self) -> None:
        """Put the parts of the window where they were, in a window of any size."""
        for part, was_hidden in self._parts:
            part.setHidden(was_hidden)
        self._window.restoreState(self.state)
        if self._in_front is not None:
            self._in_front.show()
            self._in_front.raise_()

    def hold(self) -> bool:
        """Stop coming back; return whether it is still what shall be seen: not where a dock came in front meanwhile."""
        self._settling.stop()
        self._giving_up.stop()
        self._window.removeEventFilter(self)
        return self._in_front is None

    @Slot()
    def drop(self) -> None:
        """Forget it."""
        self.hold()
        self.returned.emit()
        self.deleteLater()

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        """Wait for the window to be as large as before; what the user does first ends the waiting."""
        if event.type() == QEvent.Type.Resize:
            self._settling.start(0)
        elif event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Close):
            self.drop()
        return False

    @Slot()
    def _settle(self) -> None:
        """Divide the room anew until it is divided as before, which letters of another size do not allow at first."""
        if self._window.size() != self._size:
            return
        self.restore_docks()
        self._tries -= 1
        if self._tries and self._in_front is None and self._window.saveState() != self.state:
            self._settling.start(_AGAIN_MS)
        else:
            self.drop()

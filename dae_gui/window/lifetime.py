"""When the window begins to work, and that everything is stopped in the end, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QObject, Slot

from dae_gui.support.debounce import Debounce

_LATEST_BEGINNING_MS = 500
_LATEST_SHOWN_MS = 5_000  # a slow machine paints late; a window that is shown as an icon is not painted at all


class Lifetime(QObject):
    """Begins when the window is painted, before threads want the interpreter; soon where it is not shown at all.

    It ends with the window, or with the application where that quits without closing it.

    Parameters
    ----------
    begin
        Begins the work: a method of a QObject.
    end
        What is stopped in the end, in this order.
    parent
        The window.
    """

    def __init__(self, begin: Callable[[], object], end: Sequence[Callable[[], object]], parent: QObject) -> None:
        super().__init__(parent)
        self._end = end
        self.has_ended = False
        self._beginning = Debounce(_LATEST_BEGINNING_MS, begin, self)
        self._beginning.start()
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.end)

    def on_shown(self) -> None:
        """Wait for the paint, which is to come first also on a slow machine."""
        if self._beginning.isActive():
            self._beginning.start(_LATEST_SHOWN_MS)

    def on_painted(self) -> None:
        """Begin as soon as all is painted, unless that is past."""
        if self._beginning.isActive():
            self._beginning.start(0)

    @Slot()
    def end(self) -> None:
        """Stop everything; again does nothing."""
        if not self.has_ended:
            self.has_ended = True
            self._beginning.stop()
            for stop in self._end:
                stop()

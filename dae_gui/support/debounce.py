"""Doing something once, soon, however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Debounce(QTimer):
    """Calls a slot once when a time has passed.

    ``start`` begins the time anew, so that the slot is called when nothing has been asked for that long;
    ``start_unless_active`` does not, so that it is called at most so often. ``stop`` forgets the call.

    Parameters
    ----------
    interval_ms
        The time; 0 is when all events that wait have been handled.
    slot
        A method of a QObject.
    parent
        Owner of this object.
    """

    def __init__(self, interval_ms: int, slot: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(interval_ms)
        self.timeout.connect(slot)

    def start_unless_active(self) -> None:
        """Call the slot when the time has passed, counted from the first time that it was asked for."""
        if not self.isActive():
            self.start()

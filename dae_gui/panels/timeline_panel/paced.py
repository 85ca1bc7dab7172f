"""Passing values on, the newest only, and not more often than the receivers can follow."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from dae_gui.support.debounce import Debounce


class Paced(QObject):
    """Emits a value at once where the last one was emitted long enough ago, else the newest one when it is time.

    Parameters
    ----------
    interval_ms
        The shortest time between two values.
    parent
        Owner of this object.
    """

    paced = Signal(object)

    def __init__(self, interval_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._untold: object = None
        self._pause = Debounce(interval_ms, self._on_timeout, self)

    def tell(self, value: object) -> None:
        """Emit a value, which is not None, now or soon; one that still waits is forgotten."""
        if self._pause.isActive():
            self._untold = value
        else:
            self._untold = None
            self._pause.start()
            self.paced.emit(value)

    def drop(self) -> None:
        """Forget the value that waits."""
        self._untold = None

    @Slot()
    def _on_timeout(self) -> None:
        if self._untold is not None:
            self.tell(self._untold)

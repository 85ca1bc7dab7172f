"""Work through long arrays in slices between other events, so that the window stays alive without another thread."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

Values = NDArray[np.float32]
_AT_ONCE = 200_000  # values of each array, some 10 ms


class CatchUp(QObject):
    """Feeds growing arrays to consumers until these have taken all, then says so.

    Parameters
    ----------
    parent
        Its owner.
    """

    finished = Signal()
    """All consumers have taken all that there is at this moment."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._feeds: list[tuple[Callable[[], Values], Consumer]] = []
        self._done = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)

    def is_running(self) -> bool:
        """Whether there is something left to do."""
        return bool(self._feeds)

    def start(self, feeds: Sequence[tuple[Callable[[], Values], "Consumer"]]) -> None:
        """Feed each consumer what its function returns (equally long arrays that grow); what ran before is dropped.

        The first slice is done at once: short arrays are finished on return.
        """
        self._feeds, self._done = list(feeds), 0
        self._timer.start()
        self._step()

    def stop(self) -> None:
        """Drop what is left to do."""
        self._feeds = []
        self._timer.stop()

    @Slot()
    def _step(self) -> None:
        left = 0
        for source, consumer in self._feeds:
            values = source()
            consumer.append(values[self._done : self._done + _AT_ONCE])
            left = max(left, len(values) - self._done - _AT_ONCE)
        self._done += _AT_ONCE
        if left <= 0:
            self.stop()
            self.finished.emit()


class Consumer(Protocol):
    """Takes values piece by piece."""

    def append(self, values: Values) -> None:
        """Take the next values (n,)."""

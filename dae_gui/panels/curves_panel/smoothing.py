"""Gives a history moving averages of another window; a long one's are made in slices between other events."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dae_core.training.history import History, MovingAverage

_AT_ONCE = 200_000  # iterations, some 10 ms


class Smoothing(QObject):
    """Replaces both moving averages of a history; the old ones stay, and grow, until the new ones are ready.

    Parameters
    ----------
    parent
        Its owner.
    """

    finished = Signal()
    """The history has its new averages."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._history = History()
        self._averages = (MovingAverage(1), MovingAverage(1))
        self._done = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)

    def start(self, history: History, window: int) -> None:
        """Make averages over `window` iterations: a short run's at once; what was under way before is dropped."""
        self._timer.stop()
        if window != history.window:
            self._history, self._done = history, 0
            self._averages = (MovingAverage(window), MovingAverage(window))
            self._timer.start()
            self._step()

    @Slot()
    def _step(self) -> None:
        history, some = self._history, slice(self._done, self._done + _AT_ONCE)
        for series, average in zip((history.error, history.sparsity), self._averages, strict=True):
            average.append(series.values()[some])
        self._done += _AT_ONCE
        if self._done >= len(history):
            self._timer.stop()
            history.smoothed_error, history.smoothed_sparsity = self._averages
            self.finished.emit()

"""Gives a history moving averages of another window, a long one's between other events."""

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.training.history import History, MovingAverage
from dae_gui.widgets.plots.catch_up import CatchUp


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
        self._history: History | None = None
        self._averages: tuple[MovingAverage, MovingAverage] | None = None
        self._catch_up = CatchUp(self)
        self._catch_up.finished.connect(self._on_caught_up)

    def start(self, history: History, window: int) -> None:
        """Make averages over `window` iterations: a short run's at once; what was under way before is dropped."""
        self._catch_up.stop()
        self._history = history
        if window != history.window:
            error, sparsity = self._averages = (MovingAverage(window), MovingAverage(window))
            self._catch_up.start([(history.error.values, error), (history.sparsity.values, sparsity)])

    @Slot()
    def _on_caught_up(self) -> None:
        if self._averages is not None and self._history is not None:
            self._history.smoothed_error, self._history.smoothed_sparsity = self._averages
            self._averages = None
            self.finished.emit()

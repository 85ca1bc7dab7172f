"""Gives a history moving averages of another window; a long one's are made in slices between other events."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dae_core.training.history import History


class Smoothing(QObject):
    """Changes the window of a history's moving averages; the old ones stay until the new ones are ready."""

    finished = Signal()
    """The history has its new averages."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._slices: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)

    def start(self, history: History, window: int) -> None:
        """Average over `window` iterations, a short run at once; what was under way before is dropped."""
        self._timer.stop()
        if window != history.window:
            self._slices = history.change_window(window)
            self._timer.start()
            self._step()

    @Slot()
    def _step(self) -> None:
        for _ in self._slices:
            return
        self._timer.stop()
        self.finished.emit()

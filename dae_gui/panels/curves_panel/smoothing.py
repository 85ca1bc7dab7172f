"""Over how many iterations a history's moving averages go; a long one's are made in slices between other events."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dae_core.training.averages import fitting_window
from dae_core.training.history import History
from dae_gui.widgets.plots.curve_tools import CurveTools


class Smoothing(QObject):
    """Gives a history the window that the user chose, or one that fits the length of its run.

    The old averages stay until the new ones are ready.

    Parameters
    ----------
    tools
        Where the user chooses.
    """

    changed = Signal()
    """Another window was chosen, or the history has its new averages."""

    def __init__(self, tools: CurveTools) -> None:
        super().__init__(tools)
        self._tools = tools
        self._history = History()
        self._length = 0
        self._slices: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)
        tools.windowChanged.connect(self._start)
        tools.fittingToggled.connect(self._fit)

    def window(self) -> int:
        """Return over how many iterations the strong curves average, or will as soon as that is ready."""
        return self._tools.window_box.value()

    def set_window(self, window: int) -> None:
        """Average over so many iterations, whatever the length of the run."""
        self.set_fitting(False)
        self._tools.set_window(window)
        self._start()

    def is_fitting(self) -> bool:
        """Whether the window follows the length of the run."""
        return self._tools.fitting.isChecked()

    def set_fitting(self, fitting: bool) -> None:
        """Let the window follow the length of the run, or stay as it is."""
        self._tools.fitting.setChecked(fitting)

    def set_length(self, iterations: int) -> None:
        """Take how many iterations the run is to have."""
        if iterations != self._length:
            self._length = iterations
            self._fit()

    def set_history(self, history: History) -> None:
        """Average another history, a short one at once; what was under way for the one before is dropped."""
        self._history = history
        self._start()

    @Slot()
    def _fit(self) -> None:
        if self.is_fitting():
            self._tools.set_window(fitting_window(self._length))
            self._start()

    @Slot()
    def _start(self) -> None:
        self._timer.stop()
        if self.window() != self._history.window:
            self._slices = self._history.change_window(self.window())
            self._timer.start()
            self._step()
            if not self._timer.isActive():
                return  # and told so already
        self.changed.emit()

    @Slot()
    def _step(self) -> None:
        for _ in self._slices:
            return
        self._timer.stop()
        self.changed.emit()

"""What all panels share that study the run: they get its data, settings and weights, and work only while visible."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import NoisyDigit
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_gui.support.background import Background, Task
from dae_gui.workbench.state import State


class StudyPanel(QWidget):
    """Base of the panels that explain or measure the run.

    The window tells every study the same things through the ``set_…`` methods; what it is told is only read. A study
    overrides ``study`` to show what it has been told. It is called soon after something has changed, at most every
    ``interval_ms``, and only while the panel is visible: a hidden one costs nothing and catches up when it is shown.
    Whatever takes longer than a few milliseconds goes through ``ask``.

    Signals
    -------
    failed(str), statusMessage(str)
        A sentence for the person: what did not work, or what was done.
    unitSelected(int)
        The person chose a hidden unit; -1 is none.
    stepRequested()
        The person wants the run to take one step.
    """

    interval_ms: ClassVar[int] = 250

    failed = Signal(str)
    statusMessage = Signal(str)
    unitSelected = Signal(int)
    stepRequested = Signal()

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._tasks: dict[str, Task] = {}
        self.dataset: Dataset | None = None
        self.config = TrainingConfig()
        self.model: AutoEncoder | None = None
        self.iteration = 0
        self.leg = (0, self.config.iterations)
        self.digit: NoisyDigit | None = None
        self.unit = -1
        self.state = State.IDLE
        self._is_stale = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(self.interval_ms)
        self._timer.timeout.connect(self._on_timeout)

    # What the window tells

    def set_dataset(self, dataset: Dataset) -> None:
        """Study another data set; the weights so far are forgotten."""
        self.dataset = dataset
        self.model = None
        self.iteration = 0
        self.drop_tasks()
        self.invalidate()

    def set_config(self, config: TrainingConfig) -> None:
        """Take the settings of the run in force now."""
        if config != self.config:
            self.config = config
            self.invalidate()

    def set_model(self, model: AutoEncoder, iteration: int) -> None:
        """Take the weights of this moment, at most ten times a second. They must not be changed."""
        self.model = model
        self.iteration = iteration
        self.invalidate()

    def set_leg(self, start: int, end: int) -> None:
        """Take from and to which iteration the learning rate's schedule goes; the run ends there."""
        if (start, end) != self.leg:
            self.leg = start, end
            self.invalidate()

    def set_digit(self, digit: NoisyDigit | None) -> None:
        """Take the digit that the denoise panel shows; None while its canvas is blank."""
        self.digit = digit
        self.invalidate()

    def set_unit(self, unit: int) -> None:
        """Take the hidden unit that is selected; -1 is none."""
        if unit != self.unit:
            self.unit = unit
            self.invalidate()

    def set_state(self, state: State) -> None:
        """Take what the run is doing."""
        if state is not self.state:
            self.state = state
            self.invalidate()

    # What a study does

    def study(self) -> None:
        """Show what was told; for subclasses to override."""

    def invalidate(self) -> None:
        """Have ``study`` called soon."""
        self._is_stale = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def ask(self, name: str, function: Callable[..., Any], on_done: Callable[[Any], None], *arguments: Any) -> None:
        """Call ``function(*arguments, task)`` in a thread, and ``on_done(result)`` in this one.

        A question of the same name that is still on its way is dropped. ``function`` looks at ``task.dropped`` from
        time to time and returns early when it is set; ``on_done`` is a method of a QObject. What is raised is
        told with ``failed``.
        """
        self.drop_task(name)
        self._tasks[name] = self._background.run(
            functools.partial(_call, function, arguments), on_done, self._on_task_failed
        )

    def is_asking(self, name: str) -> bool:
        """Whether the answer to a question is still on its way."""
        task = self._tasks.get(name)
        return task is not None and not task.is_finished

    def drop_task(self, name: str) -> None:
        """Forget a question: its answer will not come."""
        task = self._tasks.pop(name, None)
        if task is not None and not task.is_finished:
            task.drop()

    def drop_tasks(self) -> None:
        """Forget all questions."""
        for name in list(self._tasks):
            self.drop_task(name)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._is_stale and not self._timer.isActive():
            self._timer.start(0)

    @Slot()
    def _on_timeout(self) -> None:
        self._timer.setInterval(self.interval_ms)
        if self.isVisible() and self._is_stale:
            self._is_stale = False
            self.study()

    @Slot(object)
    def _on_task_failed(self, error: Exception) -> None:
        text = "there is not enough memory" if isinstance(error, MemoryError) else str(error) or type(error).__name__
        self.failed.emit(f"{self.accessibleName() or 'This panel'} could not be brought up to date: {text}.")


def _call(function: Callable[..., Any], arguments: tuple[Any, ...], task: Task) -> Any:
    return function(*arguments, task)

"""What all panels share that study the run: they read the workbench, and work only while they are visible."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import QSize, SignalInstance, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import NoisyDigit
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_gui.support import notices
from dae_gui.support.debounce import Debounce
from dae_gui.support.jobs import Job, Jobs, LaneName
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench


class StudyPanel(QWidget):
    """Base of the panels that explain or measure the run.

    A study reads the workbench, and names with ``follow`` what it depends on. It overrides ``study`` to show what is
    so now. That is called soon after something has changed, at most every ``interval_ms``, and only while the panel is
    visible: a hidden one costs nothing and catches up when it is shown. Whatever takes longer than a few milliseconds
    goes through ``ask``. What it reads must not be changed.

    Parameters
    ----------
    workbench
        What is being worked on.
    jobs
        Where it is computed what takes long.
    """

    interval_ms: ClassVar[int] = 250

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self._jobs = jobs
        self._asking: dict[str, Job] = {}
        self._is_stale = True
        self._timer = Debounce(self.interval_ms, self._on_timeout, self)
        workbench.dataChanged.connect(self._on_data_changed)

    # What is studied

    @property
    def dataset(self) -> Dataset | None:
        """The data set to measure on; None until one is loaded, and where one only stands in for a missing one."""
        return self.workbench.dataset if self.workbench.can_train else None

    @property
    def no_data_text(self) -> str:
        """Say why there is no data set to measure on."""
        if self.workbench.data is None:
            return "Data is being loaded …"
        return "The data set of this run is missing: nothing can be measured on it."

    @property
    def config(self) -> TrainingConfig:
        """The settings of the run that are in force now."""
        return self.workbench.config

    @property
    def model(self) -> AutoEncoder | None:
        """The weights to study, the newest or a snapshot's; they fit the data set. None before there are any."""
        weights = self.workbench.weights
        return None if weights is None else weights.model

    @property
    def iteration(self) -> int:
        """The iteration that the weights are of."""
        weights = self.workbench.weights
        return 0 if weights is None else weights.iteration

    @property
    def segment(self) -> tuple[int, int]:
        """From and to which iteration the learning rate's schedule goes; the run ends there."""
        return self.workbench.progress.segment

    @property
    def digit(self) -> NoisyDigit | None:
        """The digit that is denoised; None while there is none."""
        return self.workbench.digit

    @property
    def unit(self) -> int:
        """The hidden unit that is selected; -1 is none."""
        return self.workbench.unit

    @property
    def state(self) -> State:
        """What the run is doing."""
        return self.workbench.state

    # What a study does

    def study(self) -> None:
        """Show what is so now; for subclasses to override."""

    def forget(self) -> None:
        """Forget what was found on the data set before; for subclasses to override."""

    def follow(self, *signals: SignalInstance) -> None:
        """Have ``study`` called soon after any of these signals; it is after another data set in any case."""
        for signal in signals:
            signal.connect(self.invalidate)

    @Slot()
    def invalidate(self) -> None:
        """Have ``study`` called soon."""
        self._is_stale = True
        if self.isVisible():
            self._timer.start_unless_active()

    def rest(self, seconds: float, share: float) -> None:
        """Have ``study`` called so late that work which took these seconds takes only a share of the time."""
        self._timer.setInterval(max(self.interval_ms, round(1000 * seconds / share)))

    def ask(
        self,
        name: str,
        function: Callable[..., Any],
        on_done: Callable[[Any], None],
        *arguments: Any,
        lane: LaneName = "studies",
    ) -> Job:
        """Call ``function(*arguments, monitor)`` in a thread, and ``on_done(result)`` in this one; see `Jobs.start`.

        A request of the same name that is still on its way is discarded. ``on_done`` is a method of a QObject. What is
        raised is told to the user.
        """
        self.discard(name)
        failure = f"{self.accessibleName() or 'This panel'} could not be brought up to date"
        job = self._asking[name] = self._jobs.start(function, *arguments, lane=lane, failure=failure)
        job.done.connect(on_done)
        job.failed.connect(functools.partial(notices.warn, self))
        return job

    def is_asking(self, name: str) -> bool:
        """Whether the result of a request is still on its way."""
        return name in self._asking and self._asking[name].is_running

    def discard(self, name: str) -> None:
        """Forget a request: its result will not come."""
        if name in self._asking:
            self._asking.pop(name).discard()

    def discard_all(self) -> None:
        """Forget all requests."""
        for name in list(self._asking):
            self.discard(name)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._is_stale and not self._timer.isActive():
            self._timer.start(0)

    def sizeHint(self) -> QSize:
        """Return the room that a dock at the bottom has in a window of 1440 x 900."""
        return QSize(770, 330)

    @Slot(object)
    def _on_data_changed(self, _data: OpenData) -> None:
        self.discard_all()
        self.forget()
        self.invalidate()

    @Slot()
    def _on_timeout(self) -> None:
        self._timer.setInterval(self.interval_ms)
        if self.isVisible() and self._is_stale:
            self._is_stale = False
            self.study()

"""What the user asks of the run: start, pause, step, reset, continue, with the settings shown at the left."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.training.config import TrainingConfig
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.support.debounce import Debounce
from dae_gui.training.controller import TrainingController
from dae_gui.workbench.state import State

# A setting that is being typed or turned is taken over when it has been quiet for so long.
_SETTLE_MS = 150


class RunCommands(QObject):
    """Turns the training actions into requests to the controller.

    Signals
    -------
    begun()
        The user asked for something that makes earlier messages out of date.
    refused(str)
        A run was not begun: a sentence says why.
    obstacleChanged()
        What stands against beginning a run is something else now, or nothing.
    """

    begun = Signal()
    refused = Signal(str)
    obstacleChanged = Signal()

    def __init__(self, controller: TrainingController, panel: TrainingPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._panel = panel
        self._workbench = panel.workbench
        self._obstacle = ""
        self._settle = Debounce(_SETTLE_MS, self._on_settled, self)
        panel.configChanged.connect(self._settle.start)
        panel.learningRateChanged.connect(controller.set_learning_rate)
        panel.noiseLevelChanged.connect(controller.set_noise_level)
        panel.strengthChanged.connect(controller.set_strength)
        panel.paceChanged.connect(controller.set_pace)

    @property
    def obstacle(self) -> str:
        """Why no run can be begun now, as a clause; empty where one can, or where one that is paused goes on."""
        return "" if self._workbench.state is State.PAUSED else self._obstacle

    def forbid(self, why: str) -> None:
        """Let no run be begun for a reason, given as a clause; an empty one allows it."""
        if why != self._obstacle:
            self._obstacle = why
            self.obstacleChanged.emit()

    def _is_refused(self, *, is_new: bool = False) -> bool:
        """Say why no run can be begun, if none can; ``is_new`` where a paused one would not be gone on with."""
        why = self._obstacle if is_new else self.obstacle
        if why:
            self.refused.emit(f"{why[0].upper()}{why[1:]}.")
        return bool(why)

    @Slot()
    def start(self) -> None:
        """Begin a run, or go on with the paused one."""
        if self._is_refused():
            return
        self.begun.emit()
        self._settle.stop()
        self._controller.start(self._panel.config())

    def start_to(self, iteration: int) -> None:
        """Do as ``start``, and pause exactly at an iteration."""
        if not self._is_refused():
            self.begun.emit()
            self._settle.stop()
            self._controller.start(self._panel.config(), iteration)

    @Slot()
    def pause_or_resume(self) -> None:
        """Pause the run, or go on with it."""
        if self._workbench.state is State.PAUSED:
            self.start()
        else:
            self._controller.pause()

    @Slot()
    def step(self) -> None:
        """Train for one iteration."""
        if self._is_refused():
            return
        self._settle.stop()
        self._controller.step(self._panel.config())

    @Slot()
    def reset(self) -> None:
        """Go back to the start weights."""
        self.begun.emit()
        self._controller.reset(self._panel.config())

    @Slot()
    def carry_on(self) -> None:
        """Train a run that was stopped to its end, and any other for as many iterations more as the settings say."""
        self.begun.emit()
        if self._controller.can_go_on:
            self._controller.go_on()
        else:
            self._controller.continue_for(self._panel.config().iterations)

    @Slot(float)
    def scale_rate(self, factor: float) -> None:
        """Multiply the learning rate of the run under way, in its field too."""
        if self._workbench.state.is_active:
            self._panel.set_learning_rate(factor * self._workbench.config.learning_rate)

    @Slot(object)
    def make_ready(self, config: TrainingConfig) -> None:
        """Show these settings and their start weights; a run under way is kept."""
        self._controller.reset(config)
        self._panel.set_config(config)

    def begin_with(self, **changes: Any) -> None:
        """Begin a run with the settings shown, but for these, which are shown then; the present run is kept.

        Raises ConfigError where a change is none that the settings allow.
        """
        config = self._panel.config().replace(**changes)
        if not self._is_refused(is_new=True):
            self.make_ready(config)
            self.start()

    def restart(self, **changes: Any) -> None:
        """Begin a run with the settings of the present one, but for these; it is kept."""
        if not self._is_refused(is_new=True):
            self.make_ready(self._workbench.config.replace(**changes))
            self.start()

    def cancel(self) -> None:
        """Take nothing over any more."""
        self._settle.stop()

    @Slot()
    def _on_settled(self) -> None:
        """Show the start weights of the new settings, unless there is something trained that would be lost."""
        config, bench = self._panel.config(), self._workbench
        if bench.state is State.IDLE and not self._controller.can_continue and bench.config != config:
            self._controller.reset(config)

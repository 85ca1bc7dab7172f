"""What can be done with the run now: the state of the actions, and sentences about how it goes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from dae_core.training.divergence import Divergence
from dae_core.training.settings import RANGES
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.support.why_not import allow
from dae_gui.training.controller import TrainingController
from dae_gui.widgets.controls.message_banner import Answer
from dae_gui.window import menus
from dae_gui.window.messages import Cause, Messages
from dae_gui.window.run_bar import RunBar
from dae_gui.window.run_commands import RunCommands
from dae_gui.window.status_bar import StatusBar
from dae_gui.workbench.state import State


class RunPresenter(QObject):
    """Enables and names the actions as the run on the workbench allows, and shows what the controller reports.

    Parameters
    ----------
    controller, commands
        What trains the run on the workbench, and what the user asks of it.
    actions
        The window's actions by name.
    bar
        Where the step that comes next is marked.
    training
        Whose number of iterations "Continue" names.
    status, messages
        Where preparations, divergences and failures are shown.
    """

    def __init__(
        self,
        controller: TrainingController,
        commands: RunCommands,
        actions: dict[str, QAction],
        bar: RunBar,
        training: TrainingPanel,
        status: StatusBar,
        messages: Messages,
    ) -> None:
        super().__init__(controller)
        workbench = self._workbench = controller.workbench
        self._controller = controller
        self._commands = commands
        self._actions = actions
        self._bar = bar
        self._training = training
        self._status = status
        self._messages = messages
        for signal in (workbench.stateChanged, workbench.dataChanged, workbench.historyReplaced):
            signal.connect(self._refresh_actions)
        commands.obstacleChanged.connect(self._refresh_actions)
        workbench.weightsChanged.connect(self._refresh_continue)
        training.configChanged.connect(self._refresh_continue)
        controller.divergenceFound.connect(self._on_divergence_found)
        messages.connect_parts(warnings=[(controller.failureHappened, Cause.RUN), (commands.refused, Cause.RUN)])
        workbench.stateChanged.connect(self._on_state_changed)
        controller.preparing.connect(self._on_preparing)
        self._refresh_actions()

    @Slot()
    def _refresh_actions(self) -> None:
        menus.show_state(self._actions, self._workbench, self._commands.obstacle)
        self._refresh_continue()

    @Slot()
    def _refresh_continue(self) -> None:
        action = self._actions["continueAction"]
        is_active = self._workbench.state.is_active
        why_not = "a run is under way" if is_active else "there is no run to go on with"
        allow(action, self._controller.can_continue, why_not)
        if self._controller.can_go_on:
            action.setText(f"&Continue to {self._workbench.progress.end:,}")
        else:
            action.setText(f"&Continue for {self._training.config().iterations:,} more")
        is_same = self._training.config() == self._workbench.config
        self._bar.show_state(self._workbench.state, is_to_continue=self._controller.can_go_on and is_same)

    @Slot(object)
    def _on_divergence_found(self, divergence: Divergence) -> None:
        self._messages.warn(divergence.message, self._remedies(), cause=Cause.RUN)

    def _remedies(self) -> list[Answer]:
        """Return what helps against a divergence most often, and does it; the user's own code they mend themselves."""
        config = self._workbench.config
        if config.own_backward:
            return []
        if config.gradient == "published":
            return [("Take the exact gradient and restart", partial(self._commands.restart, gradient="exact"))]
        rate = max(config.learning_rate / 2, RANGES["learning_rate"][0])
        return [("Halve the rate and restart", partial(self._commands.restart, learning_rate=rate))]

    @Slot(State)
    def _on_state_changed(self, state: State) -> None:
        if state not in (State.DIVERGED, State.FAILED):
            self._messages.end(Cause.RUN)

    @Slot(bool)
    def _on_preparing(self, is_preparing: bool) -> None:
        if is_preparing:
            self._status.set_busy("Preparing the fast training loop …")
        else:
            self._status.show_run()

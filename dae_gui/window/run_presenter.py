"""What can be done with the run now: the state of the actions, and sentences about how it goes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from dae_core.training.divergence import Divergence
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.training.controller import TrainingController
from dae_gui.window import menus
from dae_gui.window.messages import Messages
from dae_gui.window.status_bar import StatusBar
from dae_gui.workbench.workbench import Workbench


class RunPresenter(QObject):
    """Enables and names the actions as the run on the workbench allows, and shows what the controller reports.

    Parameters
    ----------
    workbench, controller
        The run, and what trains it.
    actions
        The window's actions by name.
    training
        Whose number of iterations "Continue" names.
    status, messages
        Where preparations, divergences and failures are shown.
    """

    def __init__(
        self,
        workbench: Workbench,
        controller: TrainingController,
        actions: dict[str, QAction],
        training: TrainingPanel,
        status: StatusBar,
        messages: Messages,
    ) -> None:
        super().__init__(controller)
        self._workbench = workbench
        self._controller = controller
        self._actions = actions
        self._training = training
        self._status = status
        self._messages = messages
        for signal in (workbench.stateChanged, workbench.dataChanged, workbench.historyReplaced):
            signal.connect(self._refresh_actions)
        workbench.weightsChanged.connect(self._refresh_continue)
        training.configChanged.connect(self._refresh_continue)
        controller.divergenceFound.connect(self._on_divergence_found)
        controller.failureHappened.connect(messages.warn)
        controller.preparing.connect(self._on_preparing)
        self._refresh_actions()

    @Slot()
    def _refresh_actions(self) -> None:
        menus.show_state(self._actions, self._workbench)
        self._refresh_continue()

    @Slot()
    def _refresh_continue(self) -> None:
        action = self._actions["continueAction"]
        action.setEnabled(self._controller.can_continue)
        action.setText(f"&Continue for {self._training.config().iterations:,} more")

    @Slot(object)
    def _on_divergence_found(self, divergence: Divergence) -> None:
        self._messages.warn(divergence.message)

    @Slot(bool)
    def _on_preparing(self, is_preparing: bool) -> None:
        if is_preparing:
            self._status.set_busy("Preparing the fast training loop …")
        else:
            self._status.show_run()

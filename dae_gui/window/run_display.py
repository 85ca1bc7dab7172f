"""Shows what the controller tells of its run: in the curves, the filters, the status bar, and the actions."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QAction

from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.divergence import Divergence
from dae_core.training.history import History
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.panels.filters_panel.panel import MosaicPanel
from dae_gui.panels.timeline_panel import TimelinePanel
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.training.controller import TrainingController
from dae_gui.window import menus
from dae_gui.window.messages import Messages
from dae_gui.window.shown_weights import TimeMachine
from dae_gui.window.status_bar import StatusBar
from dae_gui.workbench.model_feed import ModelFeed
from dae_gui.workbench.state import State

_DRAW_AFTER_MS = 5


class RunDisplay(QObject):
    """Stands between the controller and what the window shows of its run."""

    def __init__(
        self,
        controller: TrainingController,
        actions: dict[str, QAction],
        training: TrainingPanel,
        curves: CurvesPanel,
        filters: tuple[MosaicPanel, ...],
        timeline: TimelinePanel,
        status: StatusBar,
        messages: Messages,
        feed: ModelFeed,
        time_machine: TimeMachine,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._actions = actions
        self._training = training
        self._curves = curves
        self._filters = filters
        self._timeline = timeline
        self._status = status
        self._messages = messages
        self._feed = feed
        self._time_machine = time_machine
        # In a turn of the event loop of their own: together with all else that an update brings it would be a long one.
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.setInterval(_DRAW_AFTER_MS)
        self._drawing.timeout.connect(self._draw_curves)
        controller.stateChanged.connect(self.show_state)
        controller.historyReplaced.connect(self._on_history_replaced)
        controller.progressed.connect(self._on_progressed)
        controller.modelChanged.connect(self._on_model_changed)
        controller.divergenceFound.connect(self._on_divergence_found)
        controller.failureHappened.connect(messages.warn)
        controller.preparing.connect(self._on_preparing)

    @Slot(State)
    def show_state(self, state: State) -> None:
        """Show what the run is doing, and what can be done with it now."""
        controller = self._controller
        has_data = controller.dataset is not None
        menus.show_state(self._actions, state, has_data=has_data, can_train=controller.can_train)
        if state is not State.RUNNING:
            self._feed.flush()
        self._training.set_state(state)
        self._timeline.set_can_branch(controller.can_train)
        self.refresh_continue()
        self._draw_curves()
        if has_data:
            self._status.clearMessage()
            self._status.show_run(controller)

    def refresh_continue(self) -> None:
        """Tell how far the run would be continued, and whether it can be."""
        action = self._actions["continueAction"]
        action.setEnabled(self._controller.can_continue)
        action.setText(f"&Continue for {self._training.config().iterations:,} more")

    @Slot()
    def tell_settings(self) -> None:
        """Tell the settings of the run in force now to those that measure it."""
        self._timeline.set_config(self._controller.config)

    def close(self) -> None:
        """Draw nothing any more."""
        self._feed.clear()
        self._drawing.stop()

    @Slot(object)
    def _on_history_replaced(self, history: History) -> None:
        self._curves.set_history(history)
        self._curves.set_run_length(self._controller.end)

    @Slot()
    def _on_progressed(self) -> None:
        if not self._drawing.isActive():
            self._drawing.start()
        self._status.show_run(self._controller)
        figures = self._controller.final_figures or self._controller.live_figures
        rates = None if figures is None else figures.firing_rates
        dead = [] if rates is None else [int(unit) for unit in np.nonzero(rates == 0)[0]]
        for panel in self._filters:
            panel.set_dead(dead)

    @Slot()
    def _draw_curves(self) -> None:
        self._drawing.stop()
        self._curves.set_run_length(self._controller.end)
        self._curves.refresh()

    @Slot(object)
    def _on_model_changed(self, model: AutoEncoder) -> None:
        self.tell_settings()
        if self._time_machine.is_live:
            self._feed.show(model, self._controller.iteration)
        if self._controller.state is not State.RUNNING:
            self._feed.flush()
        self.refresh_continue()

    @Slot(object)
    def _on_divergence_found(self, divergence: Divergence) -> None:
        self._messages.warn(divergence.message)

    @Slot(bool)
    def _on_preparing(self, is_preparing: bool) -> None:
        if is_preparing:
            self._status.set_busy("Preparing the fast training loop …")
        else:
            self._status.show_run(self._controller)

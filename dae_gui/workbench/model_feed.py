"""Hands new weights to those who draw them, one at a turn of the event loop, so that no turn takes long."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot

from dae_core.model.autoencoder import AutoEncoder
from dae_gui.workbench.facts import Weights
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

Receiver = Callable[[AutoEncoder], object]


class ModelFeed(QObject):
    """Passes the workbench's weights on to its receivers in turn; newer weights replace older ones that still wait."""

    def __init__(self, workbench: Workbench, receivers: Sequence[Receiver], parent: QObject) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._newest: AutoEncoder | None = None
        self._hands = [functools.partial(self._hand_on, receiver) for receiver in receivers]
        workbench.weightsChanged.connect(self._on_weights_changed)
        workbench.stateChanged.connect(self._on_state_changed)

    @Slot(object)
    def _on_weights_changed(self, weights: Weights | None) -> None:
        self._newest = None if weights is None else weights.model
        turns = self._workbench.turns
        if weights is None:
            for hand in self._hands:
                turns.forget(hand)
        elif weights.is_live and self._workbench.state is not State.RUNNING:
            for hand in self._hands:
                turns.forget(hand)
                hand()
        else:  # one that still waits for the weights before keeps its place, or the last would never have its turn
            for hand in self._hands:
                turns.ask(hand)

    @Slot(State)
    def _on_state_changed(self, state: State) -> None:
        if state is not State.RUNNING:  # the newest weights are not to change soon
            for hand in self._hands:
                self._workbench.turns.hurry(hand)

    def _hand_on(self, receiver: Receiver) -> None:
        if self._newest is not None:
            receiver(self._newest)

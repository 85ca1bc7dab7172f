"""Hands new weights to those who draw them, one at a turn of the event loop, so that no turn takes long."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Slot

from dae_core.model.autoencoder import AutoEncoder
from dae_gui.workbench.facts import Weights
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

Receiver = Callable[[AutoEncoder], object]

# All receivers together draw for about 15 ms; with these pauses the window answers in between, and the newest weights
# are still all shown within a tenth of a second.
_PAUSE_MS = 12


class ModelFeed(QObject):
    """Passes the workbench's weights on to its receivers in turn; newer weights replace older ones that still wait."""

    def __init__(self, workbench: Workbench, receivers: Sequence[Receiver], parent: QObject) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._receivers = list(receivers)
        self._newest: AutoEncoder | None = None
        self._waiting: list[Receiver] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._on_timeout)
        workbench.weightsChanged.connect(self._on_weights_changed)
        workbench.stateChanged.connect(self._on_state_changed)

    @Slot(object)
    def _on_weights_changed(self, weights: Weights | None) -> None:
        self._newest = None if weights is None else weights.model
        # A receiver that still waits for the weights before comes first, or the last ones would never have their turn.
        self._waiting += [receiver for receiver in self._receivers if receiver not in self._waiting]
        if weights is None:
            self._waiting.clear()
        elif weights.is_live and self._workbench.state is not State.RUNNING:
            self._flush()
        elif not self._timer.isActive():
            self._timer.start()

    @Slot(State)
    def _on_state_changed(self, state: State) -> None:
        if state is not State.RUNNING:
            self._flush()

    def _flush(self) -> None:
        """Hand the newest weights to all that still wait: they are not to change soon."""
        self._timer.stop()
        while self._waiting:
            self._hand_on()

    def _hand_on(self) -> None:
        receiver = self._waiting.pop(0)
        if self._newest is not None:
            receiver(self._newest)

    @Slot()
    def _on_timeout(self) -> None:
        if self._waiting:
            self._hand_on()
        else:
            self._timer.stop()

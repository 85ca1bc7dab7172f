"""Hands new weights to those who draw them, one at a turn of the event loop, so that no turn takes long."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Slot

from dae_core.model.autoencoder import AutoEncoder

Receiver = Callable[[AutoEncoder, int], object]

# All receivers together draw for about 15 ms; with these pauses the window answers in between, and the newest weights
# are still all shown within a tenth of a second.
_PAUSE_MS = 12


class ModelFeed(QObject):
    """Passes (model, iteration) on to its receivers in turn; weights that come meanwhile take the older ones' place."""

    def __init__(self, receivers: Sequence[Receiver], parent: QObject) -> None:
        super().__init__(parent)
        self._receivers = list(receivers)
        self._newest: tuple[AutoEncoder, int] | None = None
        self._waiting: list[Receiver] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._on_timeout)

    def show(self, model: AutoEncoder, iteration: int) -> None:
        """Have everyone show these weights soon, one after another."""
        self._newest = model, iteration
        # Who was still waiting for the weights before comes first, or the last ones would never have their turn.
        self._waiting += [receiver for receiver in self._receivers if receiver not in self._waiting]
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Have everyone who still waits show the newest weights now: nothing moves any more."""
        while self._newest is not None and self._waiting:
            self._waiting.pop(0)(*self._newest)
        self._timer.stop()

    def clear(self) -> None:
        """Forget weights that not everyone has seen: there are others now, of another size."""
        self._newest = None
        self._waiting.clear()
        self._timer.stop()

    @Slot()
    def _on_timeout(self) -> None:
        if self._newest is None or not self._waiting:
            self._timer.stop()
            return
        self._waiting.pop(0)(*self._newest)

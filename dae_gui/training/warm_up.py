"""Imports and compiles in the background what the first run needs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dae_gui.support.background import Background, Task


class Warmer(QObject):
    """Imports and compiles in the background what the window will need soon, so that nobody waits for it.

    Signals
    -------
    ready()
        A run can start without a delay.
    """

    ready = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background

    def start(self) -> None:
        """Begin."""
        self._background.run(_warm_up, self._on_done, self._on_failed)

    @Slot(object)
    def _on_done(self, _result: Any) -> None:
        self.ready.emit()

    @Slot(object)
    def _on_failed(self, _error: Exception) -> None:
        self.ready.emit()  # whatever it was will be met again where it is used, and told there


def _warm_up(task: Task) -> None:
    from dae_core.model import kernels

    if not task.dropped:
        kernels.prepare()

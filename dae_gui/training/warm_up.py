"""Imports and compiles in the background what the first run needs, so that it starts without a delay."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Slot

from dae_gui.support.background import Background, Task
from dae_gui.workbench.workbench import Workbench


class WarmUp(QObject):
    """Prepares the compiled training loop once, when the first data set is there."""

    def __init__(self, workbench: Workbench, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        workbench.dataChanged.connect(self._start, Qt.ConnectionType.SingleShotConnection)

    @Slot()
    def _start(self) -> None:
        self._background.run(_prepare, self._on_ended, self._on_ended)

    @Slot(object)
    def _on_ended(self, _result: Any) -> None:
        """Do nothing: what went wrong will go wrong where it is used, and is shown there."""


def _prepare(task: Task) -> None:
    from dae_core.model import kernels

    if not task.dropped:
        kernels.prepare()

"""Imports and compiles in the background what the first run needs, so that it starts without a delay."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot

from dae_core.jobs import Monitor
from dae_gui.support.jobs import Jobs
from dae_gui.workbench.workbench import Workbench


class WarmUp(QObject):
    """Prepares the compiled training loop once, when the first data set is there."""

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        workbench.dataChanged.connect(self._start, Qt.ConnectionType.SingleShotConnection)

    @Slot()
    def _start(self) -> None:
        self._jobs.start(_prepare, failure="The training loop was not prepared")  # what is wrong shows where it is used


def _prepare(_monitor: Monitor) -> None:
    from dae_core.model import preparing

    preparing.prepare()

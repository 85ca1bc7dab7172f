"""Offers the unit panel the other runs of the session, to look for the selected unit in."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from dae_core.sessions.run import Run
from dae_gui.panels.unit_panel import UnitPanel
from dae_gui.panels.unit_panel.likeness_job import OtherRun
from dae_gui.sessions.run_list import RunList


class UnitPresenter(QObject):
    """Connects the panel, which this object belongs to, with the runs."""

    def __init__(self, panel: UnitPanel, runs: RunList) -> None:
        super().__init__(panel)
        self._panel = panel
        self._runs = runs
        runs.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self._panel.likes.set_runs([_other(run) for run in self._runs.kept])


def _other(run: Run) -> OtherRun:
    return OtherRun(run.label.key, run.label.name, run.model, run.model_iteration, run.data.shape, run.config)

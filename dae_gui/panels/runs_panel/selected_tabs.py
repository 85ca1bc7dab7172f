"""Beside the table: in what the selected runs differ, the filters of two, and a chart of all that are listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QTabWidget, QWidget

from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.run import Run
from dae_core.sweeps.run_row import RunRow
from dae_gui.panels.runs_panel.chart_view import ChartView
from dae_gui.panels.runs_panel.differences_view import DifferencesView
from dae_gui.panels.runs_panel.pair_view import PairView, Side
from dae_gui.support.plain_text import plain_tip


@dataclass(frozen=True, eq=False)
class Current:
    """The current run, and its weights of this moment where they are known."""

    run: Run
    model: AutoEncoder | None
    iteration: int

    @property
    def key(self) -> str:
        """The run's key."""
        return self.run.label.key


class SelectedTabs(QTabWidget):
    """Pages about the runs; only the visible one is kept up to date."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("runsTabs")
        self.setAccessibleName("Selected runs")
        self.setDocumentMode(True)
        self.differences = DifferencesView(self)
        self.pair = PairView(self)
        self.addTab(self.differences, "What differs")
        self.addTab(self.pair, "A | B")
        self.chart = ChartView(self)
        self.addTab(self.chart, "Chart")
        self.setTabToolTip(
            2, plain_tip("A figure of the listed runs against a setting; a click on a point selects its run")
        )
        self.setTabToolTip(0, "The settings that the selected runs do not share")
        self.setTabToolTip(1, "The filters of two runs beside each other")

    def show_runs(self, selected: Sequence[Run], current: Current | None, listed: Sequence[RunRow] = ()) -> None:
        """Show these runs on the visible page; ``listed`` are those of the table."""
        if self.currentWidget() is self.chart:
            self.chart.set_rows(listed, [run.label.key for run in selected])
        elif self.currentWidget() is self.differences:
            self.differences.set_runs(selected)
        elif self.currentWidget() is self.pair:
            pair = _pair(selected, current)
            self.pair.set_sides(None if pair is None else (_side(pair[0], current), _side(pair[1], current)))

    def follows(self, selected: Sequence[Run], current: Current | None) -> bool:
        """Whether the visible page shows weights that may change at any moment."""
        pair = _pair(selected, current) if self.currentWidget() is self.pair else None
        return pair is not None and current is not None and current.key in (run.label.key for run in pair)


def _pair(selected: Sequence[Run], current: Current | None) -> tuple[Run, Run] | None:
    """Return the first two selected runs, or the one selected and the current one."""
    runs = list(selected)
    if len(runs) == 1 and current is not None and runs[0].label.key != current.key:
        runs.append(current.run)
    return (runs[0], runs[1]) if len(runs) > 1 else None


def _side(run: Run, current: Current | None) -> Side:
    label, shape = run.label, run.data.shape
    if current is None or label.key != current.key:
        return Side(label.key, label.name, run.model, run.model_iteration, shape, label.color)
    if current.model is not None and current.model.n_inputs == run.data.n_inputs:
        return Side(label.key, label.name, current.model, current.iteration, shape, None)
    return Side(label.key, label.name, run.model, run.model_iteration, shape, None)

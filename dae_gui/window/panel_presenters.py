"""What the panels that are made when they are first shown ask of the rest of the window: a function a panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import SignalInstance

from dae_gui.data.commands import DataCommands
from dae_gui.data.own_digits import OwnDigits
from dae_gui.data.selection import DataSelection
from dae_gui.exports import Exports
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.sessions.commands import SessionCommands
from dae_gui.sessions.own_texts import OwnCode
from dae_gui.sessions.run_list import RunList
from dae_gui.support.jobs import Jobs
from dae_gui.support.undo import UndoHistory
from dae_gui.training.controller import TrainingController
from dae_gui.window.run_commands import RunCommands
from dae_gui.workbench.unit_sorter import UnitSorter

if TYPE_CHECKING:  # their modules are imported when their docks are first shown: not here, at the start
    from dae_core.lessons.code import CheckResult
    from dae_gui.lessons.code.panel import CodePanel
    from dae_gui.panels.dataset_panel import DatasetPanel
    from dae_gui.panels.health_panel import HealthPanel
    from dae_gui.panels.representation_panel import RepresentationPanel
    from dae_gui.panels.runs_panel import RunsPanel
    from dae_gui.panels.step_panel import StepPanel
    from dae_gui.panels.unit_panel import UnitPanel


def connect_unit(sorter: UnitSorter, runs: RunList, panel: UnitPanel) -> None:
    """Sort the units again when the unit panel asks for it, and offer it the other runs of the session."""
    from dae_gui.window.unit_presenter import UnitPresenter

    panel.sortRequested.connect(sorter.sort)
    UnitPresenter(panel, runs)


def connect_step(commands: RunCommands, panel: StepPanel) -> None:
    """Train one iteration when the step panel asks for it."""
    panel.stepRequested.connect(commands.step)


def connect_health(controller: TrainingController, commands: RunCommands, panel: HealthPanel) -> None:
    """Apply the remedies that the health panel offers."""
    panel.reviveRequested.connect(controller.revive_units)
    panel.rateScaled.connect(commands.scale_rate)


def connect_representation(
    selection: DataSelection,
    data: DataCommands,
    shown: SignalInstance,
    commands: RunCommands,
    panel: RepresentationPanel,
) -> None:
    """Train the next layer when the page of the layers asks for it."""
    from dae_gui.panels.representation_panel.layers_page import LayersPage
    from dae_gui.window.next_layer import NextLayer

    page = panel.pages["layers"]
    assert isinstance(page, LayersPage)  # noqa: S101 - the table of pages says so
    NextLayer(page, data, selection, shown, commands)


def connect_datasets(selection: DataSelection, commands: DataCommands, own: OwnDigits, panel: DatasetPanel) -> None:
    """Open, forget and list data sets for the panel that chooses them."""
    panel.useRequested.connect(commands.open)
    panel.openRequested.connect(commands.open_images)
    panel.ownUseRequested.connect(commands.use_own)
    panel.forgetRequested.connect(selection.forget)
    panel.choicesStale.connect(own.reload)
    panel.choicesStale.connect(selection.refresh_choices)
    selection.choicesChanged.connect(panel.set_choices)
    selection.refresh_choices()


def connect_code(
    controller: TrainingController,
    commands: RunCommands,
    jobs: Jobs,
    code: OwnCode,
    take_check: Callable[[str, CheckResult], object],
    panel: CodePanel,
) -> None:
    """Keep the student's own code in the session, train with it, and compare; hand on what a check found."""
    from dae_gui.window.code_presenter import CodePresenter

    CodePresenter(panel, controller, commands, jobs, code)
    panel.checked.connect(take_check)


def connect_runs(
    runs: RunList,
    sessions: SessionCommands,
    curves: CurvesPanel,
    undo: UndoHistory,
    jobs: Jobs,
    exports: Exports,
    commands: RunCommands,
    palette_changed: SignalInstance,
    panel: RunsPanel,
) -> None:
    """Show the runs, export and start what is asked for, and show them in the colours of another theme."""
    from dae_gui.window.runs_presenter import RunsPresenter

    presenter = RunsPresenter(panel, runs, sessions, curves, undo, jobs)
    presenter.exportRequested.connect(exports.export_run)
    presenter.startWanted.connect(commands.make_ready)
    palette_changed.connect(presenter.refresh_colors)

"""What the user does with the runs of the session: comparing their curves, deleting, going on with an older one."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.jobs import Monitor
from dae_core.sessions.run import Run
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_gui.panels.curves_panel import CurvesPanel, Overlay
from dae_gui.panels.runs_panel import RunsPanel
from dae_gui.sessions.commands import SessionCommands
from dae_gui.sessions.run_list import RunList
from dae_gui.support import theme
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.theme import run_color, run_pattern
from dae_gui.support.undo import UndoHistory

_Version = tuple[str, int]


class RunsPresenter(QObject):
    """Connects the panel of runs with the list of runs, the curves, and the steps that can be undone.

    Signals
    -------
    exportRequested(Run)
        A run is to be written to files.
    startWanted(TrainingConfig)
        A new run is to be made ready with these settings: with the same seed, from the same start.
    """

    exportRequested = Signal(object)
    startWanted = Signal(object)

    def __init__(
        self,
        panel: RunsPanel,
        runs: RunList,
        sessions: SessionCommands,
        curves: CurvesPanel,
        undo: UndoHistory,
        jobs: Jobs,
    ) -> None:
        super().__init__(panel)
        self._panel = panel
        self._runs = runs
        self._curves = curves
        self._undo = undo
        self._jobs = jobs
        self._corruption = panel.workbench.config.corruption
        self._shown: tuple[str, ...] = ()
        self._histories: dict[_Version, History] = {}
        self._job: Job | None = None
        runs.changed.connect(self._show_runs)
        panel.workbench.progressed.connect(self._show_progress)
        panel.workbench.configChanged.connect(self._on_config_changed)
        panel.renamed.connect(self._rename)
        panel.noted.connect(self._note)
        panel.deleteRequested.connect(self._delete)
        panel.makeCurrentRequested.connect(sessions.make_present)
        panel.exportRequested.connect(self._export)
        panel.sameStartRequested.connect(self._start_alike)
        panel.overlayChanged.connect(self._overlay)
        panel.sweepFinishedRun.connect(runs.keep)
        self._show_runs()
        self._show_progress()

    # What the panel shows

    @Slot()
    def _show_runs(self) -> None:
        self._panel.set_runs(self._runs.runs, self._runs.label.key)
        self._refresh_overlays()

    @Slot()
    def _show_progress(self) -> None:
        bench = self._panel.workbench
        figures, progress = bench.figures, bench.progress
        mse, sparsity = (None, None) if figures is None else (figures.mse, figures.sparsity)
        self._panel.set_current(progress.iteration, progress.seconds, mse, sparsity)

    # What the user asks for

    @Slot(str, str)
    def _rename(self, key: str, name: str) -> None:
        run = self._find(key)
        old = "" if run is None else run.label.name
        if run is not None and name and name != old:
            change = functools.partial(self._runs.relabel, key)
            change(name=name)
            self._undo.push(f"rename {old}", lambda: change(name=old), lambda: change(name=name), self)

    @Slot(str, str)
    def _note(self, key: str, notes: str) -> None:
        run = self._find(key)
        if run is not None and notes != run.label.notes:
            label = run.label
            change = functools.partial(self._runs.relabel, key)
            change(notes=notes)
            undo = functools.partial(change, notes=label.notes)
            self._undo.push(f"note on {label.name}", undo, lambda: change(notes=notes), self)

    @Slot(object)
    def _delete(self, keys: Sequence[str]) -> None:
        removed = self._runs.remove(keys)
        if removed:
            gone = [run.label.key for _, run in removed]
            what = removed[0][1].label.name if len(removed) == 1 else f"{len(removed)} runs"
            self._undo.push(
                f"delete {what}", lambda: self._runs.put_back(removed), lambda: self._runs.remove(gone), self
            )

    @Slot(str)
    def _start_alike(self, key: str) -> None:
        run = self._find(key)
        if run is not None and self._panel.workbench.can_train:
            self.startWanted.emit(run.config)

    @Slot(str)
    def _export(self, key: str) -> None:
        run = self._find(key)
        if run is not None:
            self.exportRequested.emit(run)

    def _find(self, key: str) -> Run | None:
        """Return a run; None where the present one has left since, and is not yet among the kept ones."""
        try:
            return self._runs.find(key)
        except KeyError:
            return None

    # Curves over curves

    @Slot(object)
    def _overlay(self, keys: Sequence[str]) -> None:
        self._shown = tuple(keys)
        self._refresh_overlays()

    @Slot()
    def refresh_colors(self) -> None:
        """Draw the other runs in the colours of another theme."""
        self._refresh_overlays()

    @Slot(object)
    def _on_config_changed(self, config: TrainingConfig) -> None:
        """Say anew which runs have other noise than the present one."""
        if str(config.corruption) != str(self._corruption):
            self._corruption = config.corruption
            self._refresh_overlays()

    def _other(self, run: Run) -> str:
        """Return what a run was trained on, where that is not what the present one is trained on."""
        data = self._panel.workbench.data
        if data is not None and not data.is_stand_in and not run.data.matches(data.dataset):
            return "other data"
        noise = run.config.corruption
        return "" if str(noise) == str(self._corruption) else noise.describe()

    def _refresh_overlays(self) -> None:
        """Draw the runs whose curves are ready, and make those of the others in the background."""
        wanted = [run for run in self._runs.kept if run.label.key in self._shown]
        versions = [_version(run) for run in wanted]
        self._histories = {version: self._histories[version] for version in versions if version in self._histories}
        missing = [run for run, version in zip(wanted, versions, strict=True) if version not in self._histories]
        if self._job is not None:
            self._job.discard()
        if missing:
            self._job = self._jobs.start(_make_histories, missing)  # where memory does not suffice, nothing changes
            self._job.done.connect(self._on_made)
        self._curves.set_current(self._runs.label.name, self._runs.label.color)
        dark = theme.current_theme(self._curves.window().palette()).is_dark
        self._curves.set_overlays(
            tuple(
                Overlay(
                    run.label.key,
                    run.label.name,
                    run_color(run.label.color, dark),
                    self._histories[version],
                    self._other(run),
                    run_pattern(run.label.color),
                )
                for run, version in zip(wanted, versions, strict=True)
                if version in self._histories
            )
        )

    @Slot(object)
    def _on_made(self, made: dict[_Version, History]) -> None:
        self._histories |= made
        self._refresh_overlays()


def _version(run: Run) -> _Version:
    return run.label.key, run.checkpoint.iteration


def _make_histories(runs: Sequence[Run], monitor: Monitor) -> dict[_Version, History]:
    made = {}
    for run in runs:
        monitor.check()
        made[_version(run)] = run.history()
    return made

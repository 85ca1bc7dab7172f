"""The runs panel: all runs of the session in a table, what differs between them, two beside each other, and sweeps."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QWidget

from dae_core.sessions.run import Run
from dae_core.sweeps.run_row import Live
from dae_gui.panels.runs_panel.actions import make_actions, refresh_icons, show_selection
from dae_gui.panels.runs_panel.measuring import Measured, Measurements, measure
from dae_gui.panels.runs_panel.run_list import RunList
from dae_gui.panels.runs_panel.run_model import RunTreeModel
from dae_gui.panels.runs_panel.run_table import RunTable
from dae_gui.panels.runs_panel.selected_tabs import Current, SelectedTabs
from dae_gui.panels.runs_panel.sweeping import Sweeping
from dae_gui.panels.runs_panel.table_saver import TableSaver
from dae_gui.panels.runs_panel.thumbnails import ThumbnailRequest, Thumbnails, as_pixmaps, make_thumbnails
from dae_gui.support import notices
from dae_gui.support.jobs import Jobs
from dae_gui.support.scale import scaled
from dae_gui.support.theme import N_RUN_COLORS
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.workbench.state import State
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

_LEAST_BESIDE = 640  # pixels at 100 % in which the table has room beside the pages
_SHARES = (0.62, 0.38)  # of the width, for both


class RunsPanel(StudyPanel):
    """Runs side by side.

    Signals
    -------
    renamed(str, str), noted(str, str)
        The run with this key is to get another name, or other notes.
    deleteRequested(list of str), makeCurrentRequested(str), exportRequested(str), sameStartRequested(str)
        Runs are to go; a run is to be gone on with, to be exported, or its settings and seed to begin a new one.
    overlayChanged(list of str)
        The curves of these runs are to be laid over those of the current one.
    sweepFinishedRun(Run)
        A run of a sweep is done, and to be kept.
    """

    renamed = Signal(str, str)
    noted = Signal(str, str)
    deleteRequested = Signal(object)
    makeCurrentRequested = Signal(str)
    exportRequested = Signal(str)
    sameStartRequested = Signal(str)
    overlayChanged = Signal(object)
    sweepFinishedRun = Signal(object)

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("runsPanel")
        self._live: Live | None = None
        self._live_is_stale = False
        self._selection_is_stale = True
        self._measured = Measured()
        self._thumbnails = Thumbnails()
        self.runs = RunTreeModel(self)
        self.table = RunTable(self.runs, self)
        self.saver = TableSaver(self.table.listed, jobs, self)
        self.tabs = SelectedTabs(self)
        self.sweeping = Sweeping(workbench, self.runs.runs, jobs, self)
        self._actions = make_actions(self)
        self._menu: QMenu | None = None
        self._lay_out()
        self._connect()
        self.follow(workbench.weightsChanged, workbench.stateChanged)
        self._show_selection()

    def _lay_out(self) -> None:
        self.list = RunList(self.table, self.sweeping.line, self._actions, self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("runsSplitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.tabs)
        self._has_pages = False
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([round(share * self.sizeHint().width()) for share in _SHARES])
        self.setLayout(vbox(self.splitter, margins=(0, 0, 0, 0)))

    def _connect(self) -> None:
        slots = {
            "runsMakeCurrentAction": self._make_current,
            "runsSameStartAction": self._same_start,
            "runsShowCurveAction": self._toggle_curves,
            "runsRenameAction": self._rename,
            "runsNotesAction": self._write_notes,
            "runsExportAction": self._export,
            "runsDeleteAction": self._delete,
            "runsCopyAction": self.table.copy_selected,
            "runsCopyTableAction": self.table.copy_as_csv,
            "runsSaveTableAction": self.saver.ask,
            "runsSweepAction": self.sweeping.ask,
        }
        for name, slot in slots.items():
            self._actions[name].triggered.connect(slot)
        self.runs.renamed.connect(self.renamed)
        self.runs.noted.connect(self.noted)
        self.runs.shownChanged.connect(self._on_shown_changed)
        self.table.selectionChangedTo.connect(self._on_selection_changed)
        self.table.deleteRequested.connect(self._delete)
        self.table.toggleRequested.connect(self._toggle_curves)
        self.table.copied.connect(self._on_copied)
        self.table.menuRequested.connect(self._show_menu)
        self.runs.rearranged.connect(self._on_rearranged)
        self.list.wordsChanged.connect(self.runs.set_words)
        self.list.foldingChanged.connect(self._on_folding_changed)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.tabs.chart.runChosen.connect(self.table.show_run)
        self.sweeping.runFinished.connect(self._on_sweep_run)

    # What the window hands in

    def set_runs(self, runs: tuple[Run, ...], current_key: str) -> None:
        """Show these runs; selection, ticks and sorting stay. The arrays are only read."""
        present = {run.label.key for run in runs}
        if current_key != self.runs.current_key:
            self._live = None
        self._thumbnails.keep_only(present)
        self.runs.set_runs(runs, current_key)
        self.runs.set_shown(self.runs.shown_keys() & present)
        self._selection_is_stale = True
        self.invalidate()

    def set_current(self, iteration: int, seconds: float, mse: float | None, sparsity: float | None) -> None:
        """Take the newest figures of the current run, at most ten times a second; only its row changes."""
        self._live = Live(iteration, seconds, mse, sparsity)
        self._live_is_stale = True
        if self.isVisible():
            self._show_live()
        else:
            self.invalidate()

    def choose(self, key: str) -> None:
        """Select a run, and bring its row to sight."""
        self.table.select_keys([key])
        selection = self.table.selectionModel()
        for index in selection.selectedRows():
            selection.setCurrentIndex(index, selection.SelectionFlag.NoUpdate)
            self.table.scrollTo(index)
        self.table.setFocus()

    def shown_keys(self) -> set[str]:
        """Return the keys of the runs whose curves are ticked."""
        return self.runs.shown_keys()

    def set_shown_keys(self, keys: Iterable[str]) -> None:
        """Tick the curves of these runs."""
        self.runs.set_shown(keys)

    def forget(self) -> None:
        """Measure on another data set."""
        self._measured.forget_asked()
        self._thumbnails = Thumbnails()  # what was under way does not come

    # What is shown

    def study(self) -> None:
        """Show the live row, the selected runs, and have measured what has no figures."""
        self._show_live()
        if self._selection_is_stale:
            self._show_selection()
        elif self.tabs.follows(self.selected(), self._current()):
            self.tabs.show_runs(self.selected(), self._current(), self.table.listed())
        self._picture()  # first, for it is quick
        self._measure()

    def _show_live(self) -> None:
        if self._live_is_stale:
            self._live_is_stale = False
            self.runs.set_live(self._live)

    def selected(self) -> list[Run]:
        """Return the selected runs, from top to bottom."""
        found = map(self.runs.find, self.table.selected_keys())
        return [run for run in found if run is not None]

    def _show_selection(self) -> None:
        self._selection_is_stale = False
        selected = self.selected()
        show_selection(self._actions, selected, self.runs)
        self.tabs.show_runs(selected, self._current(), self.table.listed())

    def _current(self) -> Current | None:
        run = self.runs.find(self.runs.current_key)
        return None if run is None else Current(run, self.model, self.iteration)

    # Figures of runs that have none, and pictures

    def _measure(self) -> None:
        """Measure the runs that do not change and have no figures."""
        moving = self.runs.current_key if self.state is State.RUNNING else ""
        if self.dataset is not None and not self.is_asking("measure"):
            runs = self.runs.runs()
            wanted = self._measured.wanted([run for run in runs if run.label.key != moving])
            noises = self._measured.wanted_noises(runs)
            if wanted or noises:
                self.ask("measure", measure, self._on_measured, self.dataset, wanted, noises, self._measured.statistics)

    @Slot(object)
    def _on_measured(self, measured: Measurements) -> None:
        self._measured.add(measured)
        runs = self.runs.runs()
        self.runs.set_measured(self._measured.figures_of(runs), self._measured.bounds_of(runs))
        self._selection_is_stale = True
        self.invalidate()

    def _picture(self) -> None:
        """Have small pictures made of runs whose weights have none."""
        if not self.is_asking("thumbnails"):
            current = self._current()
            wanted = self._thumbnails.wanted([_pictured(run, current) for run in self.runs.runs()])
            if wanted:
                self.ask("thumbnails", make_thumbnails, self._on_pictured, wanted)

    @Slot(object)
    def _on_pictured(self, images: dict[str, QImage]) -> None:
        self.runs.set_thumbnails(as_pixmaps(images))
        self.invalidate()

    # What the user does

    @Slot()
    def _on_selection_changed(self) -> None:
        self._show_selection()

    @Slot()
    def _on_rearranged(self) -> None:
        self.list.show_counts(len(self.runs.runs()), self.runs.rowCount())
        self._selection_is_stale = True
        self.invalidate()

    @Slot(bool)
    def _on_folding_changed(self, folds: bool) -> None:
        self.runs.set_folding(folds)
        self.table.remember()

    @Slot(int)
    def _on_tab_changed(self, _index: int) -> None:
        self._show_selection()

    @Slot()
    def _on_shown_changed(self) -> None:
        show_selection(self._actions, self.selected(), self.runs)
        self.overlayChanged.emit(sorted(self.runs.shown_keys()))

    @Slot()
    def _toggle_curves(self) -> None:
        keys = set(self.table.selected_keys()) - {self.runs.current_key}
        shown = self.runs.shown_keys()
        self.runs.set_shown(shown - keys if keys <= shown else shown | keys)

    @Slot()
    def _make_current(self) -> None:
        self._tell_one(self.makeCurrentRequested)

    @Slot()
    def _same_start(self) -> None:
        self._tell_one(self.sameStartRequested)

    @Slot()
    def _export(self) -> None:
        self._tell_one(self.exportRequested)

    @Slot()
    def _rename(self) -> None:
        self._edit("name")

    @Slot()
    def _write_notes(self) -> None:
        self._edit("notes")

    @Slot()
    def _delete(self) -> None:
        keys = [key for key in self.table.selected_keys() if key != self.runs.current_key]
        if keys:
            self.deleteRequested.emit(keys)
        elif self.table.selected_keys():
            notices.note(self, "The current run cannot be deleted: begin or open another one first")

    def _tell_one(self, signal: object) -> None:
        keys = self.table.selected_keys()
        if len(keys) == 1:
            signal.emit(keys[0])  # type: ignore[attr-defined]

    def _edit(self, column: str) -> None:
        keys = self.table.selected_keys()
        if len(keys) == 1:
            self.table.begin_editing(keys[0], column)

    @Slot(object)
    def _show_menu(self, place: QPoint) -> None:
        if self._menu is None:
            self._menu = QMenu(self)
            self._menu.setObjectName("runsMenu")
            self._menu.addActions(list(self._actions.values()))
        self._menu.popup(place)

    @Slot(int)
    def _on_copied(self, count: int) -> None:
        notices.note(self, f"Copied {count:,} run{'' if count == 1 else 's'}")

    @Slot(object)
    def _on_sweep_run(self, run: Run) -> None:
        self.sweepFinishedRun.emit(run)
        shown = self.runs.shown_keys()
        kept = self.runs.find(run.label.key)
        others = [other for key in (*shown, self.runs.current_key) if (other := self.runs.find(key)) is not None]
        colors = {other.label.color % N_RUN_COLORS for other in others}
        if kept is not None and len(shown) < N_RUN_COLORS and kept.label.color % N_RUN_COLORS not in colors:
            self.runs.set_shown(shown | {run.label.key})

    # Appearance

    def sizeHint(self) -> QSize:
        """Return the room of a dock at the bottom."""
        return QSize(770, 300)

    def minimumSizeHint(self) -> QSize:
        """Return room for the table alone, which is a page among the others then."""
        return QSize(self.list.minimumSizeHint().width(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the table beside the pages about its runs, or where that is too narrow, before them as one of them."""
        super().resizeEvent(event)
        has_pages = self.width() < scaled(_LEAST_BESIDE)
        if has_pages == self._has_pages:
            return
        self._has_pages = has_pages
        if has_pages:
            self.tabs.insertTab(0, self.list, "Runs")
            self.tabs.setCurrentIndex(0)
        else:
            self.splitter.insertWidget(0, self.list)
            self.list.show()
            self.splitter.setSizes([round(share * self.width()) for share in _SHARES])

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew in another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_menu"):
            self.runs.tell_changed()
            refresh_icons(self._actions)


def _pictured(run: Run, current: Current | None) -> ThumbnailRequest:
    """Return which weights are pictured of a run: the newest ones."""
    key, shape = run.label.key, run.data.shape
    live = None if current is None or current.key != key else current.model
    if live is not None and live.n_inputs == run.data.n_inputs and current is not None:
        return ThumbnailRequest((key, current.iteration), live, shape)
    return ThumbnailRequest((key, run.model_iteration), run.model, shape)

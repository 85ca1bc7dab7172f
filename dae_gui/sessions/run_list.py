"""The runs of the session: the present one, and those that another one has taken the place of."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.sessions.branching import branched
from dae_core.sessions.run import Label, Run, slim
from dae_core.training.history import History
from dae_core.training.snapshots import Snapshot
from dae_gui.training.controller import TrainingController

# A kept run can still be looked back at, but a session of many runs has to fit into memory: besides its newest weights,
# the optimizer's moments, and 8 bytes of curves for each iteration, a run has so many snapshots of so many bytes, and
# those of all kept runs share a budget.
SNAPSHOTS_KEPT = 8
SNAPSHOT_BYTES = 32 * 10**6
ALL_SNAPSHOT_BYTES = 256 * 10**6
_NUMBERED = re.compile(r"Run (\d{1,6})")


class RunBook(QObject):
    """Keeps every run that was trained, names it, and branches new ones off.

    Signals
    -------
    changed()
        There are other runs, or one has another name or note.
    replaced()
        All runs are others now: those of a session that was opened, or none.
    openRequested(Run)
        A run should take the place of the present one.
    failed(str)
        A sentence for the person.
    """

    failed = Signal(str)
    changed = Signal()
    replaced = Signal()
    openRequested = Signal(object)

    def __init__(self, controller: TrainingController, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._kept: list[Run] = []
        self._present: Run | None = None
        self._largest_number = 0
        self._branch_at: tuple[str, Snapshot] | None = None
        self._unused_branches: dict[str, int] = {}
        controller.captured.connect(self._on_captured)
        controller.left.connect(self._on_left)
        controller.historyReplaced.connect(self._on_history_replaced)
        controller.progressed.connect(self._on_progressed)

    # What there is

    @property
    def kept(self) -> tuple[Run, ...]:
        """The runs besides the present one, the oldest first."""
        return tuple(self._kept)

    @property
    def present(self) -> Run | None:
        """The present run as it was at its last stand or capture; None before there is one."""
        return self._present

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs, the present one last."""
        return (*self._kept, *(() if self._present is None else (self._present,)))

    def find(self, key: str) -> Run:
        """Return the run with this key. Raises KeyError where there is none."""
        for run in self.runs:
            if run.label.key == key:
                return run
        raise KeyError(key)

    # What is done with them

    def keep(self, run: Run) -> None:
        """Add a run that was trained elsewhere."""
        self._add(len(self._kept), run)
        self._count(run.label.name)
        self.changed.emit()

    def remove(self, keys: Iterable[str]) -> list[tuple[int, Run]]:
        """Take kept runs out, and return them with their places for ``put_back``; the present one stays."""
        gone = set(keys)
        removed = [(place, run) for place, run in enumerate(self._kept) if run.label.key in gone]
        self._kept = [run for run in self._kept if run.label.key not in gone]
        if removed:
            self.changed.emit()
        return removed

    def put_back(self, removed: list[tuple[int, Run]]) -> None:
        """Undo ``remove``; a run that is there again already stays as it is."""
        here = {self._controller.label.key, *(run.label.key for run in self._kept)}
        for place, run in removed:
            if run.label.key not in here:
                self._add(place, run)
        if removed:
            self.changed.emit()

    def replace_all(self, kept: Iterable[Run]) -> None:
        """Forget the kept runs and take others, those of a session that is opened."""
        self._kept = _slimmed(kept)
        self._unused_branches.clear()
        self._largest_number = 0
        for run in self._kept:
            self._count(run.label.name)
        self.changed.emit()
        self.replaced.emit()

    def begin_with(self, run: Run) -> None:
        """Take a run that was opened as the present one, until the controller tells where it stands."""
        self._count(run.label.name)
        if self._present is None and run.label.key == self._controller.label.key:
            self._present = run
            self.changed.emit()

    def relabel(self, key: str, *, name: str | None = None, notes: str | None = None) -> None:
        """Give a run another name or note; one that is gone is passed over."""
        if key == self._controller.label.key:
            self._controller.label = self._controller.label.with_texts(name, notes)
            if self._present is not None:
                self._present = dataclasses.replace(self._present, label=self._controller.label)
        for place, run in enumerate(self._kept):
            if run.label.key == key:
                self._kept[place] = dataclasses.replace(run, label=run.label.with_texts(name, notes))
        if name is not None:
            self._count(name)
        self.changed.emit()

    def make_present(self, key: str) -> None:
        """Ask for a kept run to take the place of the present one, which is kept in its turn."""
        for run in self._kept:
            if run.label.key == key:
                self.openRequested.emit(run)
                return

    @Slot(object)
    def branch_off(self, snapshot: Snapshot) -> None:
        """Begin a new run at a snapshot of the present one, when the present one has told where it stands.

        The run may have dropped the snapshot meanwhile, while the person was still looking at it.
        """
        self._branch_at = self._controller.label.key, snapshot
        self._controller.capture()

    def new_label(self, origin: str = "") -> Label:
        """Return a label with a name that no run has."""
        number = self._largest_number + 1
        return Label.new(f"Run {number}", color=number - 1, origin=origin)

    # What the controller tells

    @Slot(object)
    def _on_captured(self, run: Run) -> None:
        self._present = run
        at, self._branch_at = self._branch_at, None
        if at is None or at[0] != run.label.key:
            self.changed.emit()
            return
        iteration = at[1].iteration
        label = self.new_label(f"{run.label.name} at iteration {iteration:,}")
        try:
            new = branched(_with_snapshot(run, at[1]), iteration, label)
        except ValueError as error:
            self.failed.emit(str(error))
            return
        self._unused_branches[label.key] = iteration
        self.openRequested.emit(new)

    @Slot(object)
    def _on_left(self, run: Run) -> None:
        if self._unused_branches.get(run.label.key) == run.checkpoint.iteration and not run.label.notes:
            return  # nothing was added to what its parent has
        self._kept = [kept for kept in self._kept if kept.label.key != run.label.key]
        self._add(len(self._kept), run)
        self.changed.emit()

    @Slot(object)
    def _on_history_replaced(self, _history: History) -> None:
        """Name a new run; its number is taken when it is trained."""
        self._present = None
        label = self._controller.label
        if label.name:  # it was restored
            self._kept = [run for run in self._kept if run.label.key != label.key]
            self._count(label.name)
        else:
            self._controller.label = self.new_label()
        self.changed.emit()

    @Slot()
    def _on_progressed(self) -> None:
        if self._controller.iteration:
            self._count(self._controller.label.name)

    def _count(self, name: str) -> None:
        numbered = _NUMBERED.fullmatch(name)
        if numbered:
            self._largest_number = max(self._largest_number, int(numbered[1]))

    def _add(self, place: int, run: Run) -> None:
        self._kept.insert(place, run)
        self._kept = _slimmed(self._kept)


def _slimmed(runs: Iterable[Run]) -> list[Run]:
    """Return the runs with as many snapshots as there is room for."""
    runs = list(runs)
    budget = min(SNAPSHOT_BYTES, ALL_SNAPSHOT_BYTES // max(1, len(runs)))
    return [slim(run, budget, SNAPSHOTS_KEPT) for run in runs]


def _with_snapshot(run: Run, snapshot: Snapshot) -> Run:
    if any(other.iteration == snapshot.iteration for other in run.snapshots):
        return run
    snapshots = sorted((*run.snapshots, snapshot), key=lambda other: other.iteration)
    return dataclasses.replace(run, snapshots=tuple(snapshots))

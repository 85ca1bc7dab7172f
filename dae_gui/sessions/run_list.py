"""The runs of the session: the present one, and those whose place it has taken."""

from __future__ import annotations

import dataclasses
import re
import weakref
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.sessions.branching import branched
from dae_core.sessions.run import Label, Run, free_colors, slim
from dae_core.training.snapshots import MOST, SHARED_BUDGET, Snapshot, bytes_of
from dae_gui.training.run_recorder import RunRecorder

# A kept run can be looked back at, but a session of many runs has to stay quick to save: besides its newest weights,
# the optimizer's moments, and 8 bytes of curves for each iteration, a run keeps its snapshots as long as those of all
# kept runs are within a budget, and an equal share of that otherwise. What all of it takes in memory is the business of
# `RunParking`.
ALL_SNAPSHOT_BYTES = SHARED_BUDGET
_MOST_TOLD = 3
_NUMBERED = re.compile(r"Run (\d{1,6})")


class RemovedRuns(list[tuple[int, Run]]):
    """Runs that were taken out, with their places, for whoever may put them back."""


class RunList(QObject):
    """Keeps every run that was trained, and names new ones and branches.

    Signals
    -------
    changed()
        There are other runs, or one has another name or note.
    replaced()
        All runs are others now: those of a session that was opened, or none.
    thinned(str)
        Some runs keep fewer snapshots from now on: a sentence that says which, and why.
    """

    changed = Signal()
    replaced = Signal()
    thinned = Signal(str)

    def __init__(self, recorder: RunRecorder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._recorder = recorder
        self._kept: list[Run] = []
        self._present: Run | None = None
        self._largest_number = 0
        self._unused_branches: dict[str, int] = {}
        self._removed: list[weakref.ref[RemovedRuns]] = []
        recorder.new_label = self.new_label
        recorder.begun.connect(self._on_begun)
        recorder.recorded.connect(self.record)
        recorder.replaced.connect(self._on_replaced)

    # What there is

    @property
    def kept(self) -> tuple[Run, ...]:
        """The runs besides the present one, the oldest first."""
        return tuple(self._kept)

    @property
    def present(self) -> Run | None:
        """The present run as it was recorded last; None before that."""
        return self._present

    @property
    def label(self) -> Label:
        """Name, notes and color of the present run."""
        return self._recorder.label

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs, the present one last."""
        return (*self._kept, *(() if self._present is None else (self._present,)))

    @property
    def held(self) -> tuple[Run, ...]:
        """The runs that take memory besides the present one: those that were removed and may come back first."""
        return (*(run for removed in self._still_removed() for _, run in removed), *self._kept)

    @property
    def is_complete(self) -> bool:
        """Whether no trained run is still on its way to the kept ones."""
        return not self._recorder.is_waiting

    def find(self, key: str) -> Run:
        """Return the run with this key. Raises KeyError where there is none."""
        for run in self.runs:
            if run.label.key == key:
                return run
        raise KeyError(key)

    def others_than(self, run: Run) -> tuple[Run, ...]:
        """Return the kept runs without this one."""
        return tuple(kept for kept in self._kept if kept.label.key != run.label.key)

    # What is done with them

    @Slot(object)
    def record(self, run: Run) -> None:
        """Take the present run as it is now; any other is passed over."""
        if run.label.key == self.label.key:
            self._present = run
            self.changed.emit()

    def keep(self, run: Run) -> None:
        """Add a run that was trained elsewhere; it gets another colour where one of the session has its own."""
        if run.label.color in self._colors():
            run = dataclasses.replace(run, label=dataclasses.replace(run.label, color=self._free_color()))
        self._add(len(self._kept), run)
        self._count(run.label.name)
        self.changed.emit()

    def remove(self, keys: Iterable[str]) -> RemovedRuns:
        """Take kept runs out, and return them with their places for ``put_back``; the present one stays."""
        gone = set(keys)
        removed = RemovedRuns((place, run) for place, run in enumerate(self._kept) if run.label.key in gone)
        self._kept = [run for run in self._kept if run.label.key not in gone]
        if removed:
            self._removed = [*map(weakref.ref, self._still_removed()), weakref.ref(removed)]
            self.changed.emit()
        return removed

    def put_back(self, removed: RemovedRuns) -> None:
        """Undo ``remove``; a run that is there again already stays as it is."""
        here = {self.label.key, *(run.label.key for run in self._kept)}
        for place, run in removed:
            if run.label.key not in here:
                self._add(place, run)
        if removed:
            self.changed.emit()

    def exchange(self, pairs: Iterable[tuple[Run, Run]]) -> None:
        """Put other objects that are the same runs in the places of some, where these are still there."""
        others = {id(old): new for old, new in pairs}
        self._kept = [others.get(id(run), run) for run in self._kept]
        for removed in self._still_removed():
            removed[:] = [(place, others.get(id(run), run)) for place, run in removed]
        if others:
            self.changed.emit()

    def replace_all(self, kept: Iterable[Run]) -> None:
        """Forget the kept runs and take others; the present one stays."""
        self._keep(kept)
        self._unused_branches.clear()
        self._largest_number = 0
        for run in self._kept:
            self._count(run.label.name)
        self.changed.emit()
        self.replaced.emit()

    def relabel(self, key: str, *, name: str | None = None, notes: str | None = None) -> None:
        """Give a run another name or note; one that is gone is passed over."""
        if key == self.label.key:
            self._count_present()
            self._recorder.label = self.label.with_texts(name, notes)
            if self._present is not None:
                self._present = dataclasses.replace(self._present, label=self.label)
        for place, run in enumerate(self._kept):
            if run.label.key == key:
                self._kept[place] = dataclasses.replace(run, label=run.label.with_texts(name, notes))
        if name is not None:
            self._count(name)
        self.changed.emit()

    def branch(self, run: Run, snapshot: Snapshot) -> Run:
        """Return a new run that goes on from a snapshot of another one.

        The run may have dropped the snapshot meanwhile, while the user was still looking at it.

        Raises
        ------
        ValueError
            When it cannot go on from there; the message is a sentence.
        """
        iteration = snapshot.iteration
        if all(other.iteration != iteration for other in run.snapshots):
            snapshots = sorted((*run.snapshots, snapshot), key=lambda other: other.iteration)
            run = dataclasses.replace(run, snapshots=tuple(snapshots))
        new = branched(run, iteration, self.new_label(f"{run.label.name} at iteration {iteration:,}"))
        self._unused_branches[new.label.key] = iteration
        return new

    def new_label(self, origin: str = "") -> Label:
        """Return a label with a name that no run of the session has had."""
        self._count_present()
        number = self._largest_number + 1
        return Label.new(f"Run {number}", color=self._free_color(), origin=origin)

    def _free_color(self) -> int:
        return next(free_colors(self._colors()))

    def _colors(self) -> set[int]:
        """Return the colours that are not free, those of removed runs among them."""
        removed = (run for runs in self._still_removed() for _, run in runs)
        present = {self.label.color} if self._recorder.is_trained else set()
        return {run.label.color for run in (*self._kept, *removed)} | present

    # What the recorder announces

    @Slot(object, object)
    def _on_begun(self, _label: Label, run: Run | None) -> None:
        self._present = run
        if run is not None:
            self._kept = list(self.others_than(run))
        self.changed.emit()

    @Slot(object)
    def _on_replaced(self, run: Run) -> None:
        is_unused = self._unused_branches.get(run.label.key) == run.checkpoint.iteration and not run.label.notes
        if not is_unused:  # else its parent has all that it has
            self._kept = list(self.others_than(run))
            self._add(len(self._kept), run)
        self.changed.emit()

    def _count_present(self) -> None:
        """Take the number of the present run, which it has only when it is trained."""
        if self._recorder.is_trained:
            self._count(self.label.name)

    def _count(self, name: str) -> None:
        numbered = _NUMBERED.fullmatch(name)
        if numbered:
            self._largest_number = max(self._largest_number, int(numbered[1]))

    def _still_removed(self) -> list[RemovedRuns]:
        return [removed for one in self._removed if (removed := one()) is not None]

    def _add(self, place: int, run: Run) -> None:
        self._keep([*self._kept[:place], run, *self._kept[place:]])

    def _keep(self, runs: Iterable[Run]) -> None:
        """Keep these runs, with as many snapshots as there is room for."""
        before = list(runs)
        self._kept = _slimmed(before)
        told = [
            f"{old.label.name} {len(new.snapshots):,} of {len(old.snapshots):,}"
            for old, new in zip(before, self._kept, strict=True)
            if len(new.snapshots) < len(old.snapshots)
        ]
        if told:
            more = f" and {len(told) - _MOST_TOLD:,} more runs fewer" if len(told) > _MOST_TOLD else ""
            self.thinned.emit(
                f"Fewer snapshots are kept of earlier runs, whose snapshots share {ALL_SNAPSHOT_BYTES // 10**6:,} MB: "
                f"{', '.join(told[:_MOST_TOLD])}{more}."
            )


def _slimmed(runs: list[Run]) -> list[Run]:
    """Return the runs with as many snapshots as there is room for: all of them, or those of an equal share each."""
    if sum(len(run.snapshots) * bytes_of(run.model) for run in runs) <= ALL_SNAPSHOT_BYTES:
        return runs
    return [slim(run, ALL_SNAPSHOT_BYTES // len(runs), MOST) for run in runs]

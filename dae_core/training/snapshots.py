"""Parameters kept along a run: dense at its beginning, and as many as a memory budget allows.

Snapshots lie at the iterations (k d)², k = 0, 1, 2, ...: as the square root of time, for a run changes fast at first
and ever more slowly. When one more would be too many, d doubles: every second one goes, and those that remain are
exactly those of the new d. Which ones there are is a function of the iteration reached, not of how it was reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isqrt

from dae_core.model.autoencoder import AutoEncoder

BUDGET = 160 * 10**6
"""Bytes that the snapshots of a run may take."""
SHARED_BUDGET = 256 * 10**6
"""Bytes that the snapshots of all earlier runs of a session may take together."""
FEWEST, MOST = 8, 96
"""How many a run may have whatever the budget says: enough to move along it, and no more than a slider shows."""
_FIRST_STEP = 2


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The parameters at one iteration of a run; ``model`` is only read."""

    iteration: int
    model: AutoEncoder


class SnapshotKeeper:
    """Keeps the snapshots of one run as it goes on.

    Parameters
    ----------
    n_bytes_of_model : int
        Bytes of the parameters of one snapshot: see `bytes_of`.
    budget : int
        Bytes that all snapshots may take together. The most that are kept is an even number from 8 to 96 in any case.
    """

    def __init__(self, n_bytes_of_model: int, budget: int = BUDGET) -> None:
        most = max(FEWEST, min(MOST, budget // max(1, n_bytes_of_model)))
        self.most = most - most % 2  # so that the one which would be too many has its place after d has doubled
        self._step = _FIRST_STEP
        self._kept: dict[int, Snapshot] = {}

    @classmethod
    def restored(cls, snapshots: Iterable[Snapshot], n_bytes_of_model: int, budget: int = BUDGET) -> SnapshotKeeper:
        """Return a keeper that goes on with the snapshots of a reopened run, or of the run that one branched from.

        Those that it would not have kept itself, such as those that a larger budget allowed, are left out.
        """
        keeper = cls(n_bytes_of_model, budget)
        for snapshot in snapshots:
            keeper.add(snapshot.iteration, snapshot.model)
        return keeper

    @property
    def step(self) -> int:
        """The d of the iterations (k d)² at which snapshots now lie."""
        return self._step

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """What is kept, by ascending iteration."""
        return tuple(self._kept[at] for at in sorted(self._kept))

    def next_due(self, iteration: int) -> int:
        """Return the smallest iteration at or after ``iteration`` at which a snapshot is due."""
        step = self._step_at(iteration)
        root = isqrt(iteration - 1) + 1 if iteration > 0 else 0  # rounded up
        return int((-(-root // step) * step) ** 2)

    def is_due(self, iteration: int) -> bool:
        """Return whether a snapshot is due at this iteration and not kept yet."""
        return iteration not in self._kept and self.next_due(iteration) == iteration

    def add(self, iteration: int, model: AutoEncoder) -> None:
        """Keep a model that is not changed from now on; one that is not due, or is there already, is ignored."""
        if not self.is_due(iteration):
            return
        step = self._step_at(iteration)
        if step != self._step:
            self._step = step
            self._kept = {at: snapshot for at, snapshot in self._kept.items() if _lies_at(at, step)}
        self._kept[iteration] = Snapshot(iteration, model)

    def exchange(self, snapshots: Iterable[Snapshot]) -> None:
        """Take these in the place of those of the same iterations, as far as they are still kept."""
        self._kept |= {s.iteration: s for s in snapshots if s.iteration in self._kept}

    def count_at(self, iteration: int) -> int:
        """Return how many snapshots a run has that has been trained from its start up to an iteration."""
        return isqrt(max(0, iteration)) // self._step_at(iteration) + 1

    def _step_at(self, iteration: int) -> int:
        """Return the d of a run that has reached an iteration; it never falls."""
        step = self._step
        while isqrt(max(0, iteration)) // step + 1 > self.most:
            step *= 2
        return step


def bytes_of(model: AutoEncoder) -> int:
    """Return the bytes of a model's parameters."""
    return sum(int(a.nbytes) for a in model.parameters.values())


def thinned(snapshots: Iterable[Snapshot], most: int) -> tuple[Snapshot, ...]:
    """Return at most ``most`` snapshots, by ascending iteration: all, or those at (k d)² with the smallest d = 2^n."""
    kept = tuple(sorted(snapshots, key=lambda snapshot: snapshot.iteration))
    if most < 1:
        return ()
    step = _FIRST_STEP
    while len(kept) > most:
        kept = tuple(snapshot for snapshot in kept if _lies_at(snapshot.iteration, step))
        step *= 2
    return kept


def _lies_at(iteration: int, step: int) -> bool:
    root = isqrt(iteration)
    return root * root == iteration and root % step == 0

"""How much memory runs take: every array that they hold, counted once however many of them share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.sessions.run import Run
from dae_core.training.snapshots import Snapshot

Arrays = NDArray[Any]


def arrays_of(run: Run) -> Iterator[Arrays]:
    """Yield every array of a run; some may be parts of one and the same."""
    checkpoint = run.checkpoint
    models = [checkpoint.model, *(snapshot.model for snapshot in run.snapshots)]
    if checkpoint.good is not None:
        models.append(checkpoint.good[1])
    if checkpoint.average is not None:
        models.append(checkpoint.average)
    for model in models:
        yield from model.parameters.values()
    yield from checkpoint.engine.values()
    yield from (run.record.errors, run.record.sparsities)
    if run.figures is not None and run.figures.firing_rates is not None:
        yield run.figures.firing_rates


def bytes_held(runs: Iterable[Run]) -> int:
    """Return the bytes of memory that these runs keep together.

    What counts is what an array is a view of: the whole growing curve, where a record shows its beginning, and the
    padding of parameters. Branches share snapshots and curves with the runs that they come from. What lies in a file
    (see `dae_core.sessions.parked_run`) does not count.
    """
    sizes: dict[int, int] = {}
    for run in runs:
        sizes |= _sizes(run)
    return sum(sizes.values())


def first_beyond(runs: Sequence[Run], budget: int) -> list[Run]:
    """Return the first of the runs, as many as are not to be held so that the others fit a budget in bytes."""
    held = [_sizes(run) for run in runs]
    holders = Counter(owner for sizes in held for owner in sizes)
    total = sum({owner: size for sizes in held for owner, size in sizes.items()}.values())
    chosen = []
    for run, sizes in zip(runs, held, strict=True):
        if total <= budget:
            break
        holders.subtract(sizes.keys())
        total -= sum(size for owner, size in sizes.items() if not holders[owner])
        if sizes:
            chosen.append(run)
    return chosen


def in_memory(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """Return those of the snapshots whose parameters do not lie in a file."""
    return [s for s in snapshots if not _lies_in_a_file(_owner(s.model.V))]


def _sizes(run: Run) -> dict[int, int]:
    """Return the bytes of each piece of memory that a run's arrays are views of, by what identifies it."""
    owners = map(_owner, arrays_of(run))
    return {id(owner): owner.nbytes for owner in owners if not _lies_in_a_file(owner)}


def _owner(array: Arrays) -> Arrays:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _lies_in_a_file(owner: Arrays) -> bool:
    base = owner.base.obj if isinstance(owner.base, memoryview) else owner.base
    return isinstance(base, mmap)

"""Runs and snapshots whose arrays lie in a file: they are as good as any other, and take no memory until they are read.

The file has no name, or loses it at once, so that nothing is left behind, however the process ends.
"""

from __future__ import annotations

import contextlib
import dataclasses
import mmap
import os
import tempfile
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.run import Run
from dae_core.training.snapshots import Snapshot

Arrays = NDArray[Any]
Put = Callable[[Arrays], Arrays]
_Held = TypeVar("_Held")

_LINE = 64  # arrays begin at the start of a cache line, see `dae_core.model.aligned`
_maps: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()


def parked(run: Run, folder: Path) -> Run:
    """Return the same run with all arrays in a file in a folder, which is made where it is not there.

    Raises
    ------
    OSError
        When the file cannot be written or mapped.
    """
    return _moved(folder, lambda put: _rebuilt(run, put))


def parked_snapshots(snapshots: Sequence[Snapshot], folder: Path) -> tuple[Snapshot, ...]:
    """Return the same snapshots with all parameters in one file in a folder, which is made where it is not there.

    The disk is not waited for, so that it may be done while a run goes on.

    Raises
    ------
    OSError
        When the file cannot be written or mapped.
    """

    def with_file(put: Put) -> tuple[Snapshot, ...]:
        return tuple(dataclasses.replace(s, model=_model(s.model, put)) for s in snapshots)

    return _moved(folder, with_file, is_awaited=False)


def _moved(folder: Path, rebuilt: Callable[[Put], _Held], *, is_awaited: bool = True) -> _Held:
    """Return what ``rebuilt`` makes of arrays in a nameless file; it is called twice, and puts the same ones there."""
    folder.mkdir(parents=True, exist_ok=True)
    places: list[int] = []
    with tempfile.TemporaryFile(dir=folder) as file:

        def write(array: Arrays) -> Arrays:
            file.write(bytes(-file.tell() % _LINE))
            places.append(file.tell())
            file.write(np.ascontiguousarray(array).data)
            return array

        rebuilt(write)
        file.write(bytes(_LINE))  # a file of no bytes cannot be mapped
        file.flush()
        if is_awaited:
            os.fsync(file.fileno())  # some disks say only now that they are full, and the run would be nowhere
        elif hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, file.tell())  # which they say now too
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    _maps.add(mapped)
    memory, places_left = np.frombuffer(mapped, np.uint8), iter(places)

    def read(array: Arrays) -> Arrays:
        start = next(places_left)
        piece = memory[start : start + array.nbytes].view(array.dtype)
        return piece.reshape(array.shape)

    return rebuilt(read)


def forget_read() -> None:
    """Take what was read of all parked runs out of memory again; it is read anew when it is looked at."""
    advice = getattr(mmap, "MADV_DONTNEED", None)
    if advice is not None:
        for mapped in list(_maps):
            with contextlib.suppress(OSError, ValueError):
                mapped.madvise(advice)


def _model(old: AutoEncoder, put: Put) -> AutoEncoder:
    W, B, V, C = put(old.W.T).T, put(old.B), put(old.V), put(old.C)
    return AutoEncoder(W, B, V, C, old.gradient, old.architecture)


def _rebuilt(run: Run, put: Put) -> Run:
    """Return the run with something else in the place of each array, always in the same order."""
    done: dict[int, AutoEncoder] = {}

    def model(old: AutoEncoder) -> AutoEncoder:
        if id(old) not in done:
            done[id(old)] = _model(old, put)
        return done[id(old)]

    checkpoint, record, figures = run.checkpoint, run.record, run.figures
    good, average = checkpoint.good, checkpoint.average
    checkpoint = dataclasses.replace(
        checkpoint,
        model=model(checkpoint.model),
        good=None if good is None else (good[0], model(good[1])),
        engine={name: put(array) for name, array in checkpoint.engine.items()},
        average=None if average is None else model(average),
    )
    snapshots = tuple(dataclasses.replace(snapshot, model=model(snapshot.model)) for snapshot in run.snapshots)
    record = dataclasses.replace(record, errors=put(record.errors), sparsities=put(record.sparsities))
    if figures is not None and figures.firing_rates is not None:
        figures = dataclasses.replace(figures, firing_rates=put(figures.firing_rates))
    return dataclasses.replace(run, checkpoint=checkpoint, record=record, snapshots=snapshots, figures=figures)

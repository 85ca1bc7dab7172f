"""Runs whose arrays lie in a file of their own: they are as good as any other, and take no memory until they are read.

The file has no name, or loses it at once, so that nothing is left behind, however the process ends.
"""

from __future__ import annotations

import contextlib
import dataclasses
import mmap
import os
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.run import Run

Arrays = NDArray[Any]

_LINE = 64  # arrays begin at the start of a cache line, see `dae_core.model.aligned`
_maps: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()


def parked(run: Run, folder: Path) -> Run:
    """Return the same run with all arrays in a file in a folder, which is made where it is not there.

    Raises
    ------
    OSError
        When the file cannot be written or mapped.
    """
    folder.mkdir(parents=True, exist_ok=True)
    places: list[int] = []
    with tempfile.TemporaryFile(dir=folder) as file:

        def write(array: Arrays) -> Arrays:
            file.write(bytes(-file.tell() % _LINE))
            places.append(file.tell())
            file.write(np.ascontiguousarray(array).data)
            return array

        _rebuilt(run, write)
        file.write(bytes(_LINE))  # a file of no bytes cannot be mapped
        file.flush()
        os.fsync(file.fileno())  # some disks say only now that they are full, and the run would be nowhere
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    _maps.add(mapped)
    memory, places_left = np.frombuffer(mapped, np.uint8), iter(places)

    def read(array: Arrays) -> Arrays:
        start = next(places_left)
        piece = memory[start : start + array.nbytes].view(array.dtype)
        return piece.reshape(array.shape)

    return _rebuilt(run, read)


def forget_read() -> None:
    """Take what was read of all parked runs out of memory again; it is read anew when it is looked at."""
    advice = getattr(mmap, "MADV_DONTNEED", None)
    if advice is not None:
        for mapped in list(_maps):
            with contextlib.suppress(OSError, ValueError):
                mapped.madvise(advice)


def _rebuilt(run: Run, put: Callable[[Arrays], Arrays]) -> Run:
    """Return the run with something else in the place of each array, always in the same order."""
    done: dict[int, AutoEncoder] = {}

    def model(old: AutoEncoder) -> AutoEncoder:
        if id(old) not in done:
            W, B, V, C = put(old.W.T).T, put(old.B), put(old.V), put(old.C)
            done[id(old)] = AutoEncoder(W, B, V, C, old.gradient, old.architecture)
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

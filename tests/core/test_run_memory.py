"""What runs take in memory, to the byte; and runs that lie in files, which are the same to the last bit."""

from __future__ import annotations

import dataclasses
import errno
import gc
import os
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest

from dae_core.sessions.branching import branched
from dae_core.sessions.parked_run import forget_read, parked
from dae_core.sessions.run import Label, Run
from dae_core.sessions.run_memory import arrays_of, bytes_held, first_beyond
from dae_core.sessions.session import Session
from dae_core.training.snapshots import Snapshot
from helpers.datasets import small_dataset
from helpers.failing_disk import small_disk
from helpers.sessions import ADAM, MOMENTUM, SGD, assert_same, trained

CONFIGS = pytest.mark.parametrize("config", [SGD, ADAM, MOMENTUM])


def run_with_snapshots(config, iterations: int = 400) -> Run:
    run = trained(config, iterations).run
    snapshots = tuple(Snapshot(at, run.model.copy()) for at in (0, 4, 16))
    return dataclasses.replace(run, snapshots=snapshots)


def with_own_arrays(run: Run) -> Run:
    """Return a run whose curves are not the beginnings of growing ones."""
    record = dataclasses.replace(run.record, errors=run.record.errors.copy(), sparsities=run.record.sparsities.copy())
    return dataclasses.replace(run, record=record)


@CONFIGS
def test_the_bytes_of_a_run_are_the_sum_of_its_arrays(config) -> None:
    run = with_own_arrays(run_with_snapshots(config))
    models = [run.model, run.checkpoint.good[1], *(snapshot.model for snapshot in run.snapshots)]
    arrays = [array for model in models for array in (model.W, model.B, model.V, model.C)]
    arrays += [*run.checkpoint.engine.values(), run.record.errors, run.record.sparsities]
    assert sorted(map(id, arrays_of(run))) == sorted(map(id, arrays))
    exact, padding = sum(array.nbytes for array in arrays), 64 * 4 * len(models)
    assert exact <= bytes_held([run]) <= exact + padding


def test_moments_curves_and_checkpoints_count_and_not_only_snapshots() -> None:
    run = run_with_snapshots(ADAM)
    bare = dataclasses.replace(run, snapshots=())
    model = sum(array.nbytes for array in run.model.parameters.values())
    assert bytes_held([bare]) > 4 * model  # weights, the last good ones, two moments
    assert bytes_held([run]) - bytes_held([bare]) >= 3 * model


def test_the_whole_of_a_growing_curve_counts() -> None:
    run = run_with_snapshots(SGD)
    assert run.record.errors.base is not None
    spare = 2 * run.record.errors.base.nbytes - run.record.errors.nbytes - run.record.sparsities.nbytes
    assert bytes_held([run]) - bytes_held([with_own_arrays(run)]) == spare > 0


def test_what_runs_share_counts_once() -> None:
    run = run_with_snapshots(SGD)
    branch = branched(run, 16, Label.new("branch"))
    own = sum(array.nbytes for array in branch.model.parameters.values())
    assert bytes_held([run, run]) == bytes_held([run])
    assert own <= bytes_held([run, branch]) - bytes_held([run]) < own + 1000


def test_as_many_of_the_first_runs_go_as_the_rest_needs_room() -> None:
    runs = [with_own_arrays(run_with_snapshots(SGD)) for _ in range(4)]
    each = bytes_held(runs[:1])
    assert first_beyond(runs, 4 * each) == []
    assert first_beyond(runs, 4 * each - 1) == runs[:1]
    assert first_beyond(runs, 2 * each) == runs[:2]
    assert first_beyond(runs, 0) == runs
    # A run whose snapshots another one has too frees only the rest when it goes alone.
    twin = dataclasses.replace(runs[1], label=Label.new("twin"))
    assert first_beyond([twin, *runs], 4 * each) == []
    assert first_beyond([runs[1], twin, runs[0]], each) == [runs[1], twin]


@CONFIGS
def test_a_parked_run_is_the_same_to_the_last_bit_and_takes_no_memory(config, tmp_path: Path) -> None:
    run = run_with_snapshots(config)
    lying = parked(run, tmp_path / "made" / "there")
    assert bytes_held([lying]) == 0
    assert_same(Session(lying), Session(run))
    assert lying.label == run.label
    assert not any(array.flags.writeable for array in arrays_of(lying))
    if sys.platform != "win32":
        assert list((tmp_path / "made" / "there").iterdir()) == [], "the file has no name"
    forget_read()
    assert_same(Session(lying), Session(run))
    assert first_beyond([lying, run], 0) == [run]


@CONFIGS
def test_a_parked_run_goes_on_with_the_same_bits(config, tmp_path: Path) -> None:
    run = run_with_snapshots(config, 300)
    ends = []
    for one in (run, parked(run, tmp_path)):
        trainer, history = one.trainer(small_dataset()), one.history()
        history.append(trainer.advance(100))
        trainer.close()
        ends.append([a.tobytes() for a in (*trainer.model.parameters.values(), history.error.values())])
    assert ends[0] == ends[1]
    branch = branched(parked(run, tmp_path), 16, Label.new("branch"))
    np.testing.assert_array_equal(branch.model.W, run.snapshots[2].model.W)


def test_weights_that_two_places_share_lie_in_the_file_once(tmp_path: Path) -> None:
    run = run_with_snapshots(SGD)
    shared = dataclasses.replace(run, snapshots=(Snapshot(0, run.checkpoint.good[1]),))
    lying = parked(shared, tmp_path)
    assert lying.snapshots[0].model is lying.checkpoint.good[1]


def test_nothing_of_a_run_is_left_when_it_is_let_go_of(tmp_path: Path) -> None:
    run = run_with_snapshots(SGD)
    lying = parked(run, tmp_path)
    dead = [weakref.ref(run.model.W), weakref.ref(run.snapshots[0].model)]
    del run
    gc.collect()
    assert [ref() for ref in dead] == [None, None]
    mapped = weakref.ref(_mapping(lying))
    del lying
    gc.collect()
    assert mapped() is None


def _mapping(run: Run) -> object:
    array = run.model.W
    while isinstance(array, np.ndarray):
        array = array.base
    return array.obj if isinstance(array, memoryview) else array


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        parked(run_with_snapshots(SGD), tmp_path / "file" / "folder")


@pytest.mark.parametrize("step", ["at the end", "on the way"])
def test_a_full_disk_is_told_and_the_run_stays_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run = run_with_snapshots(SGD, 100)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if step == "at the end":
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            parked(run, tmp_path)
    else:
        with small_disk(tmp_path / "disk", 8) as disk, pytest.raises(OSError, match="No space left"):
            parked(run, disk)
    assert np.isfinite(run.model.W).all()

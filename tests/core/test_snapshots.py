"""Which snapshots a run keeps: a function of the iteration reached, within a budget."""

from math import sqrt

import numpy as np
import pytest

from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.snapshots import SnapshotKeeper, bytes_of, thinned

MODEL = AutoEncoder.random(6, 3, np.random.default_rng(0))


def expected(iteration, most):
    """Return the iterations by the rule in words: (k d)², d = 2, 4, 8, ... the first with which they are few enough."""
    step = 2
    while True:
        squares = [k * k * step * step for k in range(int(sqrt(iteration)) + 2) if k * k * step * step <= iteration]
        if len(squares) <= most:
            return squares
        step *= 2


def reached(iteration, most, chunks, keeper=None):
    """Go on to an iteration in chunks that end where snapshots are due, as those do who train."""
    keeper = keeper or SnapshotKeeper(1000, most * 1000)
    at = keeper.snapshots[-1].iteration if keeper.snapshots else 0
    keeper.add(at, MODEL)
    while at < iteration:
        at = min(iteration, at + next(chunks), keeper.next_due(at + 1))
        keeper.add(at, MODEL)
    return keeper


def sizes(rng, largest):
    while True:
        yield int(rng.integers(1, largest))


def test_they_lie_at_squares_and_are_never_too_many():
    rng = np.random.default_rng(3)
    for case in range(60):
        most = int(rng.integers(8, 40))
        iteration = int(rng.integers(0, 30_000))
        keeper = reached(iteration, most, sizes(rng, [2, 50, 5000][case % 3]))
        kept = [s.iteration for s in keeper.snapshots]
        assert kept == expected(iteration, most - most % 2)


def test_they_do_not_depend_on_chunks_or_on_being_reopened():
    rng = np.random.default_rng(4)
    for case in range(30):
        iteration = int(rng.integers(1, 40_000))
        most = 8 + case
        one = reached(iteration, most, sizes(rng, 10_000))
        other = None
        for stop in [*sorted(rng.integers(0, iteration, 5).tolist()), iteration]:
            other = reached(stop, most, sizes(rng, 700), other)
            other = SnapshotKeeper.restored(other.snapshots, 1000, most * 1000)
        assert [s.iteration for s in one.snapshots] == [s.iteration for s in other.snapshots]
        assert one.step == other.step


def test_the_next_due_iteration_is_the_first_at_which_add_keeps_something():
    keeper = SnapshotKeeper(1, 9)
    for iteration in range(6000):
        due = keeper.next_due(iteration)
        assert due >= iteration
        before = keeper.snapshots
        assert keeper.is_due(iteration) == (due == iteration)
        keeper.add(iteration, MODEL)
        assert [s.iteration for s in keeper.snapshots] == expected(iteration, 8)
        assert (keeper.snapshots != before) == (due == iteration)
    assert keeper.step == 16
    assert [s.iteration for s in keeper.snapshots] == [0, 256, 1024, 2304, 4096]


def test_the_first_of_an_iteration_stays_and_what_is_not_due_is_ignored():
    keeper = SnapshotKeeper(1000)
    keeper.add(4, MODEL)
    keeper.add(4, MODEL.copy())
    keeper.add(5, MODEL)
    keeper.add(9, MODEL)
    assert [(s.iteration, s.model is MODEL) for s in keeper.snapshots] == [(4, True)]
    assert [keeper.next_due(i) for i in (0, 1, 4, 5, 16, 17)] == [0, 4, 4, 16, 16, 36]


@pytest.mark.parametrize(
    ("size", "most"), [(1, 96), (635_924, 96), (1_700_000, 94), (10**7, 16), (10**8, 8), (10**12, 8), (0, 96)]
)
def test_the_budget_is_160_mb_between_8_and_96_snapshots(size, most):
    assert SnapshotKeeper(size).most == most


def test_bytes_of_a_model():
    assert bytes_of(MODEL) == sum(len(a.tobytes()) for a in MODEL.parameters.values())
    assert bytes_of(AutoEncoder.random(784, 100, np.random.default_rng(0))) == (2 * 784 * 100 + 884) * 4


def test_thinning_keeps_the_rule():
    keeper = reached(20_000, 96, iter(lambda: 999, 0))
    whole = keeper.snapshots
    assert thinned(whole, 96) == whole
    for most in range(1, len(whole)):
        kept = [s.iteration for s in thinned(reversed(whole), most)]
        assert kept == expected(whole[-1].iteration, most)
    assert thinned(whole, 0) == ()
    assert thinned((), 5) == ()


def test_a_file_with_more_than_the_budget_is_thinned_when_it_is_reopened():
    whole = reached(5000, 96, iter(lambda: 999, 0)).snapshots
    kept = SnapshotKeeper.restored(whole, 1000, 10_000).snapshots
    assert [s.iteration for s in kept] == expected(5000, 10)

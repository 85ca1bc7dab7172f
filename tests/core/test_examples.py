"""The stream of examples: block k is a function of (seed, k) alone, however it is asked for."""

import gc
import threading

import numpy as np
import pytest

from dae_core.model.corruption import Gaussian, Masking
from dae_core.training.examples import BLOCK, ExampleStream, examples, start_generator
from helpers.datasets import small_dataset


@pytest.fixture
def stream():
    made = []

    def make(corruption=Gaussian(), seed=3):  # noqa: B008 - a frozen value
        made.append(ExampleStream(small_dataset(), corruption, seed))
        return made[-1]

    yield make
    for each in made:
        each.close()


def copied(block):
    return block.index, block.clean.copy(), block.draws.copy(), block.noisy.copy()


def made_ahead(stream):
    """Wait until the stream's thread has nothing to do; private, for the stream tells nobody."""
    for job in stream._ahead.values():
        job.result()


def assert_same(first, second):
    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])
    np.testing.assert_array_equal(first[2], second[2])
    np.testing.assert_array_equal(first[3], second[3])


def test_blocks_hold_training_digits_and_their_draws(stream):
    block = stream().block(0)
    dataset = small_dataset()
    assert block.clean.shape == block.draws.shape == (BLOCK, 64)
    assert block.clean.dtype == block.draws.dtype == np.float32
    known = {row.tobytes() for row in dataset.standardize(dataset.train_images)}
    chosen = [row.tobytes() for row in block.clean]
    assert set(chosen) <= known
    assert len(set(chosen)) > 100
    assert abs(block.draws.std() - 1) < 0.05


def test_every_training_digit_comes_up(stream):
    each = stream()
    dataset = small_dataset()
    known = {row.tobytes() for row in dataset.standardize(dataset.train_images)}
    seen = {row.tobytes() for index in range(20) for row in each.block(index).clean}
    assert seen == known


def test_the_order_of_asking_makes_no_difference(stream):
    in_order = stream()
    expected = [copied(in_order.block(index)) for index in range(7)]
    jumping = stream()
    for index in (0, 3, 4, 4, 1, 6, 5, 2, 3, 0):
        assert_same(copied(jumping.block(index)), expected[index])


def test_blocks_and_seeds_differ(stream):
    each, other = stream(seed=3), stream(seed=4)
    first, second, foreign = copied(each.block(0)), copied(each.block(1)), copied(other.block(0))
    assert not np.array_equal(first[2], second[2])
    assert not np.array_equal(first[1], second[1])
    assert not np.array_equal(first[2], foreign[2])


def test_the_block_before_stays_valid_while_the_next_is_used(stream):
    each = stream()
    previous = each.block(0)
    kept = copied(previous)
    for index in range(1, 12):
        block = each.block(index)
        # Private: the thread works ahead, and tells nobody when it is done.
        made_ahead(each)  # the thread has written all that it will write until the next call
        assert_same(copied(previous), kept)
        previous, kept = block, copied(block)


def test_start_weights_share_no_numbers_with_examples(stream):
    start = start_generator(3).standard_normal(1000, dtype=np.float32)
    assert not np.isin(start, stream().block(0).draws).any()
    assert not np.array_equal(start, start_generator(4).standard_normal(1000, dtype=np.float32))


def test_draws_fit_the_kind_of_corruption(stream):
    draws = stream(Masking(0.5)).block(0).draws
    assert 0 <= draws.min() < 0.01
    assert 0.99 < draws.max() < 1


def test_examples_are_rows_of_their_block(stream):
    each = stream()
    clean, noisy = examples(each, BLOCK + 10, 5)
    block = each.block(1)
    np.testing.assert_array_equal(clean, block.clean[10:15])
    np.testing.assert_array_equal(noisy, block.noisy[10:15])
    np.testing.assert_array_equal(noisy, (block.clean + block.draws)[10:15])


def test_another_level_is_in_force_at_once_and_in_the_block_made_ahead(stream):
    each = stream()
    each.block(0)
    made_ahead(each)
    for level, index in ((0.0, 0), (0.5, 1), (0.25, 2)):
        each.corruption = Gaussian(level)
        block = each.block(index)
        assert block.corruption == Gaussian(level)
        np.testing.assert_allclose(block.noisy, block.clean + np.float32(level) * block.draws, atol=1e-6)


def test_close_ends_the_thread_and_a_later_block_starts_another():
    before = set(threading.enumerate())
    each = ExampleStream(small_dataset(), Gaussian(), 3)
    assert set(threading.enumerate()) == before
    first = copied(each.block(0))
    assert len(set(threading.enumerate()) - before) == 1
    each.close()
    assert set(threading.enumerate()) == before
    each.close()
    assert_same(copied(each.block(0)), first)
    second = copied(each.block(1))
    each.close()
    assert set(threading.enumerate()) == before
    assert_same(copied(each.block(1)), second)
    each.close()


def test_a_forgotten_stream_ends_its_thread():
    before = set(threading.enumerate())
    each = ExampleStream(small_dataset(), Gaussian(), 3)
    each.block(0)
    (thread,) = set(threading.enumerate()) - before
    del each
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_a_failure_in_the_thread_reaches_the_caller(stream, monkeypatch):
    each = stream()
    each.block(0)
    made_ahead(each)

    def fail(index):
        raise RuntimeError("no digits")

    monkeypatch.setattr(each, "_make", fail)
    each.block(1)  # was prepared before
    each.block(2)
    with pytest.raises(RuntimeError, match="no digits"):
        each.block(3)


def test_others_may_make_the_block_ahead_or_leave_it():
    expected, jobs, before = [], [], set(threading.enumerate())
    alone = ExampleStream(small_dataset(), Gaussian(), 3)
    expected = [copied(alone.block(index)) for index in range(6)]
    alone.close()
    each = ExampleStream(small_dataset(), Gaussian(), 3, take_along=lambda job: jobs.append(job) or True)
    for index in range(6):
        assert_same(copied(each.block(index)), expected[index])
        if index % 2:
            jobs[-1].run()  # else the stream makes it when it is asked for
    assert set(threading.enumerate()) == before
    each.close()

"""Schedules: where they start, where they end, and what lies between."""

import math

import numpy as np
import pytest

from dae_core.training.schedules import SCHEDULES, factors


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_starts_at_one(schedule):
    assert factors(schedule, 0, 1, 1000)[0] == 1.0


def test_ends():
    assert factors("constant", 999, 2, 1000).tolist() == [1.0, 1.0]
    assert factors("linear", 999, 1, 1000)[0] == pytest.approx(0.001)
    assert factors("linear", 1000, 1, 1000)[0] == 0.0
    assert factors("cosine", 1000, 1, 1000)[0] == 0.0
    assert factors("cosine", 500, 1, 1000)[0] == pytest.approx(0.5)


def test_values_equal_their_formulas():
    n = 37
    np.testing.assert_allclose(factors("linear", 0, n, n), [1 - i / n for i in range(n)], rtol=1e-14)
    cosine = [(1 + math.cos(math.pi * i / n)) / 2 for i in range(n)]
    np.testing.assert_allclose(factors("cosine", 0, n, n), cosine, rtol=1e-14)


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_falling_schedules_fall_to_zero_and_stay_there(schedule):
    values = factors(schedule, 0, 120, 100)
    assert (np.diff(values[:101]) < 0).all()
    assert (values[100:] == 0).all()
    assert (values >= 0).all()


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_cuts_make_no_difference(schedule):
    whole = factors(schedule, 0, 100, 100)
    pieces = [factors(schedule, first, count, 100) for first, count in ((0, 1), (1, 36), (37, 0), (37, 63))]
    np.testing.assert_array_equal(whole, np.concatenate(pieces))

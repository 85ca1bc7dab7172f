"""The three corruptions: their statistics, their two halves, their texts."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dae_core.model.corruption import KINDS, Corruption, Gaussian, Masking, SaltAndPepper, parse

ALL = [Gaussian(0.7), Masking(0.3, fill=-0.4), SaltAndPepper(0.3, black=-0.5, white=2.5)]
by_kind = pytest.mark.parametrize("corruption", ALL, ids=lambda c: c.kind)


def within(actual, expected, error, sigmas=5):
    assert abs(actual - expected) <= sigmas * error, f"{actual} is more than {sigmas} errors from {expected}"


def test_gaussian_adds_standard_normal_numbers_times_sigma():
    n = 400_000
    noise = Gaussian(0.7).apply(np.full(n, 3.0), np.random.default_rng(0)) - 3.0
    within(noise.mean(), 0, 0.7 / math.sqrt(n))
    within(noise.var(), 0.49, 0.49 * math.sqrt(2 / n))
    within((noise**4).mean(), 3 * 0.7**4, 0.7**4 * math.sqrt(96 / n))
    within((np.abs(noise) < 0.7).mean(), math.erf(1 / math.sqrt(2)), 0.5 / math.sqrt(n))


def test_masking_blackens_its_fraction_and_nothing_else():
    n = 400_000
    clean = np.random.default_rng(1).uniform(1, 2, n)
    spoilt = Masking(0.3, fill=-0.4).apply(clean, np.random.default_rng(0))
    hit = spoilt != clean
    assert set(spoilt[hit]) == {-0.4}
    within(hit.mean(), 0.3, math.sqrt(0.21 / n))


def test_salt_and_pepper_splits_its_fraction_evenly():
    n = 400_000
    clean = np.random.default_rng(1).uniform(1, 2, n)
    spoilt = SaltAndPepper(0.3, black=-0.5, white=2.5).apply(clean, np.random.default_rng(0))
    hit = spoilt != clean
    assert set(spoilt[hit]) == {-0.5, 2.5}
    within((spoilt == -0.5).mean(), 0.15, math.sqrt(0.15 * 0.85 / n))
    within((spoilt == 2.5).mean(), 0.15, math.sqrt(0.15 * 0.85 / n))


@by_kind
def test_pixels_are_spoilt_independently(corruption):
    spoilt = corruption.apply(np.ones((100_000, 2)), np.random.default_rng(2))
    within(np.corrcoef(spoilt.T)[0, 1], 0, 1 / math.sqrt(100_000))


@pytest.mark.parametrize(
    "corruption",
    [*ALL, Gaussian(2.0), Masking(0.8, fill=1.5), SaltAndPepper(0.9), SaltAndPepper(1.0), Masking(0.0)],
    ids=str,
)
def test_moments_equal_monte_carlo(corruption):
    rng = np.random.default_rng(3)
    n = 200_000
    centres, spreads = np.array([-0.4, 0.0, 1.3]), np.array([0.01, 1.0, 0.5])
    x0 = centres + spreads * rng.normal(size=(n, 3))
    x = corruption.apply(x0, rng)

    gain, offset, added = corruption.moments(x0.mean(axis=0), (x0**2).mean(axis=0))

    # E[x | x0] = g x0 + b: the residual has no mean, does not go with x0, and has the variance that was named.
    residual = x - (gain * x0 + offset)
    error = residual.std(axis=0) / math.sqrt(n) + 1e-7
    assert (np.abs(residual.mean(axis=0)) <= 5 * error).all()
    slope = (residual * (x0 - x0.mean(axis=0))).mean(axis=0) / spreads
    assert (np.abs(slope) <= 6 * error * np.maximum(1, np.abs(x0 / spreads).max(axis=0) ** 0.5)).all()
    squares_error = (residual**2).std(axis=0) / math.sqrt(n) + 1e-7
    assert (np.abs((residual**2).mean(axis=0) - added) <= 5 * squares_error).all()


@by_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(6,), (4, 6), (2, 3, 6)])
def test_apply_is_draw_then_corrupt(corruption, dtype, shape):
    clean = np.random.default_rng(4).normal(size=shape).astype(dtype)
    kept = clean.copy()
    spoilt = corruption.apply(clean, np.random.default_rng(9))

    draws = np.empty(shape, np.float32)
    corruption.draw(draws, np.random.default_rng(9))
    out = np.empty_like(clean)
    returned = corruption.corrupt(clean, draws, out=out)

    assert returned is out
    assert spoilt.dtype == dtype
    assert spoilt.shape == shape
    np.testing.assert_array_equal(spoilt, out)
    np.testing.assert_array_equal(spoilt, corruption.corrupt(clean, draws))
    np.testing.assert_array_equal(clean, kept)
    assert not np.shares_memory(spoilt, clean)
    assert not np.array_equal(spoilt, corruption.apply(clean, np.random.default_rng(10)))


@by_kind
def test_level_zero_changes_nothing(corruption):
    clean = np.random.default_rng(4).normal(size=(50, 6)).astype(np.float32)
    np.testing.assert_array_equal(corruption.with_level(0).apply(clean, np.random.default_rng(0)), clean)


def test_full_fraction_leaves_nothing():
    clean = np.ones((50, 6), np.float32)
    assert (Masking(1.0, fill=-0.5).apply(clean, np.random.default_rng(0)) == -0.5).all()
    assert (SaltAndPepper(1.0, black=-2, white=3).apply(clean, np.random.default_rng(0)) != 1).all()


@by_kind
def test_draws_do_not_depend_on_the_level(corruption):
    first, second = np.empty((2, 100), np.float32)
    corruption.draw(first, np.random.default_rng(0))
    corruption.with_level(0.05).draw(second, np.random.default_rng(0))
    np.testing.assert_array_equal(first, second)


def test_range_reaches_black_and_white_and_keeps_the_level():
    assert Masking(0.2).with_range(-0.3, 2.0) == Masking(0.2, fill=-0.3)
    assert SaltAndPepper(0.2).with_range(-0.3, 2.0) == SaltAndPepper(0.2, black=-0.3, white=2.0)
    assert Gaussian(0.2).with_range(-0.3, 2.0) == Gaussian(0.2)
    assert Masking(0.2, fill=-0.3).with_level(0.5) == Masking(0.5, fill=-0.3)


@pytest.mark.parametrize("level", [-0.01, 1.01, math.nan, math.inf, -math.inf])
@by_kind
def test_levels_out_of_range_are_refused_by_name(corruption, level):
    if corruption.kind == "gaussian" and level == 1.01:
        level = 10.1
    with pytest.raises(ValueError, match=f"{corruption.level_name} of {corruption.kind} noise is .*between 0 and 1"):
        corruption.with_level(level)


@settings(deadline=None)
@given(kind=st.sampled_from(sorted(KINDS)), level=st.floats(0, 1))
def test_text_round_trip_is_exact(kind, level):
    corruption = KINDS[kind]().with_level(level)
    assert parse(str(corruption)) == corruption


def test_texts_of_usual_levels_are_short():
    assert [str(c) for c in (Gaussian(), Masking(0.5), SaltAndPepper())] == [
        "gaussian:1",
        "masking:0.5",
        "salt-and-pepper:0.25",
    ]


def test_texts_without_a_level_take_the_default():
    assert parse("gaussian") == Gaussian(1.0)
    assert parse(" masking ") == Masking(0.25)
    assert parse("salt-and-pepper:0.1") == SaltAndPepper(0.1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("poisson:1", "Unknown noise 'poisson'; known are gaussian, masking, salt-and-pepper"),
        ("", "Unknown noise ''"),
        ("gaussian:much", "level 'much' of gaussian noise is not a number"),
        ("gaussian:1:2", "'1:2' of gaussian noise is not a number"),
        ("gaussian:nan", "sigma of gaussian noise is nan; it must lie between 0 and 10"),
        ("masking:2", "fraction of masking noise is 2; it must lie between 0 and 1"),
        ("masking:-0.5", "between 0 and 1"),
    ],
)
def test_bad_texts_are_refused_in_words(text, words):
    with pytest.raises(ValueError, match=words):
        parse(text)


def test_corruptions_are_values():
    assert Gaussian(1.0) == Gaussian(1.0)
    assert len({Gaussian(1.0), Gaussian(1.0), Gaussian(2.0)}) == 2
    with pytest.raises(AttributeError):
        Gaussian().sigma = 2.0
    assert all(isinstance(c, Corruption) and KINDS[c.kind] is type(c) for c in ALL)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_brings_all_that_is_shown_and_exported_of_it(kind):
    one = KINDS[kind]
    for name in ("name", "equation", "draw_code", "corrupt_code", "script_text", "script_draw", "script_corrupt"):
        assert getattr(one, name), name
    for levels in (one.curve_levels, one.series_levels):
        assert len(levels) >= 2
        assert list(levels) == sorted(levels)
        assert [one().with_level(level).level for level in levels] == list(levels)
    assert one().describe() == f"{one.name} {one().level_text()}"

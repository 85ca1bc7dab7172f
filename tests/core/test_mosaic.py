"""Mosaics: the exercise's recipe to the letter, any number of tiles, honest levels."""

import numpy as np
import pytest

from dae_core.mosaic import filters, grid_shape, tile


def test_filters_of_w_equal_the_exercises_recipe():
    W = np.random.default_rng(0).normal(size=(784, 225)).astype(np.float32)
    recipe = W.reshape(28, 28, 15, 15).transpose(2, 0, 3, 1).reshape(420, 420)
    picture, _ = filters(W.T, (28, 28))
    np.testing.assert_array_equal(picture, recipe)


def test_filters_of_v_equal_the_exercises_recipe():
    V = np.random.default_rng(0).normal(size=(225, 784)).astype(np.float32)
    recipe = V.T.reshape(28, 28, 15, 15).transpose(2, 0, 3, 1).reshape(420, 420)
    picture, _ = filters(V, (28, 28))
    np.testing.assert_array_equal(picture, recipe)


@pytest.mark.parametrize(
    ("count", "shape"),
    [(1, (1, 1)), (2, (1, 2)), (3, (2, 2)), (5, (2, 3)), (7, (3, 3)), (10, (3, 4)), (100, (10, 10)), (225, (15, 15))],
)
def test_grids_are_nearly_square(count, shape):
    assert grid_shape(count) == shape


@pytest.mark.parametrize("count", range(400))
def test_grids_hold_all_and_waste_no_row(count):
    rows, columns = grid_shape(count)
    assert rows * columns >= count
    assert (rows - 1) * columns < max(count, 1)
    assert 0 <= columns - rows <= 1 + (rows == 1)


@pytest.mark.parametrize(("count", "columns"), [(1, None), (7, None), (13, None), (10, 10), (23, 10), (5, 1), (3, 8)])
def test_every_image_is_at_its_place(count, columns):
    images = np.random.default_rng(0).integers(1, 255, (count, 3, 5), dtype=np.uint8)
    picture = tile(images, columns)
    across = columns or grid_shape(count)[1]
    assert picture.dtype == np.uint8
    assert picture.shape[1] == across * 5
    for place in range(picture.shape[0] // 3 * across):
        row, column = divmod(place, across)
        expected = images[place] if place < count else np.zeros((3, 5))
        np.testing.assert_array_equal(picture[3 * row : 3 * row + 3, 5 * column : 5 * column + 5], expected)


def test_common_level_is_the_percentile_of_magnitudes():
    weights = np.random.default_rng(0).normal(size=(20, 64))
    weights[3, 5] = 1e6
    _, level = filters(weights, (8, 8))
    assert level == pytest.approx(np.quantile(np.abs(weights), 0.995, method="lower"))
    assert level < 5


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 33, 200, 1000, 40_000])
@pytest.mark.parametrize("kind", ["random", "sorted", "mostly zero", "sample of zeros", "not finite", "all alike"])
def test_the_level_is_found_exactly_whatever_a_sample_says(count, kind):
    rng = np.random.default_rng(count)
    weights = rng.standard_normal(count)
    if kind == "sorted":
        weights.sort()
    elif kind == "mostly zero":
        weights[rng.random(count) < 0.97] = 0
    elif kind == "sample of zeros":
        weights[::16] = 0
    elif kind == "not finite":
        weights[rng.random(count) < 0.3] = np.inf
    elif kind == "all alike":
        weights[:] = -2
    magnitudes = np.sort(np.abs(weights[np.isfinite(weights)]))
    expected = magnitudes[int(0.995 * (len(magnitudes) - 1))] if len(magnitudes) else 0.0
    assert filters(weights[None], (1, count))[1] == (expected or 1.0)


def test_scaling_each_tile_brings_its_largest_magnitude_to_one():
    weights = np.random.default_rng(0).normal(size=(9, 64)) * np.logspace(-3, 3, 9)[:, None]
    weights[4] = 0
    kept = weights.copy()
    picture, level = filters(weights, (8, 8), scale_each=True)
    assert level == 1.0
    peaks = np.abs(picture).reshape(3, 8, 3, 8).max(axis=(1, 3)).ravel()
    np.testing.assert_allclose(peaks, [1, 1, 1, 1, 0, 1, 1, 1, 1])
    np.testing.assert_array_equal(weights, kept)
    np.testing.assert_allclose(picture[:8, :8].ravel(), weights[0] / np.abs(weights[0]).max())


@pytest.mark.parametrize("scale_each", [False, True])
def test_values_that_are_not_finite_do_not_spoil_the_level(scale_each):
    weights = np.random.default_rng(0).normal(size=(4, 64)).astype(np.float32)
    expected = filters(weights, (8, 8))[1]
    weights[0, 0], weights[1, 1] = np.nan, -np.inf
    picture, level = filters(weights, (8, 8), scale_each=scale_each)
    assert np.isnan(picture[0, 0])
    assert picture[0, 9] == -np.inf
    assert level == pytest.approx(1 if scale_each else expected, rel=0.05)
    assert np.isfinite(picture).sum() == picture.size - 2


@pytest.mark.parametrize("weights", [np.zeros((4, 64)), np.full((4, 64), np.nan)])
@pytest.mark.parametrize("scale_each", [False, True])
def test_a_level_is_never_zero(weights, scale_each):
    assert filters(weights, (8, 8), scale_each=scale_each)[1] > 0

"""The best linear denoiser: equal to least squares on samples, better than any of its neighbours, right on MNIST."""

import math

import numpy as np
import pytest

from dae_core.datasets import Dataset, open_dataset
from dae_core.evaluation.beside_linear import beside_linear
from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.linear_denoiser import (
    LinearDenoiser,
    PixelStatistics,
    linear_bound,
    linear_errors,
)
from dae_core.model.corruption import Gaussian, Masking, SaltAndPepper
from helpers.datasets import small_dataset

CORRUPTIONS = [Gaussian(1.0), Gaussian(0.3), Masking(0.4), SaltAndPepper(0.4)]


def in_range(corruption):
    return corruption.with_range(small_dataset().black, small_dataset().white)


def test_statistics_equal_numpy():
    rows = small_dataset().standardize(small_dataset().train_images).astype(np.float64)
    statistics = PixelStatistics.of(small_dataset())
    np.testing.assert_allclose(statistics.mean, rows.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(statistics.covariance, np.cov(rows.T, bias=True), atol=1e-6)


def test_statistics_of_images_of_noise():
    """All grey levels, more images than are summed at a time, and not a multiple of it."""
    images = np.random.default_rng(0).integers(0, 256, (700, 3, 3), dtype=np.uint8)
    images[:300] = 255
    dataset = Dataset("noise", images, None, images[:1], None)
    rows = (images.reshape(700, 9) - images.mean()) / images.std()
    statistics = PixelStatistics.of(dataset)
    np.testing.assert_allclose(statistics.mean, rows.mean(axis=0), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(statistics.covariance, np.cov(rows.T, bias=True), rtol=1e-10, atol=1e-12)


def test_constant_pixels_have_no_variance_at_all():
    constant = (small_dataset().train_images == small_dataset().train_images[0]).all(axis=0).ravel()
    assert constant.any()
    assert (PixelStatistics.of(small_dataset()).covariance[constant] == 0).all()


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=str)
def test_equals_least_squares_on_many_corrupted_copies(corruption):
    corruption = in_range(corruption)
    clean = small_dataset().standardize(small_dataset().train_images).astype(np.float64)
    rng = np.random.default_rng(0)
    gram, right, squares = np.zeros((65, 65)), np.zeros((65, 64)), 0.0
    copies = 150
    for _ in range(copies):
        x = np.column_stack([corruption.apply(clean, rng), np.ones(len(clean))])
        gram += x.T @ x
        right += x.T @ clean
        squares += (clean**2).sum()
    # Corners never change: a masked corner is as black as before, which leaves the equations without a unique answer.
    fitted, *_ = np.linalg.lstsq(gram, right, rcond=1e-10)
    denoiser = LinearDenoiser.fit(PixelStatistics.of(small_dataset()), corruption)
    ours = np.vstack([denoiser.matrix, denoiser.offset]).astype(np.float64)

    def mse(solution):
        """Mean squared error on the very samples, from their sums."""
        total = squares - 2 * (solution * right).sum() + (solution * (gram @ solution)).sum()
        return total / (copies * clean.size)

    assert mse(fitted) <= mse(ours) <= 1.002 * mse(fitted)
    images = corruption.apply(clean[:50], rng)
    difference = denoiser.reconstruct(images) - (images @ fitted[:-1] + fitted[-1])
    assert np.sqrt(np.mean(difference**2)) < 0.06
    assert mse(ours) < 0.8 * np.mean((corruption.apply(clean, rng) - clean) ** 2)


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=str)
def test_any_change_of_the_map_makes_it_worse(corruption):
    """By the expected error itself, E|xA + b - x0|², from the moments of images and noise."""
    corruption = in_range(corruption)
    statistics = PixelStatistics.of(small_dataset())
    mean, S = statistics.mean, statistics.covariance
    gain, offset, added = corruption.moments(mean, S.diagonal() + mean**2)

    def expected_error(A, b):
        bias = (gain * mean + offset) @ A + b - mean
        noisy = gain**2 * S + np.diag(added)
        return np.trace(A.T @ noisy @ A) - 2 * gain * np.trace(A.T @ S) + np.trace(S) + bias @ bias

    denoiser = LinearDenoiser.fit(statistics, corruption)
    A, b = denoiser.matrix.astype(np.float64), denoiser.offset.astype(np.float64)
    best = expected_error(A, b)
    rng = np.random.default_rng(0)
    for size in (1e-3, 1e-2, 1e-1):
        for _ in range(20):
            assert expected_error(A + size * rng.normal(size=A.shape), b) > best
            assert expected_error(A, b + size * rng.normal(size=b.shape)) > best
    for factor in (0.9, 0.99, 1.01, 1.1):
        assert expected_error(factor * A, b + (1 - factor) * (gain * mean + offset) @ A) > best
    assert best > 0


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=str)
def test_bound_is_the_held_out_mse_of_the_map(corruption):
    statistics = PixelStatistics.of(small_dataset())
    held_out = HeldOut(small_dataset(), corruption)
    denoiser = LinearDenoiser.fit(statistics, held_out.corruption)
    y = held_out.noisy.astype(np.float64) @ denoiser.matrix + denoiser.offset
    bound = linear_bound(statistics, held_out)
    assert bound == pytest.approx(np.mean((y - held_out.clean) ** 2), rel=1e-5)
    assert bound < np.mean((held_out.noisy - held_out.clean) ** 2)
    assert bound < np.mean((held_out.clean - statistics.mean) ** 2)


@pytest.mark.parametrize("corruption", [Gaussian(0.0), Masking(0.0), SaltAndPepper(0.0)], ids=str)
def test_without_noise_nothing_is_lost(corruption):
    statistics = PixelStatistics.of(small_dataset())
    assert linear_bound(statistics, HeldOut(small_dataset(), corruption)) < 1e-4


@pytest.mark.parametrize("corruption", [Masking(1.0), SaltAndPepper(1.0)], ids=str)
def test_where_nothing_is_left_the_mean_is_the_best_guess(corruption):
    statistics = PixelStatistics.of(small_dataset())
    held_out = HeldOut(small_dataset(), corruption)
    expected = np.mean((held_out.clean - statistics.mean) ** 2)
    assert linear_bound(statistics, held_out) == pytest.approx(expected, rel=1e-5)


def test_bound_of_the_real_mnist(mnist_folder):
    dataset = open_dataset(mnist_folder)
    statistics = PixelStatistics.of(dataset)
    held_out = HeldOut(dataset, Gaussian(1.0))
    assert len(held_out) == 10_000
    assert linear_bound(statistics, held_out) == pytest.approx(0.1315, abs=0.0005)
    assert held_out.score(held_out.noisy).mse == pytest.approx(1.0, abs=0.002)
    mean_digit = np.broadcast_to(statistics.mean, held_out.clean.shape)
    assert held_out.score(mean_digit).mse == pytest.approx(0.709, abs=0.002)
    # Without noise, MNIST's dead border leaves the covariance singular.
    assert linear_bound(statistics, HeldOut(dataset, Gaussian(0.0), 500)) < 1e-4


def test_errors_are_those_of_the_images_that_a_network_is_measured_on():
    dataset, corruption = small_dataset(), Gaussian(0.7)
    statistics = PixelStatistics.of(dataset)
    some, whole = HeldOut(dataset, corruption, 5), HeldOut(dataset, corruption)
    errors = linear_errors(statistics, some, whole)
    assert errors.on(5) == pytest.approx(linear_bound(statistics, some) * dataset.n_inputs)
    assert errors.on(len(whole)) == pytest.approx(linear_bound(statistics, whole) * dataset.n_inputs)
    assert errors.on(4) is None


@pytest.mark.parametrize(
    ("error", "bound", "words"),
    [
        (132.0, 100.0, "32 % above the best linear denoiser"),
        (76.0, 100.0, "24 % below the best linear denoiser"),
        (100.4, 100.0, "as good as the best linear denoiser"),
        (1234.0, 100.0, "12 times the error of the best linear denoiser"),
        (58.0, 8e-4, ""),
        (math.inf, 100.0, ""),
        (math.nan, 100.0, ""),
        (1.0, 0.0, ""),
    ],
)
def test_an_error_beside_that_of_the_best_linear_denoiser(error, bound, words):
    assert beside_linear(error, bound) == words

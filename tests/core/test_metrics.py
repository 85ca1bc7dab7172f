"""MSE, PSNR and SSIM against independent implementations."""

import math

import numpy as np
import pytest
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from dae_core.evaluation import metrics


def pictures(size, seed=0):
    rng = np.random.default_rng(seed)
    clean = rng.random((size, size))
    return np.clip(clean + rng.normal(0, 0.1, (size, size)), 0, 1), clean


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_squared_error_is_the_squared_norm_of_each_row(dtype):
    rng = np.random.default_rng(0)
    y, x0 = rng.normal(size=(2, 5, 30)).astype(dtype)
    expected = [sum((float(a) - float(b)) ** 2 for a, b in zip(*rows, strict=True)) for rows in zip(y, x0, strict=True)]
    np.testing.assert_allclose(metrics.squared_error(y, x0), expected, rtol=1e-12)
    assert metrics.squared_error(y, x0).dtype == np.float64
    assert metrics.squared_error(y[0], x0[0]) == pytest.approx(expected[0], rel=1e-12)


def test_psnr_equals_scikit_image():
    image, clean = pictures(20)
    expected = peak_signal_noise_ratio(clean, image, data_range=1.0)
    scale = 0.3081  # one standardized unit in grey
    assert metrics.psnr(mean_squared_error(clean, image) / scale**2, scale) == pytest.approx(expected, rel=1e-12)


def test_psnr_of_known_values():
    np.testing.assert_allclose(metrics.psnr(np.array([1.0, 0.01]), 1.0), [0, 20], atol=1e-12)
    assert metrics.psnr(1.0, 0.1) == pytest.approx(20)
    assert metrics.psnr(0.0, 0.3) == math.inf


@pytest.mark.parametrize(("size", "window"), [(28, 7), (8, 7), (7, 7), (6, 5), (5, 5), (4, 3), (3, 3)])
def test_ssim_equals_scikit_image_with_the_largest_window_that_fits(size, window):
    image, clean = pictures(size)
    expected = structural_similarity(image, clean, win_size=window, data_range=1.0)
    assert metrics.ssim(image, clean) == pytest.approx(expected, rel=1e-12)
    assert metrics.ssim(clean, clean) == pytest.approx(1.0)
    assert metrics.ssim(image.astype(np.float32), clean.astype(np.float32)) == pytest.approx(expected, rel=1e-5)


def test_ssim_that_does_not_exist_is_nan():
    image, clean = pictures(2)
    assert math.isnan(metrics.ssim(image, clean))
    image, clean = pictures(9)
    image[3, 3] = np.inf
    assert math.isnan(metrics.ssim(image, clean))

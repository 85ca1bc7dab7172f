"""One image and ten on their way through a network, with honest figures."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from dae_core.datasets import Dataset
from dae_core.evaluation import metrics
from dae_core.evaluation.denoising import add_noise, denoise, denoise_rows
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption, Gaussian, Masking, SaltAndPepper


def make_dataset(shape: tuple[int, int] = (28, 28), n: int = 30) -> Dataset:
    rng = np.random.default_rng(3)
    images = np.where(rng.random((2, n, *shape)) < 0.2, rng.integers(0, 256, (2, n, *shape)), 0).astype(np.uint8)
    return Dataset("blots", images[0], None, images[1], None)


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture
def model(dataset: Dataset) -> AutoEncoder:
    return AutoEncoder.random(dataset.n_inputs, 20, np.random.default_rng(0))


def test_pictures_and_figures_belong_together(dataset: Dataset, model: AutoEncoder) -> None:
    image = dataset.test_images[0]
    result = denoise(model, dataset, image, Gaussian(1.0), seed=5)
    x0 = dataset.standardize(image)
    x = x0 + np.random.default_rng(5).standard_normal(x0.shape, dtype=np.float32)
    y = model.reconstruct(x)
    np.testing.assert_allclose(result.clean, image / 255, atol=1e-6)
    np.testing.assert_allclose(result.noisy, dataset.to_pixels(x), atol=1e-6)
    np.testing.assert_allclose(result.reconstruction, dataset.to_pixels(y), atol=1e-6)
    np.testing.assert_allclose(result.error.ravel(), y - x0, atol=1e-6)
    for array in (result.clean, result.noisy, result.reconstruction, result.error):
        assert (array.shape, array.dtype) == ((28, 28), np.float32)
    for quality, row, picture in ((result.before, x, result.noisy), (result.after, y, result.reconstruction)):
        assert quality.mse == pytest.approx(float(((row - x0) ** 2).mean()), rel=1e-5)
        assert quality.psnr == pytest.approx(-10 * np.log10(np.mean((picture - result.clean) ** 2.0)), abs=1e-3)
        assert quality.ssim == pytest.approx(metrics.ssim(picture.clip(0, 1), result.clean), abs=1e-5)
    assert result.noisy.min() < 0  # not clipped


def test_results_are_frozen(dataset: Dataset, model: AutoEncoder) -> None:
    result = denoise(model, dataset, dataset.test_images[0], Gaussian(), 0)
    with pytest.raises(FrozenInstanceError):
        result.before.mse = 0.0  # type: ignore[misc]


@pytest.mark.parametrize("corruption", [Gaussian(0.5), Masking(0.4), SaltAndPepper(0.4)], ids=str)
def test_the_seed_alone_decides_the_noise(dataset: Dataset, model: AutoEncoder, corruption: Corruption) -> None:
    image = dataset.test_images[1]
    first, same, other = (denoise(model, dataset, image, corruption, seed).noisy for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_spoilt_pixels_are_the_data_sets_black_and_white(dataset: Dataset) -> None:
    _, masked = add_noise(dataset, dataset.test_images[0], Masking(1.0), 0)
    np.testing.assert_allclose(dataset.to_pixels(masked), 0, atol=1e-6)
    _, spoilt = add_noise(dataset, dataset.test_images[0], SaltAndPepper(1.0), 0)
    assert set(np.rint(dataset.to_pixels(spoilt) * 255).astype(int).ravel()) == {0, 255}


def test_no_noise_means_a_perfect_input(dataset: Dataset, model: AutoEncoder) -> None:
    before = denoise(model, dataset, dataset.test_images[0], Gaussian(0.0), 0).before
    assert (before.mse, before.psnr) == (0.0, np.inf)
    assert before.ssim == pytest.approx(1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e38])
def test_a_diverged_model_is_shown_as_it_is(dataset: Dataset, model: AutoEncoder, bad: float) -> None:
    model.V[:] = bad
    model.B[:] = 1.0
    with np.errstate(all="raise"):
        result = denoise(model, dataset, dataset.test_images[0], Gaussian(), 0)
        rows = denoise_rows(model, dataset, dataset.test_images[:3], Gaussian(), 0)
    assert not np.isfinite(result.reconstruction).any()
    assert not np.isfinite(result.after.mse)
    assert np.isnan(result.after.ssim)
    assert np.isfinite(result.before.mse)
    assert not np.isfinite(rows[2]).any()


@pytest.mark.parametrize("shape", [(8, 8), (20, 32), (2, 5)])
def test_other_shapes(shape: tuple[int, int]) -> None:
    dataset = make_dataset(shape)
    model = AutoEncoder.random(dataset.n_inputs, 7, np.random.default_rng(0))
    result = denoise(model, dataset, dataset.test_images[0], Gaussian(), 0)
    assert result.reconstruction.shape == result.error.shape == shape
    assert np.isnan(result.after.ssim) == (min(shape) < 3)


def test_rows_are_ten_denoised_images(dataset: Dataset, model: AutoEncoder) -> None:
    images = dataset.test_images[:10]
    clean, noisy, reconstruction = denoise_rows(model, dataset, images, Gaussian(), 4)
    assert clean.shape == noisy.shape == reconstruction.shape == (10, 28, 28)
    np.testing.assert_allclose(clean, images / 255, atol=1e-6)
    x0, x = add_noise(dataset, images, Gaussian(), 4)
    np.testing.assert_allclose(noisy, dataset.to_pixels(x), atol=1e-6)
    np.testing.assert_allclose(reconstruction, dataset.to_pixels(model.reconstruct(x)), atol=1e-6)
    assert x0.shape == (10, 784)


def test_a_float64_model_is_fine(dataset: Dataset) -> None:
    model = AutoEncoder.random(dataset.n_inputs, 5, np.random.default_rng(0), dtype=np.float64)
    assert denoise(model, dataset, dataset.test_images[0], Gaussian(), 0).reconstruction.dtype == np.float32

"""Held-out figures: the same noise for everyone, and numbers that others would compute too."""

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from dae_core.evaluation import held_out as evaluation
from dae_core.evaluation.held_out import HeldOut
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking, SaltAndPepper
from helpers.datasets import small_dataset


def model(h=20, dtype=np.float32):
    rng = np.random.default_rng(0)
    arrays = [rng.normal(0, 0.2, shape).astype(dtype) for shape in ((64, h), (h,), (h, 64), (64,))]
    return AutoEncoder(*arrays)


@pytest.mark.parametrize("corruption", [Gaussian(0.8), Masking(0.3), SaltAndPepper(0.3)], ids=str)
def test_same_arguments_same_images_and_noise(corruption):
    first, second = (HeldOut(small_dataset(), corruption) for _ in range(2))
    np.testing.assert_array_equal(first.noisy, second.noisy)
    np.testing.assert_array_equal(first.clean, small_dataset().standardize(small_dataset().test_images))
    assert len(first) == 90
    assert first.noisy.dtype == np.float32
    assert not np.array_equal(first.noisy, first.clean)


def test_the_noise_is_the_same_at_every_level():
    weak, strong = (HeldOut(small_dataset(), Gaussian(sigma)) for sigma in (0.5, 1.0))
    np.testing.assert_allclose(2 * (weak.noisy - weak.clean), strong.noisy - strong.clean, atol=1e-5)


def test_every_image_has_its_own_noise():
    held_out = HeldOut(small_dataset(), Gaussian(1.0))
    noise = held_out.noisy - held_out.clean
    assert len({row.tobytes() for row in noise}) == 90
    assert abs(noise.mean()) < 0.05
    assert noise.std() == pytest.approx(1, abs=0.05)


def test_a_count_takes_the_first_of_a_fixed_order():
    few, more = (HeldOut(small_dataset(), Gaussian(1.0), count) for count in (10, 40))
    assert (len(few), len(more)) == (10, 40)
    np.testing.assert_array_equal(few.indices, more.indices[:10])
    assert len(set(more.indices)) == 40
    np.testing.assert_array_equal(few.clean, small_dataset().standardize(small_dataset().test_images[few.indices]))
    np.testing.assert_array_equal(few.noisy, HeldOut(small_dataset(), Gaussian(1.0), 10).noisy)
    assert len(HeldOut(small_dataset(), Gaussian(1.0), 1000)) == 90


def test_black_and_white_are_the_data_sets():
    dataset = small_dataset()
    held_out = HeldOut(dataset, SaltAndPepper(1.0))
    assert {float(value) for value in np.unique(held_out.noisy)} == {
        float(np.float32(dataset.black)),
        float(np.float32(dataset.white)),
    }


def test_figures_equal_an_independent_computation():
    held_out = HeldOut(small_dataset(), Gaussian(0.8))
    net = model()
    figures = held_out.evaluate(net)

    x, x0 = held_out.noisy.astype(np.float64), held_out.clean.astype(np.float64)
    a = x @ net.W.astype(np.float64) + net.B
    y = np.clip(a, 0, None) @ net.V.astype(np.float64) + net.C
    pictures, clean = small_dataset().to_pixels(y), small_dataset().to_pixels(x0)
    psnr = [peak_signal_noise_ratio(c, p, data_range=1.0) for c, p in zip(clean, pictures, strict=True)]

    assert figures.mse == pytest.approx(np.mean((y - x0) ** 2), rel=1e-5)
    assert figures.error == pytest.approx(np.mean(np.sum((y - x0) ** 2, axis=1)), rel=1e-5)
    assert figures.psnr == pytest.approx(np.mean(psnr), rel=1e-6)
    assert figures.sparsity == pytest.approx((a > 0).mean(), rel=1e-9)
    np.testing.assert_allclose(figures.firing_rates, (a > 0).mean(axis=0))
    assert (figures.n_images, figures.n_inputs) == (90, 64)


def test_dead_units_are_those_that_never_fire():
    net = model()
    net.B[[3, 7, 8]] = -1e4
    figures = HeldOut(small_dataset(), Gaussian(0.8)).evaluate(net)
    assert figures.dead_units == 3
    assert (figures.firing_rates[[3, 7, 8]] == 0).all()


def test_the_way_of_cutting_into_rows_makes_no_difference(monkeypatch):
    held_out = HeldOut(small_dataset(), Gaussian(0.8))
    whole = held_out.evaluate(model())
    monkeypatch.setattr(evaluation, "_ROWS", 7)
    cut = held_out.evaluate(model())
    assert cut.mse == pytest.approx(whole.mse, rel=1e-6)
    np.testing.assert_array_equal(cut.firing_rates, whole.firing_rates)


def test_score_of_any_method():
    held_out = HeldOut(small_dataset(), Gaussian(0.8))
    figures = held_out.score(held_out.noisy)
    assert figures.mse == pytest.approx(0.64, rel=0.05)
    assert (figures.sparsity, figures.firing_rates, figures.dead_units) == (None, None, 0)
    assert held_out.score(held_out.clean).mse == 0
    net = model()
    assert held_out.score(net.reconstruct(held_out.noisy)).mse == pytest.approx(held_out.evaluate(net).mse, rel=1e-6)


def test_a_model_in_float64_is_measured_in_float64():
    held_out = HeldOut(small_dataset(), Gaussian(0.8))
    double = model(dtype=np.float64)
    assert held_out.evaluate(double).mse == pytest.approx(held_out.evaluate(model()).mse, rel=1e-5)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38])
def test_an_overflowing_model_has_honest_figures_and_no_warning(value):
    net = model()
    net.V[:] = value
    figures = HeldOut(small_dataset(), Gaussian(0.8)).evaluate(net)
    assert not figures.mse < 1e30

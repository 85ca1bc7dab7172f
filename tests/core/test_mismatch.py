"""Noise levels that a network was not trained on: curves and series recomputed by hand."""

import threading

import numpy as np
import pytest

from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.linear_denoiser import PixelStatistics, linear_bound
from dae_core.evaluation.noise_mismatch import NoiseLadder, parse_levels, train_series
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking, SaltAndPepper
from dae_core.training.config import TrainingConfig
from dae_core.training.trainer import Trainer, train
from helpers.datasets import small_dataset

CONFIG = TrainingConfig(hidden_units=16, learning_rate=0.003, iterations=1200, seed=5)


def mean_psnr(rows, held_out):
    scale = held_out.dataset.pixel_scale
    errors = np.mean((np.asarray(rows, np.float64) - held_out.clean) ** 2, axis=1) * scale**2
    with np.errstate(divide="ignore"):
        return np.mean(10 * np.log10(1 / errors))


@pytest.mark.parametrize("kind", [Gaussian(), Masking(), SaltAndPepper()], ids=str)
def test_ladder_equals_single_measurements(kind):
    dataset = small_dataset()
    levels = (0.1, 0.5, 0.9)
    ladder = NoiseLadder(dataset, kind, levels, 40)
    model = AutoEncoder.random(64, 12, np.random.default_rng(0))
    figures = ladder.evaluate(model)
    assert len(ladder) == 40
    statistics = PixelStatistics.of(dataset)
    for place, level in enumerate(levels):
        held_out = HeldOut(dataset, kind.with_level(level), 40)
        assert ladder.noisy_psnr[place] == pytest.approx(mean_psnr(held_out.noisy, held_out), rel=1e-6)
        assert ladder.linear_mse[place] == pytest.approx(linear_bound(statistics, held_out), rel=1e-6)
        assert ladder.linear_mse[place] < held_out.score(held_out.noisy).mse
        assert figures[place].psnr == pytest.approx(mean_psnr(model.reconstruct(held_out.noisy), held_out), rel=1e-5)
    assert ladder.noisy_psnr[0] > ladder.noisy_psnr[1] > ladder.noisy_psnr[2]


def test_the_same_random_numbers_at_each_level():
    first, second = (HeldOut(small_dataset(), Gaussian(level), 10) for level in (0.5, 1.0))
    np.testing.assert_allclose(2 * (first.noisy - first.clean), second.noisy - second.clean, atol=1e-5)


def test_ladder_of_every_kind_from_no_noise_on():
    for kind in (Gaussian(), Masking(), SaltAndPepper()):
        ladder = NoiseLadder(small_dataset(), kind, kind.curve_levels, 20)
        assert ladder.noisy_psnr[0] == np.inf
        assert np.isfinite(ladder.linear_psnr[1:]).all()
        assert len(kind.series_levels) >= 2


def test_ladder_can_be_cancelled():
    for stop_after in (0, 4):
        calls = iter(range(10**9))
        work = Monitor(lambda calls=calls, last=stop_after: next(calls) > last)
        with pytest.raises(Cancelled):
            NoiseLadder(small_dataset(), Gaussian(), (0.5, 1.0, 1.5), 20, work)


def test_series_equals_runs_by_hand():
    dataset = small_dataset()
    levels = (0.3, 1.2)
    series = train_series(dataset, CONFIG, levels, 30)
    for row, trained_at in enumerate(levels):
        trainer = Trainer(dataset, CONFIG.replace(corruption=Gaussian(trained_at)))
        for _ in train(trainer):
            pass
        for column, tested_at in enumerate(levels):
            held_out = HeldOut(dataset, Gaussian(tested_at), 30)
            rows = trainer.model.reconstruct(held_out.noisy)
            assert series.mse[row, column] == pytest.approx(np.mean((rows - held_out.clean) ** 2), rel=1e-5)
            assert series.psnr[row, column] == pytest.approx(mean_psnr(rows, held_out), rel=1e-5)
    assert (series.levels, series.images, series.diverged, series.config.seed) == (levels, 30, (), 5)


def test_series_of_masking_and_of_runs_that_diverge():
    series = train_series(small_dataset(), CONFIG.replace(corruption=Masking(0.2)), (0.1, 0.6), 30)
    assert np.isfinite(series.mse).all()
    wild = CONFIG.replace(learning_rate=50.0)
    assert train_series(small_dataset(), wild, (0.5, 1.0), 30).diverged == (0.5, 1.0)


def test_series_reports_and_can_be_cancelled_without_leaving_a_thread():
    reports = []
    train_series(small_dataset(), CONFIG, (0.5, 1.0), 10, Monitor(on_progress=reports.append))
    fractions = [progress.fraction for progress in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert "level 0.5" in reports[0].what
    before = threading.active_count()
    calls = iter(range(10**9))
    with pytest.raises(Cancelled):
        train_series(small_dataset(), CONFIG, (0.5, 1.0), 10, Monitor(lambda: next(calls) > 1))
    assert threading.active_count() == before


def test_levels_are_read_as_people_write_them():
    assert parse_levels("1, 0.5; 2  1", Gaussian()) == (0.5, 1.0, 2.0)
    assert parse_levels("0,5; 1; 2", Gaussian()) == (0.5, 1.0, 2.0)
    for text, words in (
        ("a, b", "not numbers"),
        ("", "two to eight"),
        ("1", "two to eight"),
        ("1 2 3 4 5 6 7 8 9", "two to eight"),
        ("1, 11", "between 0 and 10"),
        ("1, nan", "not numbers"),
        ("0,5 1 2", "decimal comma"),
        ("0,5, 1, 2", "decimal comma"),
        ("1 000; 2 000", "between 0 and 10"),
    ):
        with pytest.raises(ValueError, match=words):
            parse_levels(text, Gaussian())
    with pytest.raises(ValueError, match="between 0 and 1"):
        parse_levels("0.5, 2", Masking())

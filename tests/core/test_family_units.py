"""What is counted as active and as dead, and what units are worth, for every member of the family."""

import dataclasses

import numpy as np
import pytest

from dae_core.evaluation.activity_count import STILL, active_equation, dead_words
from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.diagnosis import Problem, diagnose
from dae_core.inspection.health_metrics import HealthEvaluator
from dae_core.inspection.unit_histograms import BINS, UnitHistograms
from dae_core.inspection.units import measure_units
from dae_core.model.activations import ACTIVATIONS
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Masking
from dae_core.training.config import TrainingConfig
from dae_core.training.scaling import scaled_for
from helpers.datasets import make_dataset

KINDS = [
    Architecture(),
    Architecture("leaky-relu"),
    Architecture("sigmoid", "cross-entropy", tied=True),
    Architecture("tanh", k_sparse=4),
    Architecture("tanh"),
    Architecture("linear", "cross-entropy"),
]


def config_of(kind: Architecture) -> TrainingConfig:
    return TrainingConfig(hidden_units=9, **{f.name: getattr(kind, f.name) for f in dataclasses.fields(kind)})


def a_model(kind: Architecture) -> AutoEncoder:
    rng = np.random.default_rng(5)
    model = AutoEncoder.random(72, 9, rng, architecture=kind)
    model.W += rng.normal(0, 0.15, model.W.shape).astype(np.float32)
    if not kind.tied:
        model.V += rng.normal(0, 0.05, model.V.shape).astype(np.float32)
    model.W[:, 2], model.B[2] = 0, -0.25  # of the same value on all images, and never active
    return model


def held_out_of(kind: Architecture) -> HeldOut:
    return HeldOut(scaled_for(make_dataset(), config_of(kind)), Masking(0.3))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_activity_is_counted_by_the_models_own_threshold(kind: Architecture) -> None:
    model, held_out = a_model(kind), held_out_of(kind)
    z = model.code(held_out.noisy)
    activity, figures = measure_units(model, held_out), held_out.evaluate(model)
    for rates in (activity.firing_rates, figures.firing_rates):
        assert rates is not None
        np.testing.assert_allclose(rates, (z > ACTIVATIONS[kind.activation].threshold).mean(axis=0))
    np.testing.assert_array_equal(activity.dead, figures.dead)
    assert activity.dead[2]
    silent = kind.hidden.is_sparse or kind.k_sparse > 0
    varies = (z > 0).any(axis=0) if silent else np.ptp(z, axis=0) >= STILL
    np.testing.assert_array_equal(activity.dead, ~varies)
    assert figures.dead_units == int((~varies).sum()) < 9


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_histograms_hold_every_value_that_is_not_zero(kind: Architecture) -> None:
    model, held_out = a_model(kind), held_out_of(kind)
    z, activity = model.code(held_out.noisy).astype(np.float64), measure_units(model, held_out)
    for j in range(9):
        edges = np.linspace(activity.lows[j], activity.ranges[j], BINS + 1)
        expected, _ = np.histogram(z[z[:, j] != 0, j], bins=edges)
        np.testing.assert_array_equal(activity.histograms[j], expected)
        assert activity.histograms[j].sum() == (z[:, j] != 0).sum()
    assert bool(activity.lows.min() < 0) is kind.hidden.is_signed


def test_bins_of_both_sides_are_merged_as_the_range_grows() -> None:
    rng = np.random.default_rng(2)
    blocks = [rng.normal(0, scale, (40, 3)) for scale in (0.1, 3.0, 0.5, 100.0)]
    histograms = UnitHistograms(3, is_signed=True)
    for block in blocks:
        histograms.add(block)
    z = np.concatenate(blocks)
    for j in range(3):
        edges = np.linspace(histograms.lows[j], histograms.ranges[j], BINS + 1)
        np.testing.assert_array_equal(histograms.counts[j], np.histogram(z[:, j], bins=edges)[0])
        assert histograms.ranges[j] / 2 <= np.abs(z[:, j]).max() < histograms.ranges[j]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_worth_is_what_the_error_rises_by_without_the_unit(kind: Architecture) -> None:
    model, held_out = a_model(kind), held_out_of(kind)
    activity, z = measure_units(model, held_out, off=(1,)), model.code(held_out.noisy)

    def error(code: np.ndarray) -> float:
        sums = (code @ model.V + model.C).astype(np.float64)
        return float(kind.output.errors(sums, held_out.clean).mean()) / 72

    for j in range(9):
        without = np.where(np.arange(9) == j, 0, z)
        tolerance = 1e-6 if kind.loss == "squared" else 0.02 * abs(activity.importances[j]) + 2e-4
        assert activity.importances[j] == pytest.approx(error(without) - error(z), abs=tolerance)
    expected = np.square(model.decode(np.where(np.arange(9) == 1, 0, z)) - held_out.clean).mean()
    assert activity.mse_without == pytest.approx(float(expected), rel=1e-4)


def test_a_unit_that_is_never_above_its_threshold_has_images_all_the_same() -> None:
    kind = Architecture("sigmoid")
    model, held_out = a_model(kind), held_out_of(kind)
    model.B[:] = -6
    activity, z = measure_units(model, held_out), model.code(held_out.noisy)
    assert not activity.firing_rates.any()
    np.testing.assert_array_equal(activity.top_digits[0, 0], held_out.indices[z[:, 0].argmax()])
    assert activity.top_activations[0, 0] == z[:, 0].max()


def test_units_of_one_value_are_found_by_their_own_criterion() -> None:
    kind = Architecture("sigmoid", "cross-entropy", tied=True)
    model, config = a_model(kind), config_of(kind)
    model.B[:] = -3
    evaluator = HealthEvaluator(scaled_for(make_dataset(), config), Masking(0.3), 40)
    now = evaluator.measure(model, 0, 0.1)
    assert now.dead == (2,)
    assert now.n_dead == 1
    (found,) = [one for one in diagnose([now], config) if one.problem is Problem.DEAD]
    assert "of the same value on all 40" in found.sentence
    assert dead_words(kind) in found.criterion
    assert active_equation(kind) == "z > 0.5"
    assert dead_words(Architecture()) == "is active on no image (z > 0)"

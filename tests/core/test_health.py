"""Health metrics beside independent figures; diagnoses of constructed runs; no false alarm on the presets."""

import dataclasses

import numpy as np
import pytest

from dae_core.datasets import open_dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection import health_metrics
from dae_core.inspection.diagnosis import Problem, Remedy, diagnose
from dae_core.inspection.health_metrics import HealthEvaluator, HealthLog, HealthMetrics
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking
from dae_core.model.gradient_check import in_doubles
from dae_core.training.config import TrainingConfig
from dae_core.training.presets import EXERCISE, PRESETS
from dae_core.training.scaling import scaled_for
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset

CONFIG = TrainingConfig(hidden_units=12, learning_rate=0.001)


def trained(iterations=1500, **changes):
    trainer = Trainer(small_dataset(), CONFIG.replace(iterations=iterations, **changes))
    for _ in trainer.run():
        pass
    trainer.close()
    return trainer.model


def vital(iteration, error=100.0, **changes):
    base = HealthMetrics(
        iteration, 0.001, Gaussian(), 90, 90, error, 100.0, 500.0, 0.4,
        np.full(12, 0.4), np.zeros(12), 5.0, 5.0, 30.0, 30.0, 0.5, 12, 0, 0.0,
    )  # fmt: skip
    return dataclasses.replace(base, **changes)


def found(entries, **changes):
    return [(d.problem, d.remedy) for d in diagnose(entries, CONFIG.replace(**changes))]


# Measuring


def test_metrics_are_the_figures_computed_one_by_one():
    dataset, model = small_dataset(), trained()
    before = model.copy()
    got = HealthEvaluator(dataset, Gaussian(0.7)).measure(model, 1500, 0.001)
    held_out = HeldOut(dataset, Gaussian(0.7), 500)
    double = in_doubles(model)
    z = np.stack([double.forward(row).z for row in held_out.noisy])
    y = np.stack([double.forward(row).y for row in held_out.noisy])
    assert got.n_images == 90
    assert got.error == pytest.approx(((y - held_out.clean) ** 2).sum(axis=1).mean(), rel=1e-5)
    assert got.sparsity == pytest.approx((z > 0).mean(), abs=1e-3)
    assert got.firing_rates == pytest.approx((z > 0).mean(axis=0), abs=0.012)
    mean = dataset.standardize(dataset.train_images).astype(np.float64).mean(axis=0)
    assert got.mean_error == pytest.approx(((held_out.clean - mean) ** 2).sum(axis=1).mean(), rel=1e-5)
    sums = [
        double.backward(a.astype(float), b.astype(float)) for a, b in zip(held_out.noisy, held_out.clean, strict=True)
    ]
    assert got.gradient_w == pytest.approx(np.linalg.norm(np.mean([g.W for g in sums], axis=0)), rel=1e-3)
    assert got.gradient_v == pytest.approx(np.linalg.norm(np.mean([g.V for g in sums], axis=0)), rel=1e-3)
    assert got.norm_w == pytest.approx(np.linalg.norm(model.W), rel=1e-5)
    assert got.norm_v == pytest.approx(np.linalg.norm(model.V), rel=1e-5)
    assert got.mean_bias == pytest.approx(model.B.mean(), rel=1e-5)
    assert got.biases == pytest.approx(model.B)
    cosines = [w @ v / np.linalg.norm(w) / np.linalg.norm(v) for w, v in zip(model.W.T, model.V, strict=True)]
    assert got.cosine == pytest.approx(np.mean(cosines), rel=1e-4)
    for a, b in zip(model.parameters.values(), before.parameters.values(), strict=True):
        assert np.array_equal(a, b)


def test_training_error_is_that_of_training_digits():
    dataset = small_dataset()
    evaluator, model = HealthEvaluator(dataset, Gaussian(0.7), 40), trained()
    clean = dataset.standardize(dataset.train_images[evaluator.indices])
    assert len(set(evaluator.indices.tolist())) == 40
    assert np.array_equal(evaluator.clean, clean)
    assert np.std(evaluator.noisy - clean) == pytest.approx(0.7, rel=0.05)
    expected = np.mean([((model.forward(x).y - x0) ** 2).sum() for x, x0 in zip(evaluator.noisy, clean, strict=True)])
    got = evaluator.measure(model, 0, 0.1)
    assert got.training_error == pytest.approx(expected, rel=1e-4)
    assert got.n_training == 40


def test_gradients_belong_to_the_first_digits_and_dead_units_are_named(monkeypatch):
    monkeypatch.setattr(health_metrics, "GRADIENT_DIGITS", 7)
    model = trained()
    model.B[[3, 8]] = -1e4
    evaluator = HealthEvaluator(small_dataset(), Gaussian())
    rare = np.sort(evaluator.held_out.noisy @ model.W[:, 5])
    model.B[5] = -(rare[-3] + rare[-4]) / 2  # fires on 3 of 90 digits: not dead
    got = evaluator.measure(model, 0, 0.1)
    assert got.firing_rates[5] == pytest.approx(3 / 90)
    assert got.dead == (3, 8)
    assert got.n_dead == 2
    few = model.backward(evaluator.held_out.noisy[:7], evaluator.held_out.clean[:7])
    assert got.gradient_w == pytest.approx(np.linalg.norm(few.W), rel=1e-5)


def test_diverged_weights_give_figures_and_no_warning():
    model = trained()
    model.W[:, 0], model.V[1] = np.nan, np.inf
    got = HealthEvaluator(small_dataset(), Gaussian()).measure(model, 0, 0.1)
    assert not np.isfinite(got.error)
    assert diagnose([got], CONFIG)[0].problem is Problem.EXPLODING


def test_a_measurement_can_be_given_up():
    with pytest.raises(Cancelled):
        HealthEvaluator(small_dataset(), Gaussian()).measure(trained(10), 0, 0.1, Monitor(lambda: True))


def test_the_log_begins_anew_replaces_and_thins():
    log = HealthLog()
    for iteration in range(5000):
        log.add(vital(iteration))
    assert len(log.entries) <= health_metrics.MOST_ENTRIES
    iterations = [v.iteration for v in log.entries]
    assert (iterations[0], iterations[-1]) == (0, 4999)
    assert iterations == sorted(set(iterations))
    assert iterations[-100:] == list(range(4900, 5000))
    assert len(log.entries[-1].biases) == 12
    assert len(log.entries[-2].biases) == 0
    log.add(vital(4999, error=7.0))
    assert [v.error for v in log.entries[-2:]] == [100.0, 7.0]
    log.add(vital(10))
    assert [v.iteration for v in log.entries] == [10]


# Diagnosing


def test_nothing_measured_and_a_good_run_are_well():
    assert diagnose([], CONFIG) == ()
    errors = 800 * np.exp(-np.arange(30) / 5) + 100
    assert found([vital(500 * i, error) for i, error in enumerate(errors)]) == []


@pytest.mark.parametrize(
    ("last", "expected"), [((130.1, 130.1), True), ((129.0, 140.0), False), ((140.0, 129.0), False)]
)
def test_an_error_that_climbs_explodes(last, expected):
    entries = [vital(100 * i, error) for i, error in enumerate((800, 200, 100, 120, *last))]
    assert ((Problem.EXPLODING, Remedy.HALVE) in found(entries)) is expected


def test_a_change_of_rate_or_noise_begins_a_new_comparison():
    entries = [vital(100 * i, error) for i, error in enumerate((800, 100, 200, 200))]
    assert found(entries) == [(Problem.EXPLODING, Remedy.HALVE)]
    assert found([*entries, vital(500, 200, learning_rate=0.0005)]) == []
    assert found([*entries, vital(500, 300, corruption=Gaussian(2.0)), vital(600, 300, corruption=Gaussian(2.0))]) == []


@pytest.mark.parametrize(("size", "expected"), [(99.0, []), (101.0, [(Problem.EXPLODING, Remedy.HALVE)])])
def test_a_gradient_far_above_its_median_explodes(size, expected):
    entries = [vital(100 * i) for i in range(9)] + [vital(900, gradient_w=30 * size, gradient_v=30 * size)]
    assert found(entries) == expected


def test_the_published_gradient_is_named_as_the_cause():
    entries = [vital(100 * i, error) for i, error in enumerate((800, 100, 200, 200))]
    sentence = diagnose(entries, CONFIG.replace(gradient="published"))[0].sentence
    assert "from 100 to 200" in sentence
    assert "published" in sentence
    assert "0.001" in diagnose(entries, CONFIG)[0].sentence
    assert "the run's own backward" in diagnose(entries, CONFIG.replace(own_backward="x = 1\n"))[0].sentence


@pytest.mark.parametrize(("dead", "units", "expected"), [(0, 12, 0), (1, 12, 1), (4, 100, 0), (5, 100, 1)])
def test_dead_units_from_a_twentieth_on(dead, units, expected):
    diagnoses = diagnose([vital(500, n_dead=dead, n_units=units)], CONFIG)
    assert [d.remedy for d in diagnoses] == [Remedy.REVIVE] * expected
    assert all(f"{dead} of {units} units are dead" in d.sentence and "90 held-out" in d.sentence for d in diagnoses)


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ((810, 700, 600, 500, 450, 420), [(Problem.RATE_TOO_SMALL, Remedy.DOUBLE)]),
        ((810, 500, 470, 480, 470, 460), [(Problem.RATE_TOO_LARGE, Remedy.HALVE)]),
        ((810, 700, 600, 500, 450, 399), []),
    ],
)
def test_a_rate_with_which_nothing_is_learnt(errors, expected):
    assert found([vital(500 * i, error) for i, error in enumerate(errors)]) == expected
    assert found([vital(399 * i, error) for i, error in enumerate(errors)]) == []


@pytest.mark.parametrize(
    ("held", "training", "expected"),
    [
        (110, 80, [(Problem.OVERFITTING, None)]),  # rises while training does not
        (104, 80, []),  # has hardly risen
        (110, 95, []),  # not far above training
        (125, 103, []),  # training has risen as well
    ],
)
def test_overfitting_needs_rising_held_out_error_alone(held, training, expected):
    early = [vital(1000 * i, 100.0, training_error=100.0) for i in range(5)]
    late = [vital(5000 + 1000 * i, float(held), training_error=float(training)) for i in range(5)]
    assert found(early + late) == expected
    assert found(late) == []


def test_every_diagnosis_states_its_criterion():
    sick = [vital(1000 * i, error, n_dead=12) for i, error in enumerate((500, 100, 200, 500))]
    diagnoses = diagnose(sick, CONFIG)
    assert [d.remedy for d in diagnoses] == [Remedy.HALVE, Remedy.REVIVE]
    assert all(d.criterion and d.sentence.endswith(".") for d in diagnoses)


def alarms(config, marks):
    """What is found in a run on the bundled digits, measured at these iterations."""
    dataset = scaled_for(open_dataset("digits"), config)
    trainer, evaluator, entries, seen = Trainer(dataset, config), HealthEvaluator(dataset, config.corruption), [], []
    for mark in marks:
        trainer.advance(mark - trainer.iteration)
        entries.append(evaluator.measure(trainer.model, trainer.iteration, config.learning_rate))
        seen += [(trainer.iteration, d.problem) for d in diagnose(entries, config)]
    trainer.close()
    return seen


@pytest.mark.parametrize("name", [n for n in PRESETS if "published" not in n and "patches" not in n])
def test_no_false_alarm_on_the_presets(name):
    """Those beyond the exercise are tried in a small version; patches of photographs are no digits."""
    preset = PRESETS[name]
    marks = (0, 50, 100, *range(200, 3000, 200), *range(3000, 12_001, 500))
    if preset.group != EXERCISE:
        marks = (0, 100, *range(400, 2401, 400))
    assert alarms(preset.config.replace(hidden_units=min(preset.config.hidden_units, 225)), marks) == []


def test_true_alarms_on_bad_runs():
    config = TrainingConfig(iterations=4000)
    marks = range(0, 4001, 400)
    assert {a for _, a in alarms(config.replace(learning_rate=1e-6), marks)} == {Problem.RATE_TOO_SMALL}
    large = {a for _, a in alarms(config.replace(learning_rate=0.002), marks)}
    assert {Problem.DEAD, Problem.RATE_TOO_LARGE} <= large
    published = alarms(PRESETS["Exercise as published (diverges)"].config, range(0, 12_001, 1000))
    assert {a for _, a in published} == {Problem.DEAD, Problem.EXPLODING}
    assert min(i for i, _ in published) > 3000


# Reviving


def run_with_revival(cut, **changes):
    trainer = Trainer(small_dataset(), CONFIG.replace(iterations=600, seed=5, **changes))
    while trainer.iteration < 300:
        trainer.advance(min(cut, 300 - trainer.iteration))
    trainer.revive([2, 7])
    middle = trainer.model.copy()
    changes = trainer.advance(0).changes
    trainer.advance(300)
    trainer.close()
    return middle, trainer.model, changes


@pytest.mark.parametrize("changes", [{}, {"batch_size": 4, "optimizer": "adam"}])
def test_reviving_is_a_function_of_seed_and_iteration(changes):
    first, second = run_with_revival(300, **changes), run_with_revival(37, **changes)
    for a, b in zip(first[:2], second[:2], strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(a.parameters.values(), b.parameters.values(), strict=True))
    assert [(c.iteration, str(c)) for c in first[2]] == [(300, "units revived: 2 dead → start weights")]


def test_reviving_gives_start_weights_to_these_units_only():
    trainer = Trainer(small_dataset(), CONFIG.replace(seed=5))
    trainer.advance(300)
    before = trainer.model.copy()
    trainer.revive([7, 2, 7])
    after = trainer.model
    others = np.setdiff1d(np.arange(12), [2, 7])
    for a, b in ((before.W.T, after.W.T), (before.B, after.B), (before.V, after.V)):
        assert np.array_equal(a[others], b[others])
    assert np.array_equal(before.C, after.C)
    assert (after.B[[2, 7]] == 0.5).all()
    fresh = np.concatenate([after.W[:, [2, 7]].ravel(), after.V[[2, 7]].ravel()])
    assert fresh.std() == pytest.approx(0.01, rel=0.15)
    assert abs(fresh.mean()) < 0.002
    other = Trainer(small_dataset(), CONFIG.replace(seed=6))
    other.advance(300)
    other.revive([2, 7])
    assert not np.array_equal(other.model.W[:, 2], after.W[:, 2])
    first = after.W[:, 2].copy()
    trainer.advance(10)
    trainer.revive([2, 7])
    assert not np.array_equal(trainer.model.W[:, 2], first)
    trainer.close()
    other.close()


def test_reviving_forgets_the_moments_of_these_units():
    trainer = Trainer(small_dataset(), CONFIG.replace(batch_size=4, optimizer="adam"))
    trainer.advance(50)
    trainer.revive([2])
    state = trainer.checkpoint().engine
    for array in ("moment_0_0", "moment_0_1", "moment_1_0", "moment_2_1"):
        assert not state[array][2].any()
        assert state[array][3].any()
    assert state["moment_3_0"].all()
    trainer.close()


def test_units_that_do_not_exist_are_refused_and_none_changes_nothing():
    trainer = Trainer(small_dataset(), CONFIG)
    with pytest.raises(ValueError, match="from 0 to 11"):
        trainer.revive([12])
    trainer.revive([])
    assert trainer.advance(0).changes == ()


def test_masking_has_metrics_too():
    model = AutoEncoder.random(64, 5, np.random.default_rng(0))
    got = HealthEvaluator(small_dataset(), Masking(0.5)).measure(model, 0, 0.1)
    assert np.isfinite([got.error, got.gradient_v, got.cosine]).all()


def test_a_log_tells_which_iterations_would_tell_more_and_takes_them():
    log = HealthLog()
    assert log.gaps([0, 4, 16]) == []
    log.add(vital(1000))
    assert log.gaps([]) == []
    assert log.gaps([0, 4, 16, 1000]) == [0, 4, 16]
    log.insert([vital(4), vital(2000)])
    assert [entry.iteration for entry in log.entries] == [4, 1000]
    assert log.gaps([0, 4, 16]) == [0, 16]
    log.insert([vital(0), vital(16), vital(4, error=1.0)])
    assert [entry.iteration for entry in log.entries] == [0, 4, 16, 1000]
    assert log.entries[1].error == 100.0
    assert [len(entry.biases) for entry in log.entries] == [0, 0, 0, 12]
    assert log.gaps([0, 4, 16, 36]) == [36]


def test_a_log_of_a_run_that_was_watched_has_no_gaps():
    log = HealthLog()
    for iteration in range(0, 1000, 7):
        log.add(vital(iteration))
    assert log.gaps([(10 * k) ** 2 for k in range(4)]) == []

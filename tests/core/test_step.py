"""One iteration taken apart is the one that the trainer makes."""

import dataclasses
import inspect

import numpy as np
import pytest

from dae_core.datasets import dataset as dataset_module
from dae_core.inspection.step import Place, learning_rate, next_step
from dae_core.inspection.step_pictures import stage_pictures
from dae_core.inspection.step_stages import Stage, stages
from dae_core.model import corruption
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder, Gradient
from dae_core.model.corruption import Corruption, Gaussian, Masking, SaltAndPepper
from dae_core.training.config import TrainingConfig
from dae_core.training.scaling import scaled_for
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset

NOISES = [Gaussian(0.7), Masking(0.3), SaltAndPepper(0.2)]


def real_step(trainer: Trainer) -> tuple[AutoEncoder, dict[str, np.ndarray], float, float]:
    """Let the trainer make a step; return the weights before, their change, the error and the sparsity."""
    before = trainer.model.copy()
    progress = trainer.advance(1)
    changes = {name: a - before.parameters[name] for name, a in trainer.model.parameters.items()}
    return before, changes, float(progress.errors[0]), float(progress.sparsities[0])


@pytest.mark.parametrize("done", [0, 1, 255, 256, 700])
@pytest.mark.parametrize("noise", NOISES, ids=str)
def test_the_step_is_the_one_that_the_trainer_makes(noise: Corruption, done: int) -> None:
    config = TrainingConfig(hidden_units=20, corruption=noise, learning_rate=0.01, iterations=900, schedule="linear")
    dataset = small_dataset()
    trainer = Trainer(dataset, config)
    trainer.advance(done)
    before, changes, error, sparsity = real_step(trainer)
    trainer.close()
    step = next_step(before, dataset, config, Place(done, 0, 900))
    assert step.number == done + 1
    for name in "WBVC":
        expected, found = changes[name], getattr(step.changes, name)
        assert np.abs(expected).max() > 0
        np.testing.assert_allclose(found, expected, atol=2e-6 * np.abs(expected).max() + 3e-7)
    assert float(step.error @ step.error) == pytest.approx(error, rel=1e-5)
    assert step.active / 20 == pytest.approx(sparsity)
    np.testing.assert_allclose(step.clean + step.noise, step.noisy, atol=1e-6)


@pytest.mark.parametrize("gradient", ["exact", "published"])
def test_the_changes_are_the_rate_times_the_gradient_of_either_kind(gradient: str) -> None:
    config = TrainingConfig(hidden_units=12, gradient=gradient, learning_rate=0.02)  # type: ignore[arg-type]
    dataset = small_dataset()
    trainer = Trainer(dataset, config)
    trainer.model.B[::2] = -5.0  # silent units, where the two kinds differ
    before, changes, _, _ = real_step(trainer)
    trainer.close()
    step = next_step(before, dataset, config, Place(0, 0, 100))
    np.testing.assert_allclose(step.changes.W, changes["W"], atol=1e-6)
    silent = step.hidden == 0
    assert silent[::2].all()
    assert bool(np.any(step.hidden_gradient[silent] != 0)) is (gradient == "published")
    np.testing.assert_allclose(step.gradients.B, step.hidden_gradient, atol=1e-6)
    for change, slope in zip(step.changes, step.gradients, strict=True):
        np.testing.assert_allclose(change, -0.02 * slope, atol=1e-6)


def test_the_rate_is_that_of_the_leg_also_after_an_extension() -> None:
    config = TrainingConfig(hidden_units=8, learning_rate=0.01, iterations=40, schedule="cosine")
    dataset = small_dataset()
    trainer = Trainer(dataset, config)
    trainer.advance(40)
    trainer.extend(60)
    told = trainer.advance(13).learning_rate
    place = Place(53, 40, 100)
    assert learning_rate(config, place) == pytest.approx(told, rel=1e-6)
    before, changes, _, _ = real_step(trainer)
    trainer.close()
    np.testing.assert_allclose(next_step(before, dataset, config, place).changes.V, changes["V"], atol=1e-6)


def test_changed_noise_and_rate_count_from_now_on() -> None:
    config = TrainingConfig(hidden_units=8)
    dataset = small_dataset()
    trainer = Trainer(dataset, config)
    trainer.advance(10)
    trainer.set_noise_level(0.3)
    trainer.set_learning_rate(0.004)
    before, changes, error, _ = real_step(trainer)
    step = next_step(before, dataset, trainer.config, Place(10, 0, config.iterations))
    trainer.close()
    assert float(step.error @ step.error) == pytest.approx(error, rel=1e-5)
    np.testing.assert_allclose(step.changes.C, changes["C"], atol=1e-6)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_batch_is_averaged_and_moments_are_admitted(optimizer: str) -> None:
    config = TrainingConfig(hidden_units=8, batch_size=16, learning_rate=0.01, optimizer=optimizer)  # type: ignore[arg-type]
    dataset = small_dataset()
    trainer = Trainer(dataset, config)
    trainer.advance(20)
    before, changes, _, _ = real_step(trainer)
    trainer.close()
    step = next_step(before, dataset, config, Place(20, 0, config.iterations))
    agrees = np.allclose(step.changes.W, changes["W"], atol=1e-6)
    assert step.is_exact is (optimizer == "sgd")
    assert agrees is step.is_exact
    assert step.clean.shape == (64,)


def test_looking_changes_nothing_and_weights_without_numbers_give_no_warning() -> None:
    dataset = small_dataset()
    model = AutoEncoder.random(64, 5, np.random.default_rng(0))
    bits = {name: a.tobytes() for name, a in model.parameters.items()}
    next_step(model, dataset, TrainingConfig(hidden_units=5, learning_rate=1.0), Place(0))
    assert bits == {name: a.tobytes() for name, a in model.parameters.items()}
    model.V[:] = np.inf
    model.W[:] = np.nan
    step = next_step(model, dataset, TrainingConfig(hidden_units=5), Place(0))
    assert not np.isfinite(step.error).any()


def test_a_model_of_another_size_is_refused() -> None:
    model = AutoEncoder.random(9, 5, np.random.default_rng(0))
    with pytest.raises(ValueError, match="9 inputs"):
        next_step(model, small_dataset(), TrainingConfig(hidden_units=5), Place(0))


@pytest.mark.parametrize("noise", NOISES, ids=str)
@pytest.mark.parametrize("gradient", ["exact", "published"])
def test_the_lines_of_the_example_stand_in_the_program(noise: Corruption, gradient: str) -> None:
    shown = stages(noise, gradient)
    assert [stage.key for stage in shown[:6]] == ["clean", "noise", "noisy", "hidden", "reconstruction", "error"]
    text = "\n".join(inspect.getsource(module) for module in (corruption, dataset_module))
    for stage in shown[:3]:
        for line in stage.code.split("; "):
            assert line in text, f"{stage.key}: {line!r} is not in the program any more"


KINDS = [
    Architecture(),
    Architecture("leaky-relu", k_sparse=3, l1=0.1),
    Architecture("sigmoid", "cross-entropy", tied=True, contractive=0.3),
    Architecture("sigmoid", kl_weight=0.4, kl_target=0.1, weight_decay=0.02),
    Architecture("tanh", contractive=0.2, weight_decay=0.01, l1=0.05),
    Architecture("linear", tied=True, k_sparse=4, weight_decay=0.1),
]


@pytest.mark.parametrize(
    ("kind", "gradient"), [*((kind, "exact") for kind in KINDS), (Architecture(), "published")], ids=str
)
def test_the_lines_of_the_step_compute_it(kind: Architecture, gradient: Gradient) -> None:
    """They are run as they stand, and give what the program computes, for each member of the family."""
    rng = np.random.default_rng(3)
    x, x0 = rng.random((1, 9)), rng.random((1, 9))
    model = AutoEncoder.random(9, 6, rng, dtype=np.float64, gradient=gradient, architecture=kind)
    model.W *= 30
    model.V *= 1 if kind.tied else 30
    after = model.copy()
    after.update(model.backward(x, x0), 0.1)
    names = {"np": np, "x": x, "x0": x0, "rate": 0.1, **{k: a.copy() for k, a in model.parameters.items()}}
    for stage in stages(Gaussian(), gradient, kind)[3:]:
        for line in stage.code.split("; "):
            exec(line, names)  # noqa: S102 - the program's own lines
            names["activity"] = names["z"].mean(axis=0) if "z" in names else None
        if stage.key == "hidden":
            np.testing.assert_allclose(names["z"], model.code(x), atol=1e-12)
        if stage.key == "hidden_gradient":
            np.testing.assert_allclose(names["da"].mean(axis=0), model.backward(x, x0).B, atol=1e-12)
    for name, expected in after.parameters.items():
        np.testing.assert_allclose(names[name], expected, atol=1e-12)


def test_equations_say_what_is_chosen() -> None:
    def equations(kind: Architecture) -> dict[str, str]:
        return {stage.key: stage.equation for stage in stages(Gaussian(), "exact", kind)}

    plain = equations(Architecture())
    assert plain["hidden"] == "z = max(0, x W + B)"
    assert plain["reconstruction"] == "y = z V + C"
    assert plain["hidden_gradient"] == "∂E/∂a = (e Vᵀ) · [z > 0]"
    assert plain["gradient_W"] == "∂E/∂W = xᵀ ∂E/∂a"
    kind = Architecture("sigmoid", "cross-entropy", tied=True, l1=0.1, contractive=0.25)
    family = equations(kind)
    assert family["clean"] == "x₀ = grey / 255"
    assert family["hidden"] == "z = 1 / (1 + exp(-(x W + B)))"
    assert family["reconstruction"] == "y = 1 / (1 + exp(-(z Wᵀ + C)))"
    assert family["error"].endswith("∂E/∂o = ∂E/∂C")
    assert family["hidden_gradient"] == "∂E/∂a = (e Vᵀ + 0.1 sign z) · (z (1 - z)) + 0.5 f'(a) f''(a) |W_j|²"
    assert family["gradient_W"] == "∂E/∂W = xᵀ ∂E/∂a + 0.5 f'(a)² W_j + (zᵀ e)ᵀ"
    assert "as V is Wᵀ" in family["gradient_V"]


@pytest.mark.parametrize("kind", KINDS[1:], ids=str)
def test_a_step_of_any_member_is_its_update(kind: Architecture) -> None:
    fields = {f.name: getattr(kind, f.name) for f in dataclasses.fields(kind)}
    config = TrainingConfig(hidden_units=6, learning_rate=0.01, **fields)
    dataset = scaled_for(small_dataset(), config)
    model = AutoEncoder.random(64, 6, np.random.default_rng(0), architecture=kind)
    step = next_step(model, dataset, config, Place(0))
    x, x0 = step.noisy[None], step.clean[None]
    assert step.active == int(model.active(model.code(x)).sum())
    if not kind.kl_weight:  # whose activity is that of many images
        np.testing.assert_allclose(step.gradients.W, model.backward(x, x0).W, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(step.hidden_gradient, model.backward(x, x0).B, rtol=1e-5, atol=1e-7)
    pictures = stage_pictures(step, model, dataset)
    assert pictures["hidden"].is_signed is kind.hidden.is_signed
    assert ("nats" in pictures["error"].numbers) is (kind.loss == "cross-entropy")


def test_the_published_gradient_says_what_is_left_out() -> None:
    def back(gradient: str) -> Stage:
        return next(s for s in stages(Gaussian(), gradient) if s.key == "hidden_gradient")

    assert "left out" in back("published").equation
    assert "left out" not in back("exact").equation

"""The reference figures of DESIGN section 3, on the real MNIST."""

import numpy as np
import pytest

from dae_core.datasets import open_dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.training.history import History
from dae_core.training.presets import PRESETS
from dae_core.training.trainer import Trainer, train


@pytest.fixture(scope="module")
def mnist(mnist_folder):
    return open_dataset(mnist_folder)


def run(mnist, preset):
    trainer, history = Trainer(mnist, PRESETS[preset].config), History()
    for progress in train(trainer):
        history.append(progress)
    figures = HeldOut(mnist, trainer.config.corruption).evaluate(trainer.model)
    return trainer, history, figures


def test_exercise_settings(mnist):
    trainer, history, figures = run(mnist, "Exercise (25,000 iterations)")
    assert (trainer.iteration, trainer.divergence) == (25_000, None)
    assert figures.mse == pytest.approx(0.174, abs=0.01)
    assert history.sparsity.values()[-1000:].mean() == pytest.approx(0.35, abs=0.04)
    assert figures.sparsity == pytest.approx(0.35, abs=0.04)


def test_falling_rate(mnist):
    _, history, figures = run(mnist, "Falling rate (25,000)")
    assert figures.mse <= 0.137
    assert history.latest()[0] == pytest.approx(784 * figures.mse, rel=0.4)


@pytest.mark.slow
def test_best_in_15_seconds(mnist):
    trainer, _, figures = run(mnist, "Best in 15 seconds")
    assert trainer.iteration <= 400_000
    assert figures.mse <= 0.105


def test_the_published_gradient_diverges(mnist):
    trainer, history, figures = run(mnist, "Exercise as published (diverges)")
    assert 15_000 <= trainer.divergence.iteration <= 30_000
    assert trainer.divergence.good_iteration < trainer.divergence.iteration
    assert "published" in trainer.divergence.message
    assert trainer.model.is_finite()
    assert np.isfinite(figures.mse)
    assert len(history) == trainer.divergence.iteration
    # The course that DESIGN section 2 tells: down to a minimum within some thousand iterations, then a climb.
    errors = history.error.values()
    course = errors[: len(errors) // 500 * 500].reshape(-1, 500).mean(axis=1)
    assert 2 <= np.argmin(course) <= 8
    assert course.min() == pytest.approx(200, rel=0.15)
    assert course[28:32].mean() > 1.8 * course.min()

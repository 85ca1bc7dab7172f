"""Rates that are expected to be stable: the exercise's stays, those that photographs need are found, and they hold."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dae_core.datasets import Dataset
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.corruption import Gaussian, Masking
from dae_core.training.config import TrainingConfig
from dae_core.training.presets import PRESETS
from dae_core.training.stable_rate import LIMIT, InputMoments, curvature, is_stable, stable_rate
from dae_core.training.timing import guessed_seconds, seconds_per_iteration
from dae_core.training.trainer import Trainer, train

USUAL = TrainingConfig()


@cache
def photographs(side: int = 64, count: int = 220) -> Dataset:
    """Patches of the two photographs that come with scikit-learn."""
    from sklearn.datasets import load_sample_images

    rng = np.random.default_rng(5)
    grey = [np.asarray(image, float).mean(axis=2) for image in load_sample_images().images]
    patches = []
    for i in range(count):
        picture = grey[i % len(grey)]
        y, x = (int(rng.integers(length - side + 1)) for length in picture.shape)
        patches.append(picture[y : y + side, x : x + side])
    images = np.array(patches).astype(np.uint8)
    return Dataset("photographs", images[:-20], None, images[-20:], None, noun="images")


def diverges(dataset: Dataset, config: TrainingConfig) -> bool:
    trainer = Trainer(dataset, config)
    for _ in train(trainer):
        pass
    return trainer.divergence is not None


@pytest.mark.parametrize("preset", PRESETS)
def test_the_exercises_rate_on_digits_stays_as_it_is(preset: str) -> None:
    assert is_stable(InputMoments.of(load_bundled_digits(), PRESETS[preset].config), PRESETS[preset].config)


@pytest.mark.parametrize("units", [100, 400, 1000])
def test_neither_do_usual_numbers_of_units_change_it(units: int) -> None:
    config = USUAL.replace(hidden_units=units)
    assert is_stable(InputMoments.of(load_bundled_digits(), config), config)


@pytest.mark.parametrize("batch_size", [1, 16])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_photographs_train_at_the_rate_that_is_suggested(optimizer: str, batch_size: int) -> None:
    config = TrainingConfig(optimizer=optimizer, batch_size=batch_size, hidden_units=64, iterations=300 // batch_size)
    moments = InputMoments.of(photographs(), config)
    assert is_stable(moments, config) == ((optimizer, batch_size) == ("adam", 16))
    suggested = config.replace(learning_rate=stable_rate(moments, config))
    assert is_stable(moments, suggested)
    assert not diverges(photographs(), suggested)


def test_adam_improves_at_the_suggested_rate() -> None:
    config = TrainingConfig(optimizer="adam", hidden_units=64, iterations=200)
    rate = stable_rate(InputMoments.of(photographs(), config), config)
    trainer = Trainer(photographs(), config.replace(learning_rate=rate))
    errors = np.concatenate([progress.errors for progress in train(trainer)])
    assert errors[-50:].mean() < 0.7 * photographs().n_inputs  # which is what the mean grey is wrong by


@pytest.mark.parametrize(("optimizer", "batch_size"), [("sgd", 1), ("momentum", 1), ("momentum", 16)])
def test_what_is_called_unstable_diverges(optimizer: str, batch_size: int) -> None:
    config = TrainingConfig(optimizer=optimizer, batch_size=batch_size, hidden_units=64, iterations=120)
    moments = InputMoments.of(photographs(), config)
    rate = 3 * LIMIT / curvature(moments, config)
    assert diverges(photographs(), config.replace(learning_rate=rate))


def test_small_images_of_any_kind_allow_the_usual_rate() -> None:
    config = USUAL.replace(hidden_units=64)
    dataset = photographs(16)
    assert is_stable(InputMoments.of(dataset, config), config)
    assert not diverges(dataset, config.replace(iterations=1500))


def test_the_largest_eigenvalue_is_that_of_the_second_moment() -> None:
    config = USUAL.replace(corruption=Gaussian(0.0))
    dataset = photographs(8)
    rows = dataset.standardize(dataset.train_images).astype(np.float64)
    exact = float(np.linalg.eigvalsh(rows.T @ rows / len(rows))[-1])
    assert InputMoments.of(dataset, config).eigenvalue == pytest.approx(exact, rel=0.01)


def test_images_that_a_corruption_wipes_out_have_a_rate_too() -> None:
    config = USUAL.replace(corruption=Masking(1.0))
    moments = InputMoments.of(load_bundled_digits(), config)
    assert 0 < stable_rate(moments, config) < 1000


@settings(max_examples=60, deadline=None)
@given(
    st.floats(1e-3, 1e8),
    st.floats(1e-3, 1e8),
    st.floats(1e-3, 1e8),
    st.integers(1, 10_000),
    st.integers(1, 10_000),
    st.sampled_from(["sgd", "momentum", "adam"]),
)
def test_every_suggested_rate_is_allowed_and_round(
    norm: float, radius: float, eigenvalue: float, units: int, batch_size: int, optimizer: str
) -> None:
    config = USUAL.replace(hidden_units=units, batch_size=batch_size, optimizer=optimizer)
    moments = InputMoments(norm, radius, eigenvalue, norm)
    rate = stable_rate(moments, config)
    config.replace(learning_rate=rate)  # in its range
    assert f"{rate:e}"[0] in "125"
    assert is_stable(moments, config.replace(learning_rate=rate)) or rate == 1e-7


def test_measuring_can_be_cancelled() -> None:
    stopped = Monitor(lambda: True)
    with pytest.raises(Cancelled):
        InputMoments.of(load_bundled_digits(), USUAL, stopped)
    with pytest.raises(Cancelled):
        seconds_per_iteration(load_bundled_digits(), USUAL, stopped)


@pytest.mark.parametrize("batch_size", [1, 8])
def test_the_time_of_an_iteration_is_measured(batch_size: int) -> None:
    config = USUAL.replace(hidden_units=16, batch_size=batch_size)
    assert 0 < seconds_per_iteration(load_bundled_digits(), config) < 60


def test_the_guess_grows_with_all_that_makes_a_run_long() -> None:
    guess = guessed_seconds(784, USUAL)
    for more in ({"iterations": 50_000}, {"hidden_units": 450}, {"batch_size": 2}):
        assert guessed_seconds(784, USUAL.replace(**more)) == pytest.approx(2 * guess)

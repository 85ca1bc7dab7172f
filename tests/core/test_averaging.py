"""The averaged weights: their mean, and that it is the same however a run is cut, resumed, extended or diverges."""

from __future__ import annotations

import numpy as np
import pytest

from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.averaging import EVERY
from dae_core.training.config import TrainingConfig
from dae_core.training.progress import Progress
from dae_core.training.trainer import Trainer, train
from helpers.datasets import small_dataset

CONFIG = TrainingConfig(hidden_units=12, learning_rate=0.01, iterations=1500, seed=5, average=True)
KINDS = {
    "the exercise's": {},
    "tied": {"activation": "tanh", "tied": True},
    "batches": {"batch_size": 100, "optimizer": "adam", "iterations": 300},
}


def bits(model: AutoEncoder | None) -> bytes:
    assert model is not None
    return b"".join(array.tobytes() for array in model.parameters.values())


def finished(config: TrainingConfig) -> Trainer:
    trainer = Trainer(small_dataset(), config)
    for _ in train(trainer):
        pass
    return trainer


@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
def test_it_is_the_mean_with_weights_that_grow_with_the_third_power(settings) -> None:
    config = CONFIG.replace(**settings)
    plain = Trainer(small_dataset(), config.replace(average=False))
    assert plain.average is None
    assert plain.checkpoint().average is None
    kept = [plain.model.copy()]
    while plain.iteration < plain.end:
        plain.advance(EVERY)
        if plain.iteration % EVERY == 0:
            kept.append(plain.model.copy())
    plain.close()
    t = np.arange(1, len(kept) + 1)
    averaged = finished(config)
    assert averaged.average is not None
    for name, array in averaged.average.parameters.items():
        expected = np.average([model.parameters[name] for model in kept], axis=0, weights=t * (t + 1) * (t + 2))
        np.testing.assert_allclose(array, expected, rtol=1e-4, atol=1e-6, err_msg=name)
    assert bits(averaged.model) == bits(plain.model)  # training knows nothing of it
    assert np.shares_memory(averaged.average.W, averaged.average.V) == config.tied


@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
def test_neither_chunks_nor_resuming_change_its_bits(settings) -> None:
    config = CONFIG.replace(**settings)
    whole = finished(config)
    trainer = Trainer(small_dataset(), config)
    for chunk in (1, 126, 1, 1, 128, 0, 255):
        if trainer.iteration < trainer.end:
            trainer.advance(chunk)
            trainer.close()
            checkpoint = trainer.checkpoint()
            kept = bits(checkpoint.average)
            trainer = Trainer.resume(small_dataset(), checkpoint)
            assert trainer.checkpoint().averaged == checkpoint.averaged == 1 + trainer.iteration // EVERY
            trainer.advance(1)  # going on must not reach into the checkpoint
            assert bits(checkpoint.average) == kept
    for _ in train(trainer):
        pass
    assert bits(trainer.average) == bits(whole.average)
    assert bits(trainer.model) == bits(whole.model)


def test_it_comes_with_the_model_on_request() -> None:
    trainer = Trainer(small_dataset(), CONFIG)
    assert trainer.advance(10).average is None
    trainer.request_model()
    progress = Progress.merged([trainer.advance(300), trainer.advance(1)])
    trainer.close()
    assert bits(progress.average) == bits(trainer.average)
    assert progress.average is not trainer.average
    assert bits(progress.average) != bits(progress.model)


def test_a_run_that_is_extended_goes_on_as_one_that_was_as_long_from_the_start() -> None:
    trainer = finished(CONFIG.replace(iterations=700))
    trainer.extend(800)
    for _ in train(trainer):
        pass
    assert bits(trainer.average) == bits(finished(CONFIG).average)


def test_after_a_divergence_it_begins_with_the_weights_that_were_kept() -> None:
    trainer = finished(CONFIG.replace(learning_rate=1.0))
    assert trainer.divergence is not None
    assert bits(trainer.average) == bits(trainer.model)
    assert trainer.checkpoint().averaged == 1
    again = Trainer.resume(small_dataset(), trainer.checkpoint())
    assert bits(again.average) == bits(trainer.average)


def test_revived_units_are_not_a_mean_with_dead_ones() -> None:
    trainer = Trainer(small_dataset(), CONFIG)
    trainer.advance(400)
    before = trainer.checkpoint().average
    trainer.revive([3])
    trainer.close()
    average = trainer.average
    assert before is not None
    assert average is not None
    np.testing.assert_array_equal(average.W[:, 3], trainer.model.W[:, 3])
    np.testing.assert_array_equal(average.V[3], trainer.model.V[3])
    np.testing.assert_array_equal(np.delete(average.W, 3, axis=1), np.delete(before.W, 3, axis=1))


def test_a_changed_strength_is_that_of_the_average_too() -> None:
    trainer = Trainer(small_dataset(), CONFIG)
    trainer.set_strength("l1", 0.1)
    assert trainer.average is not None
    assert trainer.average.architecture == trainer.model.architecture == trainer.config.architecture

"""The weights that a run begins with, and those that units get which begin anew: functions of seed and iteration."""

from __future__ import annotations

import dataclasses

import numpy as np

from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_core.training.examples import start_generator

_TRANSPOSED_SCALE = 0.2
_REVIVAL_STREAM = 2  # first word of the spawn key; the others are in examples.py


def start_model(n_inputs: int, config: TrainingConfig) -> AutoEncoder:
    """Return the model that a run with these settings begins with; float32."""
    rng = start_generator(config.seed)
    model = AutoEncoder.random(
        n_inputs, config.hidden_units, rng, gradient=config.gradient, architecture=config.architecture
    )
    if config.decoder_start == "transposed":
        np.multiply(model.W.T, np.float32(_TRANSPOSED_SCALE), out=model.V)
    return model


def start_units(n_inputs: int, count: int, config: TrainingConfig, iteration: int) -> AutoEncoder:
    """Return so many hidden units with the weights of a start, as those get that are revived at an iteration."""
    rng = np.random.default_rng(np.random.SeedSequence(config.seed, spawn_key=(_REVIVAL_STREAM, iteration)))
    kind = dataclasses.replace(config.architecture, k_sparse=0)  # of which there may be more than of these units
    return AutoEncoder.random(n_inputs, count, rng, architecture=kind)

"""Models without training."""

import numpy as np

from dae_core.datasets import Dataset
from dae_core.model.autoencoder import AutoEncoder


def make_model(dataset: Dataset, seed: int = 0) -> AutoEncoder:
    rng = np.random.default_rng(seed)
    model = AutoEncoder.random(dataset.n_inputs, 12, rng)
    model.V[:] = rng.normal(0, 0.2, model.V.shape)
    return model

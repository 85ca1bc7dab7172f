"""The scale of the pixels that a run is trained on: standardized, or from 0 to 1 where the loss asks for that."""

from __future__ import annotations

from dae_core.datasets import Dataset
from dae_core.datasets.dataset import UNIT_SCALE
from dae_core.model.losses import LOSSES
from dae_core.training.config import TrainingConfig


def scaled_for(dataset: Dataset, config: TrainingConfig) -> Dataset:
    """Return the data set with pixels as the loss takes them: itself where they are so, else the same images anew."""
    is_unit = dataset.scale == UNIT_SCALE
    if LOSSES[config.loss].unit_pixels == is_unit:
        return dataset
    return dataset.standardized_by(None if is_unit else UNIT_SCALE)

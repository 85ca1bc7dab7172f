"""Combines the user's own drawings with another data set: as its held-out images, or among those it trains on."""

import numpy as np

from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError
from dae_core.datasets.own_set import OwnSet


def use_as_held_out(dataset: Dataset, own: OwnSet) -> Dataset:
    """Return a data set that trains on the same images and holds the user's own drawings out, with their labels.

    Raises DataError when there are no drawings, or they have another size.
    """
    _check(dataset, own)
    name = f"{dataset.name}, held out: {own.name}"
    return Dataset(name, dataset.train_images, dataset.train_labels, own.images, own.label_array(), noun=dataset.noun)


def add_to_training(dataset: Dataset, own: OwnSet) -> Dataset:
    """Return a data set that also trains on the user's own drawings, which come last; what is held out stays.

    Labels of training images are kept if all have one. Raises DataError as `use_as_held_out`.
    """
    _check(dataset, own)
    images = np.concatenate([dataset.train_images, own.images])
    own_labels = own.label_array()
    labels = None
    if dataset.train_labels is not None and own_labels is not None:
        labels = np.concatenate([dataset.train_labels, own_labels])
    for array in (images, labels):
        if array is not None:
            array.flags.writeable = False
    return Dataset(
        f"{dataset.name} and {own.name}", images, labels, dataset.test_images, dataset.test_labels, noun=dataset.noun
    )


def _check(dataset: Dataset, own: OwnSet) -> None:
    if not len(own):
        raise DataError(f'"{own.name}" holds no drawings yet.')
    if own.shape != dataset.shape:
        ours, theirs = (f"{h}x{w}" for h, w in (own.shape, dataset.shape))
        raise DataError(f'"{own.name}" holds drawings of {ours} pixels, but "{dataset.name}" images of {theirs}.')

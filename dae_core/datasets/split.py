"""The fixed split of a data set that brings no held-out images of its own."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError, quoted

SPLIT_SEED = 20_240_117
"""Seed of the split: changing it would change every held-out figure, so it never changes."""

HELD_OUT_SHARE = 6
"""One image in so many is held out."""

MOST_HELD_OUT = 10_000
"""No more images than this are held out."""


def held_out_split(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Choose which of `n` images are held out: a sixth, at least 1, at most 10,000, the same ones every time.

    The ascending positions of the training images (n - m,) and of the held-out ones (m,) are returned. Raises
    ValueError for fewer than 2 images.
    """
    if n < 2:
        raise ValueError(f"at least 2 images are needed for a split, not {n}")
    m = max(1, min(MOST_HELD_OUT, n // HELD_OUT_SHARE))
    order = np.random.default_rng(SPLIT_SEED).permutation(n)
    return np.sort(order[m:]), np.sort(order[:m])


def split_dataset(
    name: str,
    path: Path,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8] | None,
    usable: NDArray[np.intp] | None = None,
    *,
    noun: str = "images",
) -> Dataset:
    """Return images (n, h, w) and their labels (n,) as a data set of new arrays, a fixed part of them held out.

    Where ``usable`` (m,) is given, only these positions count. Raises DataError, with the path, for fewer than two.
    """
    count = len(images) if usable is None else len(usable)
    if count < 2:
        raise DataError(f"{quoted(path)} holds a single image; two are needed, one to train on and one held out.")
    train, test = held_out_split(count)
    if usable is not None:
        train, test = usable[train], usable[test]
    train_images, test_images = images[train], images[test]
    train_labels = test_labels = None
    if labels is not None:
        train_labels, test_labels = labels[train], labels[test]
    for array in (train_images, train_labels, test_images, test_labels):
        if array is not None:
            array.flags.writeable = False  # so that Dataset needs no copy
    return Dataset(name, train_images, train_labels, test_images, test_labels, noun=noun)

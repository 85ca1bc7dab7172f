"""What a data set is like at a glance: counts, mean image, grey values, and a hundred examples drawn by a seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.dataset import Dataset
from dae_core.jobs import UNWATCHED, Monitor

_CHUNK = 2048  # images at a time


@dataclass(frozen=True)
class ClassCount:
    """How many training and held-out images of one class (0 to 255) there are."""

    label: int
    train: int
    test: int


@dataclass(frozen=True, eq=False)
class Statistics:
    """Figures of a data set; mean, standard deviation, mean image and histogram are of its training images.

    Parameters
    ----------
    n_train, n_test : int
        Numbers of training and of held-out images.
    shape : tuple of int
        Height and width of an image in pixels.
    mean, std : float
        Of all pixels, in grey levels (0 to 255).
    classes : tuple of ClassCount
        Ascending; empty where classes are not known.
    mean_image : ndarray of float64, shape (h, w)
        The mean of every pixel, in grey levels.
    histogram : ndarray of int64, shape (256,)
        How many pixels have each grey level.
    """

    n_train: int
    n_test: int
    shape: tuple[int, int]
    mean: float
    std: float
    classes: tuple[ClassCount, ...]
    mean_image: NDArray[np.float64]
    histogram: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of all images."""
        return self.n_train + self.n_test

    @property
    def black_share(self) -> float:
        """The share of pixels that are black (grey level 0), 0 to 1."""
        return float(self.histogram[0] / self.histogram.sum())


def statistics(dataset: Dataset, monitor: Monitor = UNWATCHED) -> Statistics:
    """Count and average a data set exactly, for sums of grey levels are integers: about 0.2 s for MNIST.

    Raises Cancelled when `monitor`, which is asked every 2,048 images, says so.
    """
    images = dataset.train_images
    total = np.zeros(dataset.shape, np.int64)
    histogram = np.zeros(256, np.int64)
    for start in range(0, len(images), _CHUNK):
        monitor.check()
        chunk = images[start : start + _CHUNK]
        total += chunk.sum(0, dtype=np.int64)
        histogram += np.bincount(chunk.reshape(-1), minlength=256)
    return Statistics(
        len(images),
        len(dataset.test_images),
        dataset.shape,
        dataset.mean,
        dataset.std,
        _classes(dataset),
        total / len(images),
        histogram,
    )


def _classes(dataset: Dataset) -> tuple[ClassCount, ...]:
    """Count the images of each class that occurs."""
    if dataset.train_labels is None:
        return ()
    train = np.bincount(dataset.train_labels, minlength=256)
    test = np.bincount(dataset.test_labels if dataset.test_labels is not None else np.zeros(0, np.uint8), minlength=256)
    return tuple(ClassCount(int(k), int(train[k]), int(test[k])) for k in np.flatnonzero(train + test))


def random_indices(n: int, count: int = 100, seed: int = 0) -> NDArray[np.intp]:
    """Choose distinct positions from 0 to n - 1, (min(count, n),), for the exercise's mosaic of random examples.

    The same seed chooses the same ones.
    """
    return np.random.default_rng(seed).choice(n, size=min(count, n), replace=False).astype(np.intp)

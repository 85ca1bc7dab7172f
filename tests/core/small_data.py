"""A small data set for tests that need images but no digits: smooth blobs of 8x8 pixels, always the same."""

from functools import cache

import numpy as np

from dae_core.datasets import Dataset


def blobs(count: int, rng: np.random.Generator, size: int = 8) -> np.ndarray:
    """Return (count, size, size) grey images, each with two bright spots on black; the corners are always black."""
    rows, columns = np.mgrid[:size, :size]
    images = np.zeros((count, size, size))
    for _ in range(2):
        y, x = rng.uniform(2, size - 3, (2, count, 1, 1))
        images += np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 1.5)
    images = np.clip(images, 0, 1)
    images[images < 0.02] = 0
    images[:, [0, 0, -1, -1], [0, -1, 0, -1]] = 0
    return np.round(255 * images).astype(np.uint8)


@cache
def small_dataset(train: int = 400, test: int = 90, size: int = 8) -> Dataset:
    """Return blobs as a data set without labels."""
    rng = np.random.default_rng(42)
    return Dataset("blobs", blobs(train, rng, size), None, blobs(test, rng, size), None)

"""Small data sets, always the same: smooth blobs, labelled bars, folders of IDX files and of pictures."""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from dae_core.datasets import Dataset, write_idx


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


def make_dataset(shape: tuple[int, int] = (9, 8), labels: bool = True, seed: int = 0) -> Dataset:
    """Return 150 images of three classes: a bright bar in another row for each class."""
    rng = np.random.default_rng(seed)
    classes = (np.arange(150) % 3).astype(np.uint8)
    images = np.zeros((150, *shape), np.uint8)
    for image, label in zip(images, classes, strict=True):
        row = 1 + int(label) * 2
        image[row : row + 2, 1:-1] = rng.integers(120, 256)
    train, test = images[:90], images[90:]
    return Dataset("bars", train, classes[:90] if labels else None, test, classes[90:] if labels else None)


def idx_folder(parent: Path, name: str, shape: tuple[int, int], count: int = 40) -> Path:
    """Write noise as a training file of MNIST's kind, in a new folder."""
    folder = parent / name
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (count, *shape), dtype=np.uint8)
    write_idx(folder / "train-images-idx3-ubyte", pixels)
    return folder


def save_pictures(folder: Path, count: int = 12, sizes: tuple[tuple[int, int], ...] = ((40, 30), (25, 25))) -> Path:
    """Write PNGs (height, width) with a bright spot on black, each at another place."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for number in range(count):
        height, width = sizes[number % len(sizes)]
        pixels = np.zeros((height, width), np.uint8)
        y, x = int(rng.integers(2, height - 8)), int(rng.integers(2, width - 8))
        pixels[y : y + 6, x : x + 6] = 150 + 8 * number % 100
        Image.fromarray(pixels).save(folder / f"picture {number:03d}.png")
    return folder

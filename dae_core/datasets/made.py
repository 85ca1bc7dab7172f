"""Harder sets made of another one: digits turned by any angle, digits on a random background (Larochelle et al. 2007).

They are a function of the other set and a seed alone. H. Larochelle, D. Erhan, A. Courville, J. Bergstra, Y. Bengio,
"An empirical evaluation of deep architectures on problems with many factors of variation", ICML 2007, made theirs of
MNIST in this way; these are made anew, so figures on them are near theirs and not the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.dataset import Dataset
from dae_core.jobs import UNWATCHED, Monitor

SEED = 20_070_620
"""The seed of a set that is opened by its name: the same images every time."""

_CHUNK = 1000  # images at a time

Images = NDArray[np.uint8]


@dataclass(frozen=True)
class MadeKind:
    """A way of making a set: how its name ends for the user, and the function of images (n, h, w) and a generator."""

    title: str
    make: Callable[[Images, np.random.Generator], Images]


def turned(images: Images, rng: np.random.Generator) -> Images:
    """Return images (n, h, w) each turned about its middle by an angle drawn evenly from 0 to 360 degrees.

    Grey levels between pixels are interpolated linearly; what comes from outside of the image is black.
    """
    from scipy.ndimage import affine_transform

    angles = rng.uniform(0.0, 2 * np.pi, len(images))
    middle = (np.array(images.shape[1:]) - 1) / 2
    made: Images = np.empty_like(images)
    for image, angle, out in zip(images, angles, made, strict=True):
        cos, sin = np.cos(angle), np.sin(angle)
        matrix = np.array([[cos, -sin], [sin, cos]])
        levels = affine_transform(image, matrix, middle - matrix @ middle, output=np.float64, order=1)
        np.rint(levels, out=out, casting="unsafe")
    return made


def on_random_background(images: Images, rng: np.random.Generator) -> Images:
    """Return images (n, h, w) before a background whose every pixel is drawn evenly from 0 to 255.

    A pixel shows the brighter of the two, the digit or the background.
    """
    bright: Images = np.maximum(images, rng.integers(0, 256, images.shape, np.uint8))
    return bright


MADE: dict[str, MadeKind] = {
    "rotated": MadeKind("rotated", turned),
    "background": MadeKind("on a random background", on_random_background),
}
"""The ways by the word before the colon in a source's name, such as "rotated:mnist"."""


def base_of(source: str) -> str:
    """Return the name of the set that a made one is made of; empty where ``source`` names no made one."""
    kind, _, base = source.partition(":")
    return base if kind in MADE else ""


def make(kind: str, dataset: Dataset, seed: int = SEED, monitor: Monitor = UNWATCHED) -> Dataset:
    """Return the set that is made of another in one of the ways of `MADE`; labels and what is held out stay.

    Raises Cancelled when `monitor`, which is asked every thousand images, says so.
    """
    way = MADE[kind]
    total = len(dataset.train_images) + len(dataset.test_images)
    done = 0
    parts = []
    for part, images in enumerate((dataset.train_images, dataset.test_images)):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(part,)))
        made = np.empty_like(images)
        for start in range(0, len(images), _CHUNK):
            monitor.count(done, total, "images")
            chunk = slice(start, start + _CHUNK)
            made[chunk] = way.make(images[chunk], rng)
            done += len(made[chunk])
        made.flags.writeable = False  # so that Dataset needs no copy
        parts.append(made)
    name = f"{dataset.name}, {way.title}"
    return Dataset(name, parts[0], dataset.train_labels, parts[1], dataset.test_labels, noun=dataset.noun)

"""Puts pictures that were read into training and held-out images, as their folders say."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.parts import TEST, TRAIN
from dae_core.datasets.pictures.folder import PictureFolder
from dae_core.datasets.split import split_dataset


def dataset_of_pictures(
    name: str, path: Path, folder: PictureFolder, images: NDArray[np.uint8], usable: NDArray[np.intp]
) -> Dataset:
    """Return the images (n, h, w) of a folder's pictures as a data set; those at the positions `usable` (m,) count.

    What the folders say is held out; a fixed part where they do not. Raises DataError, with the path, when a part has
    no picture, or fewer than two are there to be split.
    """
    if not folder.is_split:
        return split_dataset(name, path, images, _labels(folder, np.arange(len(images)), usable), usable)
    parts = []
    for part in (TRAIN, TEST):
        chosen = np.array([number for number in usable.tolist() if folder.pictures[number].part == part], np.intp)
        if not len(chosen):
            which = "training" if part == TRAIN else "held-out"
            raise DataError(f"{quoted(path)} holds no {which} picture that can be read.")
        own = images[chosen]
        own.flags.writeable = False  # so that Dataset needs no copy
        parts.append((own, _labels(folder, chosen, chosen)))
    (train, train_labels), (test, test_labels) = parts
    test_labels = test_labels if train_labels is not None else None
    return Dataset(name, train, train_labels, test, test_labels, noun="images")


def shared_by_both(dataset: Dataset) -> tuple[str, ...]:
    """Return a note on held-out images that are also trained on: a split as given may not be a clean one."""
    held_out = [_digest(image) for image in dataset.test_images]
    looked_for = set(held_out)
    trained = {digest for image in dataset.train_images if (digest := _digest(image)) in looked_for}
    count = sum(digest in trained for digest in held_out)
    if not count:
        return ()
    which = "1 held-out image is" if count == 1 else f"{count:,} held-out images are"
    return (f"{which} among the training images, too: errors on them say little about images never seen.",)


def _digest(image: NDArray[np.uint8]) -> bytes:
    return hashlib.blake2b(image.tobytes(), digest_size=16).digest()


def _labels(folder: PictureFolder, numbers: NDArray[np.intp], known: NDArray[np.intp]) -> NDArray[np.uint8] | None:
    """Return the labels of some pictures, None where one of those that count has none."""
    if any(folder.pictures[number].label is None for number in known.tolist()):
        return None
    return np.array([folder.pictures[number].label or 0 for number in numbers.tolist()], np.uint8)

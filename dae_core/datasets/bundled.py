"""The bundled digits: scikit-learn's 8x8 digits redrawn as MNIST's 28x28, built once and kept in a cache."""

import contextlib
import io
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.dataset import Dataset
from dae_core.datasets.resample import VARIANTS, redraw
from dae_core.files import user_folder, write_atomically

NAME = "Bundled digits"

RECIPE_VERSION = 1
"""Part of the cache's file name: raised whenever anything here or in `resample` changes the pixels or labels."""

CACHE_FOLDER_VARIABLE = "DAE_STUDIO_CACHE"
"""Environment variable that names another folder for the cache than the user's own."""

SPLIT_SEED = 20_240_118
"""Seed that decides which digits are held out."""

HELD_OUT_EVERY = 5
"""One digit in so many is held out, class by class."""

_PARTS = ("train_images", "train_labels", "test_images", "test_labels")
_MOST_CACHE_BYTES = 64 * 1024**2


def load_bundled_digits() -> Dataset:
    """Return the bundled digits, from the cache when it is sound, else built anew (about 2 s) and cached.

    They are 14,370 training images (1,437 digits, each once as it is and nine times varied) and 360 held-out ones,
    none of which is a variant of a training digit; 28x28 pixels, classes 0 to 9. No state of the cache can make this
    fail: an absent, damaged or unwritable one only costs the time to build.
    """
    path = cache_path()
    cached = _read_cache(path)
    if cached is not None:
        return cached
    built = build_bundled_digits()
    _write_cache(path, built)
    return built


def build_bundled_digits() -> Dataset:
    """Build the digits of `load_bundled_digits` from scikit-learn's, the same bits every time on one machine."""
    from sklearn.datasets import load_digits

    source = load_digits()
    return build_from(source.images, source.target.astype(np.uint8))


def build_from(digits: NDArray[np.float64], labels: NDArray[np.uint8]) -> Dataset:
    """Split digits (n, 8, 8), ink from 0 to 16, and their classes (n,), redraw them, and vary those to train on.

    The training images are all digits as they are, then all once varied, and so on, each time in the order of `digits`.
    """
    train, test = stratified_split(labels)
    train_images, test_images = redraw(digits[train], variants=VARIANTS), redraw(digits[test], variants=1)
    arrays = (train_images, np.tile(labels[train], VARIANTS), test_images, labels[test])
    for array in arrays:
        array.flags.writeable = False
    return Dataset(NAME, *arrays)


def stratified_split(labels: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Choose every fifth digit of each class in `labels` (n,), in an order drawn from `SPLIT_SEED`, to be held out.

    The positions of the training digits (n - m,) and of the held-out ones (m,) are returned, both ascending.
    """
    drawn = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    by_class = np.lexsort((drawn, labels))
    held_out = np.zeros(len(labels), bool)
    held_out[by_class[::HELD_OUT_EVERY]] = True
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def cache_path() -> Path:
    """Return where the built digits are kept: the per-user cache folder, or that of `CACHE_FOLDER_VARIABLE`."""
    named = os.environ.get(CACHE_FOLDER_VARIABLE)
    return (Path(named) if named else user_folder("cache")) / f"bundled-digits-{RECIPE_VERSION}.npz"


def _read_cache(path: Path) -> Dataset | None:
    """Return what the cache holds, or None if it is absent or damaged in any way."""
    try:
        if path.stat().st_size > _MOST_CACHE_BYTES:
            return None
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            if any(member.compress_type for member in archive.zip.infolist()):  # no more may come out than went in
                return None
            arrays = {part: archive[part] for part in _PARTS}
        for array in arrays.values():
            array.flags.writeable = False
        return Dataset(NAME, **arrays)
    except Exception:  # a damaged archive fails in dozens of ways, and none of them matters
        return None


def _write_cache(path: Path, dataset: Dataset) -> None:
    """Keep `dataset` at `path` if that is possible; two programs that start at once each write a whole file."""
    content = io.BytesIO()
    np.savez(content, **{part: getattr(dataset, part) for part in _PARTS})
    with contextlib.suppress(OSError, ValueError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content.getvalue())

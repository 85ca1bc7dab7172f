"""Opens a data set by what a person names: the bundled digits, a folder of IDX files, or one IDX file."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError, file_error, quoted
from dae_core.datasets.idx import holds_idx_images, read_idx_images, read_idx_labels
from dae_core.datasets.split import held_out_split

BUNDLED_SOURCE = "digits"
"""The source that stands for the bundled digits; a folder of that name is reached as ``./digits``."""


def open_dataset(source: str | Path) -> Dataset:
    """Open the data set that `source` names.

    Parameters
    ----------
    source : str or Path
        The text "digits" for the bundled digits, else the path of a folder with IDX files or of one IDX file of
        images. In a folder, ``train-images-idx3-ubyte`` (or ``train-images.idx3-ubyte``, each also with ``.gz``) is
        needed, unless there is only one file of images; ``train-labels``, ``t10k-images`` and ``t10k-labels`` are
        taken when they are there. Without ``t10k-images``, a fixed sixth of the images is held out.

    Returns
    -------
    Dataset
        Named after the folder or the file.

    Raises
    ------
    DataError
        There is no such file or folder, or what it holds cannot be used; the message says which and why.
    """
    if source == BUNDLED_SOURCE:
        return load_bundled_digits()
    if not str(source):
        raise DataError("No data set is named: an empty text is neither a folder nor a file.")
    try:
        path = Path(source).expanduser()
        path.stat()
        is_folder = path.is_dir()
    except (OSError, ValueError) as error:
        raise file_error(source, error) from None
    except RuntimeError as error:
        raise DataError(f"{quoted(source)} cannot be read: {error}") from None
    return _open_folder(path) if is_folder else _open_file(path)


def _open_folder(folder: Path) -> Dataset:
    """Open a folder by the four names of MNIST, or by the only file of images in it."""
    files = _files_of(folder)
    train = _find(files, "train-images", 3)
    test = _find(files, "t10k-images", 3)
    if train is None:
        if test is not None:
            raise DataError(
                f"{quoted(folder)} holds test images ({test.name}) but no training images (train-images-idx3-ubyte)."
            )
        return _split(_only_images_file(folder, files), name=_name_of(folder))
    if test is None:
        return _split(train, name=_name_of(folder))
    train_images, train_labels = _read_part(train, _find(files, "train-labels", 1))
    test_images, test_labels = _read_part(test, _find(files, "t10k-labels", 1))
    if train_images.shape[1:] != test_images.shape[1:]:
        sizes = [f"{images.shape[1]}x{images.shape[2]}" for images in (train_images, test_images)]
        raise DataError(f"{quoted(test)} holds images of {sizes[1]} pixels, but {quoted(train)} of {sizes[0]}.")
    return Dataset(_name_of(folder), train_images, train_labels, test_images, test_labels)


def _open_file(path: Path) -> Dataset:
    """Open one file of images, with its labels if they lie beside it."""
    return _split(path, name=_name_of(path))


def _split(path: Path, name: str) -> Dataset:
    """Read one file of images and hold a fixed part of them out."""
    images, labels = _read_part(path, _labels_beside(path))
    if len(images) < 2:
        raise DataError(f"{quoted(path)} holds a single image; two are needed, one to train on and one held out.")
    train, test = held_out_split(len(images))
    parts = [images[train], None if labels is None else labels[train]]
    parts += [images[test], None if labels is None else labels[test]]
    for array in parts:
        if array is not None:
            array.flags.writeable = False
    train_images, train_labels, test_images, test_labels = parts
    assert train_images is not None  # noqa: S101 - for the type checker
    assert test_images is not None  # noqa: S101 - for the type checker
    return Dataset(name, train_images, train_labels, test_images, test_labels)


def _read_part(images_path: Path, labels_path: Path | None) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Read images and their labels, which must be as many."""
    images = read_idx_images(images_path)
    if labels_path is None:
        return images, None
    labels = read_idx_labels(labels_path)
    if len(labels) != len(images):
        raise DataError(
            f"{quoted(labels_path)} holds {len(labels):,} labels, but {quoted(images_path)} {len(images):,} images."
        )
    return images, labels


def _files_of(folder: Path) -> dict[str, Path]:
    """Map the small-letter name of every file of `folder` to its path, in the names' order."""
    try:
        return {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
    except OSError as error:
        raise file_error(folder, error) from None


def _names(stem: str, n_dims: int) -> Iterator[str]:
    """Yield the names that a file of MNIST goes by, in the order in which they are looked for."""
    for ending in ("", ".gz"):
        for separator in ("-", "."):
            yield f"{stem}{separator}idx{n_dims}-ubyte{ending}"


def _find(files: dict[str, Path], stem: str, n_dims: int) -> Path | None:
    return next((files[name] for name in _names(stem, n_dims) if name in files), None)


def _only_images_file(folder: Path, files: dict[str, Path]) -> Path:
    """Return the only file of `folder` whose content starts as IDX images do."""
    found = [path for path in files.values() if holds_idx_images(path)]
    if not found:
        raise DataError(f"{quoted(folder)} holds no IDX files of images (such as train-images-idx3-ubyte.gz).")
    if len(found) > 1:
        raise DataError(
            f"{quoted(folder)} holds {len(found)} files of images and none is named train-images-idx3-ubyte: "
            "open one of them by its own name."
        )
    return found[0]


def _labels_beside(images: Path) -> Path | None:
    """Return the file beside `images` that is named as its labels would be, if there is one."""
    name = images.name.lower().removesuffix(".gz")
    wanted = name.replace("images", "labels").replace("idx3", "idx1")
    if wanted == name:
        return None
    try:
        files = _files_of(images.parent)
    except DataError:
        return None
    return files.get(wanted) or files.get(wanted + ".gz")


def _name_of(path: Path) -> str:
    absolute = os.path.abspath(path)
    return os.path.basename(absolute) or absolute

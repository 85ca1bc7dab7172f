"""MNIST from OpenML through scikit-learn, as the exercise gets it, written in MNIST's own file format."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, MirrorError
from dae_core.datasets.fetching.catalogue import CatalogueEntry
from dae_core.datasets.idx import write_idx


def fetch_from_openml(entry: CatalogueEntry, folder: Path) -> None:
    """Fetch a data set from OpenML and write its four IDX files into a folder; blocks for a minute or more.

    OpenML holds all images in one table under the name `entry.openml`, the training images first, in the order of the
    original files. Scikit-learn keeps its own files in the folder meanwhile.

    Raises
    ------
    MirrorError
        OpenML cannot be reached, or what it sends is not this data set: in number, size, range, or checksums.
    OSError
        The folder cannot be written.
    """
    from sklearn.datasets import fetch_openml

    cache = folder / "openml"
    try:
        table = fetch_openml(
            entry.openml,
            version=1,
            as_frame=False,
            parser="liac-arff",  # the other one needs pandas
            data_home=str(cache),
            n_retries=0,
        )
    except URLError as error:
        code = getattr(error, "code", None)
        raise MirrorError(f"the server answered {code}" if code else "no connection", offline=code is None) from None
    except OSError as error:
        if error.errno is None or isinstance(error, (ConnectionError, TimeoutError)):
            raise MirrorError("the connection broke off") from None
        raise
    except Exception as error:
        raise MirrorError(f"it sends something unexpected ({type(error).__name__})") from None
    finally:
        shutil.rmtree(cache, ignore_errors=True)
    images, labels = _checked(entry, table.data, table.target)
    n = entry.n_train
    parts = (images[:n], labels[:n], images[n:], labels[n:])  # the order of entry.files
    if entry.openml_sha256 and tuple(map(sha256_of, parts)) != entry.openml_sha256:
        raise MirrorError("it sends other images or classes than the published ones")
    for file, part in zip(entry.files, parts, strict=True):
        try:
            write_idx(folder / file.name, part)
        except DataError as error:
            raise OSError(os.strerror(28) if "space" in str(error) else str(error)) from None


def sha256_of(part: NDArray[np.uint8]) -> str:
    """Return the SHA-256 (64 hexadecimal digits) of the bytes of images (n, h, w) or labels (n,).

    Of images, grey level 1 counts as 0: see `CatalogueEntry`.
    """
    if part.ndim == 3:
        part = np.where(part == 1, np.uint8(0), part)
    return hashlib.sha256(np.ascontiguousarray(part).data).hexdigest()


def _checked(entry: CatalogueEntry, data: Any, target: Any) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the table as images (n, h, w) and labels (n,), if it is this data set."""
    count, pixels = entry.n_train + entry.n_test, entry.shape[0] * entry.shape[1]
    try:
        values = np.asarray(data)
        labels = np.asarray(target).astype(np.int64)
    except (ValueError, TypeError):
        raise MirrorError("it sends something else than images and classes") from None
    if values.shape != (count, pixels) or labels.shape != (count,):
        raise MirrorError(f"it sends {' x '.join(map(str, values.shape))} values instead of {count} x {pixels}")
    if not (values.min() >= 0 and values.max() <= 255 and labels.min() >= 0 and labels.max() <= 255):
        raise MirrorError("it sends values that are no grey levels")
    return values.astype(np.uint8).reshape(count, *entry.shape), labels.astype(np.uint8)

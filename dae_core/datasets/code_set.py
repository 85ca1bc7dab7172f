"""Sets of codes: what a layer makes of the images of another set, kept as a folder of grey levels for the next layer.

A code set is a data set like any other to those who train on it: an image is the code of a digit, a pixel a unit.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError, file_error, quoted
from dae_core.datasets.fetching.catalogue import data_folder
from dae_core.datasets.idx import read_idx_images, read_idx_labels, write_idx
from dae_core.datasets.own_set import check_name
from dae_core.datasets.reading import reading
from dae_core.files import write_atomically

CODE_PREFIX = "code:"
"""The prefix of a set of codes in the name of a source."""

NOUN = "codes"
_ABOUT = "about.json"
_LARGEST_ABOUT = 10_000
_PARTS = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def code_folder(name: str) -> Path:
    """Return the folder of a code set, whether it is there or not. Raises DataError when it can have no such name."""
    return data_folder() / "codes" / check_name(name)


def save_codes(name: str, dataset: Dataset, beside: Mapping[str, bytes]) -> None:
    """Write a code set and the files beside it, by their names; the folder appears whole, and stays where it is there.

    ``dataset`` has the codes as images. Raises DataError when the folder cannot be written.
    """
    folder = code_folder(name)
    if folder.is_dir():
        return
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        shutil.rmtree(fresh, ignore_errors=True)  # of a program that was killed
        fresh.mkdir(parents=True)
        arrays = (dataset.train_images, dataset.train_labels, dataset.test_images, dataset.test_labels)
        for part, array in zip(_PARTS, arrays, strict=True):
            if array is not None:
                write_idx(fresh / part, array)
        for file, content in beside.items():
            write_atomically(fresh / file, content)
        write_atomically(fresh / _ABOUT, json.dumps({"title": dataset.name}).encode())
        with contextlib.suppress(OSError):  # another window was faster with the same
            os.replace(fresh, folder)
        if not folder.is_dir():
            raise DataError(f"{quoted(folder)} cannot be written: another file is in its place.")
    except OSError as error:
        raise file_error(folder, error, "written") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def load_codes(name: str) -> Dataset:
    """Open a code set by its name. Raises DataError when there is none, or its files are damaged."""
    folder = code_folder(name)
    if not folder.is_dir():
        raise DataError(
            f'There are no codes called "{name}" on this machine (in {quoted(folder.parent)}): '
            "train the next layer anew from the run below."
        )
    images = [read_idx_images(folder / part) for part in _PARTS[::2]]
    labels = [read_idx_labels(folder / part) if (folder / part).exists() else None for part in _PARTS[1::2]]
    return Dataset(_title(folder), images[0], labels[0], images[1], labels[1], noun=NOUN)


def code_title(name: str) -> str:
    """Return what a code set is called for the user; its name where it is not there."""
    try:
        return _title(code_folder(name))
    except DataError:
        return name


def _title(folder: Path) -> str:
    path = folder / _ABOUT
    try:
        with reading(path) as size:
            about = json.loads(path.read_bytes()) if size <= _LARGEST_ABOUT else None
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict) or not isinstance(about.get("title"), str):
        raise DataError(f"{quoted(path)} is damaged: it does not say what the codes are called.")
    return str(about["title"])

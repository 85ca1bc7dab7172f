"""The user's own drawings, collected under a name: added, undone, and kept whole on the disk."""

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError, file_error, quoted
from dae_core.datasets.fetching.catalogue import data_folder
from dae_core.datasets.idx import read_idx_images, read_idx_labels, write_idx
from dae_core.datasets.split import split_dataset
from dae_core.files import FileStamp
from dae_core.locks import FileLock

IMAGES_FILE, LABELS_FILE = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
UNLABELLED = 255
"""What the file of labels holds for a drawing without one."""

MOST_UNDO = 200
"""So many additions can be undone."""

_LONGEST_NAME = 80
_FORBIDDEN = frozenset('<>:"/\\|?*')
_Stamps = tuple[FileStamp | None, FileStamp | None]  # of the images and the labels
_OLD = ".before"  # the ending of a folder that is being replaced


@dataclass(frozen=True, eq=False)
class _Drawing:
    image: NDArray[np.uint8]
    label: int | None


class OwnSet:
    """A named list of drawings; every addition can be undone, and nothing is on the disk before `save`.

    Parameters
    ----------
    name : str
        What the user calls it; also the name of its folder.
    shape : tuple of int
        Height and width of its drawings in pixels.

    Raises
    ------
    DataError
        The name is empty, too long, or could not be the name of a folder.
    """

    def __init__(self, name: str = "My digits", shape: tuple[int, int] = (28, 28)) -> None:
        self._name = check_name(name)
        self._shape = shape
        self._drawings: tuple[_Drawing, ...] = ()
        self._undo: list[tuple[_Drawing, ...]] = []
        self._redo: list[tuple[_Drawing, ...]] = []
        self._known: _Stamps = (None, None)

    def __len__(self) -> int:
        return len(self._drawings)

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self._name

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of its drawings in pixels."""
        return self._shape

    @property
    def images(self) -> NDArray[np.uint8]:
        """All drawings, a new array of shape (n, h, w)."""
        if not self._drawings:
            return np.zeros((0, *self._shape), np.uint8)
        return np.stack([drawing.image for drawing in self._drawings])

    @property
    def labels(self) -> tuple[int | None, ...]:
        """The class of each drawing, None where it has none."""
        return tuple(drawing.label for drawing in self._drawings)

    @property
    def is_stale(self) -> bool:
        """Whether the disk holds something else than was loaded or saved here: another window has changed it."""
        return _stamps(self.path()) != self._known

    @property
    def can_undo(self) -> bool:
        """Whether there is an addition to undo."""
        return bool(self._undo)

    def add(self, image: NDArray[np.uint8], label: int | None = None) -> int:
        """Add a copy of a drawing (h, w), uint8, with its class (0 to 254) if it has one, and return its position.

        Raises DataError when the drawing has another size or type, is blank, or the label is no class.
        """
        if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.shape != self._shape:
            raise DataError(f'"{self._name}" takes grey images of {self._shape[0]}x{self._shape[1]} pixels only.')
        if image.min() == image.max():
            raise DataError("The drawing is blank: there is nothing to add.")
        kept = image.copy()
        kept.flags.writeable = False
        drawing = _Drawing(kept, _check_label(label))
        self._undo = [*self._undo, self._drawings][-MOST_UNDO:]
        self._redo.clear()
        self._drawings = (*self._drawings, drawing)
        return len(self) - 1

    def undo(self) -> None:
        """Take the last addition back, if there is one."""
        if self._undo:
            self._redo.append(self._drawings)
            self._drawings = self._undo.pop()

    def redo(self) -> None:
        """Add again what was undone last, if there is something."""
        if self._redo:
            self._undo.append(self._drawings)
            self._drawings = self._redo.pop()

    def path(self) -> Path:
        """Return the folder that it is kept in, whether it is there or not."""
        return _folder(self._name)

    def save(self) -> None:
        """Write it to its folder as IDX files of images and labels; the old ones stay until the new ones are whole.

        Raises DataError when it is empty, or the folder cannot be written.
        """
        if not self._drawings:
            raise DataError(f'"{self._name}" holds no drawings yet: there is nothing to save.')
        folder = self.path()
        with contextlib.suppress(OSError):  # else the same is told below
            folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder) as lock:
            if not lock.take("a window"):
                raise DataError(f'"{self._name}" is being saved by another window: try again.')
            self._write(folder)
        self._known = _stamps(folder)

    def _write(self, folder: Path) -> None:
        fresh = folder.with_name(f".{folder.name}.part")
        old = folder.with_name(folder.name + _OLD)
        try:
            shutil.rmtree(fresh, ignore_errors=True)  # of a program that was killed
            fresh.mkdir()
            write_idx(fresh / IMAGES_FILE, self.images)
            labels = [UNLABELLED if label is None else label for label in self.labels]
            write_idx(fresh / LABELS_FILE, np.array(labels, np.uint8))
            if folder.exists():
                shutil.rmtree(old, ignore_errors=True)
                os.replace(folder, old)
            os.replace(fresh, folder)
        except OSError as error:
            raise file_error(folder, error, "written") from None
        except DataError as error:  # it names the temporary folder
            raise DataError(str(error).replace(fresh.name, folder.name)) from None
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            if not folder.exists() and old.exists():
                with contextlib.suppress(OSError):
                    os.replace(old, folder)
        shutil.rmtree(old, ignore_errors=True)

    @classmethod
    def load(cls, name: str) -> Self:
        """Read a saved set. Raises DataError when there is none of that name, or its files are damaged."""
        folder = _folder(check_name(name))
        old = folder.with_name(folder.name + _OLD)
        if not folder.exists() and old.exists():  # the program ended in the middle of a save
            with contextlib.suppress(OSError):
                os.replace(old, folder)
        if not folder.is_dir():
            raise DataError(f'There is no set of own drawings called "{name}" (in {quoted(folder.parent)}).')
        known = _stamps(folder)
        images = read_idx_images(folder / IMAGES_FILE)
        labels = read_idx_labels(folder / LABELS_FILE)
        if len(labels) != len(images):
            raise DataError(
                f"{quoted(folder / LABELS_FILE)} holds {len(labels):,} labels for {len(images):,} drawings."
            )
        own = cls(name, (images.shape[1], images.shape[2]))
        own._known = known
        own._drawings = tuple(
            _Drawing(image, None if label == UNLABELLED else int(label))
            for image, label in zip(images, labels, strict=True)
        )
        return own

    @staticmethod
    def delete(name: str) -> None:
        """Delete a saved set from the disk, if there is one. Raises DataError when it cannot be deleted."""
        folder = _folder(check_name(name))
        try:
            for path in (folder, folder.with_name(folder.name + _OLD)):
                if path.exists():
                    shutil.rmtree(path)
        except OSError as error:
            raise file_error(folder, error, "deleted") from None

    def to_dataset(self) -> Dataset:
        """Return it as a data set of its own, a fixed sixth held out. Raises DataError for fewer than two drawings."""
        if len(self) < 2:
            raise DataError(f'"{self._name}" holds {len(self)} drawings; two are needed, one of them held out.')
        return split_dataset(self._name, self.path(), self.images, self.label_array(), noun="digits")

    def label_array(self) -> NDArray[np.uint8] | None:
        """Return the classes as an array of shape (n,), None where a drawing has none."""
        labels = self.labels
        return None if None in labels else np.array(labels, np.uint8)


def own_set_names() -> list[str]:
    """Return the names of all saved sets of own drawings, in alphabetical order."""
    try:
        found = [entry.name for entry in os.scandir(data_folder() / "own") if entry.is_dir()]
    except OSError:
        return []
    names = {name.removesuffix(_OLD) for name in found if not name.startswith(".")}
    return sorted(names, key=str.casefold)


def check_name(name: str) -> str:
    """Return a set's name without spaces around it, or raise DataError if it cannot be the name of a folder."""
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise DataError(f"The name of a set must have 1 to {_LONGEST_NAME} characters.")
    if name[0] == "." or name[-1] == "." or _FORBIDDEN & set(name) or not name.isprintable():
        raise DataError(f'A set cannot be called {quoted(name)}: a dot at an end and the signs <>:"/\\|?* do not go.')
    return name


def _stamps(folder: Path) -> _Stamps:
    return FileStamp.of(folder / IMAGES_FILE), FileStamp.of(folder / LABELS_FILE)


def _folder(name: str) -> Path:
    return data_folder() / "own" / name


def _check_label(label: int | None) -> int | None:
    if label is not None and not 0 <= label < UNLABELLED:
        raise DataError(f"A label must be a whole number from 0 to {UNLABELLED - 1}, not {label}.")
    return label

"""Which files of a folder are images and which labels, for training or held out: by the names that people use."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.parts import TEST, TRAIN, VALIDATION, part_of_name
from dae_core.datasets.walk import FoundFile, Skipped

IMAGES, LABELS, BOTH = "images", "labels", "images and labels"

_LABEL_WORDS = frozenset(["labels", "label", "lbl", "y", "target", "targets"])
_IMAGE_WORDS = frozenset(["images", "image", "imgs", "img", "x", "data", "pixels", "features"])
_OF_THE_FORMAT = frozenset(
    ["ubyte", "byte", "int", "gz", "gzip", "raw", "processed", "csv", "npy", "npz", "mat", "txt", "tsv"]
)


class DataFile(NamedTuple):
    """A file of data by its name: its role (`IMAGES`, `LABELS` or `BOTH`), its part if told, and its set.

    ``set_name`` are the words of its name, and of its folders' names, that say neither role nor part nor format.
    """

    file: FoundFile
    role: str
    part: str | None
    set_name: tuple[str, ...]

    @property
    def path(self) -> Path:
        """The file's path."""
        return Path(self.file.path)


class Pair(NamedTuple):
    """A file of images and that of their labels, if there is one."""

    images: Path
    labels: Path | None


@dataclass(frozen=True)
class FilePlan:
    """Which files of a folder to read, why others are left out, and sentences on what that means."""

    train: Pair
    test: Pair | None
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


def role_by_name(name: str) -> str | None:
    """Return `IMAGES` or `LABELS` if a word of a file's name tells it, else None."""
    words = _words(name)
    if any(word in _LABEL_WORDS for word in words):
        return LABELS
    return IMAGES if any(word in _IMAGE_WORDS for word in words) else None


def described(file: FoundFile, role: str) -> DataFile:
    """Return what a file is by its name and those of its folders, the file's own name first."""
    own = re.sub(r"(?i)idx\d", " ", file.name)
    told = [part_of_name(name) for name in (own, *reversed(file.folders))]
    outer = [word for name in file.folders for word in _words(re.sub(r"(?i)idx\d", " ", name))]
    words = tuple(word for word in (*outer, *_words(own)) if not _is_of_format(word))
    return DataFile(file, role, next(filter(None, told), None), tuple(dict.fromkeys(words)))


def plan_files(root: Path, files: Sequence[DataFile]) -> FilePlan:
    """Choose the files to read from those of one format, at least one of images among them.

    Validation images are held out where there are no test images, and else left out.

    Raises
    ------
    DataError
        There are several sets, several files of images whose names do not tell them apart, or only test images.
    """
    files, skipped = _each_once(files)
    images = [file for file in files if file.role != LABELS]
    by_part = _by_part(images)
    one_of_each = len(by_part.get(None, ())) <= 1 or TRAIN in by_part
    if any(len(of_part) > 1 for part, of_part in by_part.items() if part) or not one_of_each:
        images = _only_set(root, images)
        by_part = _by_part(images)
    train = next(iter(by_part.get(TRAIN) or by_part.get(None) or []), None)
    if train is None:
        raise DataError(
            f"{quoted(root)} holds {'test' if TEST in by_part else 'validation'} images ({images[0].file.name}) but no "
            "training images (such as train-images-idx3-ubyte): to train on them, open that file itself."
        )
    held = next((part for part in (TEST, VALIDATION) if part in by_part), None)
    test = by_part[held][0] if held else None
    notes = []
    if held == VALIDATION and test is not None:
        notes.append(f"The images for validation ({test.file.name}) are held out: there are none for tests.")
    chosen = [file for file in (train, test) if file is not None]
    labels = [file for file in files if file.role == LABELS]
    pairs = [Pair(file.path, _labels_of(file, labels)) for file in chosen]
    used = {path for pair in pairs for path in pair}
    for file in files:
        if file.path not in used:
            why = {VALIDATION: "for validation", None: "its name does not tell what part of the set it is"}
            skipped.append(Skipped(file.path, why.get(file.part, "it belongs to other images")))
    return FilePlan(pairs[0], pairs[1] if len(pairs) > 1 else None, tuple(skipped), tuple(notes))


def labels_beside(images: DataFile, files: Sequence[DataFile]) -> Path | None:
    """Return the file of labels that belongs to a file of images that is opened by itself."""
    own = [
        file for file in files if file.role == LABELS and (file.part, file.set_name) == (images.part, images.set_name)
    ]
    return own[0].path if own else None


def _labels_of(images: DataFile, labels: Sequence[DataFile]) -> Path | None:
    """Return the labels of the same part: of the same set if there are several, or if no part is told."""
    of_part = [file for file in labels if file.part == images.part]
    of_set = [file for file in of_part if file.set_name == images.set_name]
    if of_set:
        return of_set[0].path
    return of_part[0].path if len(of_part) == 1 and images.part is not None else None


def _each_once(files: Sequence[DataFile]) -> tuple[list[DataFile], list[Skipped]]:
    """Leave out what is there twice by its name: unpacked beside packed, or a copy in a folder of the same name."""
    kept: dict[tuple[object, ...], DataFile] = {}
    skipped = []
    for file in sorted(files, key=lambda f: (len(f.file.folders), f.file.name.lower().endswith(".gz"), f.file.path)):
        words = tuple(word for word in _words(file.file.name) if word != "gz")
        first = kept.setdefault((file.part, file.role, file.set_name, words), file)
        if first is not file:
            skipped.append(Skipped(file.path, f"the same as {first.file.name}, by its name"))
    return list(kept.values()), skipped


def _only_set(root: Path, images: list[DataFile]) -> list[DataFile]:
    """Return the files of the only set that has training images and one file for each part; else raise DataError."""
    sets: dict[tuple[str, ...], list[DataFile]] = defaultdict(list)
    for file in images:
        sets[file.set_name].append(file)
    named = {name: of_set for name, of_set in sets.items() if any(file.part for file in of_set)}
    if len(named) == 1:
        (only,) = named.values()
        if all(len(of_part) == 1 for of_part in _by_part(only).values()):
            return only
    if len(named) > 1:
        titles = ", ".join(sorted("-".join(name) or "one without a name" for name in named)[:12])
        raise DataError(
            f"{quoted(root)} holds {len(named)} data sets ({titles}): move the one that you want into a folder of its "
            f"own, or open one of its files, such as {quoted(images[0].file.name)}."
        )
    raise DataError(
        f"{quoted(root)} holds {len(images)} files of images and none is named train-images-idx3-ubyte: "
        "open one of them by its own name."
    )


def _by_part(files: Sequence[DataFile]) -> dict[str | None, list[DataFile]]:
    by_part: dict[str | None, list[DataFile]] = defaultdict(list)
    for file in files:
        by_part[file.part].append(file)
    return dict(by_part)


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[tT]10[kK]|[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+", name)]


def _is_of_format(word: str) -> bool:
    return word in _OF_THE_FORMAT or word in _LABEL_WORDS or word in _IMAGE_WORDS or part_of_name(word) is not None

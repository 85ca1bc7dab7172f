"""Which of several named arrays are images and which labels, and which are held out: by the names that people use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dae_core.datasets.errors import DataError, printable
from dae_core.datasets.parts import TEST, TRAIN, VALIDATION, part_of_name

_IMAGES = frozenset(
    (
        "images",
        "image",
        "imgs",
        "img",
        "x",
        "data",
        "features",
        "feature",
        "fea",
        "feat",
        "pixels",
        "inputs",
        "input",
        "samples",
        "digits",
        "faces",
        "arr_0",
    )
)
_LABELS = frozenset(
    (
        "labels",
        "label",
        "lbl",
        "y",
        "t",
        "target",
        "targets",
        "classes",
        "class",
        "gnd",
        "gt",
        "digit",
        "letter",
        "arr_1",
        "annotations",
    )
)


_NAMELESS = re.compile(r"arr_[0-9]+")


class Held(NamedTuple):
    """An array that a file holds: its name and shape."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Chosen:
    """Names of images and labels, or None, of each part; ``notes`` say what was left aside."""

    train: tuple[str, str | None]
    test: tuple[str, str | None] | None
    notes: tuple[str, ...]


def choose_arrays(file: str, held: Sequence[Held]) -> Chosen:
    """Return which arrays of a file to read.

    A name such as x_train, train_images or testX tells both the part and the role. Where no name tells images, the
    only array that could be images by its shape is taken, or the first of several of equal images. With training and
    test images, those for validation are left out; without test images they are held out.

    Raises
    ------
    DataError
        No array can be images; ``file`` is what the message calls the file.
    """
    images: dict[str, str] = {}
    labels: dict[str, str] = {}
    if all(_NAMELESS.fullmatch(name) for name, _ in held):
        images, labels = _by_position(held)
    for name, _ in held:
        part, role = _meaning(name)
        if role == "images" and part not in images:
            images[part] = name
        elif role == "labels" and part not in labels:
            labels[part] = name
    if all(len(shape) < 2 for name, shape in held if name in images.values()):
        images = _by_shape(held, set(labels.values())) or images
    if not images:
        names = ", ".join(sorted(name for name, _ in held))[:200] or "nothing"
        raise DataError(
            f'{file} holds no array of images, such as "images" or "x_train" (it holds: {printable(names)}).'
        )
    shapes = dict(held)
    notes = []
    train = next(part for part in (TRAIN, "", VALIDATION, TEST) if part in images)
    test = next((part for part in (TEST, VALIDATION) if part in images and part != train), None)
    if test == TEST and train != VALIDATION and VALIDATION in images:
        count = shapes[images[VALIDATION]][0]
        notes.append(f"{count:,} images for validation ({printable(images[VALIDATION])[:80]}) are left out.")
    used = {images[train], None if test is None else images[test], images.get(VALIDATION)}
    aside = [name for name, shape in held if name not in used and shape[1:] == shapes[images[train]][1:] and shape[1:]]
    if aside:
        notes.append(f"Other arrays like it are left out: {printable(', '.join(aside))[:200]}.")

    def pair(part: str) -> tuple[str, str | None]:
        return images[part], labels.get(part) or (labels.get("") if part == train else None)

    return Chosen(pair(train), None if test is None else pair(test), tuple(notes))


def _meaning(name: str) -> tuple[str, str]:
    """Return the part ("" unless told) and the role ("images", "labels" or "") that a name tells."""
    words = name.lower()
    if words in _IMAGES or words in _LABELS:
        return "", "images" if words in _IMAGES else "labels"
    part = part_of_name(name) or ""
    tokens = [token.lower() for token in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+", name)]
    if any(token in _LABELS for token in tokens):
        return part, "labels"
    if any(token in _IMAGES for token in tokens) or (part and all(part_of_name(token) for token in tokens)):
        return part, "images"
    return part, ""


def _by_position(held: Sequence[Held]) -> tuple[dict[str, str], dict[str, str]]:
    """Tell arrays that np.savez named arr_0, arr_1 ...: images of one size, training first, and labels as many."""
    first = next((entry for entry in held if len(entry.shape) >= 2), None)
    alike = [entry for entry in held if first and len(entry.shape) >= 2 and entry.shape[1:] == first.shape[1:]][:2]
    images = {part: entry.name for part, entry in zip((TRAIN, TEST), alike, strict=False)}
    labels: dict[str, str] = {}
    free = [entry for entry in held if entry not in alike and len(entry.shape) >= 1]
    for part, entry in zip((TRAIN, TEST), alike, strict=False):
        fitting = next((other for other in free if other.shape[0] == entry.shape[0]), None)
        if fitting:
            labels[part] = fitting.name
            free.remove(fitting)
    return images, labels


def _by_shape(held: Sequence[Held], taken: set[str]) -> dict[str, str]:
    """Return the arrays that can only be images by their shape: of three or four axes, else tables of many columns."""
    free = [entry for entry in held if entry.name not in taken]
    for fits in (
        [entry for entry in free if len(entry.shape) in {3, 4}],
        [entry for entry in free if len(entry.shape) == 2 and min(entry.shape) >= 16],
    ):
        if fits:
            return {"": fits[0].name}
    return {}

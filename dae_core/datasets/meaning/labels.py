"""Labels of any kind become one byte for each image, or are left out with a word: images are opened all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.errors import printable

MOST_CLASSES = 256
"""Labels are bytes."""

_LONGEST_NAME = 80


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of each part of a set, uint8 (n,) or None, and what can be said of them.

    ``names`` are those of all classes by their label, in order; ``notes`` are sentences on what was changed or left
    out.
    """

    parts: tuple[NDArray[np.uint8] | None, ...]
    names: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def understand_labels(raw: Sequence[NDArray[Any] | None], counts: Sequence[int]) -> Labels:
    """Return the labels of the parts of a set, whose images are `counts`.

    Whole numbers from 0 to 255 stay as they are; other numbers, words and rows of one-hot numbers are numbered by
    the classes of all parts together. What cannot be that is left out, and a note says why. A part without labels
    keeps none; the first part's missing labels take the others' with them.
    """
    columns: list[NDArray[Any] | None] = []
    for values, count in zip(raw, counts, strict=True):
        column, reason = (None, "") if values is None else _column(values, count)
        if reason:
            return _left_out(raw, reason)
        columns.append(column)
    known = [column for column in columns if column is not None]
    if not known:
        return Labels(tuple(columns))
    if columns[0] is None:
        return _left_out(raw, "the training images have none")
    kinds = {column.dtype.kind in "biuf" for column in known}
    if len(kinds) > 1:
        return _left_out(raw, "some are numbers and some are words")
    classes = np.unique(np.concatenate(known))
    if len(classes) > MOST_CLASSES:
        return _left_out(
            raw, f"there are {len(classes):,} different ones, and at most {MOST_CLASSES} can be told apart"
        )
    if classes.dtype.kind in "biuf":
        whole = bool((classes == np.floor(classes)).all())
        if whole and classes[0] >= 0 and classes[-1] < MOST_CLASSES:
            parts = tuple(None if column is None else column.astype(np.uint8) for column in columns)
            return Labels(parts, {int(value): str(int(value)) for value in classes})
        if not whole and len(classes) > len(known[0]) // 2:
            return _left_out(raw, "they are measured values and not classes")
    parts = tuple(None if column is None else np.searchsorted(classes, column).astype(np.uint8) for column in columns)
    names = tuple(_name(value) for value in classes)
    shown = f"{names[0]} is 0, … {names[-1]} is {len(names) - 1}" if len(names) > 1 else f"{names[0]} is 0"
    return Labels(parts, dict(enumerate(names)), (f"The labels are numbered in their order: {shown}.",))


def _left_out(raw: Sequence[NDArray[Any] | None], reason: str) -> Labels:
    return Labels(tuple(None for _ in raw), {}, (f"The labels are left out: {reason}.",))


def _column(values: NDArray[Any], count: int) -> tuple[NDArray[Any] | None, str]:
    """Return one label for each of `count` images, (count,), numbers or words; or None and the reason."""
    values = np.asarray(values)
    if values.dtype.kind not in "biufSU":
        return None, f"they are {printable(str(values.dtype))[:40]} and neither numbers nor words"
    while values.ndim > 1 and 1 in values.shape:
        values = values.squeeze(values.shape.index(1))
    if values.ndim == 0:
        values = values[None]
    if values.ndim == 2 and count in values.shape:
        values = values if len(values) == count else values.T
        if values.dtype.kind in "biuf" and ((values == 0) | (values == 1)).all() and (values.sum(axis=1) == 1).all():
            values = values.argmax(axis=1)
        else:
            return None, f"each image has {values.shape[1]:,} of them"
    if values.ndim != 1:
        return None, "they are not one for each image"
    if len(values) != count:
        return None, f"there are {len(values):,} of them for {count:,} images"
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        return None, "some are not numbers (NaN or infinity)"
    return np.char.decode(values, "utf-8", "replace") if values.dtype.kind == "S" else values, ""


def _name(value: Any) -> str:
    text = str(value) if isinstance(value, str) else f"{value:g}" if isinstance(value, np.floating) else str(value)
    return printable(text)[:_LONGEST_NAME]

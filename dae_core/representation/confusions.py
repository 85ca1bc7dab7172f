"""What a probe takes for what: which digits it confuses, and which held-out images these are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dae_core.representation.linear_classifier import Labels
from dae_core.representation.probe import Reading


@dataclass(frozen=True)
class Confusion:
    """A class that was taken for another one, and by which held-out images (positions in the data set)."""

    truth: int
    taken_for: int
    indices: tuple[int, ...]


def confusions(reading: Reading) -> tuple[Confusion, ...]:
    """Return what was taken for what, the commonest first; of those as common, by class."""
    found: dict[tuple[int, int], list[int]] = {}
    for place in np.flatnonzero(reading.truth != reading.taken_for):
        pair = int(reading.truth[place]), int(reading.taken_for[place])
        found.setdefault(pair, []).append(int(reading.indices[place]))
    ordered = sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return tuple(Confusion(truth, taken, tuple(indices)) for (truth, taken), indices in ordered)


def confusion_matrix(reading: Reading) -> tuple[Labels, NDArray[np.int64]]:
    """Return the classes (k,) and how many of each (rows, k) were taken for each (columns, k)."""
    classes, places = np.unique(np.concatenate([reading.truth, reading.taken_for]), return_inverse=True)
    matrix = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(matrix, (places[: reading.count], places[reading.count :]), 1)
    return classes, matrix

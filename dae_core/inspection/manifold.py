"""Where the reconstruction leads: a path of pictures, its lengths, what becomes of it, and which digits are near.

The paths themselves are made in `sampling`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.jobs import UNWATCHED, Monitor

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]

STILL = 1e-3
FAR = 10.0
_SAMPLE = 1000  # images that tell how bright noise is to be


class Fate(StrEnum):
    """What becomes of a path."""

    FIXED_POINT = "fixed point"
    ALTERNATES = "alternates"
    DIVERGES = "diverges"
    MOVES = "moves"


@dataclass(frozen=True, eq=False)
class Path:
    """x_0, x_1, x_2, …; all lengths are Euclidean, over the d pixels in the data set's units.

    Attributes
    ----------
    points : ndarray of float32 or float64, shape (T + 1, d)
        The pictures x_0 … x_T as rows. T is smaller than was asked for where a picture was no longer finite; then
        x_T is the first of these.
    step_lengths : ndarray of float64, shape (T,)
        |x_{t+1} - x_t|.
    from_start : ndarray of float64, shape (T + 1,)
        |x_t - x_0|.
    """

    points: Floats
    step_lengths: Doubles
    from_start: Doubles

    @property
    def steps(self) -> int:
        """T, how many steps were taken."""
        return len(self.step_lengths)

    @property
    def differences(self) -> Floats:
        """x_{t+1} - x_t for t = 0 … T - 1, shape (T, d); where no noise was added, r(x_t) - x_t."""
        with np.errstate(all="ignore"):
            return np.asarray(np.diff(self.points, axis=0))


@dataclass(frozen=True)
class Outcome:
    """What became of a path, and from which step on; ``ratio`` is how much shorter the last step was than before."""

    fate: Fate
    step: int
    ratio: float


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The held-out digits that are nearest to some pictures: distances (k,) and indices (k,), -1 where none is known.

    ``labels`` (k,) are their classes, None for data without labels.
    """

    distances: Doubles
    indices: NDArray[np.int64]
    labels: NDArray[np.uint8] | None


def path_of(points: Floats) -> Path:
    """Return the pictures (T + 1, d) with their lengths; those that are not finite have lengths of inf or NaN."""
    with np.errstate(all="ignore"):  # a diverging path ends in infinities, and that is its result
        doubles = points.astype(np.float64)
        return Path(points, _lengths(np.diff(doubles, axis=0)), _lengths(doubles - doubles[0]))


def shown_steps(steps: int) -> tuple[int, ...]:
    """Return the steps 0, 1, 2, 4, 8, … and the last one."""
    doubling = [0, *(2**k for k in range(steps.bit_length()) if 2**k < steps), steps]
    return tuple(sorted(set(doubling)))


def outcome(path: Path) -> Outcome:
    """Return what became of a path.

    * diverges: a picture is not finite, or is 10 times as long as the first or as √d (an ordinary picture, each
      pixel of which has variance 1), whichever is longer.
    * fixed point: from some step on to the end, |x_{t+1} - x_t| is at most 0.1 % of |x_t|.
    * alternates: the last picture but two is the last one to within 0.1 % of its length, and the last but one is not.
    * moves: none of these.
    """
    points = path.points.astype(np.float64)
    with np.errstate(all="ignore"):
        sizes = _lengths(points)
        limit = FAR * max(float(sizes[0]), float(np.sqrt(points.shape[1])))
        beyond = ~(sizes < limit)
        ratio = float(path.step_lengths[-1] / path.step_lengths[-2]) if path.steps > 1 else float("nan")
    if beyond[-1]:
        return Outcome(Fate.DIVERGES, int(np.argmax(beyond)), ratio)
    moving = path.step_lengths > STILL * sizes[:-1]
    if path.steps and not moving[-1]:
        return Outcome(Fate.FIXED_POINT, int(np.flatnonzero(moving)[-1]) + 1 if moving.any() else 0, ratio)
    if path.steps > 1 and float(np.linalg.norm(points[-1] - points[-3])) <= STILL * sizes[-1]:
        return Outcome(Fate.ALTERNATES, path.steps - 2, ratio)
    return Outcome(Fate.MOVES, path.steps, ratio)


class HeldOutDigits:
    """The clean held-out digits of a data set, ready to be searched: 4 bytes a pixel are kept.

    Parameters
    ----------
    dataset : Dataset
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._rows = dataset.standardize(dataset.test_images)
        self._squares = np.einsum("ij,ij->i", self._rows, self._rows)

    def nearest(self, rows: Floats, monitor: Monitor = UNWATCHED) -> Neighbours:
        """Find the digit that is nearest to each of some pictures (k, d), by Euclidean distance. Raises Cancelled."""
        indices = np.full(len(rows), -1, np.int64)
        distances = np.full(len(rows), np.nan)
        with np.errstate(all="ignore"):
            for place, row in enumerate(np.asarray(rows, np.float64)):
                monitor.check()
                if np.isfinite(row).all():
                    # |x - digit|² but for |x|², which is the same for all digits.
                    index = int(np.argmin(self._squares - 2.0 * (self._rows @ row.astype(np.float32))))
                    indices[place] = index
                    distances[place] = np.linalg.norm(row - self._rows[index])
        labels = self.dataset.test_labels
        return Neighbours(distances, indices, None if labels is None else labels[np.maximum(indices, 0)])


def pure_noise(dataset: Dataset, seed: int) -> NDArray[np.float32]:
    """Return a picture (d,) of noise alone, N(0, 1) in each pixel: mean and variance of the standardized pixels.

    Where the data set is in other units, it has about the mean and the variance of its pixels in these.
    """
    noise = np.random.default_rng(seed).standard_normal(dataset.n_inputs, dtype=np.float32)
    if dataset.given_scale is None:
        return noise
    rows = dataset.standardize(dataset.train_images[:_SAMPLE])
    return np.asarray(rows.mean() + rows.std() * noise, np.float32)


def _lengths(rows: Doubles) -> Doubles:
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", rows, rows)))

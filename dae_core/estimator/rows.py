"""Numbers on any scale as the rows that a network is trained on, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.dataset import GREY_LEVELS, SMALLEST_STD, Scale, own_scale

Matrix = NDArray[Any]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class InputScale:
    """How values become what the network reads: (value - mean) / std.

    Parameters
    ----------
    mean, std : float
        In the values' own unit.
    low, high : float
        The values that count as black and white: what masked pixels become, and salt and pepper.
    """

    mean: float
    std: float
    low: float
    high: float

    @property
    def black(self) -> float:
        """What the network reads where a value is black."""
        return (self.low - self.mean) / self.std

    @property
    def white(self) -> float:
        """What the network reads where a value is white."""
        return (self.high - self.mean) / self.std

    @property
    def greys(self) -> Scale:
        """The same for values that were redrawn as grey levels, black as 0 and white as 255."""
        step = (self.high - self.low) / GREY_LEVELS
        return Scale((self.mean - self.low) / step, self.std / step)

    @property
    def has_greys(self) -> bool:
        """Whether a session can hold it, which keeps a mean and a standard deviation of grey levels only."""
        greys = self.greys
        return 0 <= greys.mean <= GREY_LEVELS and SMALLEST_STD <= greys.std <= GREY_LEVELS

    def read(self, values: Matrix) -> Doubles:
        """Return what the network reads of values (..., d)."""
        return np.asarray((np.asarray(values, np.float64) - self.mean) / self.std)

    def write(self, rows: Matrix) -> Doubles:
        """Return the values of what the network gives (..., d), the inverse of `read`."""
        return np.asarray(rows, np.float64) * self.std + self.mean


def scale_of(
    values: Matrix, *, standardize: bool, unit_interval: bool, limits: tuple[float, float] | None
) -> InputScale:
    """Return how values (n, d) are to be read.

    Parameters
    ----------
    standardize : bool
        Whether they are brought to a mean of 0 and a standard deviation of 1, over all of them; else they stay.
    unit_interval : bool
        Whether the network takes values from 0 to 1 only: then standardizing brings black to 0 and white to 1.
    limits : (float, float) or None
        Black and white. By default 0 and 255 for unsigned bytes, else the extremes of the values.

    Raises
    ------
    ValueError
        When all values are equal, their spread is beyond float64, or they lie outside of what the network takes.
    """
    low, high = limits or ((0.0, float(GREY_LEVELS)) if values.dtype == np.uint8 else _extremes(values))
    if values.min() == values.max():
        raise ValueError(f"All values are equal ({values.flat[0]:g}): there is nothing to learn from them.")
    if not standardize:
        mean, std = 0.0, 1.0
    elif unit_interval:
        mean, std = low, high - low
    else:
        mean, std = _moments(values)
    if not (np.isfinite(mean) and 0 < std < np.inf):
        raise ValueError(
            f"Values cannot be standardized that are spread so widely or so closely: from {low:g} to {high:g}."
        )
    scale = InputScale(mean, std, low, high)
    if unit_interval:
        check_unit_interval(values, scale)
    return scale


def check_unit_interval(values: Matrix, scale: InputScale) -> None:
    """Raise ValueError unless the network reads values (n, d) as numbers from 0 to 1."""
    least, most = (float(v) for v in scale.read(np.array(_extremes(values))))
    if least < 0 or most > 1:
        raise ValueError(
            f"Cross-entropy takes values from 0 to 1, and these reach from {least:g} to {most:g}: "
            "name black and white with pixel_range, or choose the squared loss."
        )


def _extremes(values: Matrix) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _moments(values: Matrix) -> tuple[float, float]:
    whole = as_bytes(values)
    if whole is not None:
        scale = own_scale(whole)
        return scale.mean, scale.std
    with np.errstate(over="ignore", invalid="ignore"):
        return float(values.mean(dtype=np.float64)), float(values.std(dtype=np.float64))


def as_bytes(values: Matrix) -> NDArray[np.uint8] | None:
    """Return values (n, d) as unsigned bytes where they are whole numbers from 0 to 255, else None."""
    if values.dtype == np.uint8:
        return values
    if values.min() < 0 or values.max() > GREY_LEVELS:
        return None
    whole = values.astype(np.uint8)
    return whole if np.array_equal(whole, values) else None


@dataclass(frozen=True, eq=False)
class Rows:
    """What a `Trainer` reads of a data set, for rows that need not be images.

    Parameters
    ----------
    train_images : ndarray of uint8 or float32, shape (n, d)
        Read-only.
    mean, std : float
        What standardizes them.
    black, white : float
        In standardized units.
    """

    train_images: Matrix
    mean: float
    std: float
    black: float
    white: float
    name: str = "X"

    @classmethod
    def of(cls, values: Matrix, scale: InputScale) -> Rows:
        """Return the rows of values (n, d).

        Whole numbers from 0 to 255 are kept as bytes and standardized when they are trained on, to the same bits as the
        images of a data set. Others are standardized here, in float64, and kept as float32.
        """
        whole = as_bytes(values)
        kept = np.ascontiguousarray(scale.read(values).astype(np.float32) if whole is None else whole)
        rows = kept.view()
        rows.flags.writeable = False  # as those of a data set are, for which the loop is compiled
        mean, std = (0.0, 1.0) if whole is None else (scale.mean, scale.std)
        return cls(rows, mean, std, scale.black, scale.white)

    @property
    def n_inputs(self) -> int:
        """Values in a row."""
        return int(self.train_images.shape[1])

    @property
    def scale(self) -> Scale:
        """The mean and the standard deviation as one."""
        return Scale(self.mean, self.std)

    def standardized_by(self, scale: Scale | None) -> Rows:  # noqa: ARG002
        """Return the rows themselves: `scale_of` has brought them to the scale that the loss takes."""
        return self

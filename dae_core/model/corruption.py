"""Ways to spoil a clean image: the noise that the autoencoder learns to remove.

A corruption is a frozen value with a level. Its work is in two halves, so that the expensive half, drawing random
numbers, can run ahead in another thread while the level can still change at the last moment:
``draw`` fills an array with random numbers, ``corrupt`` turns clean images and these numbers into corrupted ones.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

# MNIST's black and white in standardized units, the defaults for images whose range nobody has named.
_BLACK, _WHITE = -0.4242, 2.8215


@dataclass(frozen=True)
class Corruption:
    """What all corruptions share; use one of the three subclasses."""

    kind: ClassVar[str] = ""
    level_name: ClassVar[str] = ""
    level_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def __post_init__(self) -> None:
        low, high = self.level_range
        if not (math.isfinite(self.level) and low <= self.level <= high):
            raise ValueError(
                f"{self.level_name} of {self.kind} noise is {self.level:g}; it must lie between {low:g} and {high:g}."
            )

    @property
    def level(self) -> float:
        """The one number that says how strong the corruption is."""
        return float(getattr(self, self.level_name))

    def with_level(self, level: float) -> Self:
        """Return the same corruption at another level. Raises ValueError when it is out of range."""
        return dataclasses.replace(self, **{self.level_name: float(level)})

    def with_range(self, black: float, white: float) -> Self:  # noqa: ARG002
        """Return the same corruption for images whose darkest and brightest values are ``black`` and ``white``."""
        return self

    def draw(self, out: NDArray[np.float32], rng: np.random.Generator) -> None:
        """Fill ``out`` (float32, any shape) with random numbers, as ``corrupt`` needs them."""
        raise NotImplementedError

    def corrupt(self, clean: Floats, draws: Floats, out: Floats | None = None) -> Floats:
        """Return ``clean`` (..., d) spoilt with the numbers of ``draw`` (same shape), in ``clean``'s dtype."""
        raise NotImplementedError

    def moments(self, mean: Floats, square: Floats) -> tuple[float, float, Floats]:
        """Return gain g, offset b and the variance (d,) that the corruption adds to each pixel.

        For pixels with the given mean (d,) and mean square (d,): E[x | x0] = g x0 + b, and the variance is
        E[Var(x | x0)]. These are all that the best linear denoiser needs to know of the noise.
        """
        raise NotImplementedError

    def apply(self, x: Floats, rng: np.random.Generator) -> Floats:
        """Return a corrupted copy of ``x`` (any shape, float dtype kept)."""
        x = np.asarray(x)
        draws = np.empty(x.shape, np.float32)
        self.draw(draws, rng)
        return self.corrupt(x, draws)

    def __str__(self) -> str:
        """Return what ``parse`` reads: kind and level, without loss."""
        short = f"{self.level:g}"
        return f"{self.kind}:{short if float(short) == self.level else repr(self.level)}"


@dataclass(frozen=True)
class Gaussian(Corruption):
    """Adds N(0, sigma²) to every pixel, in standardized units. The exercise uses sigma = 1."""

    sigma: float = 1.0
    kind: ClassVar[str] = "gaussian"
    level_name: ClassVar[str] = "sigma"
    level_range: ClassVar[tuple[float, float]] = (0.0, 10.0)

    def draw(self, out: NDArray[np.float32], rng: np.random.Generator) -> None:
        """Fill with standard normal numbers."""
        rng.standard_normal(dtype=np.float32, out=out)

    def corrupt(self, clean: Floats, draws: Floats, out: Floats | None = None) -> Floats:
        """Return ``clean + sigma * draws``."""
        out = np.multiply(draws, clean.dtype.type(self.sigma), out=out, dtype=clean.dtype)
        return np.add(out, clean, out=out)

    def moments(self, mean: Floats, square: Floats) -> tuple[float, float, Floats]:  # noqa: ARG002
        """Gain 1, no offset, variance sigma² on every pixel."""
        return 1.0, 0.0, np.full_like(mean, self.sigma**2)


@dataclass(frozen=True)
class Masking(Corruption):
    """Sets each pixel to ``fill`` with probability ``fraction`` (Vincent et al. 2008, section 2.3).

    ``fill`` is zero here; a Trainer puts the data set's black there, so that a masked pixel is a black one.
    """

    fraction: float = 0.25
    fill: float = 0.0
    kind: ClassVar[str] = "masking"
    level_name: ClassVar[str] = "fraction"

    def with_range(self, black: float, white: float) -> Self:  # noqa: ARG002
        """Masked pixels become black."""
        return dataclasses.replace(self, fill=float(black))

    def draw(self, out: NDArray[np.float32], rng: np.random.Generator) -> None:
        """Fill with uniform numbers in [0, 1)."""
        rng.random(dtype=np.float32, out=out)

    def corrupt(self, clean: Floats, draws: Floats, out: Floats | None = None) -> Floats:
        """Return ``clean`` with ``fill`` wherever the draw lies below the fraction."""
        out = np.empty_like(clean) if out is None else out
        np.copyto(out, clean)
        np.copyto(out, clean.dtype.type(self.fill), where=draws < np.float32(self.fraction))
        return out

    def moments(self, mean: Floats, square: Floats) -> tuple[float, float, Floats]:
        """Variance p (1 - p) E[(x0 - fill)²]."""
        p = self.fraction
        return 1.0 - p, p * self.fill, p * (1.0 - p) * (square - 2.0 * self.fill * mean + self.fill**2)


@dataclass(frozen=True)
class SaltAndPepper(Corruption):
    """Sets each pixel to black or to white, each with probability ``fraction`` / 2 (Vincent et al. 2010, 3.3)."""

    fraction: float = 0.25
    black: float = _BLACK
    white: float = _WHITE
    kind: ClassVar[str] = "salt-and-pepper"
    level_name: ClassVar[str] = "fraction"

    def with_range(self, black: float, white: float) -> Self:
        """Take the data set's own black and white."""
        return dataclasses.replace(self, black=float(black), white=float(white))

    def draw(self, out: NDArray[np.float32], rng: np.random.Generator) -> None:
        """Fill with uniform numbers in [0, 1)."""
        rng.random(dtype=np.float32, out=out)

    def corrupt(self, clean: Floats, draws: Floats, out: Floats | None = None) -> Floats:
        """Return ``clean`` with black below fraction / 2 and white from there up to the fraction."""
        out = np.empty_like(clean) if out is None else out
        np.copyto(out, clean)
        np.copyto(out, clean.dtype.type(self.white), where=draws < np.float32(self.fraction))
        np.copyto(out, clean.dtype.type(self.black), where=draws < np.float32(self.fraction / 2))
        return out

    def moments(self, mean: Floats, square: Floats) -> tuple[float, float, Floats]:
        """Variance of the mixture of x0 (weight 1 - p), black and white (p / 2 each), averaged over x0."""
        p = self.fraction
        middle = (self.black + self.white) / 2
        middle_square = (self.black**2 + self.white**2) / 2
        conditional = (
            (1 - p) * square
            + p * middle_square
            - ((1 - p) ** 2 * square + 2 * (1 - p) * p * middle * mean + (p * middle) ** 2)
        )
        return 1.0 - p, p * middle, conditional


KINDS: dict[str, type[Corruption]] = {c.kind: c for c in (Gaussian, Masking, SaltAndPepper)}


def parse(text: str) -> Corruption:
    """Read ``"gaussian:1.0"``, ``"masking:0.5"`` or ``"salt-and-pepper:0.25"``; without a level, the default one.

    Raises
    ------
    ValueError
        With a sentence that names what is allowed.
    """
    kind, _, level = text.strip().partition(":")
    if kind not in KINDS:
        raise ValueError(f"Unknown noise '{kind}'; known are {', '.join(KINDS)}, for example gaussian:1.0.")
    corruption = KINDS[kind]()
    if not level:
        return corruption
    try:
        value = float(level)
    except ValueError:
        raise ValueError(f"The level '{level}' of {kind} noise is not a number.") from None
    return corruption.with_level(value)

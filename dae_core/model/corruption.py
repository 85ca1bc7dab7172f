"""Ways to corrupt a clean image: the noise that the autoencoder learns to remove.

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

# MNIST's black and white in standardized units, the defaults for images whose range is not given.
_BLACK, _WHITE = -0.4242, 2.8215


@dataclass(frozen=True)
class Corruption:
    """The base of all corruptions; a subclass holds all that the program has about its kind.

    Attributes
    ----------
    kind, name : str
        What files and commands call it, and what it is called in a sentence.
    level_name, level_range
        The field that is its level, and what that may be.
    is_bounded : bool
        Whether corrupted pixels stay between black and white.
    draws_normal : bool
        Whether the random numbers are standard normal, and not uniform in [0, 1).
    curve_levels, series_levels : tuple of float
        Usual levels to measure a network at, and to train a series of networks at.
    equation, draw_code, corrupt_code : str
        The noise n = x - x0 as an equation, and the lines below that draw and corrupt.
    script_text, script_draw, script_corrupt : str
        What ``corrupt`` does, in words, and both halves as NumPy expressions of ``rng`` and ``shape`` and of ``x0``,
        ``draws``, ``level``, ``BLACK`` and ``WHITE``.
    """

    kind: ClassVar[str] = ""
    name: ClassVar[str] = ""
    level_name: ClassVar[str] = "fraction"
    level_range: ClassVar[tuple[float, float]] = (0.0, 1.0)
    is_bounded: ClassVar[bool] = True
    draws_normal: ClassVar[bool] = False
    curve_levels: ClassVar[tuple[float, ...]] = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    series_levels: ClassVar[tuple[float, ...]] = (0.1, 0.25, 0.5, 0.75)
    equation: ClassVar[str] = ""
    draw_code: ClassVar[str] = "rng.random(dtype=np.float32, out=out)"
    corrupt_code: ClassVar[str] = ""
    script_text: ClassVar[str] = ""
    script_draw: ClassVar[str] = "rng.random(shape, dtype=np.float32)"
    script_corrupt: ClassVar[str] = ""

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
        (rng.standard_normal if self.draws_normal else rng.random)(dtype=np.float32, out=out)

    def corrupt(self, clean: Floats, draws: Floats, out: Floats | None = None) -> Floats:
        """Return ``clean`` (..., d) corrupted with the numbers of ``draw`` (same shape), in ``clean``'s dtype."""
        raise NotImplementedError

    def moments(self, mean: Floats, square: Floats) -> tuple[float, float, Floats]:
        """Return gain g, offset b and the variance (d,) that the corruption adds to each pixel.

        For pixels with the given mean (d,) and mean square (d,): E[x | x0] = g x0 + b, and the variance is
        E[Var(x | x0)]. The best linear denoiser needs no more.
        """
        raise NotImplementedError

    def apply(self, x: Floats, rng: np.random.Generator) -> Floats:
        """Return a corrupted copy of ``x`` (any shape, float dtype kept)."""
        x = np.asarray(x)
        draws = np.empty(x.shape, np.float32)
        self.draw(draws, rng)
        return self.corrupt(x, draws)

    def describe(self) -> str:
        """Return name and level for the user, such as "Gaussian σ 1" or "masking 25 %", exact to 6 digits."""
        return f"{self.name} {self.level_text()}"

    def level_text(self) -> str:
        """Return the level for the user."""
        return f"{100 * self.level:.6g} %"

    def __str__(self) -> str:
        """Return what ``parse`` reads: kind and level, without loss."""
        short = f"{self.level:g}"
        return f"{self.kind}:{short if float(short) == self.level else repr(self.level)}"


@dataclass(frozen=True)
class Gaussian(Corruption):
    """Adds N(0, sigma²) to every pixel, in standardized units. The exercise uses sigma = 1."""

    sigma: float = 1.0
    kind: ClassVar[str] = "gaussian"
    name: ClassVar[str] = "Gaussian"
    level_name: ClassVar[str] = "sigma"
    level_range: ClassVar[tuple[float, float]] = (0.0, 10.0)
    is_bounded: ClassVar[bool] = False
    draws_normal: ClassVar[bool] = True
    curve_levels: ClassVar[tuple[float, ...]] = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0)
    series_levels: ClassVar[tuple[float, ...]] = (0.25, 0.5, 1.0, 1.5, 2.0)
    equation: ClassVar[str] = "n = σ ξ,  ξ ~ N(0, 1)"
    draw_code: ClassVar[str] = "rng.standard_normal(dtype=np.float32, out=out)"
    corrupt_code: ClassVar[str] = "np.add(out, clean, out=out)"
    script_text: ClassVar[str] = "Gaussian noise of standard deviation `level` on every pixel."
    script_draw: ClassVar[str] = "rng.standard_normal(shape, dtype=np.float32)"
    script_corrupt: ClassVar[str] = "x0 + np.float32(level) * draws"

    def level_text(self) -> str:
        """Return the level for the user."""
        return f"σ {self.level:.6g}"

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
    name: ClassVar[str] = "masking"
    equation: ClassVar[str] = "n = black − x₀ where u < p"
    corrupt_code: ClassVar[str] = "np.copyto(out, clean.dtype.type(self.fill), where=draws < np.float32(self.fraction))"
    script_text: ClassVar[str] = "A fraction `level` of the pixels becomes black."
    script_corrupt: ClassVar[str] = "np.where(draws < np.float32(level), BLACK, x0)"

    def with_range(self, black: float, white: float) -> Self:  # noqa: ARG002
        """Masked pixels become black."""
        return dataclasses.replace(self, fill=float(black))

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
    name: ClassVar[str] = "salt and pepper"
    equation: ClassVar[str] = "n = black or white − x₀ where u < p"
    corrupt_code: ClassVar[str] = (
        "np.copyto(out, clean.dtype.type(self.white), where=draws < np.float32(self.fraction))"
    )
    script_text: ClassVar[str] = "Of the fraction `level` of the pixels, one half becomes black and the other white."
    script_corrupt: ClassVar[str] = (
        "np.where(draws < np.float32(level / 2), BLACK, np.where(draws < np.float32(level), WHITE, x0))"
    )

    def with_range(self, black: float, white: float) -> Self:
        """Take the data set's own black and white."""
        return dataclasses.replace(self, black=float(black), white=float(white))

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

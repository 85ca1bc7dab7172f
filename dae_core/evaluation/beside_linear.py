"""How an error stands to that of the best linear denoiser, in figures and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST_BOUND = 1e-4
"""The MSE (standardized units) of the best linear denoiser below which a ratio to it says nothing."""
_LEAST_PER_IMAGE = 100 * LEAST_BOUND  # an image has a hundred pixels or more
_MANY_TIMES = 10  # from there on a percentage says less


@dataclass(frozen=True)
class LinearErrors:
    """What the best linear denoiser errs on the held-out images of one data set with one noise: mean |y - x0|².

    ``on_some`` is the error on the first ``n_some`` images, ``on_all`` that on all ``n_all`` of them: a network is
    compared on the images that it was measured on.
    """

    on_some: float
    n_some: int
    on_all: float
    n_all: int

    def on(self, n_images: int) -> float | None:
        """Return the error on as many images, or None where it was not measured on them."""
        return self.on_all if n_images == self.n_all else self.on_some if n_images == self.n_some else None


def beside_linear(error: float, bound: float) -> str:
    """Return in words how an error stands to that of the best linear denoiser; empty where that says nothing."""
    if not (math.isfinite(error) and bound > _LEAST_PER_IMAGE):
        return ""
    ratio = error / bound
    if ratio >= _MANY_TIMES:
        return f"{ratio:,.0f} times the error of the best linear denoiser"
    percent = round(100 * abs(ratio - 1))
    if not percent:
        return "as good as the best linear denoiser"
    return f"{percent} % {'above' if ratio > 1 else 'below'} the best linear denoiser"

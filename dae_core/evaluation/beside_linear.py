"""How an error stands to that of the best linear denoiser, in figures and in words."""

from __future__ import annotations

from dataclasses import dataclass

_MANY_TIMES = 10  # from there on a percentage says less
_MOST_TIMES = (
    1_000  # beyond, one is compared with almost nothing: without noise the best linear denoiser errs by rounding
)


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


def times_linear(error: float, bound: float) -> float | None:
    """Return an error as a multiple of that of the best linear denoiser, in the same unit; None: it says nothing."""
    return error / bound if bound > 0 and error <= _MOST_TIMES * bound else None  # False for NaN and infinity


def beside_linear(error: float, bound: float) -> str:
    """Return in words how an error stands to that of the best linear denoiser; empty where that says nothing."""
    ratio = times_linear(error, bound)
    if ratio is None:
        return ""
    if ratio >= _MANY_TIMES:
        return f"{ratio:,.0f} times the error of the best linear denoiser"
    percent = round(100 * abs(ratio - 1))
    if not percent:
        return "as good as the best linear denoiser"
    return f"{percent} % {'above' if ratio > 1 else 'below'} the best linear denoiser"

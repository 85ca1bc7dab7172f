"""The frames of a film: the weights of each snapshot, or what they make of the same noisy digits, as grey pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from dae_core import mosaic
from dae_core.datasets import Dataset
from dae_core.errors import UserError
from dae_core.evaluation.held_out import HeldOut
from dae_core.film.caption import strip_height, with_caption
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.training.snapshots import Snapshot

Kind = Literal["W", "V", "reconstructions"]
Contrast = Literal["film", "frame", "tile"]
Pixels = NDArray[np.uint8]

#: Amber: pixels of numbers that are not finite. The window's pictures mark them with the same colour.
NOT_FINITE = (245, 166, 0)
SCALES = (1, 2, 3, 4)
MAX_DIGITS = 30

NARROWEST = 160
"""Pixels: room for a caption under pictures of a few small tiles."""

_RUNAWAY = 20.0  # a snapshot whose weights are so many times the median's has diverged


class Frames(Protocol):
    """What can be written as a film: pictures (H, W, 3) of one size, each made when it is asked for."""

    def __len__(self) -> int: ...

    def frame(self, index: int) -> Pixels:
        """Return a frame."""


class FilmError(UserError):
    """A film cannot be made or written; the message is a sentence."""


@dataclass(frozen=True)
class FilmLook:
    """What a film shows, and how.

    Parameters
    ----------
    kind : {"W", "V", "reconstructions"}
        Filters as the exercise's mosaic, or three rows of held-out digits: clean, noisy, reconstruction.
    contrast : {"film", "frame", "tile"}
        Which weight is white (minus it is black): one for the whole film, so that growing weights get brighter; one for
        each frame; or the largest of each tile. Digits are always shown from black to white.
    digits : int
        How many digits are reconstructed, 1 to 30. They and their noise are the same in all frames, and the first of
        those that the held-out figures are measured on.
    scale : int
        Each number becomes a square of so many pixels, 1 to 4.
    caption : bool
        Whether a strip under the picture shows the iteration, and the held-out MSE where the data set is given.

    Raises
    ------
    FilmError
        When a value is outside its range.
    """

    kind: Kind = "W"
    contrast: Contrast = "film"
    digits: int = 10
    scale: int = 1
    caption: bool = True

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise FilmError(f"A film can show W, V or reconstructions, not {self.kind!r}.")
        if self.contrast not in get_args(Contrast):
            raise FilmError(f"The contrast can be that of the film, a frame or a tile, not {self.contrast!r}.")
        if not 1 <= self.digits <= MAX_DIGITS:
            raise FilmError(f"A film can show 1 to {MAX_DIGITS} digits, not {self.digits}.")
        if self.scale not in SCALES:
            raise FilmError(f"The size can be 1 to {SCALES[-1]} times, not {self.scale}.")


def frame_size(look: FilmLook, shape: tuple[int, int], n_hidden: int) -> tuple[int, int]:
    """Return height and width in pixels of the frames of a film, of networks with so many hidden units."""
    rows, columns = (3, look.digits) if look.kind == "reconstructions" else mosaic.grid_shape(n_hidden)
    height, width = (look.scale * tiles * side for tiles, side in zip((rows, columns), shape, strict=True))
    if not look.caption:
        return height, width
    width = max(width, NARROWEST)
    return height + strip_height(width), width


class Film:
    """The frames of a film, each made when it is asked for.

    Parameters
    ----------
    snapshots : sequence of Snapshot
        At least one, in the order of the film; their models are only read, and have the same shape.
    look : FilmLook
    shape : tuple of int
        Height and width of an image.
    dataset, corruption : optional
        The data and noise of the run. Needed for reconstructions, and for the held-out MSE in the caption, which is not
        there where the images only stand in for the run's own.
    error_images : int
        The held-out MSE is the mean over so many held-out images; 0 leaves it out.

    Raises
    ------
    FilmError
        When there are no snapshots, they do not fit each other or ``shape``, or the data is missing.
    """

    def __init__(
        self,
        snapshots: Sequence[Snapshot],
        look: FilmLook,
        shape: tuple[int, int],
        dataset: Dataset | None = None,
        corruption: Corruption | None = None,
        error_images: int = 1000,
    ) -> None:
        if not snapshots:
            raise FilmError("There are no snapshots to make a film of.")
        first = snapshots[0].model
        if any(s.model.W.shape != first.W.shape for s in snapshots):
            raise FilmError("The snapshots are of networks of different sizes, which no film can show.")
        fits_data = dataset is None or dataset.shape == shape
        if first.n_inputs != shape[0] * shape[1] or not fits_data:
            raise FilmError(
                f"The snapshots are of networks for {first.n_inputs:,} pixels, which the data set's images of "
                f"{shape[0]} × {shape[1]} are not."
            )
        if look.kind == "reconstructions" and (dataset is None or corruption is None):
            raise FilmError("Digits can be reconstructed only with the run's data set.")
        self.snapshots = tuple(snapshots)
        self.look = look
        self.shape = shape
        self._digits: HeldOut | None = None
        self._judges: HeldOut | None = None
        if dataset is not None and corruption is not None:
            if look.kind == "reconstructions":
                self._digits = HeldOut(dataset, corruption, look.digits)
            if look.caption and error_images and not dataset.is_stand_in:
                self._judges = HeldOut(dataset, corruption, error_images)
        self._level: float | None = None

    def __len__(self) -> int:
        return len(self.snapshots)

    def __iter__(self) -> Iterator[Pixels]:
        """Make all frames, one after another."""
        return (self.frame(index) for index in range(len(self)))

    def frame(self, index: int) -> Pixels:
        """Return a frame (H, W, 3) of sRGB; all frames have the same size, that of `frame_size`."""
        snapshot = self.snapshots[index]
        with np.errstate(all="ignore"):  # weights that are no numbers are to be seen, not to be warned of
            picture, low, high = self._picture(snapshot.model)
            pixels = grey_picture((picture - low) / (high - low))
        pixels = pixels.repeat(self.look.scale, axis=0).repeat(self.look.scale, axis=1)
        return with_caption(pixels, self._captions(snapshot), NARROWEST) if self.look.caption else pixels

    def level(self) -> float:
        """Return the weight that is white in a film of one contrast.

        It is the largest of the snapshots' own levels (see `mosaic.filters`). Snapshots of a diverging run, whose level
        is more than 20 times the median, do not count: they would turn all the others grey.
        """
        if self._level is None:
            weights = [self._weights(snapshot.model) for snapshot in self.snapshots]
            levels = np.array([mosaic.filters(w, self.shape)[1] for w in weights if np.any(w[np.isfinite(w)])])
            usual = levels[levels <= _RUNAWAY * np.median(levels)] if levels.size else levels
            self._level = float(usual.max()) if usual.size else 1.0
        return self._level

    def _weights(self, model: AutoEncoder) -> mosaic.Floats:
        return model.W.T if self.look.kind == "W" else model.V

    def _picture(self, model: AutoEncoder) -> tuple[NDArray[np.floating[Any]], float, float]:
        """Return a picture (h, w) and the numbers that are black and white."""
        if self._digits is not None:
            return self._rows(self._digits, model), 0.0, 1.0
        picture, level = mosaic.filters(self._weights(model), self.shape, scale_each=self.look.contrast == "tile")
        if self.look.contrast == "film":
            level = self.level()
        return picture, -level, level

    @staticmethod
    def _rows(digits: HeldOut, model: AutoEncoder) -> NDArray[np.floating[Any]]:
        """Return three rows of digits in grey from 0 to 1."""
        # Digit by digit: for products of matrices BLAS waits for all cores, one of which a training keeps busy.
        noisy = digits.noisy.astype(model.W.dtype, copy=False)
        made = np.stack([model.reconstruct(row) for row in noisy])
        rows = np.concatenate([digits.clean, digits.noisy, made])
        return mosaic.tile(digits.dataset.to_pixels(rows), len(digits))

    def _captions(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Return what the caption says, from the longest wording to the shortest."""
        what: str = self.look.kind
        if self._digits is not None:
            what = "stand-in digits, noisy" if self._digits.dataset.is_stand_in else "clean, noisy"
            what += ", reconstructed"
        at = f"{snapshot.iteration:,}"
        plain = (f"{what} · iteration {at}", f"iteration {at}", at)
        if self._judges is None:
            return plain
        mse = self._judges.evaluate(snapshot.model).mse
        error = f"held-out MSE {mse:.4f}" if np.isfinite(mse) and mse < 1e4 else "diverged"
        return f"{what} · iteration {at} · {error}", f"iteration {at} · {error}", *plain[1:]


def grey_picture(picture: NDArray[np.floating[Any]]) -> Pixels:
    """Return a picture (h, w), 0 black and 1 white, as sRGB (h, w, 3) of uint8; what is not finite is amber."""
    with np.errstate(all="ignore"):
        grey = np.round(255 * np.nan_to_num(picture, nan=0.0).clip(0.0, 1.0)).astype(np.uint8)
    pixels = np.repeat(grey[..., None], 3, axis=2)
    pixels[~np.isfinite(picture)] = NOT_FINITE
    return pixels

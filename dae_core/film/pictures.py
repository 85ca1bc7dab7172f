"""A film of grey pictures that are there already: chains of samples, a frame for each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core import mosaic
from dae_core.film.caption import with_caption
from dae_core.film.frames import NARROWEST, FilmError, Pixels, grey_picture

_WIDEST = 480  # pixels: frames are enlarged by whole numbers as long as they are not wider


class PictureFilm:
    """Frames of several pictures side by side; `write_film` writes them.

    Parameters
    ----------
    pictures : ndarray of float, shape (frames, n, h, w)
        Grey from 0 (black) to 1 (white); only read.
    captions : sequence of str
        A line under each frame.

    Raises
    ------
    FilmError
        When there are no pictures, or not a caption for each frame.
    """

    def __init__(self, pictures: NDArray[np.floating[Any]], captions: Sequence[str]) -> None:
        if pictures.ndim != 4 or not pictures.size or len(captions) != len(pictures):
            raise FilmError("There are no pictures to make a film of.")
        self._pictures = pictures
        self._captions = tuple(captions)
        width = mosaic.grid_shape(pictures.shape[1])[1] * pictures.shape[3]
        self._scale = max(1, _WIDEST // width)

    def __len__(self) -> int:
        return len(self._pictures)

    def frame(self, index: int) -> Pixels:
        """Return a frame (H, W, 3) of sRGB; all frames have the same size."""
        grey = grey_picture(mosaic.tile(self._pictures[index]))
        pixels = grey.repeat(self._scale, axis=0).repeat(self._scale, axis=1)
        return with_caption(pixels, [self._captions[index]], NARROWEST)

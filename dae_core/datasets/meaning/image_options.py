"""How pictures of any size and colour become grey images of one size."""

import math
from dataclasses import dataclass

from dae_core.datasets.errors import DataError
from dae_core.datasets.meaning.orientation import ORIENTATIONS

LEAST_SIDE, MOST_SIDE = 8, 128
"""The sides, in pixels, that pictures can be brought to."""

FITS = ("fit", "crop", "stretch")
"""fit: the whole picture, with black margins; crop: its middle, filling all; stretch: each side by itself."""

CONTRASTS = ("keep", "stretch", "normalize")
"""keep: grey levels as they are; stretch: the darkest pixel of each picture becomes black, the brightest white;
normalize: each picture gets the same mean and about the same variance, as patches of photographs do (Coates, Ng & Lee
2011: (x - mean) / sqrt(variance + 10)), from black at three standard deviations below the mean to white at three above.
"""


LEAST_PATCHES, MOST_PATCHES, USUAL_PATCHES = 12, 1_000_000, 20_000
"""How many patches can be cut, and how many are at first."""

LABEL_CHOICES = ("auto", "none")
"""auto: a table's labels are found by name and content; none: it has none. Else the name of their column."""

_LONGEST_NAME = 1000  # characters of a column's name


@dataclass(frozen=True)
class ImageOptions:
    """How images of any source become grey images of one size. The background of the finished image is black.

    Margins and transparent places become black. With `invert` the paper is taken as white and so becomes black, too:
    dark ink on bright (or transparent) paper turns into bright ink on black, as MNIST has it.

    Parameters
    ----------
    height, width : int
        The size of the finished images in pixels, 8 to 128 each.
    fit : "fit", "crop" or "stretch"
        What happens when the picture has other proportions; see `FITS`.
    invert : bool
        Swap black and white.
    contrast : "keep" or "stretch"
        See `CONTRASTS`.
    orientation : str
        How the images come upright, before all else; a key of `ORIENTATIONS`.
    black, white : float or None
        The stored values that become black and white, the same for all images of the set; None: what suits the
        set (`grey_levels.suggested_range`).
    label : str
        Which column of a table holds the labels; see `LABEL_CHOICES`.
    patches : int
        How many square patches of the images' size are cut from pictures, in the place of whole pictures; 0: none.

    Raises
    ------
    DataError
        A value is outside of what is allowed; the message names it.
    """

    height: int = 28
    width: int = 28
    fit: str = "fit"
    invert: bool = False
    contrast: str = "keep"
    orientation: str = "upright"
    black: float | None = None
    white: float | None = None
    label: str = "auto"
    patches: int = 0

    def __post_init__(self) -> None:
        for field in ("height", "width"):
            side = getattr(self, field)
            if not isinstance(side, int) or not LEAST_SIDE <= side <= MOST_SIDE:
                raise DataError(f"The {field} of images must be {LEAST_SIDE} to {MOST_SIDE} pixels, not {side}.")
        for field, allowed in (("fit", FITS), ("contrast", CONTRASTS), ("orientation", tuple(ORIENTATIONS))):
            value = getattr(self, field)
            if not isinstance(value, str) or value not in allowed:
                raise DataError(f"The {field} of images must be one of {', '.join(allowed)}, not {value}.")
        if not isinstance(self.invert, bool):
            raise DataError(f"Whether images are inverted must be true or false, not {self.invert}.")
        if not isinstance(self.label, str) or len(self.label) > _LONGEST_NAME:
            raise DataError("The column of labels must be a column's name.")
        for field in ("black", "white"):
            value = getattr(self, field)
            if value is not None and not (isinstance(value, int | float) and math.isfinite(value)):
                raise DataError(f"The value that is {field} must be a finite number, not {value}.")
        if type(self.patches) is not int or not (self.patches == 0 or LEAST_PATCHES <= self.patches <= MOST_PATCHES):
            raise DataError(
                f"The number of patches must be {LEAST_PATCHES} to {MOST_PATCHES:,}, or 0, not {self.patches}."
            )
        if self.patches and self.height != self.width:
            raise DataError(f"Patches are square, not {self.height} × {self.width} pixels.")
        if self.black is not None and self.white is not None and not self.black < self.white:
            raise DataError(f"White ({self.white:g}) must be above black ({self.black:g}).")

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the finished images in pixels."""
        return self.height, self.width

"""How pictures of any size and colour become grey images of one size."""

from dataclasses import dataclass

from dae_core.datasets.errors import DataError

LEAST_SIDE, MOST_SIDE = 8, 128
"""The sides, in pixels, that pictures can be brought to."""

FITS = ("fit", "crop", "stretch")
"""fit: the whole picture, with black margins; crop: its middle, filling all; stretch: each side by itself."""

CONTRASTS = ("keep", "stretch")
"""keep: grey levels as they are; stretch: the darkest pixel of each picture becomes black, the brightest white."""


@dataclass(frozen=True)
class ImageOptions:
    """How pictures become grey images of one size. The background of the finished image is black.

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

    def __post_init__(self) -> None:
        for field in ("height", "width"):
            side = getattr(self, field)
            if not isinstance(side, int) or not LEAST_SIDE <= side <= MOST_SIDE:
                raise DataError(f"The {field} of images must be {LEAST_SIDE} to {MOST_SIDE} pixels, not {side}.")
        for field, allowed in (("fit", FITS), ("contrast", CONTRASTS)):
            value = getattr(self, field)
            if value not in allowed:
                raise DataError(f"The {field} of images must be one of {', '.join(allowed)}, not {value}.")

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the finished images in pixels."""
        return self.height, self.width

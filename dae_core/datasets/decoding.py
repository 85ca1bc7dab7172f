"""An opened picture becomes numbers: grey levels, in bounded memory, or the extent of its deep values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.meaning.grey_levels import Extent, Scale

if TYPE_CHECKING:
    from PIL.Image import Image

_BAND = 1 << 20  # pixels that are converted at a time
_SMALL = 1 << 22  # pictures of fewer pixels keep all of them until they are brought to size

_ORIENTATION = 0x0112  # the EXIF tag
_WHITE_IS_ZERO, _UNSIGNED = 0, 1  # values of TIFF tags
_TURNS: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.T,
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].T,
    8: lambda a: np.rot90(a),
}


def is_deep(image: Image) -> bool:
    """Return whether the pixels of a picture that is not decoded yet are stored with more than eight bits."""
    return image.mode.startswith("I") or image.mode == "F" or _has_wide_colours(image)


def is_transparent(image: Image) -> bool:
    """Return whether a picture has places that show what is behind it."""
    return "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info


def is_sideways(image: Image) -> bool:
    """Return whether height and width of a picture as it is seen are width and height of the stored one."""
    return orientation_of(image) >= 5


def orientation_of(image: Image) -> int:
    """Return the EXIF orientation, 1 when there is none or it makes no sense: damaged metadata do not matter."""
    if "exif" not in image.info and image.format != "TIFF":
        return 1
    try:
        value = image.getexif().get(_ORIENTATION, 1)
        return value if isinstance(value, int) and 1 <= value <= 8 else 1
    except Exception:
        return 1


def extent_of(image: Image) -> Extent:
    """Return from where to where the values of a deep picture go."""
    return Extent.over(Extent.of(values) for values in _deep_bands(image, 1, 0))


def grey_levels(
    image: Image, background: int, scale: Scale | None, shape: tuple[int, int], *, deep: bool
) -> NDArray[np.uint8]:
    """Return an opened picture in grey and upright, uint8 (h, w).

    Large pictures are averaged over squares of whole numbers of pixels, so that each side has at least four times the
    length that it has in `shape`; they are converted in bands, so that hardly more memory is taken than by decoding.

    Parameters
    ----------
    image : PIL.Image.Image
        At the page that is wanted.
    background : int
        The grey level that transparent places take.
    scale : Scale or None
        How stored values become grey levels; None: as they are, which deep ones cannot be.
    shape : tuple of int
        Height and width that the picture will be brought to.
    deep : bool
        What `is_deep` said before anything was decoded.
    """
    from PIL import Image

    if image.format == "TIFF":
        image.load()  # Pillow turns these itself, and takes the note of it away
    turn = _TURNS.get(orientation_of(image))
    factor = 1
    if image.width * image.height > _SMALL:
        factor = max(1, min(image.size) // (4 * max(shape)))
    bands = [
        band if factor == 1 else np.asarray(Image.fromarray(band).reduce(factor))
        for band in _bands_of_levels(image, deep, background, scale, factor)
    ]
    levels = bands[0] if len(bands) == 1 else np.concatenate(bands)
    return levels if turn is None else np.ascontiguousarray(turn(levels))


def _bands_of_levels(
    image: Image, deep: bool, background: int, scale: Scale | None, factor: int
) -> Iterator[NDArray[np.uint8]]:
    if not deep:
        for part in _bands(image, factor):
            levels = np.array(_grey(part, background), np.uint8)
            yield levels if scale is None else scale.apply(levels)
        return
    is_reversed = _is_grey(image) and _tag(image, 262) == _WHITE_IS_ZERO  # of eight bits, Pillow sees to it
    for values in _deep_bands(image, factor, background):
        levels = (scale or Scale.between(0, 255)).apply(values)
        yield 255 - levels if is_reversed else levels


def _deep_bands(image: Image, factor: int, background: int) -> Iterator[NDArray[Any]]:
    if not _is_grey(image):
        for part in _bands(image, factor):
            yield np.array(_grey(part, background), np.uint16) * 257
        return
    unsigned = image.mode == "I" and _tag(image, 258) == 32 and _tag(image, 339) == _UNSIGNED
    for part in _bands(image, factor):
        values = np.asarray(part)
        yield values.view(np.uint32) if unsigned else values


def _bands(image: Image, factor: int) -> Iterator[Image]:
    """Cut a picture into bands of whole rows, a multiple of `factor` in each but the last."""
    rows = max(1, _BAND // (image.width * factor)) * factor
    if rows >= image.height:
        yield image
        return
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _grey(image: Image, background: int) -> Image:
    """Return a picture of eight bits in grey, mode "L"; what is transparent takes the level `background`."""
    from PIL import Image

    if is_transparent(image):
        if image.mode not in {"RGBA", "LA"}:
            image = image.convert("RGBA")
        paper = Image.new("L", image.size, background)
        return Image.composite(image.convert("L"), paper, image.getchannel("A"))
    if image.mode in {"CMYK", "LAB", "HSV"}:
        image = image.convert("RGB")
    return image if image.mode == "L" else image.convert("L")


def _has_wide_colours(image: Image) -> bool:
    """Return whether colours are stored with sixteen bits, of which decoders keep the upper eight."""
    arguments = [tile[3] for tile in getattr(image, "tile", ())]
    return any(";16" in str(a if isinstance(a, str) else a[0] if a else "") for a in arguments) and not _is_grey(image)


def _is_grey(image: Image) -> bool:
    """Return whether a deep picture is decoded to the very numbers that it holds."""
    return image.mode.startswith("I") or image.mode == "F"


def _tag(image: Image, number: int) -> int | None:
    """Return a number that a TIFF file states of its page, or None."""
    value = getattr(image, "tag_v2", {}).get(number)
    if isinstance(value, tuple) and value:
        value = value[0]
    return value if isinstance(value, int) else None

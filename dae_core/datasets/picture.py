"""One picture file becomes one grey image; whatever is wrong with the file ends in one plain reason."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.finishing import finish
from dae_core.datasets.grey_levels import Extent, Scale, suggested_range
from dae_core.datasets.ground import is_dark_on_bright
from dae_core.datasets.image_options import ImageOptions

if TYPE_CHECKING:
    from PIL.Image import Image

_T = TypeVar("_T")

ENDINGS = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"))
"""The endings, in small letters, of files that are taken for pictures."""

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")
"""The decoders that a file may reach, whatever its name: none of them runs anything that the file says."""

MOST_PIXELS = 50_000_000
"""Pictures with more pixels are skipped: 50 megapixels take 200 MB to decode."""

LEAST_PICTURE_SIDE = 2
"""Smaller pictures are skipped: a single pixel shows nothing."""

_ORIENTATION = 0x0112  # the EXIF tag
_SIDEWAYS = frozenset((5, 6, 7, 8))  # orientations that swap height and width


class PictureError(Exception):
    """A picture that cannot be used; the message is the reason, to follow the file's name."""


def read_size(path: str) -> tuple[int, int]:
    """Return height and width of a picture as it is seen (EXIF rotation is honoured), from its header.

    Raises PictureError when it is unreadable, no picture, too large or too small.
    """
    return _with_picture(path, _size)


def read_picture(path: str, options: ImageOptions) -> NDArray[np.uint8]:
    """Read a picture as a grey image, uint8 (options.height, options.width).

    Raises PictureError when it is unreadable, no picture, damaged, too large or too small.
    """

    def read(image: Image) -> NDArray[np.uint8]:
        height, width = _size(image)
        longer = 4 * max(options.shape)
        if min(height, width) > longer:  # JPEGs unpack to an eighth of the size in a fraction of time and memory
            image.draft(None, (longer, longer))
        return finish(np.asarray(_grey(_upright(image), 255 if options.invert else 0)), options)

    return _with_picture(path, read)


def looks_dark_on_bright(path: str) -> bool:
    """Return whether a picture seems to be dark ink on bright or transparent paper; PictureError as `read_picture`."""

    def look(image: Image) -> bool:
        _size(image)
        image.draft(None, (128, 128))
        image = _upright(image)
        image.thumbnail((128, 128))
        if _is_transparent(image):
            rgba = image.convert("RGBA")
            grey = np.asarray(rgba.convert("L"), np.float64)
            opaque = np.asarray(rgba.getchannel("A"), np.float64)
            if opaque.min() < 128 and opaque.max() > 0:
                return bool((grey * opaque).sum() < 128 * opaque.sum())
        return is_dark_on_bright(np.asarray(_grey(image, 0)))

    return _with_picture(path, look)


def prepare() -> None:
    """Load the decoders once, before threads ask for them; image bombs become errors instead of warnings."""
    from PIL import Image

    Image.init()
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")  # damaged notes beside sound pixels
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def _with_picture(path: str, use: Callable[[Image], _T]) -> _T:
    """Open a picture and hand it to `use`; decoders fail in dozens of ways, and each becomes a PictureError."""
    from PIL import Image, UnidentifiedImageError

    try:
        with open(path, "rb") as stream, Image.open(stream, formats=FORMATS) as image:
            return use(image)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(_too_many_pixels()) from None
    except FileNotFoundError:
        raise PictureError("it does not exist any more") from None
    except PermissionError:
        raise PictureError("permission denied") from None
    except UnidentifiedImageError:
        empty = os.path.isfile(path) and os.path.getsize(path) == 0
        raise PictureError("it is empty" if empty else "it is not a picture that can be read, or is damaged") from None
    except MemoryError:
        raise PictureError("there is not enough memory for it") from None
    except Exception as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())[:120] or type(error).__name__
        raise PictureError(f"it is damaged or cannot be read ({reason})") from None


def _too_many_pixels(size: tuple[int, int] | None = None) -> str:
    announced = f"{size[1]:,} x {size[0]:,} pixels, above the limit of" if size else "more pixels than the limit of"
    return f"it announces {announced} {MOST_PIXELS // 1_000_000} million"


def _size(image: Image) -> tuple[int, int]:
    """Return (height, width) as it is seen, or raise PictureError if it is out of bounds."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise PictureError(_too_many_pixels((height, width)))
    if min(width, height) < LEAST_PICTURE_SIDE:
        raise PictureError(f"it is {width}x{height} pixels, too small to show anything")
    if image.format == "TIFF":  # versions of Pillow differ in whether `size` is before or after the turn
        width, height = _tiff_size(image)
    return (width, height) if _orientation(image) in _SIDEWAYS else (height, width)


def _tiff_size(image: Image) -> tuple[int, int]:
    """Return the width and height that a TIFF file states."""
    tags = getattr(image, "tag_v2", {})
    width, height = (tags.get(tag, side) for tag, side in zip((256, 257), image.size, strict=True))
    return int(width), int(height)


def _orientation(image: Image) -> int:
    """Return the EXIF orientation, 1 when there is none or it makes no sense: damaged metadata do not matter."""
    if "exif" not in image.info and image.format != "TIFF":
        return 1
    try:
        value = image.getexif().get(_ORIENTATION, 1)
        return value if isinstance(value, int) else 1
    except Exception:
        return 1


def _upright(image: Image) -> Image:
    from PIL.Image import Transpose

    if image.format == "TIFF":
        image.load()  # Pillow turns these itself, and takes the note of it away
    turn = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _is_transparent(image: Image) -> bool:
    return "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info


def _grey(image: Image, background: int) -> Image:
    """Return the picture in grey, mode "L"; what is transparent takes the level `background`."""
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_deep_levels(image))
    if _is_transparent(image):
        rgba = image.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, (background, background, background, 255))
        return Image.alpha_composite(paper, rgba).convert("L")
    if image.mode in {"CMYK", "LAB", "HSV"}:
        image = image.convert("RGB")
    return image if image.mode == "L" else image.convert("L")


def _deep_levels(image: Image) -> NDArray[np.uint8]:
    """Scale pictures of more than 8 bits: by their format's white (65,535), or as `arrays` does for real numbers."""
    values = np.asarray(image)
    if image.mode.startswith("I;16") or (image.mode == "I" and 255 < values.max() <= 65535 and values.min() >= 0):
        return np.round(values.astype(np.float32) / 257).astype(np.uint8)
    if not np.isfinite(values).all():
        raise PictureError("it holds values that are not numbers (NaN or infinity)")
    return Scale.between(*suggested_range(Extent.of(values))).apply(values)

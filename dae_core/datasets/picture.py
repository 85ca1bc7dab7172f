"""Opens picture files page by page; whatever is wrong with a file or a page ends in one plain reason."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.decoding import extent_of, grey_levels, is_deep, is_sideways, is_transparent
from dae_core.datasets.meaning.finishing import finish
from dae_core.datasets.meaning.grey_levels import Extent, Scale, suggested_range
from dae_core.datasets.meaning.ground import is_dark_on_bright
from dae_core.datasets.meaning.image_options import ImageOptions

if TYPE_CHECKING:
    from PIL.Image import Image

_T = TypeVar("_T")

ENDINGS = frozenset((".png", ".apng", ".jpg", ".jpeg", ".jfif", ".bmp", ".tif", ".tiff", ".webp", ".gif"))
"""The endings, in small letters, of files that are taken for pictures."""

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF")
"""The decoders that a file may reach, whatever its name: none of them runs anything that the file says."""

KINDS_TEXT = "PNG, JPEG, BMP, TIFF, WebP or GIF"
"""The same as people read it."""

MOST_PIXELS = 50_000_000
"""Pictures with more pixels are skipped: 50 megapixels take 200 MB to decode."""

LEAST_PICTURE_SIDE = 2
"""Smaller pictures are skipped: a single pixel shows nothing."""

_PAGED = frozenset(("TIFF", "GIF", "PNG", "WEBP"))  # a second picture in a JPEG file is a copy or a map of depths
_LARGE = 8_000_000  # pixels
_AT_ONCE = threading.BoundedSemaphore(2)  # large pictures in memory, however many threads read


class PictureError(Exception):
    """A picture that cannot be used; the message is the reason, to follow the file's name."""


def each_page(
    path: str, pages: Sequence[int], use: Callable[[Image], _T], is_stopped: Callable[[], bool] = bool
) -> Iterator[tuple[int, _T | PictureError]]:
    """Open a file once and hand each of some pages, in ascending order, to `use`; yield what it returned, or why not.

    Once `is_stopped` says so, reading ends within a moment, in a PictureError.
    """
    done = 0
    try:
        with opened(path, is_stopped) as image:
            for number in pages:
                result: _T | PictureError
                try:
                    with _reasons(path), _alone_if_large(image, number):
                        size_of(image)
                        result = use(image)
                except PictureError as error:
                    result = error
                done += 1
                yield number, result
    except PictureError as error:
        for number in pages[done:]:
            yield number, error


def finished_page(image: Image, options: ImageOptions, *, keeps_eight_bits: bool = False) -> NDArray[np.uint8]:
    """Bring an opened picture to grey, size, contrast and polarity, uint8 (options.height, options.width).

    With ``keeps_eight_bits`` the options' black and white are those of deeper pictures than this, if it has 8 bits.
    """
    deep = is_deep(image)
    longer = 4 * max(options.shape)
    if min(image.size) > longer:  # JPEGs unpack to an eighth of the size in a fraction of time and memory
        image.draft(None, (longer, longer))
    scale = _scale(image, deep, options, keeps_eight_bits)
    return finish(grey_levels(image, 255 if options.invert else 0, scale, options.shape, deep=deep), options)


def page_levels(image: Image, options: ImageOptions, *, keeps_eight_bits: bool = False) -> NDArray[np.uint8]:
    """Return the grey levels of an opened picture as it is seen, of its own size; see `finished_page`."""
    deep = is_deep(image)
    scale = _scale(image, deep, options, keeps_eight_bits)
    return grey_levels(image, 255 if options.invert else 0, scale, image.size, deep=deep)


def looks_dark_on_bright(image: Image, black_and_white: tuple[float, float] | None) -> bool:
    """Return whether an opened picture seems to be dark ink on bright or transparent paper.

    Deep values are scaled by ``black_and_white``.
    """
    deep = is_deep(image)
    image.draft(None, (128, 128))
    scale = Scale.between(*black_and_white) if deep and black_and_white else None
    on_black = grey_levels(image, 0, scale, (32, 32), deep=deep)
    if is_transparent(image):
        on_white = grey_levels(image, 255, scale, (32, 32), deep=deep).astype(np.float64)
        opaque = 255 - (on_white - on_black)
        if opaque.min() < 128 and opaque.max() > 0:
            return bool(on_black.sum() * 255 < 128 * opaque.sum())
    return is_dark_on_bright(on_black)


def page_extent(image: Image) -> Extent:
    """Return the extent of a deep picture's values. Raises PictureError for values that are no numbers."""
    extent = extent_of(image)
    if not extent.is_finite:
        raise PictureError("it holds values that are not numbers (NaN or infinity)")
    return extent


def prepare() -> None:
    """Load the decoders once, before threads ask for them; image bombs become errors instead of warnings."""
    from PIL import Image

    Image.init()
    logging.getLogger("PIL").setLevel(logging.CRITICAL)  # what is wrong with a file is told in our words
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")  # damaged notes beside sound pixels
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def _scale(image: Image, deep: bool, options: ImageOptions, keeps_eight_bits: bool) -> Scale | None:
    black, white = options.black, options.white
    if not deep:
        if keeps_eight_bits or (black is None and white is None):
            return None
        return Scale.between(0.0 if black is None else black, 255.0 if white is None else white)
    if black is None or white is None:
        suggested = suggested_range(page_extent(image))
        black = suggested[0] if black is None else black
        white = suggested[1] if white is None else white
    return Scale.between(black, white)


class _Stoppable(io.BufferedReader):
    """A file that cannot be read any more once it is told to stop: decoders read as they go."""

    def __init__(self, raw: io.FileIO, is_stopped: Callable[[], bool]) -> None:
        super().__init__(raw)
        self._is_stopped = is_stopped

    def read(self, size: int | None = -1, /) -> bytes:
        if self._is_stopped():
            raise PictureError("reading was stopped")
        return super().read(size)


@contextlib.contextmanager
def opened(path: str, is_stopped: Callable[[], bool] = bool) -> Iterator[Image]:
    """Open a picture file; whatever fails within becomes a PictureError, as reading does once `is_stopped` says so."""
    from PIL import Image

    with (
        _reasons(path),
        _Stoppable(open(path, "rb", 0), is_stopped) as stream,
        Image.open(stream, formats=FORMATS) as image,
    ):
        yield image


@contextlib.contextmanager
def _reasons(path: str) -> Iterator[None]:
    """Turn whatever a decoder raises into a PictureError: they fail in dozens of ways."""
    from PIL import Image, UnidentifiedImageError

    try:
        yield
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
        raise PictureError(f"it is damaged or cannot be read ({words_of(error)})") from None


@contextlib.contextmanager
def _alone_if_large(image: Image, number: int) -> Iterator[None]:
    """Go to a page, and wait until fewer than two large pictures are being decoded if it is one."""
    if number or has_pages(image):
        image.seek(number)
    with _AT_ONCE if image.width * image.height > _LARGE else contextlib.nullcontext():
        yield


def has_pages(image: Image) -> bool:
    """Return whether an opened file has more than one page that is a picture of its own."""
    return image.format in _PAGED and bool(getattr(image, "is_animated", False))


def words_of(error: Exception) -> str:
    """Return what a decoder found in a picture, in words of this program."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "its end is missing" if isinstance(error, EOFError) or "truncated" in str(error) else "its data are damaged"


def _too_many_pixels(size: tuple[int, int] | None = None) -> str:
    announced = f"{size[1]:,} x {size[0]:,} pixels, above the limit of" if size else "more pixels than the limit of"
    return f"it announces {announced} {MOST_PIXELS // 1_000_000} million"


def size_of(image: Image) -> tuple[int, int]:
    """Return (height, width) as it is seen, or raise PictureError if it is out of bounds."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise PictureError(_too_many_pixels((height, width)))
    if min(width, height) < LEAST_PICTURE_SIDE:
        raise PictureError(f"it is {width}x{height} pixels, too small to show anything")
    if image.format == "TIFF":  # versions of Pillow differ in whether `size` is before or after the turn
        width, height = _tiff_size(image)
    return (width, height) if is_sideways(image) else (height, width)


def _tiff_size(image: Image) -> tuple[int, int]:
    """Return the width and height that a TIFF file states."""
    tags = getattr(image, "tag_v2", {})
    width, height = (tags.get(tag, side) for tag, side in zip((256, 257), image.size, strict=True))
    return int(width), int(height)

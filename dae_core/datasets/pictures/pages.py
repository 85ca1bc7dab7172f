"""Looks at the pages of a picture file, a TIFF stack or an animation, by their headers: each page is a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from dae_core.datasets.decoding import is_deep
from dae_core.datasets.picture import PictureError, has_pages, opened, prepare, size_of, words_of

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PAGES = 20_000
"""Pages of one file that are read; decoders go from each to the next, in time that grows with the square."""

MOST_PIXELS_OF_A_STACK = 2_000_000_000
"""No more pixels than this are read of all pages of a TIFF file."""

MOST_PIXELS_OF_A_FRAME, MOST_PIXELS_OF_AN_ANIMATION = 8_000_000, 250_000_000
"""The same of an animation, for each frame and for all: decoders keep several, and draw each onto the last."""

_COPY, _MASK = 1, 4  # bits of the TIFF tag that says what a page is


class Page(NamedTuple):
    """A picture within a file: its number from 0, its size as seen (height, width), whether it has more than 8 bits."""

    number: int
    size: tuple[int, int]
    is_deep: bool


class Pages(NamedTuple):
    """The pages of a file that can be used, by their headers, and the reasons why others cannot."""

    sound: tuple[Page, ...]
    reasons: tuple[str, ...]


def read_pages(path: str, is_stopped: Callable[[], bool] = bool) -> Pages:
    """Look at the headers of all pages of a file. Raises PictureError where not even one can be used."""
    sound: list[Page] = []
    reasons: list[str] = []
    with opened(path, is_stopped) as image:
        has_more = has_pages(image)
        is_animation = has_more and image.format != "TIFF"
        most = MOST_PIXELS_OF_AN_ANIMATION if is_animation else MOST_PIXELS_OF_A_STACK
        pixels = number = 0
        while True:
            try:
                if number:
                    image.seek(number)
                copy = _kind_of_copy(image) if has_more else ""
                if not copy:
                    size = size_of(image)
                    pixels += size[0] * size[1]
                    if is_animation and size[0] * size[1] > MOST_PIXELS_OF_A_FRAME:
                        raise PictureError(
                            f"it is an animation of {size[1]:,} x {size[0]:,} pixels, above the limit of "
                            f"{MOST_PIXELS_OF_A_FRAME // 1_000_000} million"
                        )
                    sound.append(Page(number, size, is_deep(image)))
            except EOFError:
                break
            except PictureError as error:
                if not has_more or is_stopped() or (is_animation and not sound):
                    raise
                if is_animation:  # frames are made of those before
                    reasons.append(f"page {number + 1:,} and what follows: {error}")
                    break
                copy = str(error)
            except Exception as error:  # what follows is found by what is here
                if not sound:
                    raise
                reasons.append(f"page {number + 1:,} and what follows cannot be read ({words_of(error)})")
                break
            if copy:
                reasons.append(f"page {number + 1:,}: {copy}")
            number += 1
            if not has_more:
                break
            if number >= MOST_PAGES or pixels > most:
                what = f"{MOST_PAGES:,} pages" if number >= MOST_PAGES else f"{most:,} pixels"
                reasons.append(f"what follows page {number:,} is not read: the limit is {what} of a file")
                break
        reasons += _left_unsaid(image, number)
    if not sound:
        raise PictureError(reasons[0])
    return Pages(tuple(sound), tuple(reasons))


def has_several_pages(path: str) -> bool:
    """Return whether a file is a picture of more than one page; False when it cannot be read."""
    prepare()
    try:
        with opened(path) as image:
            if has_pages(image):
                image.seek(1)
                return True
    except (PictureError, EOFError):
        pass
    return False


def _kind_of_copy(image: Image) -> str:
    """Return what a page of a TIFF file is where it is no picture of its own; else an empty text."""
    kind = getattr(image, "tag_v2", {}).get(254)
    if not isinstance(kind, int):
        return ""
    return "a smaller copy of another page" if kind & _COPY else "a mask of another page" if kind & _MASK else ""


def _left_unsaid(image: Image, pages: int) -> list[str]:
    """Return what a file says of further images that no page holds: ImageJ appends them after the first one."""
    text = getattr(image, "tag_v2", {}).get(270)
    if not isinstance(text, str) or not text.startswith("ImageJ="):
        return []
    announced = next((line[7:] for line in text.splitlines() if line.startswith("images=")), "")
    if not (announced.isascii() and announced.isdigit() and len(announced) < 10 and int(announced) > pages):
        return []
    return [
        f"it says that it holds {int(announced):,} images, but only {pages:,} can be found: save it as a stack again"
    ]

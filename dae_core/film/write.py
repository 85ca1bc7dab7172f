"""Writing a film as an animated GIF or WebP, or as MP4 where ffmpeg is installed, frame by frame."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from dae_core.files import file_errors_as, replacing
from dae_core.film.ffmpeg import encode_mp4
from dae_core.film.frames import NOT_FINITE, FilmError, Frames, Pixels
from dae_core.jobs import UNWATCHED, Monitor

FASTEST = 50.0
"""Frames per second: what GIF players follow."""

_AMBER = 1  # the place of the colour of what is not finite in a GIF's table; grey level 1 is drawn as 0
_GIF_LARGEST = 65_535
_WEBP_LARGEST = 16_383


def find_ffmpeg() -> str | None:
    """Return the path of the ffmpeg program; None where there is none."""
    return shutil.which("ffmpeg")


def write_film(
    path: str | Path, film: Frames, per_second: float, monitor: Monitor = UNWATCHED, quality: int | None = None
) -> None:
    """Write a film in the format that the ending of the file's name says; GIF and WebP are repeated without end.

    - ``.gif``: all grey levels but one are kept: 1, which becomes 0. Times are whole hundredths of a second, so the
      frames' times are rounded such that the whole film has the right length.
    - ``.webp``: every pixel is kept, or with a ``quality`` from 0 to 100 a smaller file is made.
    - ``.mp4`` (yuv420p, which every player knows): needs the program ffmpeg. Where width or height is odd, one more
      row or column of black pixels makes it even.

    Parameters
    ----------
    path : str or Path
        A file that is there already is replaced when the film is whole.
    film : Film, PictureFilm
        Its frames are made one after another, and never kept together.
    per_second : float
        Frames per second, up to 50.
    monitor : Monitor, optional
        Gets how many frames are done; asked whether to stop before each.
    quality : int, optional
        Only for WebP.

    Raises
    ------
    FilmError
        When the film cannot be written; a file that was there before stays as it was.
    Cancelled
        When ``monitor`` says so; likewise.
    """
    write = _WRITERS.get(Path(path).suffix.lower())
    if write is None:
        raise FilmError(f"The film was not written: the name “{Path(path).name}” must end in .gif, .webp or .mp4.")
    if not 0 < per_second <= FASTEST:
        raise FilmError(f"A film can have up to {FASTEST:g} frames a second, not {per_second:g}.")
    try:
        with file_errors_as(FilmError, path), replacing(path) as stream:
            write(stream, film, per_second, monitor, quality)
    except MemoryError:
        raise FilmError(f"{path} could not be written: there is not enough memory. Choose a smaller size.") from None


def _write_gif(stream: BinaryIO, film: Frames, per_second: float, monitor: Monitor, _quality: int | None) -> None:
    for index, frame in enumerate(_frames(film, monitor)):
        height, width = frame.shape[:2]
        if index == 0:
            _check_size(width, height, _GIF_LARGEST, "GIF")
            stream.write(_gif_start(width, height))
        begin, end = (round(100 * i / per_second) for i in (index, index + 1))
        for block in _gif_frame(frame, 10 * (end - begin)):
            stream.write(block)
    stream.write(b";")


def _write_webp(stream: BinaryIO, film: Frames, per_second: float, monitor: Monitor, quality: int | None) -> None:
    ends = [round(1000 * (index + 1) / per_second) for index in range(len(film))]
    durations = np.diff([0, *ends]).tolist()
    options: dict[str, Any] = {"lossless": True} if quality is None else {"quality": quality}
    pictures = _sequence(_frames(film, monitor), len(film))
    width, height = pictures.size
    _check_size(width, height, _WEBP_LARGEST, "WebP")
    pictures.save(stream, "WEBP", save_all=True, duration=durations, loop=0, **options)


def _write_mp4(stream: BinaryIO, film: Frames, per_second: float, monitor: Monitor, _quality: int | None) -> None:
    program = find_ffmpeg()
    if program is None:
        raise FilmError(
            "The film was not written: MP4 needs the program ffmpeg, which is not installed. Install it, or choose "
            "GIF or WebP."
        )
    encode_mp4(program, stream.name, _frames(film, monitor), per_second, monitor)


_WRITERS = {".gif": _write_gif, ".webp": _write_webp, ".mp4": _write_mp4}


def _frames(film: Frames, monitor: Monitor) -> Iterator[Pixels]:
    count = len(film)
    for index in range(count):
        monitor.report(index / count, f"Frame {index + 1:,} of {count:,}")
        yield film.frame(index)
    monitor.report(1.0, "Finishing the file")


def _check_size(width: int, height: int, largest: int, name: str) -> None:
    if max(width, height) > largest:
        raise FilmError(
            f"The film was not written: {width:,} × {height:,} pixels are more than a {name} can have. "
            "Choose a smaller size."
        )


def _gif_start(width: int, height: int) -> bytes:
    """Return what a GIF begins with: its size, its 256 colours, and that it is repeated without end (GIF89a)."""
    table = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    table[_AMBER] = NOT_FINITE
    size = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return b"GIF89a" + size + b"\xf7\x00\x00" + table.tobytes() + b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"


def _gif_frame(frame: Pixels, milliseconds: int) -> list[bytes]:
    """Return a frame as blocks of a GIF that has the table of `_gif_start`."""
    from PIL import GifImagePlugin, Image

    grey = frame[..., 0].copy()
    grey[grey == _AMBER] = 0
    grey[frame[..., 0] != frame[..., 2]] = _AMBER
    return GifImagePlugin.getdata(Image.fromarray(grey), duration=milliseconds)


def _sequence(frames: Iterator[Pixels], count: int) -> Any:
    """Return frames as one picture of Pillow's with many, each made when Pillow turns to it: none are kept."""
    from PIL import Image

    class Sequence(Image.Image):
        n_frames = count

        def __init__(self) -> None:
            super().__init__()
            self._at = -1
            self.seek(0)

        def seek(self, frame: int) -> None:
            if frame == self._at + 1:
                self._at = frame
                vars(self).update(vars(Image.fromarray(next(frames))))

        def tell(self) -> int:
            return self._at

    return Sequence()

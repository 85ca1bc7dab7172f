"""Writing a film as an animated GIF or WebP, or as MP4 where ffmpeg is installed, frame by frame."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from dae_core.files import file_errors_as, replacing
from dae_core.film.ffmpeg import encode_mp4
from dae_core.film.frames import NOT_FINITE, Film, FilmError, Pixels
from dae_core.jobs import UNWATCHED, Monitor

FORMATS = ("gif", "webp", "mp4")
"""The endings of the files that a film can be written to."""
FASTEST = 50.0
"""Frames per second: what GIF players follow."""

_AMBER = 1  # the place of the colour of what is not finite in a GIF's table; grey level 1 is drawn as 0
_GIF_LARGEST = 65_535
_WEBP_LARGEST = 16_383


def find_ffmpeg() -> str | None:
    """Return the path of the ffmpeg program; None where there is none."""
    return shutil.which("ffmpeg")


def write_film(path: str | Path, film: Film, per_second: float, monitor: Monitor = UNWATCHED) -> None:
    """Write a film in the format that the ending of the file's name says; see the functions of the formats."""
    writers: dict[str, Callable[..., None]] = {".gif": write_gif, ".webp": write_webp, ".mp4": write_mp4}
    writer = writers.get(Path(path).suffix.lower())
    if writer is None:
        raise FilmError(f"The film was not written: the name “{Path(path).name}” must end in .gif, .webp or .mp4.")
    writer(path, film, per_second, monitor=monitor)


def write_gif(path: str | Path, film: Film, per_second: float, monitor: Monitor = UNWATCHED) -> None:
    """Write an animated GIF that is repeated without end.

    All grey levels but one are kept: 1, which becomes 0. Times in a GIF are whole hundredths of a second, so the
    frames' times are rounded such that the whole film has the right length.

    Parameters
    ----------
    path : str or Path
        A file that is there already is replaced when the film is whole.
    film : Film
        Its frames are made one after another, and never kept together.
    per_second : float
        Frames per second, up to 50.
    monitor : Monitor, optional
        Told how many frames are done; asked whether to stop before each.

    Raises
    ------
    FilmError
        When the film cannot be written; a file that was there before stays as it was.
    Cancelled
        When ``monitor`` says so; likewise.
    """
    _check_speed(per_second)

    def write(stream: BinaryIO) -> None:
        for index, frame in enumerate(_frames(film, monitor)):
            height, width = frame.shape[:2]
            if index == 0:
                _check_size(width, height, _GIF_LARGEST, "GIF")
                stream.write(_gif_start(width, height))
            begin, end = (round(100 * i / per_second) for i in (index, index + 1))
            for block in _gif_frame(frame, 10 * (end - begin)):
                stream.write(block)
        stream.write(b";")

    _write(path, write)


def write_webp(
    path: str | Path, film: Film, per_second: float, quality: int | None = None, monitor: Monitor = UNWATCHED
) -> None:
    """Write an animated WebP that is repeated without end.

    ``quality`` from 0 to 100 makes a smaller file that is not exact; None keeps every pixel. See `write_gif` for the
    other parameters and what is raised.
    """
    _check_speed(per_second)
    ends = [round(1000 * (index + 1) / per_second) for index in range(len(film))]
    durations = np.diff([0, *ends]).tolist()
    options: dict[str, Any] = {"lossless": True} if quality is None else {"quality": quality}

    def write(stream: BinaryIO) -> None:
        frames = _frames(film, monitor)
        pictures = _sequence(frames, len(film))
        width, height = pictures.size
        _check_size(width, height, _WEBP_LARGEST, "WebP")
        pictures.save(stream, "WEBP", save_all=True, duration=durations, loop=0, **options)

    _write(path, write)


def write_mp4(path: str | Path, film: Film, per_second: float, monitor: Monitor = UNWATCHED) -> None:
    """Write an MP4 video (yuv420p, which every player knows) with the ffmpeg that is installed.

    Where width or height is odd, one more row or column of black pixels makes it even. See `write_gif` for the
    parameters and what else is raised.

    Raises
    ------
    FilmError
        When there is no ffmpeg; or it says that something went wrong.
    """
    _check_speed(per_second)
    program = find_ffmpeg()
    if program is None:
        raise FilmError(
            "The film was not written: MP4 needs the program ffmpeg, which is not installed. Install it, or choose "
            "GIF or WebP."
        )
    _write(path, lambda stream: encode_mp4(program, stream.name, _frames(film, monitor), per_second, monitor))


def _frames(film: Film, monitor: Monitor) -> Iterator[Pixels]:
    count = len(film)
    for index in range(count):
        monitor.report(index / count, f"Frame {index + 1:,} of {count:,}")
        yield film.frame(index)
    monitor.report(1.0, "Finishing the file")


def _write(path: str | Path, write: Callable[[BinaryIO], None]) -> None:
    try:
        with file_errors_as(FilmError, path), replacing(path) as stream:
            write(stream)
    except MemoryError:
        raise FilmError(f"{path} could not be written: there is not enough memory. Choose a smaller size.") from None


def _check_speed(per_second: float) -> None:
    if not 0 < per_second <= FASTEST:
        raise FilmError(f"A film can have up to {FASTEST:g} frames a second, not {per_second:g}.")


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

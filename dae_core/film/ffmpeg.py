"""MP4 through the program ffmpeg: frames go into its standard input, and its error messages are read."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from typing import IO

import numpy as np
from numpy.typing import NDArray

from dae_core.film.frames import FilmError
from dae_core.jobs import Monitor

_POLL_SECONDS = 0.1  # between two checks whether the job is cancelled


def encode_mp4(
    program: str, path: str, frames: Iterator[NDArray[np.uint8]], per_second: float, monitor: Monitor
) -> None:
    """Write frames (h, w, 3) of uint8 sRGB, all of one size, as MP4 to ``path``, with the ffmpeg at ``program``.

    Where h or w is odd, a frame gets one more row or column of black pixels.

    Raises
    ------
    FilmError
        With the last line that ffmpeg wrote, when it cannot be started or fails.
    Cancelled
        When ``monitor`` is cancelled, also while ffmpeg finishes the file; it is then ended.
    """
    first = _even(next(frames))
    height, width = first.shape[:2]
    command = [program, "-hide_banner", "-loglevel", "error", "-y"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", f"{per_second:g}", "-i", "-"]
    command += ["-an", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", f"file:{path}"]
    with tempfile.TemporaryFile() as messages:  # an unread pipe would fill up and block ffmpeg
        try:
            process = subprocess.Popen(  # noqa: S603  # no shell; the program is the one found on the path
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=messages,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise FilmError(f"The film was not written: ffmpeg cannot be started: {error.strerror or error}.") from None
        try:
            _feed(process, first, frames)
            code = _wait(process, monitor)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if code != 0:
            raise FilmError(
                f"The film was not written: ffmpeg failed: {_last_line(messages) or f'exit status {code}'}."
            )


def _feed(process: subprocess.Popen[bytes], first: NDArray[np.uint8], frames: Iterator[NDArray[np.uint8]]) -> None:
    pipe = process.stdin
    assert pipe is not None  # noqa: S101  # it was asked for
    try:
        # A program that has ended breaks the pipe: why, is known from its status.
        with contextlib.suppress(BrokenPipeError):
            pipe.write(first.tobytes())
            for frame in frames:
                pipe.write(_even(frame).tobytes())
    finally:
        with contextlib.suppress(OSError):
            pipe.close()


def _wait(process: subprocess.Popen[bytes], monitor: Monitor) -> int:
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(_POLL_SECONDS)
        monitor.check()


def _even(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a frame with an even height and width, as yuv420p needs it."""
    height, width = frame.shape[:2]
    return np.ascontiguousarray(np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0))))


def _last_line(messages: IO[bytes]) -> str:
    messages.seek(0)
    lines = messages.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else ""

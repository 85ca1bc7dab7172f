"""Reading a file of images: an ordinary file of bounded size, whose every fault ends in one sentence."""

import contextlib
import gzip
import logging
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from dae_core.datasets.errors import DataError, file_error, quoted
from dae_core.jobs import Cancelled

_log = logging.getLogger(__name__)

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (zlib.error, "what is packed in it cannot be unpacked"),
    (gzip.BadGzipFile, "what is packed in it cannot be unpacked"),
    (zipfile.BadZipFile, "it is no whole ZIP archive"),
    (RuntimeError, "what is packed in it is locked by a password, or cannot be unpacked"),
)

MOST_BYTES = 2 * 1024**3
"""Larger files are refused, and what is larger when it is unpacked."""

MOST_PIXELS = 1024**3
"""Sets of more pixels are refused, some 1.4 million digits: opening takes up to three bytes for each."""

GZIP_MAGIC = b"\x1f\x8b"
BEST_RATIO = 1032
"""Deflate cannot make more bytes than this of one."""


@contextlib.contextmanager
def reading(path: Path, most: int | None = None) -> Iterator[int]:
    """Give the size in bytes of an ordinary file, and turn whatever reading it raises into DataError.

    A file of more than ``most`` bytes is refused, and so is all that is no ordinary file: opening a pipe could block.
    """
    name = quoted(path)
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise file_error(path, error) from None
    try:
        if not stat.S_ISREG(status.st_mode):
            raise DataError(f"{name} is {'a folder' if stat.S_ISDIR(status.st_mode) else 'not an ordinary file'}.")
        if most is not None and status.st_size > most:
            raise DataError(f"{name} is larger than the limit of {most:,} bytes.")
        yield status.st_size
    except (DataError, Cancelled):
        raise
    except EOFError:
        raise DataError(f"{name} is cut off: its data end early. Fetch it again.") from None
    except MemoryError:
        raise DataError(f"{name} holds more than this computer has memory for.") from None
    except Exception as error:  # zlib, zipfile and NumPy fail in dozens of ways
        if isinstance(error, OSError) and error.errno is not None:
            raise file_error(path, error) from None
        raise DataError(f"{name} is damaged: {_reason(error)}. Fetch or copy it again.") from None


def _reason(error: Exception) -> str:
    """Return what a library found in a file, in words of this program; its own are for those who write programs."""
    _log.info("A damaged file: %s", error, exc_info=error)
    return next((words for kind, words in _REASONS if isinstance(error, kind)), "its parts do not fit together")

"""Reading a file of images: an ordinary file of bounded size, whose every fault ends in one sentence."""

import contextlib
import stat
from collections.abc import Iterator
from pathlib import Path

from dae_core.datasets.errors import DataError, file_error, printable, quoted
from dae_core.jobs import Cancelled

MOST_BYTES = 2 * 1024**3
"""Larger files are refused: 2 GiB of pixels are some 2.7 million digits."""

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
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise DataError(f"{name} is damaged: {printable(reason)}.") from None

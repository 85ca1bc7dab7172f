"""Unpacks .zip and .tar archives into a temporary folder, trusting nothing that they say about themselves."""

from __future__ import annotations

import bz2
import contextlib
import errno
import gzip
import io
import lzma
import os
import re
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple

from dae_core.datasets.errors import DataError, printable, quoted
from dae_core.datasets.files.temporary import TemporaryFolder
from dae_core.datasets.reading import MOST_BYTES, reading
from dae_core.datasets.walk import Skipped, is_passed_over
from dae_core.jobs import Monitor

ARCHIVE_ENDINGS = (".zip", ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz")
"""The endings, in small letters, of files that are unpacked."""

MOST_MEMBERS = 500_000
"""Archives of more files are refused."""

MOST_RATIO = 200
"""Archives that grow more than this when they are unpacked, and to more than 256 MiB, are refused: no images do."""

_UNSUSPICIOUS = 256 * 1024**2  # bytes
_CHUNK = 1 << 20
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_LARGEST_READ = 64 * 1024**2  # headers of tar members are read as a whole
_NESTED = re.compile(r"(?i)\.(zip|tar|tgz|tbz2|txz|rar|7z|tar\.\w+)$")
_SPECIAL: tuple[tuple[Callable[[frozenset[str]], bool], str], ...] = (
    (
        lambda names: any(name.rsplit("/", 1)[-1] == "data.pkl" for name in names),
        "a PyTorch file: loading it could run a program. Save its tensors with numpy.savez, as images and labels",
    ),
    (lambda names: "xl/workbook.xml" in names, "an Excel workbook: save its sheet as CSV"),
    (lambda names: "word/document.xml" in names, "a Word document, which holds no data set"),
    (lambda names: "[Content_Types].xml" in names, "an Office document: save its data as CSV"),
    (lambda names: "META-INF/MANIFEST.MF" in names, "a Java program, which holds no data set"),
)


_PACKED: tuple[tuple[bytes, Callable[[IO[bytes]], Any]], ...] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file, mode="rb")),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\0", lzma.LZMAFile),
)


class _Member(NamedTuple):
    """A file in an archive: its name and announced size, why it is left out (or ""), and what opens it."""

    name: str
    size: int
    reason: str
    open: Callable[[], IO[bytes] | None]


@dataclass(eq=False)
class Unpacked:
    """What was unpacked: the archive, the temporary folder, and what was left out.

    The folder is removed when this object is no longer used, and by `close`.
    """

    archive: Path
    temporary: TemporaryFolder
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The temporary folder."""
        return self.temporary.path

    def close(self) -> None:
        """Remove the temporary folder; to be called any number of times."""
        self.temporary.close()

    @contextlib.contextmanager
    def speaking_of_the_archive(self) -> Iterator[None]:
        """Let errors name the archive where they would name the temporary folder."""
        try:
            yield
        except DataError as error:
            raise DataError(self.spoken(str(error))) from None

    def spoken(self, text: str) -> str:
        """Return a sentence with the archive in place of the temporary folder."""
        return text.replace(os.fspath(self.folder), printable(os.fspath(self.archive)))

    def outside(self, path: Path) -> Path:
        """Return what a path in the temporary folder is called by the user: as if the archive were a folder."""
        return self.archive / path.relative_to(self.folder) if path.is_relative_to(self.folder) else path


def is_archive(path: Path) -> bool:
    """Return whether a file is named as an archive that can be unpacked."""
    return path.name.lower().endswith(ARCHIVE_ENDINGS)


def unpack(path: Path, monitor: Monitor) -> Unpacked:
    """Unpack an archive into a new temporary folder; nothing stays there when it fails.

    Links, devices, names that lead elsewhere and archives within it are left out, which is told in the result.

    Raises
    ------
    DataError
        It is damaged, protected by a password, of another kind, or larger than the limits allow.
    Cancelled
        `monitor` said so.
    """
    monitor.check()
    with reading(path) as size:
        try:
            unpacked = Unpacked(path, TemporaryFolder())
        except OSError as error:
            raise DataError(f"{quoted(path)} cannot be unpacked: no temporary folder can be made ({error}).") from None
        try:
            members = _zip_members if path.name.lower().endswith(".zip") else _tar_members
            with members(path) as found:
                _unpack_all(unpacked, found, size, monitor)
        except BaseException:
            unpacked.close()
            raise
    return unpacked


def _unpack_all(unpacked: Unpacked, members: Iterator[_Member], size: int, monitor: Monitor) -> None:
    most = min(MOST_BYTES, max(_UNSUSPICIOUS, size * MOST_RATIO))
    written = 0
    monitor.stage(0.0, 1.0, "Unpacking")
    for count, member in enumerate(members):
        monitor.check()
        if count >= MOST_MEMBERS:
            raise DataError(f"{quoted(unpacked.archive)} holds more than {MOST_MEMBERS:,} files.")
        parts = _parts_of_name(member.name)
        reason = member.reason or ("its name leads out of the archive" if parts is None else "")
        if not reason and parts and _NESTED.search(parts[-1]):
            reason = "an archive within the archive: unpack it by itself"
        if parts is not None and any(is_passed_over(part) for part in parts):
            continue
        if reason or parts is None:
            shown = [part for part in re.split(r"[/\\]", member.name) if part not in {"", ".", ".."}]
            skipped = unpacked.folder.joinpath(*(printable(part)[:100] for part in shown[-3:]))
            unpacked.skipped.append(Skipped(unpacked.outside(skipped), reason))
            continue
        if written + member.size > most:
            raise _too_large(unpacked.archive, most)
        target = unpacked.folder.joinpath(*parts)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(target, "xb") as out:
                written = _copy(unpacked.archive, member, out, written, most, monitor)
        except OSError as error:
            if error.errno in _FULL:
                place = quoted(tempfile.gettempdir())
                raise DataError(
                    f"{quoted(unpacked.archive)} cannot be unpacked: there is no room for it in {place}."
                ) from None
            if error.errno is None:
                raise
            unpacked.skipped.append(Skipped(unpacked.outside(target), error.strerror or "it cannot be unpacked"))
        monitor.count(written, most, "bytes", fraction=min(1.0, written / max(1, size)))


def _copy(archive: Path, member: _Member, out: BinaryIO, written: int, most: int, monitor: Monitor) -> int:
    stream = member.open()
    if stream is None:
        return written
    with stream:
        while chunk := stream.read(_CHUNK):
            monitor.check()
            written += len(chunk)
            if written > most:
                raise _too_large(archive, most)
            out.write(chunk)
    return written


@contextlib.contextmanager
def _zip_members(path: Path) -> Iterator[Iterator[_Member]]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        names = frozenset(info.filename for info in infos)
        special = next((what for is_it, what in _SPECIAL if is_it(names)), None)
        if special:
            raise DataError(f"{quoted(path)} is {special}.")
        if any(info.flag_bits & 1 for info in infos):
            raise DataError(f"{quoted(path)} is protected by a password: unpack it, and open the folder.")

        def each() -> Iterator[_Member]:
            for info in infos:
                mode = info.external_attr >> 16
                if info.is_dir():
                    continue
                is_odd = mode and (mode & 0o170000) not in {0, 0o100000}
                yield _Member(
                    info.filename, info.file_size, "a link or device" if is_odd else "", partial(archive.open, info)
                )

        try:
            yield each()
        except NotImplementedError:
            raise DataError(
                f"{quoted(path)} is packed in a way that cannot be read here: unpack it, and open the folder."
            ) from None


@contextlib.contextmanager
def _tar_members(path: Path) -> Iterator[Iterator[_Member]]:
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        start = file.read(6)
        file.seek(0)
        stream: IO[bytes] = file
        opener = next((opener for magic, opener in _PACKED if start.startswith(magic)), None)
        if opener is not None:
            stream = stack.enter_context(opener(file))
        bounded = _Bounded(stream, path, min(MOST_BYTES, max(_UNSUSPICIOUS, os.path.getsize(path) * MOST_RATIO)))
        try:
            archive = stack.enter_context(tarfile.open(fileobj=bounded, mode="r:"))
        except tarfile.ReadError:
            raise DataError(f"{quoted(path)} is no tar archive, or is damaged.") from None

        def each() -> Iterator[_Member]:
            for member in archive:
                if member.isdir():
                    continue
                reason = "" if member.isfile() else "a link or device"
                yield _Member(member.name, member.size, reason, partial(archive.extractfile, member))

        yield each()


class _Bounded(io.RawIOBase):
    """The unpacked bytes of a tar archive, no more of them than a limit: its headers may announce anything."""

    def __init__(self, stream: IO[bytes], path: Path, most: int) -> None:
        self._stream, self._path, self._most = stream, path, most

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and offset > self._most:
            raise _too_large(self._path, self._most)
        return self._stream.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _LARGEST_READ or self._stream.tell() > self._most:
            raise _too_large(self._path, self._most)
        return self._stream.read(size)


def _parts_of_name(name: str) -> list[str] | None:
    """Return the folders and the name that a member's name says; None when it leads out, or is none."""
    parts = [part for part in re.split(r"[/\\]", name) if part not in {"", "."}]
    is_bad = not parts or ".." in parts or name[:1] in {"/", "\\"} or re.match(r"[A-Za-z]:", name) or "\0" in name
    return None if is_bad or len(parts) > 64 else parts


def _too_large(path: Path, most: int) -> DataError:
    return DataError(
        f"{quoted(path)} would take more than {most:,} bytes unpacked, the limit for an archive of its size: "
        "unpack it, and open the folder."
    )

"""Reads the lines of a text file, packed with gzip or not, in whichever encoding, a block at a time."""

import codecs
import gzip
import io
import re
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.reading import GZIP_MAGIC, MOST_BYTES, reading
from dae_core.jobs import Monitor

_LONGEST = 1 << 20  # characters of one line: 128x128 pixels with 18 digits each take less than half of it
_BLOCK = 1 << 20  # characters of a block, give or take a line
_LOOKED_AT = 4096  # bytes that tell the encoding
_MARKS = (  # the longer first: UTF-32 begins as UTF-16 does
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Texts that are no tables, by how they begin, with what can be done.
_KINDS = (
    (
        rb"(?:%[^\r\n]*[\r\n]|\s)*@(?:relation|attribute|data)\b",
        "a table of Weka (ARFF)",
        "save it as CSV from there, or with scipy.io.arff",
    ),
    (
        rb"\s*[-+]?\d[\d.,eE+-]*[ \t]+(?:qid|\d+):[-+.\d]",
        "a sparse table (libsvm)",
        "read it with sklearn.datasets.load_svmlight_file and save the array as .npy",
    ),
    (rb"\s*(?:<!doctype html|<html|<head|<body)", "a web page (HTML)", "fetch it again, for the download went wrong"),
    (rb"\s*<\?xml|\s*<svg", "XML", "save it as CSV"),
    (rb"\s*[\[{]\s*(?:[\[{\"]|-?\d)", "JSON", "save it as CSV"),
    (rb"version https://git-lfs\.github\.com", "a pointer of Git LFS", "get the file itself with: git lfs pull"),
)


class Lines(NamedTuple):
    """A block of lines that are not blank, without their ends, and the number of each in the file, from 1."""

    texts: list[str]
    numbers: list[int]


def known_text_kind(first_bytes: bytes) -> tuple[str, str] | None:
    """Return which kind of text that is no table of numbers begins with these bytes, and what to do, or None."""
    for pattern, kind, remedy in _KINDS:
        if re.match(pattern, first_bytes, re.IGNORECASE):
            return kind, remedy
    return None


def read_lines(path: Path, monitor: Monitor) -> Generator[Lines]:
    """Yield the lines of a text file in blocks of some megabyte; line ends may be LF, CRLF or CR.

    Lines that hold nothing but separators and quotes are passed over. Text is UTF-8, UTF-16 or UTF-32; bytes that are
    no UTF-8 come as lone surrogates (`readable` makes Latin-1 of them). Progress is in bytes of the file.

    Raises
    ------
    DataError
        The file is unreadable, no text, a text of a known other kind, or larger than 2 GiB, packed or unpacked.
    Cancelled
        `monitor`, which is asked after each block, said so.
    """
    with reading(path, MOST_BYTES) as size, path.open("rb") as file:
        packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(0)
        # To io.TextIOWrapper a GzipFile is as good as a buffered file.
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
        beginning = stream.read(_LOOKED_AT)
        encoding = _encoding(path, beginning)
        stream.seek(0)
        errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
        text = io.TextIOWrapper(stream, encoding, errors)
        kind = known_text_kind(beginning.decode(encoding, errors).encode("utf-8", "replace"))
        if kind:
            raise DataError(f"{quoted(path)} is {kind[0]}, which is not read here: {kind[1]}.")
        number, at_end = 0, False
        while not at_end:
            lines, length = Lines([], []), 0
            while length < _BLOCK:
                line = text.readline(_LONGEST)
                if not line:
                    at_end = True
                    break
                number += 1
                length += len(line)
                if len(line) == _LONGEST:
                    raise DataError(f"{quoted(path)} is not a table of images: line {number:,} is too long.")
                if line.strip(_NOTHING):
                    lines.texts.append(line.rstrip("\n\x1a"))
                    lines.numbers.append(number)
            if packed and stream.tell() > MOST_BYTES:
                raise DataError(f"{quoted(path)} holds more than {MOST_BYTES:,} bytes when it is unpacked.")
            if lines.texts:
                yield lines
            monitor.count(file.tell(), size, "bytes", path.name)


_NOTHING = " \t\n\r\v\f,;|\"'\x1a\ufeff"  # \x1a ended files of CP/M and DOS


def readable(text: str) -> str:
    """Return a cell or name without spaces around it; bytes in it that are no UTF-8 are taken as Latin-1."""
    text = text.strip(" \t\ufeff\xa0")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("latin-1")
    return text


def _encoding(path: Path, beginning: bytes) -> str:
    """Tell the encoding of a text from its first bytes: by its mark, or by where the zeros of UTF-16 are."""
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding
    zeros = [beginning[start::2].count(0) / max(1, len(beginning) // 2) for start in (0, 1)]
    if max(zeros) > 0.9 and min(zeros) == 0:  # digits and separators: nearly every second byte
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    if max(zeros) > 0:
        raise DataError(f"{quoted(path)} is no table of numbers: it holds bytes of zero, as no text does.")
    return "utf-8-sig"

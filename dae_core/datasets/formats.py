"""Which kind of file a file is, by its first bytes and its name; known kinds that are not read are named in words."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import NamedTuple

from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.reading import GZIP_MAGIC, reading

LOOKED_AT = 1024
"""Bytes at the beginning of a file that tell its kind."""

_UTF_16 = frozenset((b"\xff\xfe", b"\xfe\xff"))
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]+")
_SAVE_NPZ = "save its arrays with numpy.savez and open the .npz file"
_NO_PICKLE = f"reading it could run a program; in Python, {_SAVE_NPZ}"


class _Unread(NamedTuple):
    """A kind that is not read: how its files begin, how their names end (all, if empty), its name and what to do."""

    begins: bytes
    endings: tuple[str, ...]
    title: str
    remedy: str


_UNREAD = (
    _Unread(rb"PK\x03\x04", (".pt", ".pth", ".ckpt", ".bin"), "a file of PyTorch", f"in PyTorch, {_SAVE_NPZ}"),
    _Unread(rb"PK\x03\x04", (".xlsx", ".xlsm", ".ods"), "a spreadsheet", "save its sheet as CSV and open that"),
    _Unread(rb"PK\x03\x04", (".docx", ".odt", ".pptx"), "an office document", "save its pictures in a folder"),
    _Unread(rb"PK\x03\x04", (".keras",), "a model of Keras", "models of other programs are not read"),
    _Unread(rb"\xd0\xcf\x11\xe0", (), "a file of an older office program", "save its sheet as CSV and open that"),
    _Unread(rb"\x80[\x02-\x05]", (), "a Python pickle", _NO_PICKLE),
    _Unread(rb"[(\]}c]", (".pkl", ".pickle", ".p"), "a Python pickle", _NO_PICKLE),
    _Unread(rb"\x89HDF\r\n\x1a\n", (), "an HDF5 file", f"in Python with h5py, {_SAVE_NPZ}"),
    _Unread(rb"MATLAB 7\.3", (), "a MATLAB file of version 7.3", "in MATLAB, save it with the option -v7"),
    _Unread(rb"PAR1", (), "a Parquet file", "save it as CSV, or its arrays with numpy.savez, and open that"),
    _Unread(rb"ARROW1|FEA1", (), "an Arrow file", "save it as CSV, or its arrays with numpy.savez, and open that"),
    _Unread(rb"%PDF-", (), "a PDF document", "save its pages as pictures in a folder and open that"),
    _Unread(rb"SQLite format 3", (), "a database of SQLite", "save its table as CSV and open that"),
    _Unread(rb"(?s).{4}ftyp(heic|heix|mif1|avif|hevc)", (), "a picture in HEIC or AVIF", "save it as PNG or JPEG"),
    _Unread(rb"(?s).{4}ftyp", (), "a film", "save its frames as pictures in a folder and open that"),
    _Unread(rb"P[1-7]\s", (), "a picture in PGM or PPM", "save it as PNG"),
    _Unread(rb"8BPS|gimp xcf", (), "a picture of a painting program", "save it as PNG"),
    _Unread(rb"(?s)(.{128})DICM", (), "a medical picture (DICOM)", "save it as PNG or TIFF"),
    _Unread(rb"7z\xbc\xaf|Rar!|\xfd7zXZ|\x28\xb5\x2f\xfd|BZh|\x1f\x9d", (), "a packed file", "unpack it"),
    _Unread(rb"PK\x03\x04", (), "an archive under another name", "give its name the ending .zip"),
    _Unread(rb"SIMPLE  =", (), "a picture in FITS", f"in Python with astropy, {_SAVE_NPZ}"),
    _Unread(rb"", (".tfrecord", ".tfrecords"), "a record file of TensorFlow", f"in TensorFlow, {_SAVE_NPZ}"),
    _Unread(rb"", (".rds", ".rdata", ".rda"), "a file of R", "in R, save it with write.csv and open that"),
    _Unread(rb"", (".mlx", ".t7", ".lmdb"), "a file of another program", _SAVE_NPZ),
    _Unread(rb"", (".safetensors", ".onnx"), "a model, not images", "open it as a model"),
    _Unread(rb"", (".dae",), "a session of this program", "open it as a session"),
)  # fmt: skip


# What else a file may be that was taken for another one.
_RECOGNIZED = (
    _Unread(rb"\x89PNG|\xff\xd8\xff|GIF8|BM|II\*\0|MM\0\*|RIFF[\s\S]{4}WEBP", (), "a picture", "open it as data"),
    _Unread(rb"(?s)\0\0[\x08\x09\x0b-\x0e][\x01-\x04]", (), "data in IDX format", "open it as data"),
    _Unread(rb"\x93NUMPY", (), "an array of NumPy", "open it as data"),
    _Unread(rb"MATLAB 5\.0", (), "a MATLAB file", "open it as data"),
    _Unread(rb"(?i)\s*<(!doctype|html|\?xml)", (), "a page of the web", "fetch the file itself"),
    _Unread(rb"\x7fELF|MZ|\xcf\xfa\xed\xfe", (), "a program", "choose another file"),
    _Unread(rb"(?s).{8}\{", (), "a file of tensors (safetensors)", "open it as a session or a model"),
    _Unread(rb"\0{8}", (), "nothing but zeros at its beginning", "fetch or copy it again"),
)  # fmt: skip


def what_it_seems(head: bytes, name: str = "") -> str:
    """Return what a file of another kind seems to be and what to do, as the end of a sentence without the full stop.

    Parameters
    ----------
    head : bytes
        How it begins, unpacked; some hundred bytes are enough.
    name : str
        What it is called.
    """
    ending = Path(name.lower()).suffix
    if not head:
        return "it is empty"
    for known in (*_RECOGNIZED[:-2], *_UNREAD, *_RECOGNIZED[-2:]):
        if known.begins and (not known.endings or ending in known.endings) and re.match(known.begins, head):
            return f"it seems to be {known.title}; {known.remedy}"
    if _TEXT.fullmatch(head) or head[:2] in _UTF_16:
        return "it seems to be a text; if that is a table of images, give its name the ending .csv"
    return "it is of a kind that is not known here, or damaged; fetch or copy it again"


def file_kind(path: Path) -> str:
    """Return how a file of arrays is read: "npy", "npz", "csv", "mat" or "idx".

    What a file begins with, unpacked if it is gzipped, counts more than its name. Any other text is a table.

    Raises
    ------
    DataError
        It cannot be read, or is of a kind that is not read here; the message names the kind and what to do.
    """
    head, packed = _head(path)
    name = path.name.lower().removesuffix(".gz")
    ending = Path(name).suffix
    for kind, begins, endings in _READ:
        if re.match(begins, head) and (not endings or ending in endings):
            if packed and kind not in _READ_PACKED:
                raise DataError(f"{quoted(path)} is packed with gzip, and read here only unpacked: unpack it first.")
            return kind
    for unread in _UNREAD:
        if (not unread.endings or ending in unread.endings) and re.match(unread.begins, head):
            raise DataError(f"{quoted(path)} is {unread.title}, which is not read here: {unread.remedy}.")
    if ending in _TABLES or head[:2] in _UTF_16 or (_TEXT.fullmatch(head) and ending[1:] not in _BY_ENDING):
        return "csv"
    if ending[1:] in _BY_ENDING:
        return ending[1:]  # its reader says what is wrong with it
    if not head or "idx" in name or "ubyte" in name:
        return "idx"
    raise DataError(
        f"{quoted(path)} is of no kind that is known here. Images are "
        "read from folders of pictures, IDX, NumPy (.npy, .npz) and MATLAB (.mat) files, text tables (.csv, .tsv, "
        ".txt) and archives (.zip, .tar)."
    )


# What is read: the kind, how such files begin, and how their names end (all, if empty).
_READ = (
    ("idx", rb"(?s)\0\0[\x08\x09\x0b-\x0e][\x01-\x04]", ()),
    ("npy", rb"\x93NUMPY", ()),
    ("npz", rb"PK\x03\x04", (".npz",)),
    ("mat", rb"MATLAB 5\.0", ()),
)
_READ_PACKED = frozenset(("idx",))
_BY_ENDING = frozenset(("npy", "npz", "mat"))
_TABLES = frozenset((".csv", ".tsv", ".txt", ".tab", ".amat", ".dat"))


def _head(path: Path) -> tuple[bytes, bool]:
    """Return the first bytes of a file, unpacked where gzip packed it, and whether it was packed."""
    with reading(path), path.open("rb") as file:
        head = file.read(LOOKED_AT)
        if not head.startswith(GZIP_MAGIC):
            return head, False
        file.seek(0)
        try:
            with gzip.GzipFile(fileobj=file) as unpacked:
                return unpacked.read(LOOKED_AT), True
        except (EOFError, OSError, zlib.error):  # damaged: the reader says so
            return b"", True

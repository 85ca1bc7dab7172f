"""Files of numbers with sound checksums and absurd contents: shapes, types, counts and values that nobody checked."""

import gzip
import io
import math
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.random import Generator

T = TypeVar("T")
Files = Mapping[str, bytes]
"""What a folder holds; the first name is what is opened, unless it is empty: then it is the folder."""

SIZES = (0, 1, 2, 3, 4, 7, 9, 28, 129, 784, 10_000, 2**15, 2**16 - 1, 2**24, 2**31 - 1, 2**31, 2**32 - 1)
SIDES = (0, 1, 2, 3, 5, 8, 9, 28, 40)
TYPES = (
    "|u1",
    "|b1",
    "<i2",
    ">i4",
    "<f2",
    "<f4",
    ">f8",
    "<i8",
    "<u8",
    "<c8",
    "<c16",
    "|S3",
    "<U4",
    "<M8[s]",
    "|V5",
    "|O",
)
NUMBERS = (0, 1, -1, 0.5, 2, 10, 16, 255, 256, 4095, 65535, 1e-300, 1e300, -1e300, 2**63 - 1, -(2**63))
STRANGE = (float("nan"), float("inf"), float("-inf"), *NUMBERS)
WORDS = (
    "", " ", "label", "class", "target", "pixel1", "1x1", "id", "nan", "inf", "-inf", "1e999", "1e-999", "0x1F", "1_0",
    "=1+1", '"', "'", "#", "//", "\x00", "\ufeff", "\u202e", "<b>", "x" * 500, "9" * 400, "1,5", "1;2", "-", "+", ".",
    "٣",
)  # fmt: skip
MOST = 40_000  # numbers in a file: its lies cost nothing to make, and must cost nothing to read


def one_of(rng: Generator, things: Sequence[T]) -> T:
    return things[int(rng.integers(len(things)))]


def numbers(rng: Generator, count: int) -> np.ndarray:
    """Return so many numbers as float64: grey levels, few levels, real ones, or with something strange in them."""
    count = min(count, MOST)
    match rng.integers(-3, 5):
        case -3 | -2 | -1 | 0:
            values = rng.integers(0, 256, count).astype(np.float64)
        case 1:
            values = rng.integers(0, 2, count) * float(one_of(rng, NUMBERS))
        case 2:
            values = rng.random(count)
        case 3:
            values = np.full(count, float(one_of(rng, STRANGE)))
        case _:
            values = rng.normal(0, abs(float(one_of(rng, NUMBERS))), count)
    if count and rng.random() < 0.2:
        values[rng.integers(count, size=min(3, count))] = one_of(rng, STRANGE)
    return values


def array(rng: Generator) -> np.ndarray:
    """Return a sound array of any shape that might stand for images or labels, and any type but objects."""
    n, h, w = int(one_of(rng, (6, 30))), int(one_of(rng, (9, 28))), int(one_of(rng, (9, 28)))
    if rng.random() < 0.4:
        n, h, w = int(one_of(rng, (0, 1, 2, 6, 30))), int(one_of(rng, SIDES)), int(one_of(rng, SIDES))
    shapes: tuple[tuple[int, ...], ...] = (
        *[(n, h, w)] * 9, (h, w, n), (n, h * w), (h * w, n), (n, 1, h, w), (n, h, w, 1), (n, h, w, 3), (n, 3, h, w),
        (n,), (), (n, 1), (n, 10), (1, n, h, w), (2, n, h, w), (h, w), (1,) * 8, (1,) * 32,
    )  # fmt: skip
    shape = one_of(rng, shapes)
    while math.prod(shape) > MOST:
        largest = shape.index(max(shape))
        shape = (*shape[:largest], 1, *shape[largest + 1 :])
    values = numbers(rng, math.prod(shape)).reshape(shape)
    with np.errstate(all="ignore"):
        return np.asarray(values.astype(one_of(rng, TYPES[:-2])), order=one_of(rng, ("C", "F")))


def npy(rng: Generator) -> bytes:
    """Return an array as NumPy writes it, or one whose header says something else, in any version and form."""
    if rng.random() < 0.5:
        stream = io.BytesIO()
        np.save(stream, array(rng), allow_pickle=False)
        return stream.getvalue()
    shape = tuple(int(one_of(rng, SIZES)) for _ in range(rng.integers(0, 6)))
    if rng.random() < 0.2:
        shape = tuple(int(x) for x in rng.choice([-1, 0, 2**62, 1], rng.integers(1, 40)))
    header: dict[str, Any] = {"descr": one_of(rng, TYPES), "fortran_order": bool(rng.integers(2)), "shape": shape}
    if rng.random() < 0.2:
        header["descr"] = one_of(
            rng, ([("a", "<f4"), ("b", "|O")], [("x", "|u1", (28, 28))], "", "u1,u1", 7, None, "<f99")
        )
    if rng.random() < 0.1:
        header[one_of(rng, ("extra", "shape "))] = 1
    text = repr(header)
    if rng.random() < 0.05:
        text = one_of(rng, ("(" * 500, "{'shape': " + "[" * 200, "1" * 9000, "{" + "'a':1," * 900 + "}"))
    version = one_of(rng, ((1, 0), (1, 0), (2, 0), (3, 0), (9, 9)))
    encoded = text.encode() + b"\n"
    length = len(encoded).to_bytes(2 if version == (1, 0) else 4, "little")
    return b"\x93NUMPY" + bytes(version) + length + encoded + numbers(rng, int(rng.integers(0, 2000))).tobytes()


def npz(rng: Generator) -> bytes:
    """Return an archive of arrays under usual and unusual names, with sound checksums."""
    names = (
        "images", "labels", "x_train", "y_train", "x_test", "y_test", "X", "y", "data", "target", "arr_0", "arr_1",
        "train_images", "train_labels", "test_images", "test_labels", "val_images", "val_labels", "../out", "",
        "x" * 300, "mean",
    )  # fmt: skip
    usual = (
        ("images", "labels"),
        ("x_train", "y_train", "x_test", "y_test"),
        ("images",),
        ("arr_0",),
        ("X", "y"),
        names,
        names,
    )
    chosen = one_of(rng, usual) if rng.random() < 0.6 else [one_of(rng, names) for _ in range(rng.integers(0, 6))]
    members = [(name + ".npy", npy(rng)) for name in chosen]
    if rng.random() < 0.1:
        members.append((one_of(rng, names), bytes(int(rng.integers(0, 9)))))
    if rng.random() < 0.05:  # a small file that becomes a large one
        big = io.BytesIO()
        np.lib.format.write_array_header_1_0(big, {"descr": "|u1", "fortran_order": False, "shape": (50_000, 28, 28)})
        members.insert(0, (one_of(rng, names) + ".npy", big.getvalue() + bytes(50_000 * 28 * 28)))
    return zipped(rng, members)


def zipped(rng: Generator, members: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a ZIP archive, some of whose entries may claim to be encrypted, or of another size or kind."""
    stream = io.BytesIO()
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    is_large = sum(len(content) for _, content in members) > 1_000_000  # with the others it would take seconds to make
    method = zipfile.ZIP_DEFLATED if is_large else one_of(rng, methods)
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in dict(members).items():
            info = zipfile.ZipInfo(name or "nameless")
            info.compress_type = method
            if rng.random() < 0.05:
                info.external_attr = 0o120777 << 16  # a symbolic link
            archive.writestr(info, content, compresslevel=1)
    data = bytearray(stream.getvalue())
    at = data.find(b"PK\x01\x02")  # of the first entry in the central directory
    if at >= 0 and rng.random() < 0.15:
        field, value = one_of(rng, ((8, 1), (10, 99), (24, 2**32 - 1), (24, 2**31), (20, 2**31), (42, 2**31)))
        size = 2 if field in (8, 10) else 4
        data[at + field : at + field + size] = value.to_bytes(size, "little")
    return bytes(data)


def idx(rng: Generator) -> bytes:
    """Return IDX data of any announced type and shape, with as many values or not."""
    dimensions = [int(one_of(rng, (6, 9, 28))) for _ in range(3)]
    if rng.random() < 0.5:
        dimensions = [
            int(one_of(rng, SIZES if rng.random() < 0.3 else (*SIDES, 30))) for _ in range(rng.integers(0, 6))
        ]
    kind = int(one_of(rng, (8,) * 12 + (9, 11, 12, 13, 14, 0, 255)))
    width = {8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8}.get(kind, 1)
    count = min(math.prod(dimensions), MOST)
    if rng.random() < 0.2:
        count = max(0, count + int(one_of(rng, (-1, 1, 5000, -count))))
    with np.errstate(all="ignore"):
        values = numbers(rng, count).astype(
            {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}.get(kind, "u1")
        )
    shape = b"".join(d.to_bytes(4, "big") for d in dimensions)
    return bytes((0, 0, kind, len(dimensions))) + shape + values.tobytes()[: count * width]


def packed(rng: Generator, data: bytes) -> bytes:
    """Return data as gzip: in one member or several, twice, with long notes, or growing a thousand times."""
    match rng.integers(0, 6):
        case 0:
            return gzip.compress(gzip.compress(data, mtime=0), mtime=0)
        case 1:
            half = len(data) // 2
            return b"".join(gzip.compress(part, mtime=0) for part in (data[:half], *[b""] * 50, data[half:]))
        case 2:
            deflate = zlib.compressobj(wbits=-15)
            body = deflate.compress(data) + deflate.flush()
            note = b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * 5000 + b"\0"
            return note + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
        case 3 if rng.random() < 0.2:
            return gzip.compress(data + bytes(60_000_000), 1, mtime=0)
        case _:
            return gzip.compress(data, mtime=0)


def idx_files(rng: Generator) -> Files:
    """Return one file of IDX data, or a folder of them with labels and test images."""
    ending = ""
    content = idx(rng)
    if rng.random() < 0.3:
        content, ending = packed(rng, content), ".gz"
    if rng.random() < 0.5:
        return {"single-images.idx" + ending: content}
    names = ("train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "test-images-idx3-ubyte")
    return {"": b"", "train-images-idx3-ubyte" + ending: content, **{n: idx(rng) for n in names if rng.random() < 0.5}}


def table(rng: Generator) -> bytes:
    """Return a table whose header, separators, quotes, encoding, line ends and lengths of rows are anything."""
    separator = one_of(rng, (",",) * 6 + (";", "\t", " ", "|", ", "))
    columns, rows = int(one_of(rng, (17, 65, 784, 785))), int(one_of(rng, (7, 12)))
    if rng.random() < 0.4:
        columns, rows = int(one_of(rng, (0, 1, 2, 4, 5, 10, 65, 3000))), int(one_of(rng, (0, 1, 2, 7)))
    spoilt = rng.random() < 0.5
    lines = []
    if rng.random() < 0.6:
        strange = 0.3 if rng.random() < 0.3 else 0.0
        lines.append([one_of(rng, WORDS) if rng.random() < strange else f"pixel{k}" for k in range(columns)])
    whole = rng.random() < 0.7
    for _ in range(rows):
        values = numbers(rng, columns)
        ragged = int(rng.integers(-2, 3)) if spoilt and rng.random() < 0.1 else 0
        texts = [str(int(v)) if whole and abs(v) < 1e18 else repr(float(v)) for v in values]
        lines.append((texts + ["0"] * ragged) if ragged >= 0 else texts[:ragged])
        if spoilt and texts and rng.random() < 0.1:
            lines[-1][:1] = [one_of(rng, WORDS)]
    if rng.random() < 0.2:
        lines.insert(int(rng.integers(len(lines) + 1)), ["# " + one_of(rng, WORDS)])
    quote = '"' if rng.random() < 0.2 else ""
    end = one_of(rng, ("\n",) * 6 + ("\r\n", "\r", "\n\n", ",\n"))
    text = end.join(separator.join(f"{quote}{cell}{quote}" for cell in line) for line in lines)
    if rng.random() < 0.05:
        text += one_of(rng, ('"', '"' + "x" * 100_000, "," * 100_000, "\0" * 1000, "1" * 300_000, "\n" * 100_000))
    encoding = one_of(rng, ("utf-8",) * 6 + ("utf-8-sig", "utf-16", "utf-16-be", "latin-1", "utf-32"))
    return text.encode(encoding, "replace")


def table_files(rng: Generator) -> Files:
    """Return a table under one of the names that tables have."""
    name = one_of(rng, ("t.csv", "t.csv", "t.csv", "t.csv", "t.tsv", "t.txt", "t.csv.gz"))
    return {name: packed(rng, table(rng)) if name.endswith(".gz") else table(rng)}


def mat(rng: Generator) -> bytes:
    """Return a file as MATLAB writes it: arrays of all its kinds, some of whose sizes say something else."""
    from scipy.io import savemat
    from scipy.sparse import csc_array

    names = ("images", "labels", "X", "y", "train_x", "train_y", "test_x", "test_y", "data", "affNISTdata", "dataset")
    cells = np.empty(2, object)
    cells[:] = ["text", np.zeros((2, 2))]
    values: dict[str, Any] = {}
    for _ in range(rng.integers(0, 5)):
        numeric = array(rng)
        kinds = (
            numeric,
            numeric,
            numeric,
            cells,
            {"images": numeric, "deep": {"labels": numeric}},
            csc_array(np.eye(5)),
            "text",
        )
        values[one_of(rng, names)] = one_of(rng, kinds)
    values = {name: v for name, v in values.items() if not (isinstance(v, np.ndarray) and v.dtype.kind in "MV")}
    stream = io.BytesIO()
    try:
        savemat(stream, values, do_compression=rng.random() < 0.4, format=one_of(rng, ("5", "5", "4")))
    except (TypeError, ValueError, KeyError):  # it has no place for everything that NumPy has
        stream = io.BytesIO(b"MATLAB 5.0 MAT-file".ljust(116) + bytes(8) + b"\0\1IM")
    data = bytearray(stream.getvalue())
    if data.startswith(b"MATLAB"):
        data[:116] = b"MATLAB 5.0 MAT-file".ljust(116)  # instead of the time of day
    if len(data) > 200 and rng.random() < 0.6:  # another size, type or flag where one of them may stand
        for _ in range(rng.integers(1, 4)):
            at = int(rng.integers(32, min(len(data), 400) // 4)) * 4
            data[at : at + 4] = struct.pack("<I", int(one_of(rng, (*SIZES, 14, 15, 16, 17, 0x0E0100))))
    return bytes(data)


def zip_files(rng: Generator) -> Files:
    """Return an archive of files of all kinds, in folders, under names that lead elsewhere, and in one another."""
    places = ("", "train/", "test/", "a/", "b/", "../", "/", "C:\\", "__MACOSX/", "deep/" * 60)
    members = []
    for _ in range(rng.integers(0, 5)):
        kind = one_of(rng, sorted(KINDS))
        if kind != "zip" or rng.random() < 0.3:
            inner = KINDS[kind](rng)
            members += [(one_of(rng, places) + name, content) for name, content in inner.items() if name]
    if rng.random() < 0.03:
        members += [(f"{k}.png", b"") for k in range(1_000)]
    if rng.random() < 0.03:
        members.append(("zeros.idx", bytes((0, 0, 8, 3)) + struct.pack(">3I", 100_000, 28, 28) + bytes(78_400_000)))
    return {"files.zip": zipped(rng, members)}


def _pictures(rng: Generator) -> Files:
    from helpers.mutated_pictures import picture_files

    return picture_files(rng)


KINDS: dict[str, Callable[[Generator], Files]] = {
    "idx": idx_files,
    "npy": lambda rng: {"array.npy": npy(rng)},
    "npz": lambda rng: {"arrays.npz": npz(rng)},
    "table": table_files,
    "pictures": _pictures,
    "mat": lambda rng: {"matrices.mat": mat(rng)},
    "zip": zip_files,
}

"""Files opened as what they are not, or that were damaged: the sentence says what they seem to be and what to do."""

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save

from dae_core.datasets.errors import DataError
from dae_core.datasets.files.arrays import read_npy
from dae_core.datasets.idx import read_idx_images
from dae_core.datasets.sources import open_dataset
from dae_core.errors import UserError
from dae_core.sessions.model_file import load_model
from dae_core.sessions.session_file import load_session

_TENSORS = save({"W": np.zeros((4, 4), np.float32)}, {"about": "nothing"})


def _picture() -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16)).save(stream, "PNG")
    return stream.getvalue()


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "text")
    return stream.getvalue()


def _npy() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.zeros((3, 8, 8), np.uint8))
    return stream.getvalue()


# What a file holds, and what its sentence says of it.
WRONG: dict[str, tuple[bytes, str]] = {
    "text": (b"hello world, this is a text\n" * 10, "a text"),
    "short text": (b"hello", "a text"),
    "empty": (b"", "empty"),
    "page": (b"<!DOCTYPE html><html><body>404</body></html>", "page of the web"),
    "picture": (_picture(), "a picture"),
    "pickle": (b"\x80\x04\x95\x10\0\0\0\0\0\0\0}\x94", "a Python pickle"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(64), "an HDF5 file"),
    "zip": (_zip(), "an archive"),
    "npy": (_npy(), "an array of NumPy"),
    "idx": (b"\0\0\x08\x03\0\0\0\x01\0\0\0\x02\0\0\0\x02\1\2\3\4", "data in IDX format"),
    "zeros": (bytes(500), "nothing but zeros"),
    "noise": (bytes(range(250, 0, -1)), "not known here"),
    "tensors": (_TENSORS, ""),
}
READERS: dict[str, tuple[str, Callable[[Path], object], tuple[str, ...]]] = {
    "session": ("a.dae", load_session, ("tensors",)),
    "model": ("a.safetensors", load_model, ("tensors",)),
    "idx": ("train-images-idx3-ubyte", read_idx_images, ("idx", "empty", "zeros", "tensors")),
    "npy": ("a.npy", read_npy, ("npy", "empty", "tensors")),
}


def refusal(open_it: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(UserError) as caught:
        open_it(path)
    message = str(caught.value)
    assert message.endswith(".")
    assert message.isprintable()
    assert str(path) in message
    said = message.replace(str(path), "")
    assert not re.search(r"\b[0-9a-f]{2} [0-9a-f]{2}\b|\\x|0x", said), message
    assert not re.search(r"[0-9],?[0-9]+\.[0-9] GB", said), message
    assert not re.search(r"(?i)error|deserial|exception|utf-8|JSON|holds 0|metadata|invalid|CRC", said), message
    return said


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", WRONG)
def test_what_a_file_seems_to_be_is_said(tmp_path: Path, kind: str, reader: str) -> None:
    name, open_it, others = READERS[reader]
    content, words = WRONG[kind]
    (tmp_path / name).write_bytes(content)
    if kind not in others:
        said = refusal(open_it, tmp_path / name)
        assert words in said
        assert ";" in said or kind == "empty"  # what to do


@pytest.mark.parametrize("reader", ["session", "model"])
@pytest.mark.parametrize(
    ("damaged", "words"),
    [
        (_TENSORS[:-5], "its end is missing"),
        (_TENSORS[:20], "its end is missing"),
        (_TENSORS + b"more", "does not hold what the list"),
        (_TENSORS[:9] + b"\xff" * 20 + _TENSORS[29:], "the list of what is in it is damaged"),
        (_TENSORS[:9] + b"[" * 20 + _TENSORS[29:], "the list of what is in it is damaged"),
        (b"\xff" * 7 + _TENSORS[7:], "its first bytes were changed"),
    ],
)
def test_how_a_file_of_tensors_is_damaged_is_said(tmp_path: Path, reader: str, damaged: bytes, words: str) -> None:
    name, open_it, _ = READERS[reader]
    (tmp_path / name).write_bytes(damaged)
    said = refusal(open_it, tmp_path / name)
    assert words in said
    assert "copy it again" in said


def damaged_gzip() -> bytes:
    packed = bytearray(gzip.compress(b"\0\0\x08\x03" + bytes(4000)))
    packed[12:20] = b"\xff" * 8
    return bytes(packed)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a-images-idx3-ubyte.gz", damaged_gzip()),
        ("a.npz", _zip()[:-30]),
        ("a.npz", _zip().replace(b"text", b"tent")),
        ("a.npy", _npy().replace(b"descr", b"desc\xff")),
        ("a.npy", b"\x93NUMPY\x09\x09" + _npy()[8:]),
        ("a-images-idx3-ubyte", b"\0\0\x08\x03" + bytes(12)),
        ("a.xyz", bytes(range(250, 0, -1))),
        ("a.csv", b"\n\n"),
        ("a.mat", b"MATLAB 5.0 MAT-file" + b"\xee" * 300),
    ],
)
def test_data_that_are_damaged_or_empty_are_refused_in_plain_words(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError):
        open_dataset(str(tmp_path / name))
    refusal(lambda path: open_dataset(str(path)), tmp_path / name)

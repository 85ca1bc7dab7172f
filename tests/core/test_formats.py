"""Files of known kinds: what they begin with counts more than their names; what is not read is named."""

import bz2
import gzip
import io
import pickle
import zipfile

import numpy as np
import pytest

from dae_core.datasets import DataError, open_dataset, source_kind

PICKLE = pickle.dumps(np.arange(9))


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr("archive/data.pkl", PICKLE)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind", "remedy"),
    [
        ("mnist.pkl.gz", gzip.compress(PICKLE), "Python pickle", "numpy.savez"),
        ("data_batch_1", pickle.dumps({b"data": 1}, 2), "Python pickle", "numpy.savez"),
        ("old.pkl", pickle.dumps([1, 2], 0), "Python pickle", "numpy.savez"),
        ("images.pt", archive(), "PyTorch", "numpy.savez"),
        ("train.xlsx", archive(), "spreadsheet", "CSV"),
        ("digits.data", archive(), "archive under another name", ".zip"),
        ("usps.h5", b"\x89HDF\r\n\x1a\n" + bytes(99), "HDF5", "h5py"),
        ("new.mat", b"MATLAB 7.3 MAT-file" + bytes(600), "version 7.3", "-v7"),
        ("train.parquet", b"PAR1" + bytes(99), "Parquet", "CSV"),
        ("usps.bz2", bz2.compress(b"10 1:-1"), "packed", "unpack"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(20), "packed", "unpack"),
        ("photo.heic", b"\0\0\0\x18ftypheic" + bytes(50), "HEIC", "PNG"),
        ("face.pgm", b"P5 2 2 255\n0000", "PGM", "PNG"),
        ("scan.pdf", b"%PDF-1.4\n", "PDF", "pictures"),
        ("model.safetensors", b"\x40\0\0\0\0\0\0\0{}", "a model", "as a model"),
        ("run.dae", b"\x40\0\0\0\0\0\0\0{}", "session", "as a session"),
        ("a.tfrecord", bytes(40), "TensorFlow", "numpy.savez"),
        ("a.npy.gz", gzip.compress(b"\x93NUMPY\1\0"), "packed with gzip", "unpack it"),
        ("nothing.xyz", bytes(range(5, 90)), "no kind that is known", r"\.csv.*\.zip"),
    ],
)
def test_kinds_that_are_not_read_are_named_with_what_to_do(tmp_path, name, content, kind, remedy):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=kind) as caught:
        open_dataset(path)
    assert name in str(caught.value)
    with pytest.raises(DataError, match=remedy):
        open_dataset(path)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("digits", b"\0\0\x08\x03" + bytes(20), "idx"),
        ("digits.gz", gzip.compress(b"\0\0\x0d\x03" + bytes(20)), "idx"),
        ("digits.bin", b"\x93NUMPY\1\0" + bytes(20), "npy"),
        ("digits.data", b"MATLAB 5.0 MAT-file" + bytes(200), "mat"),
        ("digits", b"1,2,3,4,5\n1,2,3,4,5\n", "csv"),
        ("digits.csv", "1;2\n".encode("utf-16"), "csv"),
        ("digits.npz", archive(), "npz"),
        ("train-images-idx3-ubyte", b"", "idx"),
    ],
)
def test_what_a_file_begins_with_counts_more_than_its_name(tmp_path, name, content, kind):
    path = tmp_path / name
    path.write_bytes(content)
    assert source_kind(path) == kind

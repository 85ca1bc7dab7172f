"""Over ten thousand damaged files through every reader: only `DataError` comes out, and memory stays bounded."""

import gzip
import io
import sys
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dae_core.datasets import (
    DataError,
    ImageOptions,
    OwnSet,
    open_dataset,
    open_images,
    read_idx_labels,
    scan_source,
    write_idx,
)
from dae_core.datasets.files.arrays import read_npy, read_npz
from dae_core.datasets.meaning.raw import RawImages, understand
from dae_core.datasets.tables.images import read_table_images
from dae_core.jobs import UNWATCHED
from helpers.damage import damaged
from helpers.grey import grey

RNG = np.random.default_rng(11)
resource = pytest.importorskip("resource")  # Windows has none
IMAGES = RNG.integers(0, 256, (6, 9, 9), np.uint8)
LABELS = RNG.integers(0, 9, 6, np.uint8)
EACH = 1000  # damaged files of every kind
MOST_MEMORY = 1 << 30  # two pictures at the limit of pixels at a time, whatever damage makes a file announce


def saved(save, *arguments, **options):
    stream = io.BytesIO()
    save(stream, *arguments, **options)
    return stream.getvalue()


def picture(form, mode="RGBA", **options):
    colours = RNG.integers(0, 256, (24, 20, 4), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(Image.fromarray(colours).convert(mode).save, form, exif=exif, **options)


def idx(array):
    return bytes((0, 0, 8, array.ndim)) + b"".join(d.to_bytes(4, "big") for d in array.shape) + array.tobytes()


TABLE = "\n".join(",".join(map(str, [k, *row])) for k, row in enumerate(IMAGES.reshape(6, -1))).encode()
SEEDS = {
    "idx": idx(IMAGES),
    "idx.gz": gzip.compress(idx(IMAGES), mtime=0),
    "labels": idx(LABELS),
    "u1.npy": saved(np.save, IMAGES),
    "f4.npy": saved(np.save, np.asfortranarray(IMAGES / np.float32(255))),
    "npz": saved(np.savez, images=IMAGES, labels=LABELS),
    "compressed.npz": saved(np.savez_compressed, images=IMAGES, labels=LABELS),
    "csv": TABLE,
}
PICTURES = {
    "png": picture("PNG"),
    "p.png": picture("PNG", "P"),
    "jpg": picture("JPEG", "RGB"),
    "bmp": picture("BMP", "RGB"),
    "tif": picture("TIFF"),
    "lzw.tif": picture("TIFF", "L", compression="tiff_lzw"),
    "webp": picture("WEBP"),
}


@pytest.fixture(autouse=True)
def memory_is_bounded():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * (1 if sys.platform == "darwin" else 1024) < MOST_MEMORY


def readers():
    idx_like = [open_dataset]
    return {
        "idx": idx_like,
        "idx.gz": idx_like,
        "labels": [read_idx_labels],
        "u1.npy": [read_npy],
        "f4.npy": [read_npy],
        "npz": [read_npz],
        "compressed.npz": [read_npz],
        "csv": [read_table_images],
    }


@pytest.mark.parametrize("kind", SEEDS)
def test_files_of_arrays(tmp_path, kind):
    rng, path, sentences = np.random.default_rng(77), tmp_path / f"file.{kind}", []
    (reader,) = readers()[kind]
    for _ in range(EACH):
        path.write_bytes(damaged(SEEDS[kind], rng))
        try:
            found = reader(path)
            if isinstance(found, RawImages):
                understand(found, UNWATCHED)
        except DataError as error:
            sentences.append(str(error))
    path.write_bytes(SEEDS[kind])
    reader(path)
    assert len(sentences) > 0.1 * EACH  # or the damage does none
    assert all(path.name in sentence and "\n" not in sentence for sentence in sentences)


@pytest.mark.parametrize("kind", PICTURES)
def test_folders_of_pictures(tmp_path, kind):
    rng, in_a_folder, skipped = np.random.default_rng(78), 100, 0
    (tmp_path / "sound.png").write_bytes(PICTURES["png"])
    for turn in range(EACH // in_a_folder):
        for number in range(in_a_folder):
            (tmp_path / f"{number}.{kind}").write_bytes(damaged(PICTURES[kind], rng))
        with suppress(DataError):
            result = open_images(scan_source(tmp_path), ImageOptions(16, 16, invert=bool(turn % 2)))
            skipped += len(result.skipped)
            assert all(entry.reason and "\n" not in entry.reason for entry in result.skipped)
            left = len(result.dataset.train_images) + len(result.dataset.test_images) + len(result.skipped)
            assert left >= in_a_folder + 1  # a damaged file may seem to have more pages
    assert skipped > 0


def test_damaged_own_sets_open_or_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path))
    rng, opened, sentences = np.random.default_rng(79), 0, []
    own = OwnSet("mine", (9, 9))
    for image in IMAGES:
        own.add(image)
    own.save()
    for path in sorted(own.path().iterdir()):
        data = path.read_bytes()
        for _ in range(EACH // 4):
            path.write_bytes(damaged(data, rng))
            try:
                OwnSet.load("mine")
                opened += 1
            except DataError as error:
                sentences.append(str(error))
        path.write_bytes(data)
    assert min(opened, len(sentences)) > 10
    assert all("\n" not in sentence for sentence in sentences)


def test_enough_files():
    assert EACH * (len(SEEDS) + len(PICTURES)) >= 10_000


@settings(max_examples=150, deadline=None)
@given(
    descr=st.sampled_from(["|u1", "<f8", "|O", "|b1", ">i2", "<c8", "|S3", "<M8[s]", "|V9", "<f16", "x", "", "<f2"]),
    shape=st.lists(st.one_of(st.integers(-3, 30), st.integers(-(2**70), 2**70)), max_size=5),
    order=st.booleans(),
    data=st.binary(max_size=300),
)
def test_headers_of_npy(tmp_path_factory, descr, shape, order, data):
    text = repr({"descr": descr, "fortran_order": order, "shape": tuple(shape)}) + "\n"
    path = tmp_path_factory.getbasetemp() / "header.npy"
    path.write_bytes(b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text.encode() + data)
    with suppress(DataError):
        images = grey(read_npy(path))
        assert images.ndim == 3
        assert images.dtype == np.uint8
        assert images.size <= len(data)


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet="0123456789.,;\t\n\r-eEnaif \"'#\ufeff", max_size=120))
def test_texts_as_tables(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "text.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with suppress(DataError):
        assert grey(read_table_images(path)).ndim == 3


def test_sound_pictures_of_all_kinds_open(tmp_path):
    for number, (kind, data) in enumerate(PICTURES.items()):
        (tmp_path / f"{number}.{kind}").write_bytes(data)
    result = open_images(scan_source(tmp_path))
    assert result.skipped == ()
    write_idx(tmp_path / "x.idx", IMAGES)

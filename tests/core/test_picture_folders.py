"""Folders of pictures as people have them: split, wrapped, mixed with junk, photographs, and very large ones."""

import threading
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import (
    DataError,
    ImageOptions,
    open_dataset,
    open_images,
    preview,
    scan_source,
    suggest_options,
)
from dae_core.datasets import picture as files
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.datasets.pictures import folder as folders
from dae_core.datasets.pictures import threads
from dae_core.datasets.pictures.picture_scan import scan_pictures
from dae_core.jobs import Cancelled, Monitor
from helpers.reading_pictures import read_picture

RNG = np.random.default_rng(6)


def save(array, path, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)


@pytest.fixture(scope="module")
def digits():
    bundled = load_bundled_digits()
    return bundled.train_images[:60], bundled.train_labels[:60], bundled.test_images[:20], bundled.test_labels[:20]


def mnist_png(root, digits, train, test):
    images, labels, test_images, test_labels = digits
    for part, some, classes in ((train, images, labels), (test, test_images, test_labels)):
        for number, (image, label) in enumerate(zip(some, classes, strict=True)):
            save(image, root / part / str(label) / f"{number}.png")
    return root


def as_pairs(images, labels):
    return sorted((image.tobytes(), int(label)) for image, label in zip(images, labels, strict=True))


@pytest.mark.parametrize(
    ("wrapper", "train", "test"), [("", "training", "testing"), ("mnist_png", "train", "val"), ("a/b", "Train", "Test")]
)
def test_the_split_as_given(tmp_path, digits, wrapper, train, test):
    mnist_png(tmp_path / wrapper, digits, train, test)
    result = open_images(scan_source(tmp_path))
    opened = result.dataset
    assert as_pairs(opened.train_images, opened.train_labels) == as_pairs(*digits[:2])
    assert as_pairs(opened.test_images, opened.test_labels) == as_pairs(*digits[2:])
    assert result.notes[0].startswith("20 pictures are held out, as the names of training and ")


def test_names_of_files_tell_the_parts_where_all_do(tmp_path, digits):
    for number in range(20):
        save(digits[0][number], tmp_path / "ab"[number % 2] / f"train_{number}.png")
        save(digits[2][number], tmp_path / "ab"[number % 2] / f"test-{number}.png")
    opened = open_dataset(tmp_path)
    assert sorted(map(bytes, opened.train_images)) == sorted(map(bytes, digits[0][:20]))
    assert sorted(map(bytes, opened.test_images)) == sorted(map(bytes, digits[2]))
    assert sorted(set(opened.test_labels)) == [0, 1]
    save(digits[0][30], tmp_path / "a" / "locomotive.png")
    assert not folders_are_split(tmp_path)


def folders_are_split(path):
    return scan_source(path).folder.is_split


def test_pictures_beside_the_parts_are_left_out_with_a_reason(tmp_path, digits):
    mnist_png(tmp_path, digits, "train", "test")
    save(digits[0][0], tmp_path / "sample.png")
    save(digits[0][0], tmp_path / "val" / "3" / "x.png")
    (tmp_path / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "._1.png").write_bytes(b"\0")
    scan = scan_source(tmp_path)
    assert {entry.path.name: entry.reason for entry in scan.skipped} == {
        "sample.png": "outside of the folders of training and test pictures",
        "x.png": "a validation picture",
    }
    assert scan.count == 80
    assert "1 picture for validation is left out." in scan.notes


def test_test_pictures_without_classes(tmp_path, digits):
    mnist_png(tmp_path, digits, "train", "test")
    for number, image in enumerate(digits[2]):
        save(image, tmp_path / "flat" / "test" / f"{number}.png")
    for path in (tmp_path / "train").iterdir():
        (tmp_path / "flat" / "train").mkdir(exist_ok=True)
        path.rename(tmp_path / "flat" / "train" / path.name)
    opened = open_dataset(tmp_path / "flat")
    assert as_pairs(opened.train_images, opened.train_labels) == as_pairs(*digits[:2])
    assert (len(opened.test_images), opened.test_labels) == (20, None)


def test_only_tests_and_parts_that_cannot_be_read(tmp_path, digits):
    save(digits[0][0], tmp_path / "test" / "0" / "a.png")
    with pytest.raises(DataError, match=f'{tmp_path.name}" cannot be opened: There are test pictures .in "test".'):
        open_dataset(tmp_path)
    save(digits[0][1], tmp_path / "train" / "0" / "b.png")
    whole = (tmp_path / "train" / "0" / "b.png").read_bytes()
    (tmp_path / "train" / "0" / "b.png").write_bytes(whole[:100])
    with pytest.raises(DataError, match="holds no training picture that can be read"):
        open_dataset(tmp_path)
    (tmp_path / "train" / "0" / "b.png").write_bytes(b"")
    with pytest.raises(DataError, match="no training pictures"):
        open_dataset(tmp_path)


def test_pictures_of_both_parts_are_told(tmp_path, digits):
    mnist_png(tmp_path, digits, "train", "test")
    save(digits[0][0], tmp_path / "test" / str(digits[1][0]) / "again.png")
    notes = open_images(scan_source(tmp_path)).notes
    assert any(note.startswith("1 held-out image is among the training images, too") for note in notes)


def test_photographs_are_not_taken_for_ink_on_paper(tmp_path, digits):
    from sklearn.datasets import load_sample_images

    for name, photograph in zip(("china", "flower"), load_sample_images().images, strict=True):
        for number in range(10):
            top, left = RNG.integers(0, 300), RNG.integers(0, 500)
            save(photograph[top : top + 120, left : left + 120], tmp_path / name / f"{number}.jpg", quality=90)
    assert not suggest_options(scan_source(tmp_path)).invert
    paper = (230 - digits[0] * 0.8 + RNG.normal(0, 6, digits[0].shape)).clip(0, 255).astype(np.uint8)
    for number, image in enumerate(paper):
        save(image, tmp_path / "ink" / f"{number}.png")
    assert suggest_options(scan_source(tmp_path / "ink")).invert


def test_large_pictures_are_read_by_all_threads_one_at_a_time_each(tmp_path, monkeypatch):
    image = np.zeros((1000, 1000), np.uint8)
    image[200:800, 400:600] = 255
    for number in range(6):
        save(np.roll(image, 10 * number, 0), tmp_path / f"{number}.png", compress_level=1)
    found = scan_pictures(tmp_path)
    monkeypatch.setattr(folders, "_BATCH_PIXELS", 1)
    assert [len(batch) for batch in folders.batches(enumerate(found.pictures))] == [1] * 6
    monkeypatch.setattr(files, "_LARGE", 1000)
    busy, most, lock = [], [], threading.Lock()
    real = files.grey_levels

    def counted(*arguments, **more):
        with lock:
            busy.append(1)
            most.append(len(busy))
        result = real(*arguments, **more)
        with lock:
            busy.pop()
        return result

    monkeypatch.setattr(files, "grey_levels", counted)
    monkeypatch.setattr(threads, "_MOST_THREADS", 8)
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 8)
    images, usable, _ = folders.read_pictures(found, ImageOptions())
    assert len(usable) == 6
    assert max(most) <= 2
    assert images.max() == 255


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_a_large_picture_is_what_it_is_resized_at_once(tmp_path, mode):
    ramp = np.add.outer(np.arange(3000) // 24, np.arange(2400) // 20).astype(np.uint8)
    image = Image.fromarray(ramp)
    if mode == "RGBA":
        image.putalpha(Image.fromarray(255 - ramp))
    elif mode == "P":
        image = image.convert("RGB").quantize(64)
    else:
        image = image.convert(mode)
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    image.save(path)
    flat = Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image.convert("RGB").convert("RGBA"))
    if mode == "RGBA":
        flat = Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image.convert("RGBA"))
    expected = np.asarray(flat.convert("L").resize((24, 30), Image.Resampling.BICUBIC)).astype(int)
    found = read_picture(str(path), ImageOptions(30, 24)).astype(int)
    assert np.abs(found - expected).max() <= 4


def test_memory_of_a_large_picture_is_bounded(tmp_path):
    large = Image.new("RGBA", (6000, 4000), (9, 200, 30, 128))
    large.save(tmp_path / "a.png", compress_level=1)
    tracemalloc.start()
    found = read_picture(str(tmp_path / "a.png"), ImageOptions(invert=True))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.max() > 0
    assert peak < 40_000_000, "beside the decoder's own, a band at a time"


def test_cancel_while_a_picture_is_decoded(tmp_path):
    save(RNG.integers(0, 256, (3000, 3000), np.uint8), tmp_path / "a.png", compress_level=0)
    save(RNG.integers(0, 256, (3000, 3000), np.uint8), tmp_path / "b.png", compress_level=0)
    found = scan_pictures(tmp_path)
    reads = []
    real = files._Stoppable.read

    def counted(self, size=-1):
        reads.append(size)
        return real(self, size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files._Stoppable, "read", counted)
        with pytest.raises(Cancelled):
            folders.read_pictures(found, ImageOptions(), Monitor(lambda: True))
    whole = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files._Stoppable, "read", lambda self, size=-1: whole.append(size) or real(self, size))
        folders.read_pictures(found, ImageOptions())
    assert len(reads) < len(whole)


def test_progress_counts_pictures(tmp_path):
    for number in range(5):
        save(RNG.integers(0, 256, (30, 30), np.uint8), tmp_path / f"{number}.png")
    seen = []
    scan = scan_source(tmp_path, Monitor(on_progress=seen.append))
    preview(scan, ImageOptions(), monitor=Monitor(on_progress=seen.append))
    assert {(p.done, p.total) for p in seen if p.total} >= {(5, 5)}

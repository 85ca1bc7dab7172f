"""Arrays of NumPy: every layout that is promised, and every way in which such a file can be wrong."""

import io
import os
import pickle
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from dae_core.datasets import DataError, ImageOptions, open_dataset, preview, scan_source
from dae_core.datasets.files.arrays import read_npy, read_npz
from dae_core.datasets.meaning.grey_levels import Scale
from dae_core.jobs import Cancelled, Monitor
from helpers.grey import grey, labels

RNG = np.random.default_rng(3)
IMAGES = RNG.integers(0, 256, (20, 9, 7), np.uint8)
IMAGES[0, 0, :2] = 0, 255
SQUARE = RNG.integers(0, 256, (20, 9, 9), np.uint8)
LABELS = RNG.integers(0, 10, 20)


def written(path, array, **options):
    np.save(path, array, **options)
    return path


def header(path, text, data=b"", version=b"\1\0"):
    text += " " * (-(len(text) + 11) % 64) + "\n"
    size = struct.pack("<H" if version == b"\1\0" else "<I", len(text))
    path.write_bytes(b"\x93NUMPY" + version + size + text.encode("latin1") + data)
    return path


class TestNpy:
    @pytest.mark.parametrize("order", ["C", "F"])
    @pytest.mark.parametrize("dtype", ["u1", "<u2", ">i4", "<i8", "<f4", ">f8", "<f2"])
    def test_grey_levels_of_any_type(self, tmp_path, order, dtype):
        path = written(tmp_path / "a.npy", np.array(IMAGES, dtype, order=order))
        np.testing.assert_array_equal(grey(read_npy(path)), IMAGES)

    def test_rows_of_square_images_and_a_last_axis_of_one(self, tmp_path):
        for array in (SQUARE.reshape(20, 81), SQUARE[..., None], np.asfortranarray(SQUARE.reshape(20, 81))):
            np.testing.assert_array_equal(grey(read_npy(written(tmp_path / "a.npy", array))), SQUARE)

    def test_shares_of_white(self, tmp_path):
        path = written(tmp_path / "a.npy", IMAGES / 255)
        np.testing.assert_array_equal(grey(read_npy(path)), IMAGES)
        path = written(tmp_path / "a.npy", IMAGES > 127)
        np.testing.assert_array_equal(grey(read_npy(path)), np.where(IMAGES > 127, 255, 0))

    @pytest.mark.parametrize(
        ("array", "reason"),
        [
            (IMAGES.astype("U3"), "holds words; only numbers can be images"),
            (IMAGES.astype("S3"), "holds words; only numbers can be images"),
            (np.ones((1, 9, 9)) * np.inf, "NaN or infinity"),
            (np.where(IMAGES > 127, np.inf, -np.inf), "NaN or infinity"),
        ],
    )
    def test_what_is_no_grey_level_is_refused_before_it_is_reckoned_with(self, tmp_path, array, reason):
        with pytest.raises(DataError, match=reason):
            open_dataset(written(tmp_path / "a.npy", array))

    @pytest.mark.parametrize("shape", [(20, 1, 81), (20, 81, 1), (1, 20, 30), (20, 30, 1)])
    def test_a_single_row_has_no_neighbour_above(self, tmp_path, shape):
        array = RNG.integers(0, 256, shape, np.uint8)
        with pytest.raises(DataError, match=r"too small|single image"):
            open_dataset(written(tmp_path / "a.npy", array))

    def test_anything_else_is_stretched(self, tmp_path):
        path = written(tmp_path / "a.npy", (IMAGES.astype(np.float32) - 128) / 40)
        np.testing.assert_array_equal(grey(read_npy(path)), IMAGES)
        path = written(tmp_path / "a.npy", IMAGES.astype(np.uint16) * 257)
        np.testing.assert_array_equal(grey(read_npy(path)), IMAGES)

    def test_the_extremes_of_real_numbers_do_not_overflow(self):
        most = np.finfo(float).max
        assert Scale.between(-3.0, -3.0).apply(np.array([-3.0])).tolist() == [0]
        assert Scale.between(-1.0, 1.0).apply(np.array([-1.0, 0, 1])).tolist() == [0, 128, 255]
        with np.errstate(all="ignore"):
            assert Scale.between(-most, most).apply(np.array([-most / 2])).shape == (1,)

    def test_more_than_one_piece(self, tmp_path):
        many = RNG.random((700, 50, 50))
        images = grey(read_npy(written(tmp_path / "a.npy", many)))
        np.testing.assert_array_equal(images, np.rint(many * 255).astype(np.uint8))

    def test_memory_is_bounded_by_the_images(self, tmp_path):
        path = written(tmp_path / "a.npy", RNG.random((2000, 40, 40)))  # 25.6 MB, 3.2 MB as grey levels
        tracemalloc.start()
        try:
            grey(read_npy(path))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 4 * 3.2e6

    def test_opens_with_and_without_options(self, tmp_path):
        path = written(tmp_path / "zwei Wörter.npy", IMAGES)
        dataset = open_dataset(path)
        assert (dataset.name, dataset.shape) == ("zwei Wörter.npy", (9, 7))
        assert len(dataset.train_images) + len(dataset.test_images) == 20
        options = ImageOptions(16, 12, invert=True)
        scan = scan_source(path)
        shown = preview(scan, options, 100)
        assert (shown.images.shape, shown.names[3]) == ((20, 16, 12), "image 4")
        opened = open_dataset(path, options)
        found = {image.tobytes() for part in (opened.train_images, opened.test_images) for image in part}
        assert found == {image.tobytes() for image in shown.images}

    def test_objects_are_never_unpickled(self, tmp_path):
        class Trap:
            def __reduce__(self):
                return os.mkdir, (str(tmp_path / "sprung"),)

        objects = np.empty(3, object)
        objects[:] = [Trap(), Trap(), Trap()]
        path = written(tmp_path / "a.npy", objects, allow_pickle=True)
        with pytest.raises(DataError, match=r'a.npy" holds Python objects'):
            open_dataset(path)
        path.write_bytes(pickle.dumps(Trap()))
        with pytest.raises(DataError, match="Python pickle"):
            open_dataset(path)
        np.savez(tmp_path / "a.npz", allow_pickle=True, images=objects)
        with pytest.raises(DataError, match="holds Python objects"):
            open_dataset(tmp_path / "a.npz")
        assert not (tmp_path / "sprung").exists()

    @pytest.mark.parametrize(
        ("array", "reason"),
        [
            (np.full((3, 4, 4), np.nan), "NaN or infinity"),
            (np.array([0, np.inf] * 8).reshape(2, 2, 4), "NaN or infinity"),
            (np.zeros((0, 4, 4)), "no images"),
            (np.zeros((3, 0, 4)), "no images"),
            (SQUARE[:1], "single image"),
            (SQUARE[:, :1, :1], "1x1 pixels, too small"),
            (np.zeros((5, 10), np.uint8), "rows of 10 are not square"),
            (np.zeros((5, 5, 5, 5, 5), np.uint8), "5 x 5 x 5 x 5 x 5 values: images are"),
            (np.zeros(7), "7 values: images are"),
            (np.float64(3), "a single number values"),
            (np.zeros((3, 4, 4), complex), "complex128; only numbers"),
            (np.zeros((3, 4), "M8[s]"), "only numbers"),
            (np.zeros((3, 4, 4), "u1,f4"), "only numbers"),
            (np.full((3, 4, 4), 9, np.uint8), "same grey level"),
            (np.zeros((3, 200, 4), np.uint8), "200x4 pixels, above the limit of 128x128"),
        ],
    )
    def test_wrong_content(self, tmp_path, array, reason):
        with pytest.raises(DataError, match=reason) as caught:
            open_dataset(written(tmp_path / "näme a.npy", array))
        assert "näme a.npy" in str(caught.value)

    def test_wrong_files(self, tmp_path):
        path = tmp_path / "a.npy"
        good = io.BytesIO()
        np.save(good, IMAGES)
        for content, reason in (
            (b"", "is empty"),
            (b"hello world", "not a NumPy array: it seems to be a text"),
            (good.getvalue()[:-1], "cut off: it announces 20 x 9 x 7 values"),
            (good.getvalue()[:60], "header cannot be read"),
            (good.getvalue()[:7], "version that is not read here"),
            (b"\x93NUMPY\7\0", r"version that is not read here \(7\.0\)"),
        ):
            path.write_bytes(content)
            with pytest.raises(DataError, match=reason):
                open_dataset(path)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999, 99999999999, 99999999999)}", "limit"),
            ("{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296, 1)}", "limit"),
            ("{'descr': '|u1', 'fortran_order': False, 'shape': (1000000, 28, 28)}", "cut off"),
            ("{'descr': '|u1', 'fortran_order': False, 'shape': (-3, 28, -28)}", "limit|header|nothing|cut"),
            ("{'descr': '|V2147483647', 'fortran_order': False, 'shape': (2, 2, 2)}", "only numbers"),
            ("{'descr': '|u1', 'fortran_order': False, 'shape': __import__('os').getpid()}", "header cannot be read"),
            ("{'descr': '|u1'}", "header cannot be read"),
            ("(" * 500, "header cannot be read"),
            ("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 4, 4)}" + " " * 20_000, "header cannot be read"),
        ],
    )
    def test_headers_that_lie(self, tmp_path, text, reason):
        tracemalloc.start()
        try:
            with pytest.raises(DataError, match=reason):
                open_dataset(header(tmp_path / "a.npy", text, bytes(48)))
            assert tracemalloc.get_traced_memory()[1] < 5e6
        finally:
            tracemalloc.stop()

    def test_cancel(self, tmp_path):
        with pytest.raises(Cancelled):
            open_dataset(written(tmp_path / "a.npy", IMAGES), monitor=Monitor(iter([False, True]).__next__))
        calls = iter([False, False])
        with pytest.raises(Cancelled):
            open_dataset(written(tmp_path / "a.npy", IMAGES), ImageOptions(), Monitor(lambda: next(calls, True)))

    def test_a_drive_that_disappears(self, tmp_path, monkeypatch):
        path = written(tmp_path / "a.npy", IMAGES)

        class Gone(io.BytesIO):
            def read(self, *_):
                raise OSError(5, "Input/output error")

        monkeypatch.setattr("pathlib.Path.open", lambda *_: Gone())
        with pytest.raises(DataError, match=r'a.npy" cannot be read: Input/output error'):
            read_npy(path)


class TestNpz:
    @pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
    def test_images_and_labels(self, tmp_path, save):
        save(tmp_path / "a.npz", images=IMAGES, labels=LABELS, more=np.zeros(3))
        arrays = read_npz(tmp_path / "a.npz")
        np.testing.assert_array_equal(grey(arrays), IMAGES)
        np.testing.assert_array_equal(labels(arrays), LABELS)
        assert scan_source(tmp_path / "a.npz").classes == tuple(map(str, np.unique(LABELS)))
        save(tmp_path / "b.npz", images=IMAGES)
        assert open_dataset(tmp_path / "b.npz").train_labels is None

    def test_a_test_set_that_comes_along_is_held_out(self, tmp_path):
        np.savez(tmp_path / "a.npz", x_train=IMAGES[:15], y_train=LABELS[:15], x_test=IMAGES[15:], y_test=LABELS[15:])
        dataset = open_dataset(tmp_path / "a.npz")
        np.testing.assert_array_equal(dataset.train_images, IMAGES[:15])
        np.testing.assert_array_equal(dataset.test_images, IMAGES[15:])
        np.testing.assert_array_equal(dataset.test_labels, LABELS[15:])
        assert open_dataset(tmp_path / "a.npz", ImageOptions(10, 10)).test_images.shape == (5, 10, 10)

    @pytest.mark.parametrize(
        ("arrays", "reason"),
        [
            ({"masks": LABELS, "weights": np.zeros((3, 4))}, r"no array of images.*it holds: masks, weights"),
            ({}, "it holds: nothing"),
            ({"images": IMAGES[:0]}, "no images"),
        ],
    )
    def test_wrong_content(self, tmp_path, arrays, reason):
        np.savez(tmp_path / "a.npz", **arrays)
        with pytest.raises(DataError, match=reason) as caught:
            open_dataset(tmp_path / "a.npz")
        assert "a.npz" in str(caught.value)

    def test_damage(self, tmp_path):
        path = tmp_path / "a.npz"
        np.savez_compressed(path, images=IMAGES)
        good = path.read_bytes()
        flipped = bytearray(good)
        flipped[200] ^= 255
        for content in (b"", b"PK", good[:-30], good[:100], bytes(flipped)):
            path.write_bytes(content)
            with pytest.raises(DataError, match=r"a.npz"):
                open_dataset(path)

    def test_a_zip_bomb_stays_small(self, tmp_path):
        path = tmp_path / "a.npz"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("images.npy", "w") as member:
            np.lib.format.write_array_header_1_0(
                member, {"descr": "|u1", "fortran_order": False, "shape": (3000, 1000, 1000)}
            )
            for _ in range(30):
                member.write(bytes(1 << 20))
        with pytest.raises(DataError, match="above the limit"):
            open_dataset(path)

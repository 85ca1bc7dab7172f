import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dae_core.datasets import DataError, Dataset


def make(n: int = 20, m: int = 6, h: int = 5, w: int = 4, seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    return Dataset(
        "random",
        rng.integers(0, 256, (n, h, w), np.uint8),
        rng.integers(0, 10, n, np.uint8),
        rng.integers(0, 256, (m, h, w), np.uint8),
        rng.integers(0, 10, m, np.uint8),
    )


class TestStatistics:
    @settings(deadline=None, max_examples=50)
    @given(images=arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(2, 5))))
    def test_mean_and_std_of_the_training_pixels(self, images: np.ndarray) -> None:
        if images.min() == images.max():
            images[0, 0, 0] ^= 1
        dataset = Dataset("x", images, None, images[:1], None)
        assert dataset.mean == pytest.approx(images.mean(dtype=np.float64), rel=1e-14)
        assert dataset.std == pytest.approx(images.std(dtype=np.float64), rel=1e-12)

    def test_held_out_images_do_not_count(self) -> None:
        train = make().train_images
        a, b = Dataset("a", train, None, train[:2], None), Dataset("b", train, None, 0 * train[:1], None)
        assert (a.mean, a.std) == (b.mean, b.std)

    def test_more_pixels_than_one_chunk(self) -> None:
        images = np.random.default_rng(0).integers(0, 256, (900, 30, 31), np.uint8)
        dataset = Dataset("x", images, None, images[:1], None)
        assert dataset.mean == pytest.approx(images.mean(dtype=np.float64), rel=1e-14)
        assert dataset.std == pytest.approx(images.std(dtype=np.float64), rel=1e-12)

    def test_scales(self) -> None:
        dataset = make()
        grey = np.array([0, 255], np.uint8).repeat(20).reshape(2, 5, 4)
        np.testing.assert_allclose(dataset.standardize(grey)[:, 0], [dataset.black, dataset.white], rtol=1e-6)
        assert dataset.white - dataset.black == pytest.approx(1 / dataset.pixel_scale)
        assert dataset.shape == (5, 4)
        assert dataset.n_inputs == 20


class TestStandardize:
    def test_training_rows_have_mean_0_and_std_1(self) -> None:
        dataset = make(n=200)
        rows = dataset.standardize(dataset.train_images)
        assert rows.shape == (200, 20)
        assert rows.dtype == np.float32
        assert rows.flags.c_contiguous
        assert rows.flags.writeable
        assert abs(rows.mean()) < 1e-5
        assert rows.std() == pytest.approx(1, abs=1e-5)

    def test_one_image_is_the_same_as_in_a_batch(self) -> None:
        dataset = make()
        rows = dataset.standardize(dataset.test_images)
        np.testing.assert_array_equal(dataset.standardize(dataset.test_images[3]), rows[3], strict=True)
        stacked = dataset.standardize(dataset.test_images.reshape(2, 3, 5, 4))
        np.testing.assert_array_equal(stacked.reshape(6, 20), rows)

    def test_memory_order_does_not_matter(self) -> None:
        dataset = make()
        turned = np.asfortranarray(dataset.test_images)
        np.testing.assert_array_equal(dataset.standardize(turned), dataset.standardize(dataset.test_images))
        rows = dataset.standardize(dataset.test_images)
        np.testing.assert_array_equal(dataset.to_pixels(np.asfortranarray(rows)), dataset.to_pixels(rows))

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_to_pixels_is_the_inverse(self, dtype: type) -> None:
        dataset = make()
        rows = dataset.standardize(dataset.test_images).astype(dtype)
        before = rows.copy()
        pixels = dataset.to_pixels(rows)
        assert pixels.dtype == dtype
        assert pixels.shape == (6, 5, 4)
        np.testing.assert_allclose(pixels, dataset.test_images / 255, atol=1e-6)
        np.testing.assert_array_equal(rows, before)
        np.testing.assert_array_equal(dataset.to_pixels(rows[2]), pixels[2])

    def test_to_pixels_does_not_clip(self) -> None:
        dataset = make()
        pixels = dataset.to_pixels(np.full(20, 2 * dataset.white))
        assert pixels.dtype == np.float64
        assert pixels.min() > 1
        assert dataset.to_pixels([0] * 20)[0, 0] == pytest.approx(dataset.mean / 255)

    def test_wrong_arrays(self) -> None:
        dataset = make()
        with pytest.raises(TypeError, match="float64"):
            dataset.standardize(np.zeros((5, 4)))
        for shape in ((4, 5), (20,), ()):
            with pytest.raises(ValueError, match="shape"):
                dataset.standardize(np.zeros(shape, np.uint8))
        for shape in ((5, 4), ()):
            with pytest.raises(ValueError, match="shape"):
                dataset.to_pixels(np.zeros(shape))


class TestValidation:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"train_images": np.zeros((0, 5, 4), np.uint8), "train_labels": None}, "no training images"),
            ({"test_images": np.zeros((0, 5, 4), np.uint8), "test_labels": None}, "no held-out images"),
            ({"train_images": np.zeros((3, 0, 4), np.uint8), "train_labels": None}, "0x4 pixels"),
            ({"train_images": np.zeros((3, 20), np.uint8)}, "2 dimensions"),
            ({"train_images": np.zeros((3, 5, 4))}, "training images are not an array of unsigned bytes"),
            ({"train_images": [[1]]}, "training images are not an array of unsigned bytes"),
            ({"test_images": np.zeros((6, 4, 4), np.uint8)}, "training images are 5x4 .* held-out images 4x4"),
            ({"train_labels": np.zeros(19, np.uint8)}, "20 training images and 19 labels"),
            ({"test_labels": np.zeros(7, np.uint8)}, "6 held-out images and 7 labels"),
            ({"test_labels": np.zeros(6)}, "held-out labels are not"),
            ({"train_images": np.full((20, 5, 4), 7, np.uint8)}, r"same grey level \(7\)"),
        ],
    )
    def test_each_has_its_sentence(self, change: dict, reason: str) -> None:
        fields = ("name", "train_images", "train_labels", "test_images", "test_labels")
        values = {field: getattr(make(), field) for field in fields} | change
        with pytest.raises(DataError, match=f'"random" cannot be used: .*{reason}') as caught:
            Dataset(**values)
        assert str(caught.value).endswith(".")

    def test_smallest(self) -> None:
        dataset = Dataset("x", np.array([[[0, 255]]], np.uint8), None, np.zeros((1, 1, 2), np.uint8), None)
        assert dataset.std == 127.5

    def test_arrays_are_read_only_and_apart_from_what_was_handed_in(self) -> None:
        images = make().train_images.copy()
        dataset = Dataset("x", images, None, images[:1], None)
        with pytest.raises(ValueError, match="read-only"):
            dataset.train_images[0, 0, 0] = 1
        first = int(dataset.train_images[0, 0, 0])
        images[0, 0, 0] ^= 255
        assert dataset.train_images[0, 0, 0] == first
        with pytest.raises(AttributeError):
            dataset.name = "y"  # type: ignore[misc]

    def test_read_only_arrays_are_not_copied(self) -> None:
        a = make()
        b = Dataset("b", a.train_images, a.train_labels, a.test_images, a.test_labels)
        assert b.train_images is a.train_images
        assert b.test_labels is a.test_labels


class TestFingerprint:
    def test_follows_pixels_and_shapes_only(self) -> None:
        a = make()
        same = Dataset("other name", a.train_images.copy(), None, a.test_images.copy(), None)
        assert a.fingerprint() == same.fingerprint()
        assert len(a.fingerprint()) == 64
        reshaped = Dataset("r", a.train_images.reshape(20, 4, 5), None, a.test_images.reshape(6, 4, 5), None)
        for part in ("train_images", "test_images"):
            changed = {"train_images": a.train_images, "test_images": a.test_images}
            changed[part] = changed[part].copy()
            changed[part][-1, -1, -1] ^= 1
            other = Dataset("c", changed["train_images"], None, changed["test_images"], None)
            assert other.fingerprint() != a.fingerprint()
        assert reshaped.fingerprint() != a.fingerprint()


def test_import_is_light() -> None:
    code = (
        "import sys, dae_core.datasets; "
        "heavy = {'sklearn', 'skimage', 'scipy', 'numba', 'PySide6', 'pyqtgraph'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert (result.returncode, result.stderr) == (0, "")

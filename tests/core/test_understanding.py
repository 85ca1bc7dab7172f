"""What a set of stored numbers means: layouts, one scale for all, labels of any kind, orientation and polarity."""

import numpy as np
import pytest

from dae_core.datasets import (
    DataError,
    ImageOptions,
    open_dataset,
    open_images,
    preview,
    scan_source,
    suggest_options,
    write_idx,
)
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.datasets.meaning.grey_levels import Extent, Scale, suggested_range
from dae_core.datasets.meaning.labels import understand_labels
from dae_core.datasets.meaning.layouts import images_of, to_grey
from dae_core.datasets.meaning.orientation import ORIENTATIONS, digits_lie

DIGITS = load_bundled_digits()
X, Y = DIGITS.train_images[:100], DIGITS.train_labels[:100]
RNG = np.random.default_rng(5)
PHOTOS = np.clip(RNG.normal(150, 70, (40, 16, 16)).cumsum(1).cumsum(2) % 256, 0, 255).astype(np.uint8)


def saved(path, array):
    np.save(path, array)
    return path


class TestLayouts:
    @pytest.mark.parametrize(
        "stored",
        [
            X,
            X.reshape(100, -1),
            X.reshape(100, -1).T,
            np.moveaxis(X, 0, 2),
            X[:, None],
            X[..., None],
            X[:, None].repeat(3, 1),
            X[..., None].repeat(3, 3),
            X[..., None].repeat(4, 3),
            np.moveaxis(X[..., None].repeat(3, 3), 0, 3),
            np.asfortranarray(X),
            X.astype(">f4"),
            X.reshape(20, 5, 28, 28),
        ],
    )
    def test_digits_in_any_layout(self, stored):
        np.testing.assert_array_equal(to_grey(images_of("it", stored)[0]), X)

    def test_colours_one_after_the_other(self):
        stored = RNG.integers(0, 256, (30, 3, 16, 16), np.uint8)
        views = to_grey(images_of("it", stored.reshape(30, -1))[0])
        np.testing.assert_array_equal(views, to_grey(images_of("it", stored)[0]))

    def test_the_shape_alone_does_not_tell(self):
        """100 images of 28x28 as columns are also 784 images of 10x10."""
        view, title = images_of("it", np.ascontiguousarray(X.reshape(100, -1).T))
        np.testing.assert_array_equal(view, X)
        assert title == "columns of pixels"
        assert images_of("it", X[:, :20].copy())[1] == "n x height x width", "neither is square"

    def test_luma(self):
        colours = np.array([[[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]]], np.uint8)
        assert to_grey(colours)[0].tolist() == [[76, 150], [29, 255]]
        np.testing.assert_allclose(to_grey(colours / 255)[0], [[0.299, 0.587], [0.114, 1]])

    @pytest.mark.parametrize("shape", [(5, 10), (7,), (), (5, 5, 5, 5, 5), (0, 4, 4), (3, 0, 4), (2, 2, 2, 2, 2)])
    def test_no_images(self, shape):
        with pytest.raises(DataError, match="it holds"):
            images_of("it", np.zeros(shape))

    def test_a_layout_that_is_no_matter_of_course_is_told(self, tmp_path):
        scan = scan_source(saved(tmp_path / "a.npy", X.reshape(100, -1).T))
        assert any("read as columns of pixels" in note for note in scan.notes)
        assert not scan_source(saved(tmp_path / "b.npy", X)).notes


class TestScale:
    @pytest.mark.parametrize(
        ("least", "most", "whole", "expected"),
        [
            (0, 255, True, (0, 255)), (0, 200, True, (0, 255)), (0, 1, True, (0, 1)), (0.0, 0.7, False, (0, 1)),
            (0, 16, True, (0, 16)), (0, 15, True, (0, 15)), (3, 100, True, (0, 127)), (0, 4000, True, (0, 4095)),
            (0, 65535, True, (0, 65535)), (0, 1e6, True, (0, 1e6)),
            (-1, 1, False, (-1, 1)), (-0.9, 0.9, False, (-1, 1)),
            (-0.42, 2.8, False, (-0.42, 2.8)), (0, 254.5, False, (0, 255)), (2, 700.5, False, (2, 700.5)),
            (-128, 127, True, (-128, 127)), (0, 0, True, (0, 1)), (-3, -3, True, (-3, -3)),
        ],
    )  # fmt: skip
    def test_range_that_suits(self, least, most, whole, expected):
        assert suggested_range(Extent(least, most, whole)) == expected

    def test_one_scale_for_training_and_held_out(self, tmp_path):
        """Each part has its own extremes; the same value must be the same grey."""
        train, test = RNG.uniform(-1, 2, (30, 12, 12)), RNG.uniform(-1, 2, (10, 12, 12))
        train[0, 0, 0], test[3, 0, 0] = 9.0, -4.0
        train[1, :6] = test[0, :6] = 1.25
        np.savez(tmp_path / "a.npz", x_train=train, x_test=test)
        dataset = open_dataset(tmp_path / "a.npz")
        assert len({*dataset.train_images[1, :6].flat, *dataset.test_images[0, :6].flat}) == 1
        np.testing.assert_array_equal(dataset.train_images, Scale.between(-4, 9).apply(train))

    @pytest.mark.parametrize("stored", [X > 127, (X > 127).astype(np.uint8), X // 16, X.astype(np.uint16) * 16])
    def test_few_levels_are_never_nearly_black(self, tmp_path, stored):
        assert open_dataset(saved(tmp_path / "a.npy", stored)).train_images.max() >= 240

    def test_the_user_changes_the_range(self, tmp_path):
        scan = scan_source(saved(tmp_path / "a.npy", X / 255 * 3 - 1))
        assert (suggest_options(scan).black, suggest_options(scan).white) == pytest.approx((-1, 2))
        wide = preview(scan, ImageOptions(28, 28, black=-1, white=5), 10).images
        assert wide.max() == 128
        with pytest.raises(DataError, match=r"White .* must be above black"):
            ImageOptions(black=3.0, white=3.0)


class TestLabels:
    COUNT = 6
    CLASSES = np.array([0, 1, 2, 1, 0, 2])

    @pytest.mark.parametrize(
        ("raw", "expected", "names"),
        [
            (CLASSES, CLASSES, "012"),
            (CLASSES[:, None], CLASSES, "012"),
            (CLASSES[None], CLASSES, "012"),
            (CLASSES.astype(float), CLASSES, "012"),
            (np.eye(3)[CLASSES], CLASSES, "012"),
            (np.eye(3)[CLASSES].T, CLASSES, "012"),
            (np.array(list("abc"))[CLASSES], CLASSES, "abc"),
            (np.array([b"a", b"b", b"c"])[CLASSES], CLASSES, "abc"),
            (CLASSES + 1000, CLASSES, ("1000", "1001", "1002")),
            (CLASSES - 1, CLASSES, ("-1", "0", "1")),
            (CLASSES > 0, CLASSES > 0, "01"),
        ],
    )
    def test_read(self, raw, expected, names):
        found = understand_labels([raw], [self.COUNT])
        assert found.parts[0] is not None
        assert found.parts[0].dtype == np.uint8
        np.testing.assert_array_equal(found.parts[0], expected)
        assert tuple(found.names.values()) == tuple(names)

    @pytest.mark.parametrize(
        ("raw", "reason"),
        [
            (CLASSES[:-1], "5 of them for 6 images"),
            (CLASSES * np.nan, "NaN"),
            (np.zeros((6, 8)), "each image has 8"),
            (np.zeros((6, 2, 2)), "not one for each"),
            (np.arange(6) + 0.25, "measured values"),
            (np.zeros(6, complex), "neither numbers nor words"),
        ],
    )
    def test_left_out_with_a_word(self, raw, reason):
        found = understand_labels([raw], [self.COUNT])
        assert found.parts == (None,)
        assert reason in found.notes[0]

    def test_too_many_classes(self):
        found = understand_labels([np.arange(300)], [300])
        assert found.parts == (None,)
        assert "300 different" in found.notes[0]

    def test_parts_are_numbered_together(self):
        train, test = understand_labels([np.array(["b", "c"]), np.array(["a", "c"])], [2, 2]).parts
        assert (train.tolist(), test.tolist()) == ([1, 2], [0, 2])
        assert understand_labels([None, np.array([1, 2])], [2, 2]).parts == (None, None)


class TestOrientation:
    def test_eight_ways_that_undo_one_another(self):
        image = np.arange(12).reshape(3, 4)
        results = {way.apply(image).tobytes() + bytes(way.apply(image).shape) for way in ORIENTATIONS.values()}
        assert len(results) == len(ORIENTATIONS) == 8
        for name, way in ORIENTATIONS.items():
            assert way.swaps_sides == (way.apply(image).shape == (4, 3)), name

    @pytest.mark.parametrize("way", ORIENTATIONS)
    def test_digits_are_seen_to_lie_in_any_way(self, way):
        lying = ORIENTATIONS[way].apply(X)
        found = digits_lie(np.ascontiguousarray(lying))
        np.testing.assert_array_equal(ORIENTATIONS[found].apply(lying), X)

    def test_others_are_left_as_they_are(self):
        assert digits_lie(X[:10].swapaxes(1, 2)) == "upright", "too few to tell"
        assert digits_lie(RNG.integers(0, 256, (40, 28, 28), np.uint8)) == "upright"

    def test_emnist_by_its_name_unless_somebody_has_turned_it(self, tmp_path):
        for name, stored in (("emnist-mnist-images-idx3-ubyte", X.swapaxes(1, 2)), ("emnist-turned-idx3-ubyte", X)):
            write_idx(tmp_path / name, np.ascontiguousarray(stored))
            dataset = open_dataset(tmp_path / name)
            assert set(map(bytes, dataset.train_images)) < set(map(bytes, X))

    def test_sides_are_swapped_with_the_images(self, tmp_path):
        scan = scan_source(saved(tmp_path / "a.npy", X[:, :20]))
        turned = preview(scan, ImageOptions(28, 20, orientation="turn left"), 100).images
        np.testing.assert_array_equal(turned, np.rot90(X[:, :20], 1, (1, 2)))


class TestPolarity:
    @pytest.mark.parametrize("stored", [255 - X, 1 - X / 255, (255 - X).reshape(100, -1), 16 - X // 16])
    def test_ink_on_paper_is_noticed_in_arrays(self, tmp_path, stored):
        path = saved(tmp_path / "a.npy", stored)
        assert suggest_options(scan_source(path)).invert
        assert np.median(open_dataset(path).train_images[:, 0]) == 0

    @pytest.mark.parametrize("stored", [X, PHOTOS, np.full_like(X, 255)])
    def test_bright_ink_photographs_and_blank_sheets_are_not_inverted(self, tmp_path, stored):
        assert not suggest_options(scan_source(saved(tmp_path / "a.npy", stored))).invert


class TestLimits:
    def test_one_limit_of_size_for_all_sources(self, tmp_path):
        large = RNG.integers(0, 256, (6, 160, 160), np.uint8)
        write_idx(tmp_path / "train-images-idx3-ubyte", large)
        write_idx(tmp_path / "t10k-images-idx3-ubyte", large)
        np.save(tmp_path / "a.npy", large)
        for source in (tmp_path, tmp_path / "train-images-idx3-ubyte", tmp_path / "a.npy"):
            with pytest.raises(DataError, match="160x160 pixels, above the limit of 128x128"):
                open_dataset(source)
            assert open_images(scan_source(source), ImageOptions(32, 32)).dataset.shape == (32, 32)

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from dae_core.datasets import DataError, open_dataset, open_images, scan_source, write_idx
from dae_core.datasets.split import held_out_split

RNG = np.random.default_rng(0)
TRAIN = RNG.integers(0, 256, (30, 6, 5), np.uint8)
TRAIN_LABELS = RNG.integers(0, 10, 30, np.uint8)
TEST = RNG.integers(0, 256, (7, 6, 5), np.uint8)
TEST_LABELS = RNG.integers(0, 10, 7, np.uint8)


def mnist_like(folder: Path, separator: str = "-", ending: str = "") -> Path:
    for stem, array in (
        ("train-images", TRAIN),
        ("train-labels", TRAIN_LABELS),
        ("t10k-images", TEST),
        ("t10k-labels", TEST_LABELS),
    ):
        write_idx(folder / f"{stem}{separator}idx{array.ndim}-ubyte{ending}", array)
    return folder


def assert_split_of_train(dataset, labels: np.ndarray | None) -> None:
    train, test = held_out_split(30)
    np.testing.assert_array_equal(dataset.train_images, TRAIN[train])
    np.testing.assert_array_equal(dataset.test_images, TRAIN[test])
    if labels is None:
        assert dataset.train_labels is None
        assert dataset.test_labels is None
    else:
        np.testing.assert_array_equal(dataset.train_labels, labels[train])
        np.testing.assert_array_equal(dataset.test_labels, labels[test])


class TestFolder:
    @pytest.mark.parametrize("separator", ["-", "."])
    @pytest.mark.parametrize("ending", ["", ".gz"])
    def test_four_files(self, tmp_path: Path, separator: str, ending: str) -> None:
        folder = tmp_path / "meine Ziffern ä"
        folder.mkdir()
        dataset = open_dataset(str(mnist_like(folder, separator, ending)))
        assert dataset.name == "meine Ziffern ä"
        np.testing.assert_array_equal(dataset.train_images, TRAIN)
        np.testing.assert_array_equal(dataset.train_labels, TRAIN_LABELS)
        np.testing.assert_array_equal(dataset.test_images, TEST)
        np.testing.assert_array_equal(dataset.test_labels, TEST_LABELS)
        assert dataset.mean == pytest.approx(TRAIN.mean())

    def test_without_labels(self, tmp_path: Path) -> None:
        for path in mnist_like(tmp_path).glob("*labels*"):
            path.unlink()
        dataset = open_dataset(tmp_path)
        assert dataset.train_labels is None
        assert dataset.test_labels is None

    def test_without_test_files_a_fixed_sixth_is_held_out(self, tmp_path: Path) -> None:
        for path in mnist_like(tmp_path).glob("t10k*"):
            path.unlink()
        assert_split_of_train(open_dataset(tmp_path), TRAIN_LABELS)

    def test_only_one_file_of_images_by_any_name(self, tmp_path: Path) -> None:
        write_idx(tmp_path / "mine.gz", TRAIN)
        write_idx(tmp_path / "labels-of-something", TRAIN_LABELS)
        (tmp_path / "README.txt").write_text("hello")
        (tmp_path / "empty").touch()
        (tmp_path / "sub").mkdir()
        assert_split_of_train(open_dataset(tmp_path), None)

    def test_kaggle_has_folders_of_the_same_names(self, tmp_path: Path) -> None:
        (tmp_path / "train-images-idx3-ubyte").mkdir()
        write_idx(tmp_path / "train-images.idx3-ubyte", TRAIN)
        assert_split_of_train(open_dataset(tmp_path), None)

    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("t10k-images-idx3-ubyte", np.zeros((7, 5, 6), np.uint8), "t10k.* 5x6 pixels, but .*train.* of 6x5"),
            ("train-images-idx3-ubyte", TRAIN_LABELS, "holds labels"),
            ("train-images-idx3-ubyte", TRAIN[:0], "holds no images"),
            ("train-images-idx3-ubyte", 0 * TRAIN, "same grey level"),
        ],
    )
    def test_wrong_content(self, tmp_path: Path, name: str, content: np.ndarray, reason: str) -> None:
        write_idx(mnist_like(tmp_path) / name, content)
        with pytest.raises(DataError, match=reason):
            open_dataset(tmp_path)

    @pytest.mark.parametrize("name", ["train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"])
    def test_labels_that_are_not_as_many_never_keep_images_out(self, tmp_path: Path, name: str) -> None:
        write_idx(mnist_like(tmp_path) / name, TRAIN_LABELS[:-1])
        opened = open_images(scan_source(tmp_path))
        assert opened.dataset.train_labels is None
        np.testing.assert_array_equal(opened.dataset.train_images, TRAIN)
        assert "labels are left out: there are 29 of them for" in opened.notes[0]

    def test_damaged_labels_are_not_passed_over(self, tmp_path: Path) -> None:
        (mnist_like(tmp_path) / "train-labels-idx1-ubyte").write_bytes(gzip.compress(b"abc")[:-3])
        with pytest.raises(DataError, match="train-labels"):
            open_dataset(tmp_path)

    def test_nothing_to_be_found(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="no IDX files of images"):
            open_dataset(tmp_path)
        write_idx(tmp_path / "train-labels-idx1-ubyte", TRAIN_LABELS)
        with pytest.raises(DataError, match="no IDX files of images"):
            open_dataset(tmp_path)

    def test_only_test_files(self, tmp_path: Path) -> None:
        (mnist_like(tmp_path) / "train-images-idx3-ubyte").unlink()
        with pytest.raises(DataError, match="no training images"):
            open_dataset(tmp_path)

    def test_two_unknown_files(self, tmp_path: Path) -> None:
        write_idx(tmp_path / "a", TRAIN)
        write_idx(tmp_path / "b", TEST)
        with pytest.raises(DataError, match="2 files of images"):
            open_dataset(tmp_path)

    def test_without_permission(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "scandir", fail)
        with pytest.raises(DataError, match="permission denied"):
            open_dataset(tmp_path)


class TestFile:
    @pytest.mark.parametrize("labels_ending", ["", ".gz"])
    def test_with_labels_beside_it(self, tmp_path: Path, labels_ending: str) -> None:
        write_idx(tmp_path / "my-images-idx3-ubyte.gz", TRAIN)
        write_idx(tmp_path / f"my-labels-idx1-ubyte{labels_ending}", TRAIN_LABELS)
        dataset = open_dataset(tmp_path / "my-images-idx3-ubyte.gz")
        assert dataset.name == "my-images-idx3-ubyte.gz"
        assert_split_of_train(dataset, TRAIN_LABELS)

    def test_without_labels(self, tmp_path: Path) -> None:
        write_idx(tmp_path / "digits", TRAIN)
        assert_split_of_train(open_dataset(tmp_path / "digits"), None)

    def test_relative_and_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write_idx(tmp_path / "digits", TRAIN)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
        for source in ("./digits", "~/digits", Path("digits")):
            assert open_dataset(source).name == "digits"
        assert open_dataset(".").name == tmp_path.name

    def test_too_few(self, tmp_path: Path) -> None:
        write_idx(tmp_path / "one", TRAIN[:1])
        with pytest.raises(DataError, match="single image"):
            open_dataset(tmp_path / "one")
        write_idx(tmp_path / "two", TRAIN[:2])
        assert len(open_dataset(tmp_path / "two").train_images) == 1

    def test_labels_are_no_images(self, tmp_path: Path) -> None:
        write_idx(tmp_path / "labels", TRAIN_LABELS)
        with pytest.raises(DataError, match="holds labels"):
            open_dataset(tmp_path / "labels")

    def test_no_such_source(self, tmp_path: Path) -> None:
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
        for source, reason in (
            (tmp_path / "missing", "does not exist"),
            (tmp_path / "loop", "symbolic links"),
            ("a\0b", "null"),
            ("", "empty text"),
            ("~no-such-user-here/x", "."),
            ("x" * 5000, "too long"),
        ):
            with pytest.raises(DataError, match=reason):
                open_dataset(source)


class TestSplit:
    @pytest.mark.parametrize(("n", "m"), [(2, 1), (11, 1), (12, 2), (60, 10), (59_999, 9_999), (600_000, 10_000)])
    def test_sizes(self, n: int, m: int) -> None:
        train, test = held_out_split(n)
        assert len(test) == m
        np.testing.assert_array_equal(np.sort(np.concatenate([train, test])), np.arange(n))
        assert (np.diff(train) > 0).all()

    def test_never_changes(self) -> None:
        assert held_out_split(30)[1].tolist() == [7, 9, 17, 23, 25]

    def test_too_few(self) -> None:
        with pytest.raises(ValueError, match="at least 2"):
            held_out_split(1)


class TestMnist:
    def test_figures(self, mnist_folder: Path) -> None:
        dataset = open_dataset(mnist_folder)
        assert dataset.train_images.shape == (60_000, 28, 28)
        assert dataset.test_images.shape == (10_000, 28, 28)
        assert dataset.mean == pytest.approx(33.318, abs=0.01)
        assert dataset.std == pytest.approx(78.568, abs=0.01)
        assert dataset.train_labels is not None
        assert dataset.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
        assert dataset.test_labels is not None
        assert dataset.test_labels[:5].tolist() == [7, 2, 1, 0, 4]
        assert dataset.name == os.path.basename(os.path.abspath(mnist_folder))

    def test_one_file_of_it(self, mnist_folder: Path) -> None:
        dataset = open_dataset(mnist_folder / "t10k-images-idx3-ubyte.gz")
        assert len(dataset.test_images) == 1_666
        assert dataset.train_labels is not None

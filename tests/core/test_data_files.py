"""Folders of IDX files, arrays and tables as people have them: parts, labels, copies, several sets."""

import gzip
import struct

import numpy as np
import pytest
from PIL import Image

from dae_core.datasets import DataError, open_dataset, open_images, scan_source, source_kind, write_idx
from dae_core.datasets.split import held_out_split

RNG = np.random.default_rng(2)
X, Y = RNG.integers(0, 256, (40, 9, 9), np.uint8), RNG.integers(0, 10, 40, np.uint8)
T, S = RNG.integers(0, 256, (15, 9, 9), np.uint8), RNG.integers(0, 10, 15, np.uint8)
V, W = RNG.integers(0, 256, (8, 9, 9), np.uint8), RNG.integers(0, 10, 8, np.uint8)


def idx(folder, **arrays):
    """Write arrays under names whose __ are dashes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        write_idx(folder / name.replace("__", "-").replace("_dot_", "."), array)
    return folder


def assert_is_the_set(dataset, labels=True):
    np.testing.assert_array_equal(dataset.train_images, X)
    np.testing.assert_array_equal(dataset.test_images, T)
    assert (dataset.train_labels is None) == (not labels)
    if labels:
        np.testing.assert_array_equal(dataset.train_labels, Y)
        np.testing.assert_array_equal(dataset.test_labels, S)


@pytest.mark.parametrize(
    ("name", "train", "test"),
    [
        ("{part}-{role}-idx{n}-ubyte", "train", "t10k"),
        ("{part}-{role}-idx{n}-ubyte", "train", "test"),
        ("{part}-{role}.idx{n}-ubyte.gz", "train", "t10k"),
        ("qmnist-{part}-{role}-idx{n}-ubyte", "train", "test"),
        ("{part} {role}", "Training", "Testing"),
        ("{role}-{part}", "train", "val"),
        ("{part}/{role}-idx{n}-ubyte", "train", "test"),
        ("{part}Set/{role}", "training", "test"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("pattern", ["{}", "MNIST/raw/{}", "{}/{}"])
def test_names_of_idx_files(tmp_path, name, train, test, pattern):
    for part, role, array in ((train, "images", X), (train, "labels", Y), (test, "images", T), (test, "labels", S)):
        full = name.format(part=part, role=role, n=array.ndim)
        path = tmp_path / pattern.format(full, full.rsplit("/", 1)[-1])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_idx(path, array)
    assert source_kind(tmp_path) == "files"
    assert_is_the_set(open_dataset(tmp_path))


def test_packed_beside_unpacked_counts_once(tmp_path):
    for number, (name, array) in enumerate(
        {"train-images": X, "train-labels": Y, "t10k-images": T, "t10k-labels": S}.items()
    ):
        for copy in (f"{name}-idx{array.ndim}-ubyte", f"{name}-idx{array.ndim}-ubyte.gz"):
            write_idx(tmp_path / copy, array)
        folder = (
            tmp_path / f"{name}-idx{array.ndim}-ubyte.d" if number % 2 else tmp_path / f"{name}.idx{array.ndim}-ubyte"
        )
        folder.mkdir()
        write_idx(folder / f"{name}-idx{array.ndim}-ubyte", array)
    scan = scan_source(tmp_path)
    assert_is_the_set(open_dataset(scan))
    assert len(scan.skipped) == 8
    assert "the same as" in scan.skipped[0].reason


def test_validation_files_are_left_out_beside_tests(tmp_path):
    idx(tmp_path, train__images=X, train__labels=Y, test__images=T, test__labels=S, val__images=V, val__labels=W)
    scan = scan_source(tmp_path)
    assert_is_the_set(open_dataset(scan))
    assert {entry.path.name: entry.reason for entry in scan.skipped} == {
        "val-images": "for validation",
        "val-labels": "for validation",
    }


def test_several_sets_are_listed(tmp_path):
    for name in ("balanced", "letters"):
        idx(
            tmp_path,
            **{f"emnist__{name}__train__images__idx3__ubyte": X, f"emnist__{name}__test__images__idx3__ubyte": T},
        )
    with pytest.raises(DataError, match=r"holds 2 data sets \(emnist-balanced, emnist-letters\)"):
        open_dataset(tmp_path)
    for name in ("MNIST", "KMNIST"):
        idx(tmp_path / "torch" / name / "raw", train__images__idx3__ubyte=X, t10k__images__idx3__ubyte=T)
    with pytest.raises(DataError, match=r"2 data sets \(kmnist, mnist\)"):
        open_dataset(tmp_path / "torch")
    assert_is_the_set(open_dataset(tmp_path / "torch" / "MNIST"), labels=False)


def test_one_set_beside_files_that_say_nothing(tmp_path):
    idx(tmp_path, train__images=X, train__labels=Y, test__images=T, test__labels=S, other=V)
    scan = scan_source(tmp_path)
    assert_is_the_set(open_dataset(scan))
    assert [entry.path.name for entry in scan.skipped] == ["other"]


def test_only_tests_are_not_trained_on(tmp_path):
    idx(tmp_path, qmnist__test__images__idx3__ubyte=T)
    with pytest.raises(DataError, match="no training images"):
        open_dataset(tmp_path)


def test_labels_of_several_numbers(tmp_path):
    idx(tmp_path, qmnist__train__images__idx3__ubyte=X)
    rows = np.column_stack([Y] + [np.arange(40)] * 7).astype(">i4")
    packed = gzip.compress(bytes((0, 0, 12, 2)) + struct.pack(">II", 40, 8) + rows.tobytes())
    (tmp_path / "qmnist-train-labels-idx2-int.gz").write_bytes(packed)
    train, _ = held_out_split(40)
    for source in (tmp_path, tmp_path / "qmnist-train-images-idx3-ubyte"):
        np.testing.assert_array_equal(open_dataset(source).train_labels, Y[train])


def test_one_file_takes_only_its_own_labels(tmp_path):
    idx(tmp_path, a__train__images__idx3__ubyte=X, b__train__labels__idx1__ubyte=Y, a__test__labels__idx1__ubyte=S)
    assert open_dataset(tmp_path / "a-train-images-idx3-ubyte").train_labels is None
    idx(tmp_path, a__train__labels__idx1__ubyte_dot_gz=Y)
    assert open_dataset(tmp_path / "a-train-images-idx3-ubyte").train_labels is not None


@pytest.mark.parametrize(
    "names",
    [("X_train", "y_train", "X_test", "y_test"), ("train_images", "train_labels", "test_images", "test_labels")],
)
def test_arrays(tmp_path, names):
    for name, array in zip(names, (X, Y, T, S), strict=True):
        np.save(tmp_path / f"{name}.npy", array)
    assert_is_the_set(open_dataset(tmp_path))


def test_arrays_each_in_an_npz(tmp_path):
    for name, array in {"train-imgs": X, "train-labels": Y, "test-imgs": T, "test-labels": S}.items():
        np.savez_compressed(tmp_path / f"kmnist-{name}.npz", array)
    assert_is_the_set(open_dataset(tmp_path))


def test_one_npz_and_what_lies_beside_it(tmp_path):
    np.savez(tmp_path / "mnist.npz", x_train=X, y_train=Y, x_test=T, y_test=S)
    (tmp_path / "README.md").write_text("hello")
    (tmp_path / "load.py").write_text("import numpy")
    assert source_kind(tmp_path) == "files"
    assert_is_the_set(open_dataset(tmp_path))


def table(path, images, labels):
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [f"pixel{n}" for n in range(81)]
    rows = images.reshape(len(images), -1)
    if labels is not None:
        columns, rows = ["label", *columns], np.column_stack([labels, rows])
    np.savetxt(path, rows, "%d", delimiter=",", header=",".join(columns), comments="")


def test_tables_and_tests_without_labels(tmp_path):
    table(tmp_path / "a" / "mnist_train.csv", X, Y)
    table(tmp_path / "a" / "mnist_test.csv", T, S)
    assert_is_the_set(open_dataset(tmp_path / "a"))
    table(tmp_path / "kaggle" / "train.csv", X, Y)
    table(tmp_path / "kaggle" / "test.csv", T, None)
    (tmp_path / "kaggle" / "sample_submission.csv").write_text("ImageId,Label\n1,0\n2,0\n")
    dataset = open_dataset(tmp_path / "kaggle")
    np.testing.assert_array_equal(dataset.train_labels, Y)
    np.testing.assert_array_equal(dataset.test_images, T)
    assert dataset.test_labels is None


def test_a_picture_of_what_is_in_the_files_and_a_list_of_what_is_in_the_pictures(tmp_path):
    table(tmp_path / "a" / "mnist_train.csv", X, Y)
    table(tmp_path / "a" / "mnist_test.csv", T, S)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir(exist_ok=True)
        for number in range(3):
            Image.fromarray(X[number]).save(tmp_path / folder / f"sample{number}.png")
    (tmp_path / "b" / "annotations.csv").write_text("file,label\nsample0.png,3\nsample1.png,4\n")
    assert_is_the_set(open_dataset(tmp_path / "a"))
    assert source_kind(tmp_path / "b") == "pictures"
    np.save(tmp_path / "b" / "images.npy", X)
    assert source_kind(tmp_path / "b") == "files"
    for number in range(3, 9):
        Image.fromarray(X[number]).save(tmp_path / "b" / f"sample{number}.png")
    assert source_kind(tmp_path / "b") == "pictures"


def test_texts_whose_names_tell_a_part(tmp_path):
    for name, images, labels in (("train", X, Y), ("test", T, S)):
        rows = np.column_stack([labels, images.reshape(len(images), -1)])
        np.savetxt(tmp_path / f"usps_{name}.txt", rows, "%d", delimiter=",")
    (tmp_path / "readme.txt").write_text("Handwritten digits, 9 x 9")
    assert_is_the_set(open_dataset(tmp_path))


def test_tables_with_their_labels_in_another(tmp_path):
    for name, images, labels in (("Train", X, Y), ("Test", T, S)):
        np.savetxt(tmp_path / f"csv{name}Images.csv", images.reshape(len(images), -1), "%d", delimiter=",")
        np.savetxt(tmp_path / f"csv{name}Label.csv", labels, "%d")
    assert_is_the_set(open_dataset(tmp_path))


def test_parts_share_one_scale(tmp_path):
    np.save(tmp_path / "x_train.npy", X / 255)
    np.save(tmp_path / "x_test.npy", T / 1020)
    dataset = open_dataset(tmp_path)
    np.testing.assert_array_equal(dataset.train_images, X)
    np.testing.assert_allclose(dataset.test_images, T / 4, atol=1)


def test_nothing_of_use(tmp_path):
    (tmp_path / "notes.txt").write_text("1,2,3")
    with pytest.raises(DataError, match=r"holds no IDX files of images.*0 images"):
        open_dataset(tmp_path)


def test_what_was_left_out_is_told_when_opening(tmp_path):
    np.save(tmp_path / "x_train.npy", X)
    np.save(tmp_path / "x_val.npy", V)
    result = open_images(scan_source(tmp_path))
    assert any("x_val.npy" in note and "held out" in note for note in result.notes)
    np.testing.assert_array_equal(result.dataset.test_images, V)

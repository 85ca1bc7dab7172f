"""MATLAB files as they are passed around: names, structures, columns of pixels, an array for each class."""

import zlib

import numpy as np
import pytest
import scipy.io
import scipy.sparse

from dae_core.datasets import DataError, open_dataset, open_images, scan_source, suggest_options
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.datasets.files import mat_file
from dae_core.jobs import UNWATCHED

DIGITS = load_bundled_digits()
X, Y = DIGITS.train_images[:60], DIGITS.train_labels[:60]
T, U = DIGITS.test_images[:20], DIGITS.test_labels[:20]
SMALL = X[:3].reshape(3, -1)[:, :81]
FLAT, FLAT_T = X.reshape(60, -1), T.reshape(20, -1)


def saved(path, compress=True, **arrays):
    scipy.io.savemat(path, arrays, do_compression=compress)
    return path


def as_set(images):
    return sorted(map(bytes, images))


@pytest.mark.parametrize(
    "arrays",
    [
        {"data": FLAT.T, "label": Y[None].astype(float)},
        {"X": FLAT / 255, "y": Y[:, None]},
        {"fea": FLAT, "gnd": Y[:, None] + 1},
        {"X": X.transpose(1, 2, 0)[:, :, None].repeat(3, 2), "y": Y[:, None]},
        {"images": X.transpose(1, 2, 0).astype(np.uint16) * 257, "labels": Y},
    ],
)
@pytest.mark.parametrize("compress", [True, False])
def test_one_set(tmp_path, arrays, compress):
    dataset = open_dataset(saved(tmp_path / "a.mat", compress, **arrays))
    assert as_set([*dataset.train_images, *dataset.test_images]) == as_set(X)
    assert dataset.train_labels is not None
    shift = int("gnd" in arrays)
    assert sorted([*dataset.train_labels, *dataset.test_labels]) == sorted(Y + shift)


def test_structures_as_emnist_has_them(tmp_path):
    part = {"images": FLAT.reshape(60, 28, 28).swapaxes(1, 2).reshape(60, -1), "labels": Y[:, None]}
    test = {"images": FLAT_T.reshape(20, 28, 28).swapaxes(1, 2).reshape(20, -1), "labels": U[:, None]}
    path = saved(tmp_path / "emnist-digits.mat", dataset={"train": part, "test": test, "mapping": np.eye(3)})
    dataset = open_dataset(path)
    np.testing.assert_array_equal(dataset.train_images, X)
    np.testing.assert_array_equal(dataset.test_images, T)
    np.testing.assert_array_equal(dataset.test_labels, U)


def test_an_array_for_each_class(tmp_path):
    arrays = {f"train{k}": FLAT[k == Y] for k in range(10)} | {f"test{k}": FLAT_T[k == U] for k in range(10)}
    dataset = open_dataset(saved(tmp_path / "mnist_all.mat", **{n: a for n, a in arrays.items() if len(a)}))
    assert as_set(dataset.train_images) == as_set(X)
    assert as_set(dataset.test_images) == as_set(T)
    assert sorted(dataset.train_labels) == sorted(Y)


def test_pixels_in_matlabs_order_are_brought_upright(tmp_path):
    unrolled = X.swapaxes(1, 2).reshape(60, -1)
    scan = scan_source(saved(tmp_path / "ex3data1.mat", X=unrolled, y=Y))
    assert suggest_options(scan).orientation == "transpose"
    assert set(as_set(open_images(scan).dataset.train_images)) < set(as_set(X))
    assert "do not lie upright" in " ".join(scan.notes)


@pytest.mark.parametrize(
    "content", [b"", b"MATLAB 5.0 MAT-file" + bytes(20), b"MATLAB 5.0" + bytes(118) + b"\xff" * 99]
)
def test_damage(tmp_path, content):
    path = tmp_path / "a.mat"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"a\.mat"):
        open_dataset(path)


def test_every_cut_and_nothing_of_images(tmp_path):
    path = saved(tmp_path / "a.mat", X=FLAT, y=Y)
    whole = path.read_bytes()
    for length in range(0, len(whole), len(whole) // 30):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match=r"a\.mat"):
            open_dataset(path)
    with pytest.raises(DataError, match="holds no array of images"):
        open_dataset(saved(tmp_path / "b.mat", text="abc", number=3.0))


def test_a_bomb_is_refused_before_it_is_unpacked_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(mat_file, "MOST_BYTES", 1 << 22)
    packed = zlib.compress(bytes(1 << 23))
    path = tmp_path / "bomb.mat"
    header = b"MATLAB 5.0".ljust(124) + b"\0\1IM"
    path.write_bytes(header + (15).to_bytes(4, "little") + len(packed).to_bytes(4, "little") + packed)
    with pytest.raises(DataError, match="more than the limit of 4,194,304 bytes, unpacked"):
        open_dataset(path)


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("version", ["4", "5"])
@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "u2", "i4", "u4", "f4", "f8", "i8", "u8"])
def test_arrays_are_those_that_scipy_finds(tmp_path, compress, version, dtype):
    path, values = tmp_path / "a.mat", np.random.default_rng(1).integers(0, 100, (5, 7)).astype(dtype)
    arrays = {"a": values, "empty": np.zeros((0, 3)), "one": np.ones((1, 1)), "words": np.array(["ab", "cd"])}
    if version == "5":
        arrays |= {"deep": values.reshape(5, 7, 1).repeat(2, 2), "inner": {"b": values, "c": {"d": values}}}
        arrays |= {"few": scipy.sparse.csc_array(np.diag([1.0, 0.0, 3.0]))}
    scipy.io.savemat(path, arrays, do_compression=compress, format=version)
    found, expected = mat_file.read_mat_file(path, UNWATCHED), scipy.io.loadmat(path)
    for name in ("a", "empty", "one", "deep"):
        if name in expected:
            np.testing.assert_array_equal(found[name], expected[name])
    if version == "5":
        assert list(found["words"]) == list(expected["words"])
        np.testing.assert_array_equal(found["inner"]["c"]["d"], values)
        np.testing.assert_array_equal(found["few"], np.diag([1.0, 0.0, 3.0]))


def test_whatever_stands_in_any_place_of_a_sound_file_ends_in_one_sentence(tmp_path):
    """SciPy's own reader ends the process with a bus error on some of these."""
    path = tmp_path / "a.mat"
    scipy.io.savemat(path, {"s": {"X": SMALL, "t": "abc"}, "few": scipy.sparse.csc_array(np.eye(3)), "X": SMALL})
    whole, opened, sentences = path.read_bytes(), 0, []
    for at in range(124, 500, 4):
        for number in (0, 2, 9, 14, 15, 0x40002, 2**31 - 1):
            path.write_bytes(whole[:at] + number.to_bytes(4, "little") + whole[at + 4 :])
            try:
                open_dataset(path)
                opened += 1
            except DataError as error:
                sentences.append(str(error))
    assert opened > 50
    assert len(sentences) > 50
    assert all("a.mat" in sentence for sentence in sentences)

"""MATLAB files as they are passed around: names, structures, columns of pixels, an array for each class."""

import zlib

import numpy as np
import pytest
import scipy.io

from dae_core.datasets import DataError, matlab, open_dataset, open_images, scan_source, suggest_options
from dae_core.datasets.bundled import load_bundled_digits

DIGITS = load_bundled_digits()
X, Y = DIGITS.train_images[:60], DIGITS.train_labels[:60]
T, U = DIGITS.test_images[:20], DIGITS.test_labels[:20]
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


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(matlab, "MOST_BYTES", 1 << 22)
    packed = zlib.compress(bytes(1 << 23))
    path = tmp_path / "bomb.mat"
    header = b"MATLAB 5.0".ljust(124) + b"\0\1IM"
    path.write_bytes(header + (15).to_bytes(4, "little") + len(packed).to_bytes(4, "little") + packed)
    monkeypatch.setattr(scipy.io, "loadmat", lambda *_, **__: pytest.fail("it was unpacked"))
    with pytest.raises(DataError, match="more than the limit of 4,194,304 bytes, unpacked"):
        open_dataset(path)

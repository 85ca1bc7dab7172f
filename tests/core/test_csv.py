"""Tables of images: label and pixels a line, as they are passed around, and what can be wrong with them."""

import numpy as np
import pytest

from dae_core.datasets import DataError, open_dataset
from dae_core.datasets.csv_images import read_csv
from dae_core.jobs import Cancelled, Monitor
from helpers.grey import grey, labels

RNG = np.random.default_rng(8)
IMAGES = RNG.integers(0, 256, (30, 28, 28), np.uint8)
LABELS = RNG.integers(0, 10, 30, np.uint8)
ROWS = np.column_stack([LABELS, IMAGES.reshape(30, -1)])
NAMES = ["label", *(f"pixel{n}" for n in range(784))]


def table(path, rows, separator=",", names=None, end="\n", start=""):
    lines = [separator.join(map(str, row)) for row in rows]
    path.write_text(start + end.join([*([separator.join(names)] if names else []), *lines]) + end, newline="")
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("names", [None, NAMES])
@pytest.mark.parametrize(("end", "start"), [("\n", ""), ("\r\n", "\ufeff")])
def test_labels_and_pixels(tmp_path, separator, names, end, start):
    arrays = read_csv(table(tmp_path / "a.csv", ROWS, separator, names, end, start))
    np.testing.assert_array_equal(grey(arrays), IMAGES)
    np.testing.assert_array_equal(labels(arrays), LABELS)


def test_pixels_without_labels_and_several_blocks(tmp_path):
    many = RNG.integers(0, 256, (1300, 16), np.uint8)
    arrays = read_csv(table(tmp_path / "a.csv", many))
    np.testing.assert_array_equal(grey(arrays).reshape(1300, 16), many)
    assert labels(arrays) is None


def test_shares_of_white_and_blank_lines(tmp_path):
    path = table(tmp_path / "a.csv", np.column_stack([LABELS, IMAGES.reshape(30, -1) / 255]))
    path.write_text(path.read_text().replace("\n", "\n\n"))
    np.testing.assert_array_equal(grey(read_csv(path)), IMAGES)


def test_some_blocks_of_bytes_and_some_of_real_numbers(tmp_path):
    rows = [["3", "0", "64", "128", "255"]] * 600 + [["4", "0.5", "0", "1e1", "255.0"]] * 2
    arrays = read_csv(table(tmp_path / "a.csv", rows))
    assert grey(arrays)[0].tolist() == [[0, 64], [128, 255]]
    assert grey(arrays)[-1].tolist() == [[0, 0], [10, 255]]


def test_opens(tmp_path):
    dataset = open_dataset(table(tmp_path / "ä b.CSV", ROWS))
    assert (dataset.name, dataset.shape) == ("ä b.CSV", (28, 28))
    assert len(dataset.train_labels) + len(dataset.test_labels) == 30


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "0 images"),
        ("label,a,b\n", "0 images"),
        ("1,2,3\n4,5,6\n", "3 values a line: not a label and a square image"),
        ("1,2,3,4,5\n1,2,3,4\n", "line 2 has 4 values and the first 5"),
        ("1,2,3,4,5\n1,2,x,4,5\n", 'line 2 holds "x"'),
        ("a,b,c,d,e\n1,2,3,4,5\n1,2,,4,5\n", 'line 3 holds ""'),
        ("1,2,3,4,nan\n1,2,3,4,5\n", "NaN or infinity"),
        ("1,2,3,4,1e999\n1,2,3,4,5\n", "NaN or infinity"),
        ("1,2,3,4,5\n", "single image"),
        ("1,2\n1,3\n", "1x1 pixels, too small"),
        ("\0\1\2\xff", "0 images"),
        ("1," * 600_000, "line 1 is too long"),
        ("# 1,2,3,4\n" * 3, 'line 2 holds "# 1"'),
    ],
)
def test_wrong_content(tmp_path, content, reason):
    path = tmp_path / "näme.csv"
    path.write_text(content, encoding="latin1")
    with pytest.raises(DataError, match=reason) as caught:
        open_dataset(path)
    assert "näme.csv" in str(caught.value)


def test_cancel_and_progress(tmp_path):
    path = table(tmp_path / "a.csv", np.repeat(ROWS, 40, axis=0))
    seen = []
    read_csv(path, Monitor(on_progress=seen.append))
    assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (path.stat().st_size, path.stat().st_size, "bytes")
    calls = iter([False])
    with pytest.raises(Cancelled):
        read_csv(path, monitor=Monitor(lambda: next(calls, True)))


def test_unreadable(tmp_path, monkeypatch):
    path = table(tmp_path / "a.csv", ROWS)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(DataError, match="permission denied"):
        open_dataset(path)

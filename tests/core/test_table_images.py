"""Tables of images, as they are passed around, become data sets; and what can be wrong with them."""

import gzip

import numpy as np
import pytest

from dae_core.datasets import DataError, ImageOptions, open_dataset, open_images, scan_source
from dae_core.datasets.meaning.raw import understand
from dae_core.datasets.sources import open_source, source_kind
from dae_core.datasets.tables.images import read_table_images
from dae_core.jobs import UNWATCHED, Cancelled, Monitor
from helpers.grey import grey, labels

RNG = np.random.default_rng(8)
IMAGES = RNG.integers(0, 256, (30, 28, 28), np.uint8)
LABELS = RNG.integers(0, 10, 30, np.uint8)
FLAT = IMAGES.reshape(30, -1)
ROWS = np.column_stack([LABELS, FLAT])
PIXELS = [f"pixel{n}" for n in range(784)]
NAMES = ["label", *PIXELS]


def table(path, rows, separator=",", names=None, end="\n", start=""):
    lines = [separator.join(map(str, row)) for row in rows]
    path.write_text(start + end.join([*([separator.join(names)] if names else []), *lines]) + end, newline="")
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("names", [None, NAMES])
@pytest.mark.parametrize(("end", "start"), [("\n", ""), ("\r\n", "\ufeff")])
def test_labels_and_pixels(tmp_path, separator, names, end, start):
    arrays = read_table_images(table(tmp_path / "a.csv", ROWS, separator, names, end, start))
    np.testing.assert_array_equal(grey(arrays), IMAGES)
    np.testing.assert_array_equal(labels(arrays), LABELS)


def test_pixels_without_labels_and_several_blocks(tmp_path):
    many = RNG.integers(0, 256, (70_000, 16), np.uint8)
    arrays = read_table_images(table(tmp_path / "a.csv", many))
    np.testing.assert_array_equal(grey(arrays).reshape(len(many), 16), many)
    assert labels(arrays) is None


def test_as_many_images_as_pixels(tmp_path):
    """No other layout is tried: rows are images."""
    square = np.repeat(RNG.integers(0, 256, (16, 1)), 16, axis=1)
    np.testing.assert_array_equal(grey(read_table_images(table(tmp_path / "a.csv", square))).reshape(16, 16), square)


def test_shares_of_white_and_blank_lines(tmp_path):
    path = table(tmp_path / "a.csv", np.column_stack([LABELS, FLAT / 255]))
    path.write_text(path.read_text().replace("\n", "\n\n"))
    np.testing.assert_array_equal(grey(read_table_images(path)), IMAGES)


def test_some_blocks_of_bytes_and_some_of_real_numbers(tmp_path):
    rows = [["3", "0", "64", "128", "255"]] * 600 + [["4", "0.5", "0", "1e1", "255.0"]] * 2
    arrays = read_table_images(table(tmp_path / "a.csv", rows))
    assert grey(arrays)[0].tolist() == [[0, 64], [128, 255]]
    assert grey(arrays)[-1].tolist() == [[0, 0], [10, 255]]


def test_the_label_last(tmp_path):
    """As OpenML has mnist_784."""
    names = [f"pixel{n}" for n in range(1, 785)] + ["class"]
    result = open_source(table(tmp_path / "mnist_784.csv", np.column_stack([FLAT, LABELS]), names=names))
    both = [result.dataset.train_images, result.dataset.test_images]
    assert sorted(map(bytes, np.concatenate(both))) == sorted(map(bytes, IMAGES))
    assert sorted([*result.dataset.train_labels, *result.dataset.test_labels]) == sorted(LABELS)
    assert 'The column "class" is taken as the label.' in result.notes


def test_labels_of_words_and_one_for_each_class(tmp_path):
    words = np.array(["cat", "dog"])[LABELS % 2]
    found = understand(read_table_images(table(tmp_path / "a.csv", np.column_stack([words, FLAT]))), UNWATCHED)
    np.testing.assert_array_equal(found.parts[0].labels, LABELS % 2)
    assert dict(found.class_names) == {0: "cat", 1: "dog"}
    names = [*PIXELS, *(f"class_{n}" for n in range(10))]
    hot = np.column_stack([FLAT, np.eye(10, dtype=int)[np.arange(30) % 10]])
    np.testing.assert_array_equal(
        labels(read_table_images(table(tmp_path / "a.csv", hot, names=names))), np.arange(30) % 10
    )


def test_the_parts_stay_as_they_are_given(tmp_path):
    held_out = np.arange(30) % 3 == 0
    rows = np.column_stack([LABELS.astype(str), np.where(held_out, "test", "train"), FLAT.astype(str)])
    dataset = open_dataset(table(tmp_path / "a.csv", rows, names=["label", "split", *PIXELS]))
    np.testing.assert_array_equal(dataset.train_images, IMAGES[~held_out])
    np.testing.assert_array_equal(dataset.test_images, IMAGES[held_out])
    np.testing.assert_array_equal(dataset.test_labels, LABELS[held_out])


@pytest.mark.parametrize("together", [True, False])
def test_three_colours(tmp_path, together):
    steps = np.linspace(0, 1, 12)
    base = 120 + 100 * np.sin(6 * steps[:, None] + RNG.random((20, 1, 1)) * 6) * np.cos(5 * steps)
    colours = np.stack([base, 255 - base, base / 2], axis=3 if together else 1).round().astype(int)
    path = table(tmp_path / "a.csv", np.column_stack([LABELS[:20], colours.reshape(20, -1)]))
    luma = 0.299 * base + 0.587 * (255 - base) + 0.114 * base / 2
    found = understand(read_table_images(path), UNWATCHED)
    assert found.parts[0].values.shape == (20, 12, 12, 3)
    np.testing.assert_allclose(grey(read_table_images(path)), luma, atol=2)


def test_a_user_chooses_the_label(tmp_path):
    path = table(tmp_path / "a.csv", np.column_stack([LABELS, LABELS // 2, FLAT]), names=["label", "fold", *PIXELS])
    scan = scan_source(path)
    assert scan.columns[:2] == ("label", "fold")
    for chosen, right in (("auto", LABELS), ("fold", LABELS // 2), ("none", None)):
        dataset = open_images(scan, ImageOptions(28, 28, label=chosen)).dataset
        if right is None:
            assert dataset.train_labels is None
        else:
            assert sorted([*dataset.train_labels, *dataset.test_labels]) == sorted(right)
    with pytest.raises(DataError, match='no column "weight"'):
        open_images(scan, ImageOptions(28, 28, label="weight"))


@pytest.mark.parametrize(
    "name", ["a.csv", "a.CSV", "a.tsv", "a.txt", "a.amat", "a.csv.gz", "a.tsv.gz", "semeion.data", "digits", "table.gz"]
)
def test_tables_by_name_and_by_content(tmp_path, name):
    content = table(tmp_path / "plain", ROWS, names=NAMES).read_bytes()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert source_kind(tmp_path / name) == "csv"
    np.testing.assert_array_equal(grey(read_table_images(tmp_path / name)), IMAGES)


def test_opens(tmp_path):
    dataset = open_dataset(table(tmp_path / "ä b.CSV", ROWS))
    assert (dataset.name, dataset.shape) == ("ä b.CSV", (28, 28))
    assert len(dataset.train_labels) + len(dataset.test_labels) == 30


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no images"),
        ("label,a,b\n", "no images"),
        ("1,2,3\n4,5,6\n", "3 columns: not a label and a square image"),
        ("1,2,3,4,5\n1,2,3,4\n", "line 2 has 4 values and the first 5"),
        ("1,2,3,4,5\n1,2,x,4,5\n", 'line 2 holds "x"'),
        ("a,b,c,d,e\n1,2,3,4,5\n1,2,,4,5\n", 'line 3 has no value in column "c"'),
        ("1,2,3,4,nan\n1,2,3,4,5\n", 'line 1 holds "nan", which is no number, in column 5'),
        ("1,2,3,4,1e999\n1,2,3,4,5\n", 'line 1 holds "1e999"'),
        ("1,2,3,4,5\n", "single image"),
        ("1,2\n1,3\n", "2 columns: not a label and a square image"),
        ("\0\1\2\xff", "no table of numbers: it holds bytes of zero"),
        ("1," * 600_000, "line 1 is too long"),
        ("# 1,2,3,4\n" * 3, "no images"),
    ],
)
def test_wrong_content(tmp_path, content, reason):
    path = tmp_path / "näme.csv"
    path.write_text(content, encoding="latin1")
    with pytest.raises(DataError, match=reason) as caught:
        open_dataset(path)
    assert "näme.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("mnist.scale", "5 153:0.0117 154:0.07\n", "a sparse table"),
        ("mnist_784.arff", "@RELATION mnist\n@ATTRIBUTE p REAL\n@DATA\n0\n", "a table of Weka"),
        ("train-images-idx3-ubyte.gz", "<!DOCTYPE html><html>404</html>", "a web page"),
        ("tensor.json", "[[0,1]]", "is JSON"),
        ("notes", "these are my digits\nof last year\n", "line 1 holds"),
    ],
)
def test_texts_that_are_no_tables_are_named(tmp_path, name, content, reason):
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=reason):
        open_dataset(tmp_path / name)


def test_cancel_and_progress(tmp_path):
    path = table(tmp_path / "a.csv", np.repeat(ROWS, 40, axis=0))
    seen = []
    read_table_images(path, Monitor(on_progress=seen.append))
    assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (path.stat().st_size, path.stat().st_size, "bytes")
    calls = iter([False])
    with pytest.raises(Cancelled):
        read_table_images(path, monitor=Monitor(lambda: next(calls, True)))


def test_unreadable(tmp_path, monkeypatch):
    path = table(tmp_path / "a.csv", ROWS)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(DataError, match="permission denied"):
        open_dataset(path)


def test_emnist_lies_transposed(tmp_path):
    path = table(
        tmp_path / "emnist-letters-train.csv", np.column_stack([LABELS, IMAGES.swapaxes(1, 2).reshape(30, -1)])
    )
    np.testing.assert_array_equal(open_images(scan_source(path)).dataset.train_images[0], IMAGES[0])


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e999"])
@pytest.mark.parametrize("columns", [65, 82, 785])
def test_what_is_no_number_of_a_pixel_is_refused_without_a_warning(tmp_path, value, columns):
    path = tmp_path / "t.csv"
    rows = np.random.default_rng(1).integers(0, 256, (6, columns)).astype(str)
    rows[::2, 10:14] = value
    path.write_text("\n".join(",".join(row) for row in rows))
    with pytest.raises(DataError, match=r"t\.csv"):
        open_dataset(path)

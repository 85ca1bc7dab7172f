"""Tables of images: which column is the label, which are pixels and in which order, by names or by what is in them."""

from contextlib import suppress
from itertools import product

import numpy as np
import pytest
from sklearn.datasets import load_digits

from dae_core.datasets import DataError
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.datasets.tables.columns import column_choices, labels_alone, understand
from dae_core.datasets.tables.table import read_table

RNG = np.random.default_rng(4)
N = 150
BUNDLED = load_bundled_digits()
IMAGES = BUNDLED.train_images[:N].reshape(N, -1)
LABELS = BUNDLED.train_labels[:N].astype(int)
SIDE = BUNDLED.train_images.shape[1]
COUNT = IMAGES.shape[1]
PIXELS = [f"pixel{n}" for n in range(COUNT)]
INTS = [str(n) for n in range(COUNT + 2)]
GRID = [f"{row}x{column}" for row in range(1, SIDE + 1) for column in range(1, SIDE + 1)]
LETTERS = np.array(list("abcdefghij"))
SMALL = load_digits()


def stacked(*columns):
    """Return rows of cells as text."""
    return np.column_stack([np.asarray(column).astype(str) for column in columns])


def table_of(path, names, *columns):
    rows = [",".join(row) for row in stacked(*columns).tolist()]
    path.write_text("\n".join([",".join(names), *rows] if names else rows))
    return read_table(path)


def labels_of(table, found):
    labels = found.labels_of(table)
    return None if labels is None else labels.tolist()


def order_as_text(names):
    return sorted(range(len(names)), key=lambda column: names[column])


SHUFFLED = RNG.permutation(COUNT)
NAMED = {
    "digit-recognizer of Kaggle": (["label", *PIXELS], [LABELS, IMAGES]),
    "mnist_784 of OpenML": ([f"pixel{n}" for n in range(1, COUNT + 1)] + ["class"], [IMAGES, LABELS]),
    "with quotes of Weka": ([f"'pixel{n}'" for n in range(COUNT)] + ["'class'"], [IMAGES, LABELS]),
    "rows by columns": (["label", *GRID], [LABELS, IMAGES]),
    "p_row_column": ([*(f"p_{n // SIDE}_{n % SIDE}" for n in range(COUNT)), "Digit"], [IMAGES, LABELS]),
    "in brackets": ([*(f"x[{n // SIDE}][{n % SIDE}]" for n in range(COUNT)), "y"], [IMAGES, LABELS]),
    "column before row": ([*(f"x{n % SIDE}y{n // SIDE}" for n in range(COUNT)), "y"], [IMAGES, LABELS]),
    "sorted as text": (
        [*(PIXELS[n] for n in order_as_text(PIXELS)), "TARGET"],
        [IMAGES[:, order_as_text(PIXELS)], LABELS],
    ),
    "grid sorted as text": (
        ["y", *(GRID[n] for n in order_as_text(GRID))],
        [LABELS, IMAGES[:, order_as_text(GRID)]],
    ),
    "shuffled, label in the midst": (
        [*(PIXELS[n] for n in SHUFFLED[:99]), ' "Ziffer" ', *(PIXELS[n] for n in SHUFFLED[99:])],
        [IMAGES[:, SHUFFLED[:99]], LABELS, IMAGES[:, SHUFFLED[99:]]],
    ),
    "index without a name": (["", "label", *PIXELS], [np.arange(N), LABELS, IMAGES]),
    "shuffled index": (["Unnamed: 0", "label", *PIXELS], [RNG.permutation(N) + 7, LABELS, IMAGES]),
    "two indices": (["Unnamed: 0", "image_id", "étiquette", *PIXELS], [np.arange(N)] * 2 + [LABELS, IMAGES]),
    "large numbers of rows": (["id", "Class Label", *PIXELS], [np.arange(N) + 10**9, LABELS, IMAGES]),
    "names of files": (
        ["file_name", "true_label", *PIXELS],
        [[f"{n}.png" for n in range(N)], LABELS, IMAGES],
    ),
    "numbers as names": (INTS[: COUNT + 1], [LABELS, IMAGES]),
    "numbers as names, label last": (INTS[: COUNT + 1], [IMAGES, LABELS]),
    "label and numbers": (["label", *INTS[:COUNT]], [LABELS, IMAGES]),
    "numbers and label": ([*INTS[:COUNT], "label"], [IMAGES, LABELS]),
    "index and numbers": (["", *INTS[: COUNT + 1]], [np.arange(N), LABELS, IMAGES]),
    "index among the numbers": (INTS, [np.arange(N), LABELS, IMAGES]),
    "V1 to V785": ([f"V{n}" for n in range(1, COUNT + 2)], [IMAGES, LABELS]),
    "V1 to V785, label first": ([f"V{n}" for n in range(1, COUNT + 2)], [LABELS, IMAGES]),
    "words without numbers": (
        ["label", *(f"x{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(COUNT))],
        [LABELS, IMAGES],
    ),
    "another language": (["цифра", *PIXELS], [LABELS, IMAGES]),
    "a label that lost its name": (["Unnamed: 0", *PIXELS], [LABELS, IMAGES]),
    "two labels": (["label", "category", *PIXELS], [LABELS, LETTERS[LABELS], IMAGES]),
    "empty columns": (["label", *PIXELS, "", "comment"], [LABELS, IMAGES, [""] * N, [""] * N]),
}


@pytest.mark.parametrize("kind", NAMED)
def test_columns_by_their_names(tmp_path, kind):
    table = table_of(tmp_path / "a.csv", *[NAMED[kind][0], *NAMED[kind][1]])
    found = understand(table)
    np.testing.assert_array_equal(table.numbers(found.pixels), IMAGES)
    assert labels_of(table, found) == LABELS.tolist()
    assert (found.shape, found.part) == ((SIDE, SIDE), None)
    assert sorted([*found.pixels, *found.labels, *found.dropped]) == list(range(table.width))
    assert table.title(found.labels[0]) in found.notes[0].lower() or any("label" in note for note in found.notes)
    assert all(
        any(table.title(column) in note.replace("Column", "column") for note in found.notes) for column in found.dropped
    )


def words(labels):
    return LETTERS[labels]


NOISE = RNG.integers(0, 256, (N, 784))
BITS = RNG.integers(0, 2, (N, 400))
YX = np.mgrid[:20, :20]
SMOOTH = np.array([127 + 120 * np.sin(YX[0] / 5 + a) * np.cos(YX[1] / 6 + b) for a, b in RNG.random((N, 2)) * 7])
SMOOTH = SMOOTH.reshape(N, -1).astype(int)
BLOBS = (SMOOTH > 127).astype(int)
CLASSES = {
    "ten": LABELS,
    "letters": words(LABELS),
    "two": LABELS % 2,
    "62": RNG.integers(0, 62, N),
    "from 1": LABELS + 1,
    "all the same": np.full(N, 3),
    "rare": (LABELS == 0).astype(int) + 1,
}
ALIKE = {("bits", "two"), ("bits", "rare")}  # nothing tells such labels from a pixel
STACKS = {
    "digits": IMAGES,
    "digits of 17 levels": SMALL.data[:N].astype(int),
    "shares": (IMAGES / 255).round(4),
    "inverted": 255 - IMAGES.astype(int),
    "noise": NOISE,
    "smooth": SMOOTH,
    "bits": BITS,
    "blobs": BLOBS,
    "few": None,
}


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("stack", "classes"), [pair for pair in product(STACKS, CLASSES) if pair not in ALIKE])
def test_the_label_first_or_last_by_what_is_in_the_columns(tmp_path, stack, classes, first):
    images, labels = STACKS[stack], CLASSES[classes]
    if stack == "few":
        images, labels = IMAGES[:12], labels[:12]
    table = table_of(tmp_path / "a.csv", None, *((labels, images) if first else (images, labels)))
    found = understand(table)
    np.testing.assert_array_equal(table.numbers(found.pixels), images.astype(np.float32))
    assert labels_of(table, found) == labels.tolist()
    assert column_choices(table)[0] == ("#1" if first else f"#{table.width}")


INDICES = {
    "from 0": np.arange(N),
    "from 1": np.arange(1, N + 1),
    "shuffled": RNG.permutation(N) + 300,
    "constant": np.full(N, 17),
    "files": np.array([f"train/{n:05}.png" for n in range(N)]),
}


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("first", [True, False])
def test_an_index_before_the_label_and_the_pixels(tmp_path, index, first):
    table = table_of(tmp_path / "a.csv", None, INDICES[index], *((LABELS, IMAGES) if first else (IMAGES, LABELS)))
    found = understand(table)
    np.testing.assert_array_equal(table.numbers(found.pixels), IMAGES)
    assert labels_of(table, found) == LABELS.tolist()
    assert found.dropped == (0,)


@pytest.mark.parametrize("names", [None, PIXELS, GRID, INTS[:COUNT]])
def test_pixels_without_labels(tmp_path, names):
    table = table_of(tmp_path / "a.csv", names, IMAGES)
    found = understand(table)
    np.testing.assert_array_equal(table.numbers(found.pixels), IMAGES)
    assert (found.labels, found.dropped, found.notes) == ((), (), ())


def test_an_index_and_no_label(tmp_path):
    found = understand(table_of(tmp_path / "a.csv", None, np.arange(N), IMAGES))
    assert (found.labels, found.dropped) == ((), (0,))
    assert found.notes == ("Column 1 only counts the rows and is left out.",)


def test_an_empty_label(tmp_path):
    found = understand(table_of(tmp_path / "a.csv", ["label", *PIXELS], [""] * N, IMAGES))
    assert (found.labels, found.dropped) == ((), (0,))
    assert found.notes == ('The column "label" is empty: there are no labels.',)


def test_images_that_are_not_square(tmp_path):
    images = RNG.integers(0, 256, (N, 12))
    names = [f"{row}x{column}" for row in range(4) for column in range(3)]
    shuffled = RNG.permutation(12)
    table = table_of(tmp_path / "a.csv", ["y", *(names[n] for n in shuffled)], LABELS, images[:, shuffled])
    found = understand(table)
    assert found.shape == (4, 3)
    np.testing.assert_array_equal(table.numbers(found.pixels), images)


@pytest.mark.parametrize("name", ["split", "Usage", "Set", "when", "is_test", None])
def test_parts(tmp_path, name):
    held_out = RNG.random(N) < 0.3
    words = np.where(held_out, "PublicTest" if name == "Usage" else "test", "Training" if name == "Usage" else "train")
    cells = held_out.astype(int) if name == "is_test" else words
    table = table_of(tmp_path / "a.csv", name and ["label", name, *PIXELS], LABELS, cells, IMAGES)
    found = understand(table)
    np.testing.assert_array_equal(found.part, held_out)
    np.testing.assert_array_equal(table.numbers(found.pixels), IMAGES)
    assert labels_of(table, found) == LABELS.tolist()
    assert f"{held_out.sum()} rows are held out" in " ".join(found.notes)


def test_all_that_is_no_training_is_held_out(tmp_path):
    cells = np.array(["train", "val", "test"])[np.arange(N) % 3]
    found = understand(table_of(tmp_path / "a.csv", ["split", *PIXELS], cells, IMAGES))
    np.testing.assert_array_equal(found.part, cells != "train")
    only = table_of(tmp_path / "a.csv", ["split", *PIXELS], ["train"] * N, IMAGES)
    assert understand(only).part is None


def test_images_in_one_cell(tmp_path):
    rows = [
        f"{label},{' '.join(map(str, image))},{'Training' if label else 'PrivateTest'}"
        for label, image in zip(LABELS, IMAGES.tolist(), strict=True)
    ]
    (tmp_path / "fer.csv").write_text("\n".join(["emotion,pixels,Usage", *rows]))
    table = read_table(tmp_path / "fer.csv")
    found = understand(table)
    np.testing.assert_array_equal(table.numbers(found.pixels), IMAGES)
    np.testing.assert_array_equal(found.part, LABELS == 0)
    assert labels_of(table, found) == LABELS.tolist()


def test_a_user_chooses_the_label(tmp_path):
    table = table_of(tmp_path / "a.csv", ["label", "fold", *PIXELS], LABELS, LABELS // 2, IMAGES)
    assert column_choices(table)[:2] == ("label", "fold")
    assert len(column_choices(table)) == table.width
    for chosen, column in (("fold", 1), ("Fold", 1), ("#2", 1), ("label", 0), ("auto", 0), ("none", None)):
        found = understand(table, chosen)
        assert found.labels == (() if column is None else (column,))
        np.testing.assert_array_equal(table.numbers(found.pixels), IMAGES)
    with pytest.raises(DataError, match='no column "weight" for the label; it has "label", "fold"'):
        understand(table, "weight")


def test_a_user_chooses_by_number(tmp_path):
    table = table_of(tmp_path / "a.csv", None, BITS, LABELS % 2)
    for number in (1, 401):
        found = understand(table, f"#{number}")
        assert found.labels == (number - 1,)
        assert number - 1 not in found.pixels
    with pytest.raises(DataError, match="no column"):
        understand(table, "#402")


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (3, "3 columns: not a label and a square image. With no label, 3 would be pixels, but 2 x 2 are 4"),
        (790, "790 columns"),
    ],
)
def test_no_image(tmp_path, columns, reason):
    with pytest.raises(DataError, match=reason):
        understand(table_of(tmp_path / "a.csv", None, RNG.integers(0, 256, (N, columns))))


def test_measured_values_at_both_ends_are_no_labels(tmp_path):
    with pytest.raises(DataError, match="not a label and a square image"):
        understand(table_of(tmp_path / "a.csv", None, RNG.random((N, 65)).round(4)))


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("stack", ["digits", "shares", "smooth"])
def test_measured_values_at_one_end_are_no_pixels(tmp_path, stack, first):
    images, values = STACKS[stack], RNG.random(N).round(4) * 9 - 3
    table = table_of(tmp_path / "a.csv", None, *((values, images) if first else (images, values)))
    found = understand(table)
    np.testing.assert_array_equal(table.numbers(found.pixels), images.astype(np.float32))
    assert (found.labels, found.dropped) == ((), (0 if first else table.width - 1,))


def test_missing_pixels_are_named(tmp_path):
    names = [f"pixel{n}" for n in range(COUNT) if n != 100]
    with pytest.raises(DataError, match='"label" as the label, 783 would be pixels'):
        understand(table_of(tmp_path / "a.csv", ["label", *names], LABELS, np.delete(IMAGES, 100, axis=1)))


@pytest.mark.parametrize(
    ("place", "title"), [("first", "Column 1"), ("last", "Column 785"), ("named", 'The column "label_0"')]
)
def test_a_column_for_each_class(tmp_path, place, title):
    classes = np.eye(10, dtype=int)[LABELS]
    names = [*PIXELS, *(f"label_{n}" for n in range(10))] if place == "named" else None
    table = table_of(tmp_path / "a.csv", names, *((classes, IMAGES) if place == "first" else (IMAGES, classes)))
    found = understand(table)
    np.testing.assert_array_equal(table.numbers(found.pixels), IMAGES)
    np.testing.assert_array_equal(found.labels_of(table), classes)
    assert found.notes == (f"{title} and the 9 after it are taken as the label, one for each class.",)


def test_three_colours(tmp_path):
    colours = RNG.integers(0, 256, (N, 3 * 64))
    table = table_of(tmp_path / "a.csv", [*(f"pixel{n:04}" for n in range(192)), "label"], colours, LABELS)
    found = understand(table)
    np.testing.assert_array_equal(table.numbers(found.pixels), colours)
    assert (found.labels, found.shape) == ((192,), None)


def test_names_of_classes_and_names_of_rows(tmp_path):
    table = table_of(tmp_path / "a.csv", ["name", "id", *PIXELS], words(LABELS), np.arange(N), IMAGES)
    assert understand(table).labels == (0,)
    table = table_of(tmp_path / "a.csv", ["name", "digit", *PIXELS], [f"{n}.png" for n in range(N)], LABELS, IMAGES)
    assert understand(table).labels == (1,)


@pytest.mark.parametrize("names", [None, ["ImageId", "Label"], ["label", "file"]])
@pytest.mark.parametrize("kind", ["numbers", "letters"])
def test_tables_of_labels_alone(tmp_path, names, kind):
    right = CLASSES["ten" if kind == "numbers" else "letters"]
    columns = [np.arange(1, N + 1), right] if names != ["label", "file"] else [right, [f"{n}.png" for n in range(N)]]
    table = table_of(tmp_path / "a.csv", names, *columns)
    assert labels_alone(table).tolist() == right.tolist()
    assert labels_alone(table_of(tmp_path / "a.csv", names and ["label"], right)).tolist() == right.tolist()


@pytest.mark.parametrize("odd", ["inf", "-inf", "nan", "1e308", "-1e308", ""])
def test_no_warning_for_values_beyond_all(tmp_path, odd):
    cells = np.where(RNG.random((N, 17)) < 0.3, odd, "-1e308")
    table = table_of(tmp_path / "a.csv", None, cells)
    assert len(column_choices(table)) == 17
    with suppress(DataError):
        assert table.numbers(understand(table).pixels).shape == (N, 16)

"""What the names of folders say: which pictures are for training, which are held out, and what classes they show."""

import pytest

from dae_core.datasets import DataError
from dae_core.datasets.parts import TEST, TRAIN
from dae_core.datasets.pictures.folder_parts import arrange


def places(*paths, count=4):
    """Arrange folders given as "train/0 test/0"; return {path: (part, class) or None where it is left out}."""
    folders = [tuple(path.split("/")) if path != "." else () for path in paths]
    result = arrange(dict.fromkeys(folders, count))
    names = {}
    for path, folder in zip(paths, folders, strict=True):
        place = result.places[folder]
        numbers = dict(enumerate(result.classes))
        if result.classes and all(name.isdigit() for name in result.classes):
            numbers = {int(name): name for name in result.classes}
        names[path] = None if place.reason else (place.part, None if place.label is None else numbers[place.label])
    return names, result


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("training", "testing"),
        ("train", "test"),
        ("Train", "TEST"),
        ("train", "val"),
        ("trainingSet", "testSet"),
        ("train_images", "test_images"),
        ("mnist_train", "mnist_test"),
        ("train", "holdout"),
        ("train", "dev"),
        ("Trainingsdaten", "Testdaten"),
        ("Trainingsbilder", "Testbilder"),
        ("xtrain", "xtest"),
        ("learn", "held-out"),
    ],
)
@pytest.mark.parametrize("pattern", ["{}/{}", "mnist_png/{}/{}", "a/b/{}/{}", "{}/images/{}", "{1}/{0}", "{0}/{0}/{1}"])
def test_the_split_as_given_and_the_classes_of_the_innermost_folder(train, test, pattern):
    wanted = {pattern.format(part, digit): (part, digit) for part in (train, test) for digit in "037"}
    found, result = places(*wanted)
    assert found == {path: (TRAIN if part == train else TEST, digit) for path, (part, digit) in wanted.items()}
    assert result.is_split
    assert result.classes == ("0", "3", "7")


def test_validation_is_left_out_beside_tests_and_held_out_without_them():
    found, result = places("train/a", "train/b", "val/a", "val/b", "test/a", "test/b")
    assert found["val/a"] is found["val/b"] is None
    assert found["test/b"] == (TEST, "b")
    assert result.notes == (
        "8 pictures are held out, as the names of training and test pictures say.",
        "8 pictures for validation are left out.",
    )
    found, result = places("train/a", "train/b", "val/a", "val/b")
    assert found["val/b"] == (TEST, "b")


def test_one_table_of_classes_for_both_parts():
    found, result = places("train/cat", "train/dog", "test/cat", "test/bird")
    assert result.classes == ("bird", "cat", "dog")
    assert found["test/bird"] == (TEST, "bird")
    assert found["train/dog"] == (TRAIN, "dog")


def test_training_alone_is_split_as_always():
    found, result = places("train/0", "train/1")
    assert not result.is_split
    assert found == {"train/0": (TRAIN, "0"), "train/1": (TRAIN, "1")}


@pytest.mark.parametrize("paths", [("test/0", "test/1"), ("val",), ("data/testing",), ("val/a", "test/a")])
def test_tests_alone_are_not_trained_on(paths):
    with pytest.raises(DataError, match=r"no training pictures beside them.*open the folder"):
        places(*paths)


def test_a_test_folder_beside_the_classes_is_held_out():
    found, result = places("cat", "dog", "test/cat", "test/dog")
    assert result.is_split
    assert found == {
        "cat": (TRAIN, "cat"),
        "dog": (TRAIN, "dog"),
        "test/cat": (TEST, "cat"),
        "test/dog": (TEST, "dog"),
    }
    found, result = places(".", "test")
    assert found == {".": (TRAIN, None), "test": (TEST, None)}


def test_a_class_may_be_called_train():
    found, result = places("bus", "car", "train")
    assert result.classes == ("bus", "car", "train")
    assert not result.is_split
    found, _ = places("train/bus", "train/train", "test/bus", "test/train")
    assert found["test/train"] == (TEST, "train")
    found, _ = places("bus/train", "bus/test", "train/train", "train/test")
    assert found["train/test"] == (TEST, "train")
    for classes in (("damaged", "valid"), ("beaker", "test tube")):
        _, result = places(*classes)
        assert (result.classes, result.is_split) == (classes, False)


def test_what_lies_beside_the_parts_is_left_out():
    found, result = places("train/a", "train/b", "test/a", "test/b", "docs", ".")
    assert found["docs"] is found["."] is None
    assert "outside" in result.places[("docs",)].reason
    assert result.classes == ("a", "b")


def test_samples_and_masks_of_a_part_are_left_out():
    found, _ = places(
        "trainingSet/trainingSet/0",
        "trainingSet/trainingSet/1",
        "trainingSample/trainingSample/0",
        "testSet/testSet",
        "testSample/testSample",
    )
    assert found["trainingSample/trainingSample/0"] is found["testSample/testSample"] is None
    assert found["trainingSet/trainingSet/1"] == (TRAIN, "1")
    assert found["testSet/testSet"] == (TEST, None)
    found, _ = places("train_images", "train_masks", "test_images")
    assert found["train_masks"] is None
    assert places("train_samples/0", "train_samples/1", "test_samples/0")[0]["train_samples/1"] == (TRAIN, "1")


def test_the_innermost_level_that_tells_classes():
    assert places("printed/0", "printed/1", "written/0", "written/1")[1].classes == ("0", "1")
    assert places("cat/deeper", "dog/deeper")[1].classes == ("cat", "dog")
    assert places("cat/0001", "cat/0002", "dog/0003", "dog/0004", count=1)[1].classes == ("cat", "dog")
    assert places("cat", "dog/more")[1].classes == ("cat", "dog")
    assert places("cat", ".")[1].classes == ()
    assert places("one/folder/in/another")[1].classes == ()
    assert places("train/a/images", "train/b/images", "val/images", "test/images")[1].classes == ("a", "b")


def test_a_part_whose_folders_are_deeper():
    found, _ = places("train/printed/0", "train/printed/1", "test/0", "test/1")
    assert found["test/1"] == (TEST, "1")


def test_more_classes_than_a_byte_counts():
    _, result = places(*(f"writer {number}" for number in range(300)))
    assert result.classes == ()

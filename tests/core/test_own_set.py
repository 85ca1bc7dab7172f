"""Own drawings: every change can be taken back, and the disk holds the old set or the new one, never half of one."""

from pathlib import Path

import numpy as np
import pytest

from dae_core.datasets import (
    DataError,
    OwnSet,
    add_to_training,
    open_dataset,
    own_set_names,
    read_idx_images,
    read_idx_labels,
    use_as_held_out,
)
from dae_core.datasets import own_set as module
from helpers.datasets import small_dataset
from helpers.failing_disk import FailingDisk
from helpers.processes import kill, running

RNG = np.random.default_rng(2)
DRAWINGS = RNG.integers(0, 256, (6, 28, 28), np.uint8)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "own"


def filled(name="My digits", labels=(3, 1, None, 4, 0, 254)):
    own = OwnSet(name)
    for drawing, label in zip(DRAWINGS, labels, strict=True):
        own.add(drawing, label)
    return own


def state(own):
    return own.images.tobytes(), own.labels


def test_additions_and_undo():
    own = OwnSet()
    states = [state(own)]
    steps = [
        lambda: own.add(DRAWINGS[0], 3),
        lambda: own.add(DRAWINGS[1]),
        lambda: own.add(DRAWINGS[2], 5),
        lambda: own.add(DRAWINGS[3], 1),
    ]
    for step in steps:
        step()
        states.append(state(own))
    assert states[3] == (DRAWINGS[:3].tobytes(), (3, None, 5))
    for expected in reversed(states[:-1]):
        own.undo()
        assert state(own) == expected
    assert not own.can_undo
    own.undo()
    for expected in states[1:]:
        own.redo()
        assert state(own) == expected
    own.undo()
    own.add(DRAWINGS[4])
    changed = state(own)
    own.redo()
    assert state(own) == changed, "an addition leaves nothing to redo"


def test_a_drawing_is_copied():
    own, drawing = OwnSet(), DRAWINGS[0].copy()
    own.add(drawing, 1)
    drawing[:] = 0
    np.testing.assert_array_equal(own.images[0], DRAWINGS[0])


@pytest.mark.parametrize(
    ("image", "label", "reason"),
    [
        (DRAWINGS[0, :27], 1, "28x28 pixels only"),
        (DRAWINGS[0].astype(float), 1, "28x28 pixels only"),
        (0 * DRAWINGS[0], 1, "blank"),
        (DRAWINGS[0], 255, "0 to 254, not 255"),
        (DRAWINGS[0], -1, "0 to 254, not -1"),
    ],
)
def test_what_cannot_be_added(image, label, reason):
    own = filled()
    with pytest.raises(DataError, match=reason):
        own.add(image, label)
    assert state(own) == state(filled())


def test_saved_as_idx_and_loaded(folder):
    own = filled("Meine Ziffern ä")
    own.save()
    assert [path.name for path in folder.iterdir()] == ["Meine Ziffern ä"]
    np.testing.assert_array_equal(read_idx_images(own.path() / module.IMAGES_FILE), DRAWINGS)
    assert read_idx_labels(own.path() / module.LABELS_FILE).tolist() == [3, 1, 255, 4, 0, 254]
    loaded = OwnSet.load("Meine Ziffern ä")
    assert state(loaded) == state(own)
    assert not loaded.can_undo
    loaded.add(DRAWINGS[2], 7)
    loaded.save()
    assert OwnSet.load(own.name).labels == (3, 1, None, 4, 0, 254, 7)
    assert [path.name for path in folder.iterdir()] == ["Meine Ziffern ä"]
    filled("all labelled", range(6)).save()
    assert open_dataset("own:all labelled").train_labels is not None


def test_opens_as_a_data_set():
    own = filled()
    with pytest.raises(DataError, match='no set of own drawings called "My digits"'):
        open_dataset("own:My digits")
    own.save()
    dataset = open_dataset("own:My digits")
    assert (dataset.name, len(dataset.train_images), len(dataset.test_images)) == ("My digits", 5, 1)
    assert dataset.train_labels is None  # one drawing has none
    one = OwnSet("one")
    one.add(DRAWINGS[0])
    with pytest.raises(DataError, match="holds 1 drawings; two are needed"):
        one.to_dataset()


def test_names(folder):
    assert own_set_names() == []
    for name in ("b", "A", "c"):
        filled(name).save()
    (folder / ".x.part").mkdir()
    assert own_set_names() == ["A", "b", "c"]
    OwnSet.delete("b")
    OwnSet.delete("b")
    assert own_set_names() == ["A", "c"]
    for name in ("", "  ", "a/b", "..", ".a", "a\\b", "a\0b", "x" * 81, "con:", "a."):
        with pytest.raises(DataError):
            OwnSet(name)
    assert OwnSet("  My digits ").name == "My digits"


@pytest.mark.parametrize("fails", ["write_idx", "os.replace"])
def test_a_failing_save_leaves_the_old_set(folder, monkeypatch, fails):
    filled().save()
    own = OwnSet.load("My digits")
    own.add(DRAWINGS[5], 9)
    real = module.os.replace

    def fail(source, *rest):
        if fails == "os.replace" and not (str(source).endswith(".part") and Path(source).is_dir()):
            return real(source, *rest)
        if fails == "write_idx":
            raise DataError(f'"{source}" cannot be written: No space left on device.')
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"dae_core.datasets.own_set.{fails}", fail)
    with pytest.raises(DataError, match=r"My digits.*cannot be written: No space left"):
        own.save()
    monkeypatch.undo()
    monkeypatch.setenv("DAE_STUDIO_DATA", str(folder.parent))
    assert state(OwnSet.load("My digits")) == state(filled())
    assert own_set_names() == ["My digits"]


def test_a_crash_between_two_renames_loses_nothing(folder):
    filled().save()
    (folder / "My digits").rename(folder / "My digits.before")
    assert own_set_names() == ["My digits"]
    assert state(OwnSet.load("My digits")) == state(filled())


def test_damaged_files():
    own = filled()
    own.save()
    (own.path() / module.LABELS_FILE).write_bytes((own.path() / module.LABELS_FILE).read_bytes()[:-9])
    with pytest.raises(DataError, match="train-labels"):
        OwnSet.load("My digits")
    from dae_core.datasets import write_idx

    write_idx(own.path() / module.LABELS_FILE, np.zeros(5, np.uint8))
    with pytest.raises(DataError, match="5 labels for 6 drawings"):
        OwnSet.load("My digits")
    with pytest.raises(DataError, match="no drawings yet"):
        OwnSet().save()


def test_used_beside_another_data_set():
    data = small_dataset()
    own = OwnSet("Mine", (8, 8))
    with pytest.raises(DataError, match="no drawings yet"):
        use_as_held_out(data, own)
    own.add(DRAWINGS[0, :8, :8], 1)
    judged = use_as_held_out(data, own)
    assert judged.train_images is data.train_images
    np.testing.assert_array_equal(judged.test_images, own.images)
    assert judged.test_labels.tolist() == [1]
    more = add_to_training(data, own)
    np.testing.assert_array_equal(more.train_images[:-1], data.train_images)
    np.testing.assert_array_equal(more.train_images[-1:], own.images)
    assert more.test_images is data.test_images
    assert more.train_labels is None
    with pytest.raises(DataError, match=r"28x28 pixels, but .* of 8x8"):
        add_to_training(data, filled())


KILLED = """
import sys, numpy as np, time
from dae_core.datasets import own_set
def hang(*_):
    print("writing", flush=True)
    time.sleep(600)
own = own_set.OwnSet()
own.add(np.eye(28, dtype=np.uint8))
write, own_set.write_idx = own_set.write_idx, lambda *a: (write(*a), hang())
own.save()
"""


def test_what_a_killed_program_left_while_saving_is_cleared_away(folder):
    filled().save()
    before = state(OwnSet.load("My digits"))
    with running(KILLED) as program:
        with pytest.raises(DataError, match="is being saved by another window"):
            filled().save()
        kill(program)
    assert state(OwnSet.load("My digits")) == before
    assert own_set_names() == ["My digits"]
    filled().save()
    assert [path.name for path in folder.iterdir()] == ["My digits"]


@pytest.mark.parametrize("lasting", [False, True])
def test_whichever_step_of_saving_fails_no_drawing_is_lost_and_it_is_told(folder, lasting):
    own = filled()
    own.save()
    before = state(own)
    own.add(DRAWINGS[0], 7)
    for number in range(100):
        reason = ""
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(patch, number, lasting=lasting)
            try:
                own.save()
            except DataError as error:
                reason = str(error)
        after = state(OwnSet.load("My digits"))
        if disk.count <= number:
            break
        if reason:
            assert "No space left on device" in reason
            assert after == before
        else:  # what could not be done does not matter
            assert after == state(own)
            filled().save()
    assert number > 10
    assert reason == ""
    assert after == state(own)


def test_a_set_that_another_window_changed_is_stale():
    one = filled()
    assert not one.is_stale
    one.save()
    assert not one.is_stale
    other = OwnSet.load("My digits")
    other.add(DRAWINGS[0], 7)
    assert not other.is_stale
    other.save()
    assert one.is_stale
    assert not other.is_stale
    OwnSet.delete("My digits")
    assert other.is_stale

"""Code sets: folders of codes that are opened as a data set."""

import numpy as np
import pytest

from dae_core.datasets import DataError, Dataset, open_dataset, source_title
from dae_core.datasets.code_set import code_folder, save_codes
from dae_core.sessions.data_reference import DataReference, is_path


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path))
    return tmp_path


def a_dataset(labels=True):
    rng = np.random.default_rng(0)
    marks = np.arange(20, dtype=np.uint8) if labels else None
    return Dataset("Code of layer 1 of Ä", rng.integers(0, 256, (20, 3, 4), np.uint8), marks, *_test(rng, labels))


def _test(rng, labels):
    return rng.integers(0, 256, (5, 3, 4), np.uint8), np.arange(5, dtype=np.uint8) if labels else None


@pytest.mark.parametrize("labels", [True, False])
def test_what_is_saved_is_opened_again_by_name(labels):
    saved = a_dataset(labels)
    save_codes("layer-2", saved, {"stack.bin": b"abc"})
    found = open_dataset("code:layer-2")
    assert (found.name, found.noun, found.fingerprint()) == (saved.name, "codes", saved.fingerprint())
    assert (found.train_labels is None) == (not labels)
    assert source_title("code:layer-2") == saved.name
    assert not is_path("code:layer-2")
    assert (code_folder("layer-2") / "stack.bin").read_bytes() == b"abc"
    assert DataReference.of(found, "code:layer-2").matches(saved)


def test_a_set_that_is_there_stays_and_nothing_is_left_beside_it(folder):
    save_codes("one", a_dataset(), {"x": b"first"})
    save_codes("one", a_dataset(), {"x": b"second"})
    assert (code_folder("one") / "x").read_bytes() == b"first"
    assert [path.name for path in (folder / "codes").iterdir()] == ["one"]


def test_one_that_is_not_there_or_damaged_is_said_in_a_sentence():
    with pytest.raises(DataError, match='no codes called "gone"'):
        open_dataset("code:gone")
    assert source_title("code:gone") == "gone"
    with pytest.raises(DataError, match="cannot be called"):
        open_dataset("code:../own")
    save_codes("two", a_dataset(), {})
    (code_folder("two") / "about.json").write_text("[]")
    with pytest.raises(DataError, match="damaged"):
        open_dataset("code:two")


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(folder):
    (folder / "codes").write_text("a file in its place")
    with pytest.raises(DataError, match="cannot be written"):
        save_codes("one", a_dataset(), {})

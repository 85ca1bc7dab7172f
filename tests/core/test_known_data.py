"""A path that a session names is opened where this user had the data before, where it lies beside, or on demand."""

import dataclasses
import json
import os
import shutil

import pytest

from dae_core.datasets import write_idx
from dae_core.sessions import known_data
from dae_core.sessions.data_reference import LONGEST_SOURCE, DataReference
from dae_core.sessions.known_data import MOST_PLACES, remember, trusted_place
from dae_core.sessions.session_file import load_session
from helpers.crafting import write_crafted
from helpers.datasets import small_dataset
from helpers.sessions import SGD, trained

REFERENCE = DataReference.of(small_dataset(), "digits")


def at(source):
    return dataclasses.replace(REFERENCE, source=str(source))


@pytest.fixture
def folder(tmp_path):
    """A folder of the data set's files."""
    folder = tmp_path / "data" / "blobs"
    folder.mkdir(parents=True)
    write_idx(folder / "train-images-idx3-ubyte", small_dataset().train_images)
    write_idx(folder / "t10k-images-idx3-ubyte", small_dataset().test_images)
    return folder


@pytest.fixture
def looked_at(monkeypatch):
    """All paths that the system is asked about."""
    seen = []
    for name in ("stat", "lstat", "scandir", "listdir"):
        old = getattr(os, name)

        def ask(path=".", *arguments, _old=old, **options):
            seen.append(os.fspath(path) if not isinstance(path, int) else "")
            return _old(path, *arguments, **options)

        monkeypatch.setattr(os, name, ask)
    return seen


@pytest.fixture
def stranger(tmp_path):
    """A session of somebody else's that names a path."""

    def write(source, name="a.dae"):
        place = tmp_path / "downloads"
        place.mkdir(exist_ok=True)
        return write_crafted(place / name, trained(SGD, 20), data={"source": str(source)})

    return write


def test_names_are_no_paths():
    for source in ("digits", "mnist", "own:My digits", ""):
        assert trusted_place(at(source), None) == source


@pytest.mark.parametrize(
    "source", ["/", "//host/share", "/etc", "/" + "a" * 4000, "~", "../..", "/usr/..", "\\\\host\\share"]
)
def test_a_path_of_a_file_is_not_even_looked_at(looked_at, stranger, source):
    path = stranger(source)
    known_data._file()  # which imports a package at its first call
    looked_at.clear()
    assert trusted_place(load_session(path).run.data, path) is None
    parent, name = str(path.parent), os.path.basename(source)
    allowed = {os.path.join(parent, name), str(known_data._file())}
    assert {seen for seen in looked_at if not parent.startswith(seen)} <= allowed | {str(path)}


def test_a_place_that_was_opened_before_is_trusted_for_this_data_set_alone(folder):
    assert trusted_place(at(folder), None) is None
    remember(REFERENCE.fingerprint, str(folder))
    assert trusted_place(at(folder), None) == str(folder)
    assert trusted_place(at("/elsewhere/blobs"), None) == str(folder)  # a fellow student's path
    assert trusted_place(dataclasses.replace(at(folder), fingerprint="0" * 64), None) is None


def test_what_lies_beside_the_session_is_trusted(folder, stranger):
    path = stranger("/home/alice/blobs")
    data = load_session(path).run.data
    assert trusted_place(data, path) is None
    shutil.copytree(folder, path.parent / "blobs")
    assert trusted_place(data, path) == str(path.parent / "blobs")
    data.open(trusted_place(data, path))


def test_a_link_to_elsewhere_does_not_lie_beside(folder, stranger):
    path = stranger("/home/alice/blobs")
    (path.parent / "blobs").symlink_to(folder, target_is_directory=True)
    assert trusted_place(load_session(path).run.data, path) is None
    (path.parent / "circle").symlink_to(path.parent / "circle")
    assert trusted_place(at("/x/circle"), path) is None


def test_few_places_are_kept_and_the_oldest_go(folder):
    for number in range(MOST_PLACES + 5):
        remember(f"{number:064x}", f"/data/{number}")
    remember("0" * 64, "digits")
    remember("1" * 64, "/" + "a" * LONGEST_SOURCE)
    places = json.loads(known_data._file().read_text())
    assert len(places) == MOST_PLACES
    assert list(places.values())[::199] == ["/data/5", "/data/204"]


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"a": 1}', '{"a": ""}', "\xff", "1e999"])
def test_a_damaged_note_counts_as_none(folder, text):
    known_data._file().parent.mkdir(parents=True)
    known_data._file().write_bytes(text.encode("latin-1"))
    assert trusted_place(dataclasses.replace(at(folder), fingerprint="a"), None) is None
    remember(REFERENCE.fingerprint, str(folder))
    assert trusted_place(at(folder), None) == str(folder)


def test_commands_say_that_they_do_not_look_and_take_the_place(call, folder, stranger, tmp_path, looked_at):
    path = stranger(folder)
    looked_at.clear()
    code, _, error = call("resume", path, "--iterations", 10, needs_data=False)
    assert code == 1
    assert "is not opened by itself" in error
    assert str(folder) in error
    assert "--data" in error
    code, _, error = call("export", path, "--script", "--out", tmp_path / "a.py", needs_data=False)
    assert code == 0
    assert "is not opened by itself" in error
    code, _, error = call("export", path, "--csv", "--out", tmp_path / "a.csv", needs_data=False)
    assert (code, error) == (0, "")
    code, _, error = call("film", path, "--out", tmp_path / "a.gif", needs_data=False)
    assert code == 0
    assert "is not opened by itself" in error
    assert not [seen for seen in looked_at if seen.startswith(str(folder))]
    assert call("resume", path, "--iterations", 10, "--data", folder)[0] == 0
    assert call("resume", path, "--iterations", 10, needs_data=False)[0] == 0  # it is known from now on


def test_what_is_said_of_a_path_is_short_and_plain(call, stranger, tmp_path):
    path = stranger("/\u202e" + "a" * 4000 + "\n<b>")
    _, _, error = call("resume", path, "--iterations", 10, needs_data=False)
    assert len(error) < 700
    assert error.rstrip("\n").isprintable()

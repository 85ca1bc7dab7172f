"""Session files that cannot be read or written: one sentence with the reason, and the last good file stays."""

import dataclasses
import os
import struct

import numpy as np
import pytest
import safetensors.numpy
from test_session import rich, trained  # noqa: F401 - one of them is a fixture

from dae_core import session_format
from dae_core.session import SessionError, load_session, save_session
from dae_core.session_format import write_container
from dae_core.session_parts import pack


def refused(path):
    with pytest.raises(SessionError) as caught:
        load_session(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_a_newer_version_is_refused(tmp_path, rich, monkeypatch):  # noqa: F811
    monkeypatch.setattr(session_format, "VERSION", 2)
    save_session(tmp_path / "a.dae", rich)
    monkeypatch.undo()
    assert "newer version of this program (format 2; this one reads up to format 1)" in refused(tmp_path / "a.dae")


@pytest.mark.parametrize("version", ["0", "-1", "one", "", "²", "9" * 5000])
def test_an_impossible_version_is_refused(tmp_path, rich, monkeypatch, version):  # noqa: F811
    monkeypatch.setattr(session_format, "VERSION", version)
    write_container(tmp_path / "a.dae", *pack(rich))
    monkeypatch.undo()
    assert "damaged" in refused(tmp_path / "a.dae")


@pytest.mark.parametrize("flipped", range(0, 60, 7))
def test_any_changed_weight_is_noticed(tmp_path, flipped):
    path = tmp_path / "a.dae"
    save_session(path, trained())
    content = bytearray(path.read_bytes())
    content[-1 - flipped * 97] ^= 4
    path.write_bytes(content)
    assert "damaged" in refused(path)


@pytest.mark.parametrize("content", [b"", b"12345", b"\xff" * 8, struct.pack("<Q", 2**22 + 1) + b"{" * (2**22 + 8)])
def test_what_is_no_session(tmp_path, content):
    (tmp_path / "a.dae").write_bytes(content)
    refused(tmp_path / "a.dae")


def test_other_safetensors_files_folders_and_missing_files(tmp_path):
    safetensors.numpy.save_file({"W": np.zeros(3)}, tmp_path / "a.dae")
    assert "no session of this program" in refused(tmp_path / "a.dae")
    refused(tmp_path)
    refused(tmp_path / "missing.dae")
    with pytest.raises(SessionError):
        load_session("a\0b")


def test_a_file_beyond_the_limit_is_not_even_opened(tmp_path):
    path = tmp_path / "a.dae"
    with open(path, "wb") as stream:  # sparse: it takes no space
        stream.truncate(session_format.LARGEST_FILE + 1)
    assert "at most 4.3 GB" in refused(path)


def test_a_failed_save_leaves_the_last_good_file(tmp_path, monkeypatch):
    path = tmp_path / "a.dae"
    session = trained()
    save_session(path, session)
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SessionError, match="No space left on device"):
        save_session(path, session)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.dae"]
    monkeypatch.undo()
    with pytest.raises(SessionError, match="could not be written"):
        save_session(tmp_path / "nowhere" / "a.dae", session)
    with pytest.raises(SessionError, match="could not be written"):
        save_session("a\0b", session)


def test_what_could_not_be_read_again_is_not_written(tmp_path, rich):  # noqa: F811
    drawing = np.zeros((1, 5000), np.uint8)
    for wrong in ({"drawings": (drawing,)}, {"view": {"x": float("nan")}}, {"snapshots": rich.snapshots[::-1]}):
        with pytest.raises(SessionError, match="could not be written"):
            save_session(tmp_path / "a.dae", dataclasses.replace(rich, **wrong))
    with pytest.raises(SessionError, match=r"more than 4\.2 MB"):
        write_container(tmp_path / "a.dae", {}, {"long": "x" * 2**22})
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["strange", "engine/moment_9_0", "snapshots/2/W", "drawings/2", "good/W2"])
def test_what_belongs_to_no_session_is_refused(tmp_path, rich, name):  # noqa: F811
    arrays, texts = pack(rich)
    write_container(tmp_path / "a.dae", {**arrays, name: np.zeros(3, np.float32)}, texts)
    assert f"belongs to no session ({name})" in refused(tmp_path / "a.dae")


def test_what_is_missing_is_named(tmp_path, rich):  # noqa: F811
    arrays, texts = pack(rich)
    for name in arrays:
        write_container(tmp_path / "a.dae", {key: a for key, a in arrays.items() if key != name}, texts)
        assert f"it lacks {name}." in refused(tmp_path / "a.dae")

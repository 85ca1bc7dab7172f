"""Session files that cannot be read or written: one sentence with the reason, and the last good file stays."""

import dataclasses
import json
import os
import struct

import numpy as np
import pytest
import safetensors.numpy

from dae_core.sessions import container as session_format
from dae_core.sessions.container import SessionError, write_container
from dae_core.sessions.session_codec import pack
from dae_core.sessions.session_file import load_session, save_session
from helpers.sessions import trained


def refused(path):
    with pytest.raises(SessionError) as caught:
        load_session(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_a_newer_version_is_refused(tmp_path, rich, monkeypatch):
    monkeypatch.setattr(session_format, "VERSION", 4)
    save_session(tmp_path / "a.dae", rich)
    monkeypatch.undo()
    assert "newer version of this program (format 4; this one reads up to format 3)" in refused(tmp_path / "a.dae")


@pytest.mark.parametrize("version", ["0", "-1", "one", "", "²", "9" * 5000])
def test_an_impossible_version_is_refused(tmp_path, rich, monkeypatch, version):
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


def test_what_could_not_be_read_again_is_not_written(tmp_path, rich):
    drawing = np.zeros((1, 5000), np.uint8)
    backwards = dataclasses.replace(rich.run, snapshots=rich.run.snapshots[::-1])
    for wrong in ({"drawings": (drawing,)}, {"view": {"x": float("nan")}}, {"run": backwards}):
        with pytest.raises(SessionError, match="could not be written"):
            save_session(tmp_path / "a.dae", dataclasses.replace(rich, **wrong))
    with pytest.raises(SessionError, match=r"more than 16\.8 MB"):
        write_container(tmp_path / "a.dae", {}, {"long": "x" * 2**24})
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "name", ["strange", "engine/moment_9_0", "snapshots/2/W", "drawings/2", "good/W2", "runs/2/W", "runs/0/strange"]
)
def test_what_belongs_to_no_session_is_refused(tmp_path, rich, name):
    arrays, texts = pack(rich)
    write_container(tmp_path / "a.dae", {**arrays, name: np.zeros(3, np.float32)}, texts)
    assert f"belongs to no session ({name})" in refused(tmp_path / "a.dae")


def test_what_is_missing_is_named(tmp_path, rich):
    arrays, texts = pack(rich)
    for name in arrays:
        write_container(tmp_path / "a.dae", {key: a for key, a in arrays.items() if key != name}, texts)
        assert f"it lacks {name}." in refused(tmp_path / "a.dae")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": ""}, "not made of hexadecimal digits"),
        ({"key": "XYZ"}, "not made of hexadecimal digits"),
        ({"key": "a" * 65}, "key is not a text of at most 64"),
        ({"key": "b"}, "two of its runs have the same key"),
        ({"name": "n" * 201}, "name is not a text of at most 200"),
        ({"name": 5}, "name is not a text"),
        ({"notes": "n" * 20_001}, "notes is not a text of at most 20,000"),
        ({"origin": "n" * 201}, "origin is not a text of at most 200"),
        ({"color": -1}, "color is not a whole number"),
        ({"color": 1.0}, "color is not a whole number"),
        ({"created": "yesterday"}, "not a time in UTC"),
        ({"created": "2026-11-23T23:44:47"}, "not a time in UTC"),
        ({"created": "2026-11-23T23:44:47+01:00"}, "not a time in UTC"),
        ({"created": None}, "created is not a text"),
    ],
)
def test_labels_that_no_program_wrote_are_refused(tmp_path, rich, changes, words):
    arrays, texts = pack(rich)
    label = json.dumps({**json.loads(texts["label"]), **changes})
    write_container(tmp_path / "a.dae", arrays, {**texts, "label": label})
    assert words in refused(tmp_path / "a.dae")
    about = json.loads(bytes(arrays["runs/1/about"]))
    about["label"] |= changes
    arrays["runs/1/about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    write_container(tmp_path / "a.dae", arrays, texts)
    assert words in refused(tmp_path / "a.dae")
    run = dataclasses.replace(rich.run, label=dataclasses.replace(rich.run.label, **changes))
    with pytest.raises(SessionError, match="could not be written"):
        save_session(tmp_path / "b.dae", dataclasses.replace(rich, run=run))
    assert not (tmp_path / "b.dae").exists()


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("errors", [-1.0, 3.0], "its mean squared error is -1 on 90 images"),
        ("errors", [1.0], "figures/errors is float64 of shape (1,)"),
        ("sparsity", [1.5], "no number from 0 to 1"),
        ("sparsity", [np.nan], "no number from 0 to 1"),
        ("firing_rates", [0.5] * 8 + [-0.1], "no number from 0 to 1"),
        ("firing_rates", [np.inf] * 9, "no number from 0 to 1"),
        ("firing_rates", [0.5] * 8, "figures/firing_rates is float64 of shape (8,)"),
    ],
)
def test_figures_that_cannot_be_are_refused(tmp_path, rich, name, values, words):
    arrays, texts = pack(rich)
    write_container(tmp_path / "a.dae", {**arrays, f"figures/{name}": np.array(values)}, texts)
    assert words in refused(tmp_path / "a.dae")


def test_figures_are_of_no_more_images_than_there_are(tmp_path, rich):
    arrays, texts = pack(rich)
    for images in (0, 91, -1, 1.0, True):
        state = json.dumps({**json.loads(texts["state"]), "figures_images": images})
        write_container(tmp_path / "a.dae", arrays, {**texts, "state": state})
        refused(tmp_path / "a.dae")

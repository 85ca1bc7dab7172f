"""A stranger's session names a path: nothing is looked for there until the user says so."""

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dae_core.datasets import write_idx
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import save_session
from dae_gui.window.main_window import MainWindow
from helpers.datasets import small_dataset
from helpers.session_parts import SessionParts
from helpers.sessions import SGD, trained
from helpers.windows import answer

STRANGE = ["/", "//host/share", "/" + "a/" * 2000]


def session_at(place: Path, source: str) -> Path:
    """Write a session in a folder of its own whose data set would be at a source."""
    run = trained(SGD, 40).run
    data = dataclasses.replace(DataReference.of(small_dataset(), "digits"), source=source)
    place.mkdir()
    save_session(place / "strange.dae", Session(dataclasses.replace(run, data=data)))
    return place / "strange.dae"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the data set is on this machine, which the user has never opened."""
    folder = tmp_path / "blobs"
    folder.mkdir()
    write_idx(folder / "train-images-idx3-ubyte", small_dataset().train_images)
    write_idx(folder / "t10k-images-idx3-ubyte", small_dataset().test_images)
    return folder


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[SessionParts]:
    load_bundled_digits()
    parts = SessionParts(qtbot, tmp_path)
    yield parts
    parts.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that the system is asked about."""
    seen: list[str] = []
    for name in ("stat", "lstat", "scandir", "listdir"):
        old = getattr(os, name)

        def ask(path=".", *arguments, _old=old, **options):
            seen.append("" if isinstance(path, int) else os.fsdecode(path))
            return _old(path, *arguments, **options)

        monkeypatch.setattr(os, name, ask)
    return seen


def test_a_strange_path_is_shown_and_opened_when_the_user_says_so(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, folder: Path, asked: list[str]
) -> None:
    path = session_at(tmp_path / "downloads", str(folder))
    asked.clear()
    with qtbot.waitSignal(parts.opener.missing) as missing:
        parts.flow.open(path)
    assert str(folder) in missing.args[0]
    assert parts.opener.offered == str(folder)
    assert not parts.workbench.can_train
    assert not [seen for seen in asked if seen.startswith(str(folder))]
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.open_offered()
    assert parts.workbench.can_train
    assert parts.opener.offered == ""


def test_what_was_opened_here_before_is_opened_unasked(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, folder: Path
) -> None:
    parts.use(folder)
    parts.use("digits")
    with qtbot.waitSignal(parts.opener.opened):
        parts.flow.open(session_at(tmp_path / "downloads", "/home/alice/blobs"))
    assert parts.workbench.can_train
    assert parts.workbench.data is not None
    assert parts.workbench.data.source == str(folder)


def test_what_lies_beside_the_session_is_opened_unasked(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, folder: Path
) -> None:
    path = session_at(tmp_path / "downloads", "/home/alice/blobs")
    folder.rename(path.parent / "blobs")
    with qtbot.waitSignal(parts.opener.opened):
        parts.flow.open(path)
    assert parts.workbench.can_train


def test_a_wrong_place_leaves_the_offer(qtbot: QtBot, parts: SessionParts, tmp_path: Path, folder: Path) -> None:
    with qtbot.waitSignal(parts.opener.missing):
        parts.flow.open(session_at(tmp_path / "downloads", str(folder)))
    parts.ask_for_run()
    with qtbot.waitSignal(parts.opener.missing):
        parts.opener.locate(str(tmp_path / "nowhere"))
    assert parts.opener.offered == str(folder)
    assert not parts.workbench.can_train
    parts.flow.new()
    qtbot.waitUntil(lambda: parts.workbench.can_train)


@pytest.mark.parametrize("source", STRANGE)
def test_the_window_looks_nowhere(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, source: str, asked: list[str]
) -> None:
    path = session_at(tmp_path / "downloads", source)
    window.studies.docks["datasetDock"].show()
    asked.clear()
    with qtbot.waitSignal(window.opener.missing) as missing:
        window.open_path(path)
    assert len(missing.args[0]) < 600
    qtbot.waitUntil(lambda: window.banner.text() != "")
    window.grab()
    assert not [seen for seen in asked if seen == source or seen.startswith(("//host", "/a/a/a"))]
    if source == "/":
        return  # which there is, with more than a test should search
    answer(qtbot, window, "answerButton0")  # now it is looked for, and not there
    qtbot.waitUntil(lambda: "does not exist" in window.banner.text() or "cannot be" in window.banner.text())

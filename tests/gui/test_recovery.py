"""Unsaved work at the next start: offered once, and gone on with, after closing, quitting, and kill -9."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.sessions.session_file import load_session
from dae_core.training.trainer import Trainer
from dae_gui.sessions.autosave_files import load_recoverable
from dae_gui.sessions.autosave_folder import AutosaveFolder
from dae_gui.support.file_dialogs import LOG, NEW_SESSION, REPORT, remember_folder
from dae_gui.window.main_window import MainWindow
from helpers import killed_window
from helpers.processes import kill, running
from helpers.widgets import find
from helpers.window_runs import (
    CONFIG,
    answer_offer,
    assert_same,
    finish,
    message,
    pause_at,
    uninterrupted,
    wait_for_end,
)
from helpers.windows import MakeWindow, action

KILLS = int(os.environ.get("DAE_TEST_KILLS", "2"))
KILLS_SEED = int(os.environ.get("DAE_TEST_SEED", "8"))


def test_an_unsaved_run_is_offered_at_the_next_start_and_goes_on(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    at = pause_at(qtbot, window, 200)
    window.close()
    other = make_window()
    qtbot.waitUntil(lambda: "was left unsaved" in message(other))
    assert f"Run 1, at iteration {at:,}" in message(other)
    with qtbot.waitSignal(other.sessions.opened):
        answer_offer(qtbot, other, "Open it")
    assert other.workbench.progress.iteration == at
    assert other.document.is_modified
    action(other, "pauseAction").trigger()
    wait_for_end(qtbot, other)
    assert_same(other.workbench.model, uninterrupted())
    other.close()
    third = make_window()
    qtbot.waitUntil(lambda: "was left unsaved" in message(third))
    assert f"iteration {CONFIG.iterations:,}" in message(third)  # one offer: the older state is gone


def test_quitting_the_application_leaves_the_unsaved_run_for_the_next_start(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window()
    finish(qtbot, window)
    application = QApplication.instance()
    assert application is not None
    application.aboutToQuit.emit()
    other = make_window()
    qtbot.waitUntil(lambda: f"iteration {CONFIG.iterations:,}" in message(other))


def test_what_several_windows_left_is_offered_in_turn(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [make_window() for _ in range(3)]
    for seed, window in enumerate(left):
        finish(qtbot, window, CONFIG.replace(seed=seed, iterations=100 + seed))
    for window in left:
        window.close()
    other = make_window()
    qtbot.waitUntil(lambda: "iteration 102" in message(other))
    answer_offer(qtbot, other, "Later")
    qtbot.waitUntil(lambda: "iteration 101" in message(other))
    answer_offer(qtbot, other, "Delete it")
    qtbot.waitUntil(lambda: "iteration 100" in message(other))
    with qtbot.waitSignal(other.sessions.opened):
        answer_offer(qtbot, other, "Open it")
    other.close()
    # Private: the banner offers one session at a time.
    folders = make_window().sessions._folder._found
    assert sorted(load_recoverable(folder).run.checkpoint.iteration for folder in folders) == [100, 102]


def test_a_killed_window_loses_nothing_that_was_written(own_settings: Path) -> None:
    """Kills at random moments; ``DAE_TEST_KILLS`` says how many, ``DAE_TEST_SEED`` at which."""
    moments = np.random.default_rng(KILLS_SEED)
    found_at = []
    state = own_settings.parent / "state"
    for _ in range(KILLS):
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.killed_window"],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ.copy(),
        )
        assert program.stdout is not None
        wanted = int(moments.integers(1, 12))
        written = 0
        for _ in range(wanted):
            written = int(program.stdout.readline().split()[1])
        try:  # ... and a little later, in the middle of whatever it does then
            program.wait(moments.uniform(0.0, killed_window.INTERVAL_MS / 1000))
        except subprocess.TimeoutExpired:
            program.kill()
        rest = program.communicate()[0].split()
        written = int(rest[-1]) if rest and rest[-1].isdigit() else written

        folder = AutosaveFolder()
        (found,) = folder.find()
        run = load_recoverable(found.folder).run
        at = run.checkpoint.iteration
        found_at.append(at)
        assert len(run.record.errors) == at >= written
        assert run.config == killed_window.CONFIG
        goes_on, whole = run.trainer(load_bundled_digits()), Trainer(load_bundled_digits(), killed_window.CONFIG)
        goes_on.advance(1)
        whole.advance(at + 1)
        assert_same(goes_on.model, whole.model)
        goes_on.close()
        whole.close()
        assert list(state.rglob("*.part")) == []
        folder.delete(found)
        folder.close(keep=False)
        assert list((state / "dae-studio" / "recovery").iterdir()) == []
    print(f"{KILLS} kills with seed {KILLS_SEED}: found at the iterations {found_at}")  # noqa: T201  # make soak shows it


# Where nothing can be autosaved


@pytest.fixture
def lost(qtbot: QtBot, make_window: MakeWindow, own_settings: Path) -> MainWindow:
    """A window with an unsaved run that can be autosaved nowhere; it was to be closed, and asks."""
    state = own_settings.parent / "state" / "dae-studio"
    state.mkdir()
    (state / "recovery").write_text("in the way")
    window = make_window()
    finish(qtbot, window)
    qtbot.waitUntil(lambda: "could not be autosaved" in message(window))
    assert not window.close()
    return window


def close_question(window: MainWindow) -> QMessageBox:
    (box,) = [box for box in window.findChildren(QMessageBox, "closeSessionQuestion") if box.isVisible()]
    return box


def test_where_autosaving_fails_closing_asks_until_it_is_answered(lost: MainWindow) -> None:
    for leave in (lambda box: box.close(), lambda box: find(box, QPushButton, "cancelSessionButton").click()):
        box = close_question(lost)
        assert "One run is in no file as it is now" in box.informativeText()
        assert "recovery" in box.informativeText()
        leave(box)
        assert lost.isVisible()
        assert not lost.close()
    find(close_question(lost), QPushButton, "discardSessionButton").click()
    assert not lost.isVisible()


def test_where_autosaving_fails_the_window_closes_when_the_session_is_saved(
    qtbot: QtBot, lost: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    find(close_question(lost), QPushButton, "saveSessionButton").click()
    assert lost.isVisible()  # no file was chosen
    assert not lost.close()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "kept.dae"), ""))
    find(close_question(lost), QPushButton, "saveSessionButton").click()
    qtbot.waitUntil(lambda: not lost.isVisible())
    assert load_session(tmp_path / "kept.dae").run.checkpoint.iteration == CONFIG.iterations


def test_what_could_not_be_recovered_is_told(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    for seed in (1, 2):
        finish(qtbot, window, CONFIG.replace(seed=seed, iterations=100))
    qtbot.waitUntil(lambda: window.document.runs.is_complete)
    kept = window.document.runs.kept[0].label.key
    window.close()
    (file,) = (AutosaveFolder().path.parent).glob(f"*/{kept}.dae")
    file.write_bytes(b"")
    other = make_window()
    qtbot.waitUntil(lambda: "was left unsaved" in message(other))
    answer_offer(qtbot, other, "Open it")
    qtbot.waitUntil(lambda: "1 of 2 runs could not be read" in message(other))
    assert other.workbench.config.seed == 2


HANG = """
import sys, time
from dae_core.files import replacing
with replacing(sys.argv[1]) as stream:
    stream.write(b"half")
    stream.flush()
    print("writing", flush=True)
    time.sleep(600)
"""


def test_what_was_half_saved_in_a_folder_of_the_users_is_gone_at_the_next_start(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    folders = tmp_path / "of a killed one", tmp_path / "of a living one"
    for folder, kind in zip(folders, (NEW_SESSION, REPORT), strict=True):
        folder.mkdir()
        remember_folder(kind, folder)
    remember_folder(LOG, tmp_path / "gone")
    with running(HANG, folders[0] / "a.dae") as killed, running(HANG, folders[1] / "a.dae"):
        kill(killed)
        make_window()
        qtbot.waitUntil(lambda: list(folders[0].iterdir()) == [])
        qtbot.waitUntil(lambda: all(thread.name != "leftovers" for thread in threading.enumerate()))
        assert len(list(folders[1].iterdir())) == 1

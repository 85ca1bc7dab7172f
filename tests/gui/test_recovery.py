"""What a crash leaves: whole runs, offered once, at the next start, without traces of half-written files."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.training.trainer import Trainer
from dae_gui.sessions import autosave as recovery_module
from dae_gui.sessions.autosave_files import load_recoverable
from dae_gui.workbench.state import State
from helpers import killed_window
from helpers.waiting import SLOW
from helpers.widgets import find
from helpers.window_runs import CONFIG, assert_same, finish, message, pause_at, uninterrupted, wait_for_end
from helpers.windows import MakeWindow, action

KILLS = int(os.environ.get("DAE_TEST_KILLS", "4"))


def parts(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


# The window


def test_an_unsaved_run_is_offered_at_the_next_start_and_goes_on(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    at = pause_at(qtbot, window, 200)
    window.close()
    other = make_window()
    qtbot.waitUntil(lambda: "was left unsaved" in message(other), timeout=SLOW)
    assert f"Run 1, at iteration {at:,}" in message(other)
    with qtbot.waitSignal(other.sessions.opened, timeout=SLOW):
        qtbot.mouseClick(find(other, QPushButton, "answerButton0"), Qt.MouseButton.LeftButton)
    assert other.workbench.progress.iteration == at
    assert other.document.is_modified
    action(other, "pauseAction").trigger()
    wait_for_end(qtbot, other)
    assert_same(other.workbench.model, uninterrupted())
    other.close()
    third = make_window()
    qtbot.waitUntil(lambda: "was left unsaved" in message(third), timeout=SLOW)
    assert f"iteration {CONFIG.iterations:,}" in message(third)  # one offer: the older state is gone


def test_the_last_moment_before_closing_is_secured(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.controller.set_pace(2_000)
    window.training_panel.set_config(CONFIG.replace(iterations=50_000))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > 300, timeout=SLOW)
    window.close()  # in the middle of training
    at = window.workbench.progress.iteration
    (found,) = make_window().sessions._folder._found
    assert load_recoverable(found).run.checkpoint.iteration == at


def test_deleting_the_offer_deletes_it(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    finish(qtbot, window)
    window.close()
    other = make_window()
    qtbot.waitUntil(lambda: "was left unsaved" in message(other), timeout=SLOW)
    qtbot.mouseClick(find(other, QPushButton, "answerButton1"), Qt.MouseButton.LeftButton)
    other.close()
    third = make_window()
    assert third.sessions._folder.find() == []
    assert message(third) == ""


def test_a_saved_run_is_not_offered(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    finish(qtbot, window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "s.dae"), ""))
    with qtbot.waitSignal(window.sessions.saved, timeout=SLOW):
        action(window, "saveSessionAction").trigger()
    window.close()
    assert message(make_window()) == ""


def test_training_is_secured_every_few_seconds_and_at_a_pause(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    clock = window.sessions.autosave._clock
    assert clock.interval() <= 5_000
    assert not clock.isActive()
    at = pause_at(qtbot, window, 100)
    assert not clock.isActive()
    folder = window.sessions._folder.path
    qtbot.waitUntil(lambda: window.sessions.autosave._task is None, timeout=SLOW)
    assert load_recoverable(folder).run.checkpoint.iteration == at
    monkeypatch.setattr(recovery_module, "_INTERVAL_MS", 20)
    monkeypatch.setattr(recovery_module, "_LONGEST_MS", 20)
    clock.setInterval(20)
    window.controller.set_pace(1_000)
    action(window, "pauseAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.RUNNING)
    qtbot.waitUntil(lambda: load_recoverable(folder).run.checkpoint.iteration > at + 50, timeout=SLOW)
    assert window.workbench.state is State.RUNNING


def test_a_killed_window_loses_nothing_that_was_secured(
    qtbot: QtBot, own_settings: Path, make_window: MakeWindow, tmp_path: Path
) -> None:
    """Kills at random moments; ``DAE_TEST_KILLS`` says how many."""
    moments = np.random.default_rng(8)
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
        secured = 0
        for _ in range(wanted):
            secured = int(program.stdout.readline().split()[1])
        try:  # ... and a little later, in the middle of whatever it does then
            program.wait(moments.uniform(0.0, killed_window.INTERVAL_MS / 1000))
        except subprocess.TimeoutExpired:
            program.kill()
        rest = program.communicate()[0].split()
        secured = int(rest[-1]) if rest and rest[-1].isdigit() else secured

        window = make_window()
        qtbot.waitUntil(lambda window=window: "was left unsaved" in message(window), timeout=SLOW)
        with qtbot.waitSignal(window.sessions.opened, timeout=SLOW):
            find(window, QPushButton, "answerButton0").click()
        at = window.workbench.progress.iteration
        assert at >= secured
        assert window.workbench.config == killed_window.CONFIG
        action(window, "stepAction").trigger()
        qtbot.waitUntil(lambda window=window, at=at: window.workbench.progress.iteration == at + 1, timeout=SLOW)
        trainer = Trainer(load_bundled_digits(), killed_window.CONFIG)
        trainer.advance(at + 1)
        trainer.close()
        qtbot.waitUntil(lambda window=window: window.workbench.model is not None, timeout=SLOW)
        assert_same(window.workbench.model, trainer.model)
        assert parts(state) == []
        window.document._saved = window.document.versions()  # as if it were saved
        window.close()
        assert list((state / "dae-studio" / "recovery").iterdir()) == []

"""What a crash leaves: whole runs, offered once, at the next start, without traces of half-written files."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.sessions.container import SessionError
from dae_core.sessions.run import Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.trainer import Trainer, train
from dae_gui.sessions import autosave as recovery_module
from dae_gui.sessions import autosave_folder as recovery_folder
from dae_gui.sessions.autosave import Recovery
from dae_gui.sessions.autosave_folder import load_found
from dae_gui.support.background import Background
from dae_gui.workbench.state import State
from helpers import killed_window
from helpers.sessions import run_of
from helpers.waiting import SLOW
from helpers.widgets import find
from helpers.window_runs import CONFIG, a_run, assert_same, finish, message, pause_at, uninterrupted, wait_for_end
from helpers.windows import MakeWindow, action

KILLS = int(os.environ.get("DAE_TEST_KILLS", "4"))


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    made.shutdown()


def secure(qtbot: QtBot, recovery: Recovery, run: Run, kept: tuple[Run, ...] = ()) -> None:
    recovery.secure(run, kept, "")
    qtbot.waitUntil(lambda: recovery._task is None, timeout=SLOW)


def parts(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


# The folder


@pytest.mark.parametrize(("took", "rest_ms"), [(0.01, 5_000), (0.15, 7_500), (3.0, 9_000)])
def test_the_longer_writing_takes_the_rarer_it_is_within_ten_seconds(
    background: Background, tmp_path: Path, took: float, rest_ms: int
) -> None:
    window = Recovery(background, background, tmp_path)
    window._begun = time.monotonic() - took
    window._on_written(None)
    assert window._clock.interval() == pytest.approx(rest_ms, rel=0.2)
    assert window._clock.interval() < 10_000
    window.close(None)


def test_what_a_lost_window_secured_is_found_with_all_its_runs(
    qtbot: QtBot, background: Background, tmp_path: Path
) -> None:
    lost = Recovery(background, background, tmp_path)
    run, kept = a_run(60, "Run 2"), a_run(40)
    secure(qtbot, lost, run, (kept,))
    lost.close((run, (kept,), ""))
    (found,) = Recovery(background, background, tmp_path).find()
    assert (found.name, found.iteration, found.runs) == ("Run 2", 60, 2)
    assert found.text().startswith("Run 2 and 1 more, at iteration 60, was left unsaved a moment ago")
    session = load_found(found.folder)
    assert [r.label for r in (*session.kept, session.run)] == [kept.label, run.label]
    np.testing.assert_array_equal(session.run.model.W, run.model.W)


def test_a_window_that_lives_is_not_offered(qtbot: QtBot, background: Background, tmp_path: Path) -> None:
    living, other = (Recovery(background, background, tmp_path) for _ in range(2))
    secure(qtbot, living, a_run())
    secure(qtbot, other, a_run(50))
    assert other.find() == []
    assert living.find() == []
    third = Recovery(background, background, tmp_path)
    assert third.find() == []
    living.close((a_run(), (), ""))
    assert [found.iteration for found in third.find()] == [40]
    assert other.find() == []  # it is the third one's to offer now
    other.close(None)
    third.close(None)


def test_what_is_in_a_file_of_the_persons_is_not_offered(qtbot: QtBot, background: Background, tmp_path: Path) -> None:
    window = Recovery(background, background, tmp_path)
    window.secure(a_run(), (), "")
    window.forget()  # while it is being written
    qtbot.waitUntil(lambda: window._task is None, timeout=SLOW)
    window._lock.unlock()  # as if its process had died
    assert Recovery(background, background, tmp_path).find() == []


def test_a_kept_run_is_written_once_and_taken_away_when_it_is_deleted(
    qtbot: QtBot, background: Background, tmp_path: Path
) -> None:
    window = Recovery(background, background, tmp_path)
    run, kept = a_run(), a_run(30, "Run 0")
    secure(qtbot, window, run, (kept,))
    file = window._folder / f"{kept.label.key}.dae"
    before = file.stat().st_mtime_ns
    secure(qtbot, window, a_run(50), (kept,))
    assert file.stat().st_mtime_ns == before
    secure(qtbot, window, run)
    assert not file.exists()
    secure(qtbot, window, run, (kept,))  # deleting was undone
    assert file.exists()
    window.close(None)
    assert not window._folder.exists()


def test_a_full_disk_is_told_once_and_the_last_good_file_stays(
    qtbot: QtBot, background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = Recovery(background, background, tmp_path)
    told: list[str] = []
    window.failed.connect(told.append)
    run = a_run()
    secure(qtbot, window, run)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        trainer = run.trainer(load_bundled_digits())
        history = run.history()
        history.append(trainer.advance(10))
        trainer.close()
        later = run_of(trainer, history, "digits", label=run.label)
        secure(qtbot, window, later)
        secure(qtbot, window, later)
    assert len(told) == 1
    assert "No space left on device" in told[0]
    assert "Training goes on" in told[0]
    assert load_found(window._folder).run.checkpoint.iteration == 40
    assert parts(tmp_path) == []
    secure(qtbot, window, later)
    assert load_found(window._folder).run.checkpoint.iteration == 50
    window.close(None)


def test_a_folder_that_cannot_be_made_is_told(qtbot: QtBot, background: Background, tmp_path: Path) -> None:
    (tmp_path / "recovery").write_text("in the way")
    window = Recovery(background, background, tmp_path / "recovery")
    with qtbot.waitSignal(window.failed, timeout=SLOW) as told:
        window.secure(a_run(), (), "")
    assert "could not be secured" in told.args[0]
    assert window._clock.isActive()  # it is tried again, also where nothing is trained
    window.close(None)
    assert Recovery(background, background, tmp_path / "recovery").find() == []


@pytest.mark.parametrize("note", [b"", b"{}", b"[]", b'{"present": "../x", "kept": [], "time": 0}'])
def test_a_folder_with_a_damaged_note_is_cleared_away(background: Background, tmp_path: Path, note: bytes) -> None:
    folder = tmp_path / "left"
    folder.mkdir()
    (folder / "note.json").write_bytes(note)
    (folder / ".x.dae.12345678.part").write_bytes(b"half")
    assert Recovery(background, background, tmp_path).find() == []
    assert not folder.exists()


def test_runs_beside_a_damaged_note_are_not_deleted(background: Background, tmp_path: Path) -> None:
    run = a_run()
    Recovery(background, background, tmp_path).close((run, (), ""))
    (folder,) = tmp_path.iterdir()
    (folder / "note.json").write_bytes(b"{")
    assert Recovery(background, background, tmp_path).find() == []
    assert load_session(folder / f"{run.label.key}.dae").run.checkpoint.iteration == 40


def test_a_damaged_present_run_is_told(qtbot: QtBot, background: Background, tmp_path: Path) -> None:
    lost = Recovery(background, background, tmp_path)
    run = a_run()
    lost.close((run, (), ""))
    (found,) = Recovery(background, background, tmp_path).find()
    (found.folder / f"{run.label.key}.dae").write_bytes(b"half a file")
    with pytest.raises(SessionError, match="damaged or no session"):
        load_found(found.folder)


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
    assert other.controller.iteration == at
    assert other.sessions.is_modified
    action(other, "pauseAction").trigger()
    wait_for_end(qtbot, other)
    assert_same(other.controller.model, uninterrupted())
    other.close()
    third = make_window()
    qtbot.waitUntil(lambda: "was left unsaved" in message(third), timeout=SLOW)
    assert f"iteration {CONFIG.iterations:,}" in message(third)  # one offer: the older state is gone


def test_the_last_moment_before_closing_is_secured(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.controller.set_pace(2_000)
    window.training_panel.set_config(CONFIG.replace(iterations=50_000))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.controller.iteration > 300, timeout=SLOW)
    window.close()  # in the middle of training
    at = window.controller.iteration
    (found,) = make_window().sessions.recovery._foreign
    assert load_found(found).run.checkpoint.iteration == at


def test_deleting_the_offer_deletes_it(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    finish(qtbot, window)
    window.close()
    other = make_window()
    qtbot.waitUntil(lambda: "was left unsaved" in message(other), timeout=SLOW)
    qtbot.mouseClick(find(other, QPushButton, "answerButton1"), Qt.MouseButton.LeftButton)
    other.close()
    third = make_window()
    assert third.sessions.recovery.find() == []
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
    clock = window.sessions.recovery._clock
    assert clock.interval() <= 5_000
    assert not clock.isActive()
    at = pause_at(qtbot, window, 100)
    assert not clock.isActive()
    folder = window.sessions.recovery._folder
    qtbot.waitUntil(lambda: window.sessions.recovery._task is None, timeout=SLOW)
    assert load_found(folder).run.checkpoint.iteration == at
    monkeypatch.setattr(recovery_module, "_INTERVAL_MS", 20)
    monkeypatch.setattr(recovery_module, "_LONGEST_MS", 20)
    clock.setInterval(20)
    window.controller.set_pace(1_000)
    action(window, "pauseAction").trigger()
    qtbot.waitUntil(lambda: window.controller.state is State.RUNNING)
    qtbot.waitUntil(lambda: load_found(folder).run.checkpoint.iteration > at + 50, timeout=SLOW)
    assert window.controller.state is State.RUNNING


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
        at = window.controller.iteration
        assert at >= secured
        assert window.controller.config == killed_window.CONFIG
        action(window, "stepAction").trigger()
        qtbot.waitUntil(lambda window=window, at=at: window.controller.iteration == at + 1, timeout=SLOW)
        trainer = Trainer(load_bundled_digits(), killed_window.CONFIG)
        trainer.advance(at + 1)
        trainer.close()
        qtbot.waitUntil(lambda window=window: window.controller.model is not None, timeout=SLOW)
        assert_same(window.controller.model, trainer.model)
        assert parts(state) == []
        window.sessions.recovery.forget()
        window.sessions._mark = window.sessions._present_states()  # as if it were saved
        window.close()
        assert list((state / "dae-studio" / "recovery").iterdir()) == []


def test_recovery_keeps_few_snapshots(qtbot: QtBot, background: Background, tmp_path: Path) -> None:
    trainer = Trainer(load_bundled_digits(), TrainingConfig(iterations=3_000, hidden_units=4))
    from dae_core.training.snapshots import SnapshotKeeper, bytes_of

    keeper, history = SnapshotKeeper(bytes_of(trainer.model)), History()
    while trainer.iteration < trainer.end:
        history.append(trainer.advance(keeper.next_due(trainer.iteration + 1) - trainer.iteration))
        keeper.add(trainer.iteration, trainer.model.copy())
    for _ in train(trainer):
        pass
    run = run_of(trainer, history, "digits", snapshots=keeper.snapshots)
    assert len(run.snapshots) > recovery_folder.MOST_SNAPSHOTS
    window = Recovery(background, background, tmp_path)
    secure(qtbot, window, run)
    assert 8 <= len(load_found(window._folder).run.snapshots) <= recovery_folder.MOST_SNAPSHOTS
    window.close(None)
    assert isinstance(Session(run).run, Run)

"""What a crash leaves: whole runs, found once, without traces of half-written files, and nothing that is saved."""

import dataclasses
import errno
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dae_core.sessions.run import Label, Run
from dae_gui.sessions import autosave as autosave_module
from dae_gui.sessions import autosave_files, autosave_folder
from dae_gui.sessions.autosave_files import load_recoverable
from dae_gui.sessions.autosave_folder import AutosaveFolder
from dae_gui.sessions.open_flow import Answer
from dae_gui.workbench.state import State
from helpers.run_steps import SHORT, RunSteps
from helpers.session_parts import SessionParts
from helpers.window_runs import assert_same

LONG = SHORT.replace(iterations=100_000)  # it goes on for half a minute at the paces below


@pytest.fixture
def steps() -> Iterator[RunSteps]:
    steps = RunSteps()
    steps.begin()
    yield steps
    steps.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[AutosaveFolder]:
    folder = AutosaveFolder(tmp_path)
    folder.prepare()
    yield folder
    folder.close(keep=False)


def named(run: Run, name: str) -> Run:
    return dataclasses.replace(run, label=Label.new(name))


def half_written(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


def leave(root: Path, *runs: Run) -> Path:
    """Write runs as a window that is gone by now."""
    lost = AutosaveFolder(root)
    lost.prepare()
    lost.write(runs, "")
    lost.close(keep=True)
    return lost.path


# The folder


def test_what_a_lost_window_wrote_is_found_with_all_its_runs(
    steps: RunSteps, folder: AutosaveFolder, tmp_path: Path
) -> None:
    kept, run = named(steps.train(40), "Run 0"), steps.train(20)
    leave(tmp_path, kept, run)
    (found,) = folder.find()
    assert (found.name, found.iteration, found.runs) == ("Run 1", 60, 2)
    assert found.text().startswith("Run 1 and 1 more, at iteration 60, was left unsaved a moment ago")
    session = load_recoverable(found.folder)
    assert [r.label for r in (*session.kept, session.run)] == [kept.label, run.label]
    assert_same(session.run.model, run.model)
    assert folder.find() == []  # it is this window's to offer now
    folder.delete(found)
    assert not found.folder.exists()


def test_a_window_that_lives_is_not_offered_nor_what_another_one_offers(
    steps: RunSteps, folder: AutosaveFolder, tmp_path: Path
) -> None:
    run = steps.train(40)
    folder.write((run,), "")
    other = AutosaveFolder(tmp_path)
    other.prepare()
    assert other.find() == folder.find() == []
    leave(tmp_path, run)
    assert len(other.find()) == 1
    assert folder.find() == []
    other.close(keep=False)
    assert len(folder.find()) == 1


def test_what_is_in_a_file_of_the_users_is_not_offered(steps: RunSteps, tmp_path: Path) -> None:
    lost = AutosaveFolder(tmp_path)
    lost.prepare()
    lost.write((steps.train(40),), "")
    lost.clear()
    lost.close(keep=True)
    assert AutosaveFolder(tmp_path).find() == []
    assert not lost.path.exists()


def test_a_kept_run_is_written_once_and_taken_away_when_it_is_deleted(steps: RunSteps, folder: AutosaveFolder) -> None:
    kept, run = named(steps.train(30), "Run 0"), steps.train(10)
    folder.write((kept, run), "")
    file = folder.path / f"{kept.label.key}.dae"
    before = file.stat().st_mtime_ns
    folder.write((kept, steps.train(10)), "")
    assert file.stat().st_mtime_ns == before
    folder.write((run,), "")
    assert not file.exists()
    folder.write((kept, run), "")  # deleting was undone
    assert file.exists()
    folder.close(keep=False)
    assert not folder.path.exists()


def test_a_run_that_has_not_begun_is_not_what_is_offered(steps: RunSteps, folder: AutosaveFolder) -> None:
    kept, run = steps.train(30), None
    steps.begin()
    run = steps.train(0)
    folder.write((kept, run), "")
    assert load_recoverable(folder.path).run.label == kept.label
    folder.write((run,), "")
    assert load_recoverable(folder.path).run.label == run.label


def test_few_snapshots_are_written(steps: RunSteps, folder: AutosaveFolder) -> None:
    for _ in range(40):
        run = steps.train(1)
    assert len(run.snapshots) > autosave_files.MOST_SNAPSHOTS
    folder.write((run,), "")
    assert 1 <= len(load_recoverable(folder.path).run.snapshots) <= autosave_files.MOST_SNAPSHOTS


def test_a_folder_that_is_cleared_away_is_written_anew(steps: RunSteps, folder: AutosaveFolder) -> None:
    kept, run = named(steps.train(30), "Run 0"), steps.train(10)
    folder.write((kept, run), "")
    shutil.rmtree(folder.path)
    folder.prepare()
    folder.write((kept, run), "")
    assert len(load_recoverable(folder.path).runs) == 2
    assert (folder.path / "lock").exists()


def test_a_folder_that_cannot_be_made_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "recovery").write_text("in the way")
    folder = AutosaveFolder(tmp_path / "recovery")
    with pytest.raises(OSError, match="recovery"):
        folder.prepare()
    assert folder.find() == []
    folder.close(keep=False)


@pytest.mark.parametrize("note", [b"", b"{}", b"[]", b'{"present": "../x", "kept": [], "time": 0}'])
def test_a_folder_with_a_damaged_note_is_cleared_away(folder: AutosaveFolder, tmp_path: Path, note: bytes) -> None:
    left = tmp_path / "left"
    left.mkdir()
    (left / "note.json").write_bytes(note)
    (left / ".x.dae.12345678.part").write_bytes(b"half")
    assert folder.find() == []
    assert not left.exists()


# When it is written


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[SessionParts]:
    parts = SessionParts(qtbot, tmp_path)
    parts.use_small_data()
    parts.ask_for_run()
    yield parts
    parts.close()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold every autosaving until the event is set."""
    may_go = threading.Event()
    write = autosave_folder.write_runs

    def slow(*arguments: Any) -> None:
        assert may_go.wait(120)
        write(*arguments)

    monkeypatch.setattr(autosave_folder, "write_runs", slow)
    yield may_go
    may_go.set()


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)


def note(parts: SessionParts) -> dict[str, Any]:
    """Return what the note says; nothing where there is none."""
    file = parts.folder.path / "note.json"
    return dict(json.loads(file.read_text())) if file.exists() else {"kept": [], "iteration": -1}


def wait_until_written(qtbot: QtBot, parts: SessionParts) -> None:
    autosave = parts.autosave
    # Private, as the clock below: what is to be written soon is not told.
    qtbot.waitUntil(lambda: not autosave.is_writing and not autosave._soon.isActive())


@pytest.mark.parametrize(("took", "rest_ms"), [(0.01, 5_000), (0.15, 7_500), (3.0, 9_000)])
def test_the_longer_writing_takes_the_rarer_it_is_within_ten_seconds(
    parts: SessionParts, took: float, rest_ms: int
) -> None:
    autosave = parts.autosave
    # Private: how long writing took is made up; nothing waits for seconds.
    autosave._begun = time.monotonic() - took
    autosave._on_written()
    assert autosave._clock.interval() == pytest.approx(rest_ms, rel=0.2)
    assert autosave._clock.interval() < 10_000


def test_training_is_written_every_few_seconds_and_at_a_pause(
    qtbot: QtBot, parts: SessionParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = parts.autosave._clock
    assert clock.interval() <= 5_000
    assert not clock.isActive()
    at = parts.pause(LONG, 100).checkpoint.iteration
    assert not clock.isActive()
    wait_until_written(qtbot, parts)
    assert load_recoverable(parts.folder.path).run.checkpoint.iteration == at
    monkeypatch.setattr(autosave_module, "_INTERVAL_MS", 20)
    monkeypatch.setattr(autosave_module, "_LONGEST_MS", 20)
    clock.setInterval(20)
    parts.controller.set_pace(1_000)
    parts.controller.start(LONG)
    assert clock.isActive()
    qtbot.waitUntil(lambda: note(parts)["iteration"] > at + 50)
    assert parts.workbench.state is State.RUNNING


def test_what_is_saved_meanwhile_is_not_offered(qtbot: QtBot, parts: SessionParts, gate: threading.Event) -> None:
    parts.finish()
    assert parts.autosave.is_writing
    parts.save(parts.save_path)
    gate.set()
    wait_until_written(qtbot, parts)
    assert note(parts)["iteration"] == -1
    parts.close()
    assert not parts.folder.path.exists()


def test_work_that_was_discarded_is_not_offered_after_a_crash(qtbot: QtBot, parts: SessionParts) -> None:
    parts.finish()
    parts.save(parts.save_path)
    parts.finish(SHORT.replace(seed=3))
    wait_until_written(qtbot, parts)
    assert len(note(parts)["kept"]) == 1
    parts.open(parts.save_path)
    wait_until_written(qtbot, parts)
    assert note(parts)["iteration"] == -1


def test_a_run_on_its_way_to_the_kept_ones_stays_offered(qtbot: QtBot, parts: SessionParts) -> None:
    parts.finish()
    wait_until_written(qtbot, parts)
    parts.controller.reset(SHORT)
    assert note(parts)["iteration"] == 100  # also in the moment when it is neither present nor kept
    parts.ask_for_run()
    wait_until_written(qtbot, parts)
    assert note(parts)["iteration"] == 100


def test_runs_from_elsewhere_deletions_and_their_undoing_are_written_while_nothing_is_trained(
    qtbot: QtBot, parts: SessionParts, steps: RunSteps
) -> None:
    runs = [named(steps.train(30 + i), f"sweep {i}") for i in range(3)]
    for run in runs:
        parts.runs.keep(run)
    qtbot.waitUntil(lambda: len(note(parts)["kept"]) == 2)
    session = load_recoverable(parts.folder.path)
    assert {run.label.key for run in session.runs} == {run.label.key for run in runs}
    assert session.run.label.name == "sweep 2"  # and not the run that has not begun
    removed = parts.runs.remove([runs[0].label.key])
    qtbot.waitUntil(lambda: len(note(parts)["kept"]) == 1)
    parts.runs.put_back(removed)
    qtbot.waitUntil(lambda: len(note(parts)["kept"]) == 2)
    wait_until_written(qtbot, parts)


def test_revived_units_are_written_though_the_iteration_is_the_same(qtbot: QtBot, parts: SessionParts) -> None:
    before = parts.pause(LONG, 200)
    wait_until_written(qtbot, parts)
    parts.controller.revive_units((1, 2))
    after = parts.ask_for_run()
    assert not np.array_equal(after.model.W, before.model.W)
    wait_until_written(qtbot, parts)
    assert_same(load_recoverable(parts.folder.path).run.model, after.model)


def test_a_full_disk_is_told_once_and_the_older_file_stays(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = parts.pause(LONG, 100).checkpoint.iteration
    wait_until_written(qtbot, parts)
    with monkeypatch.context() as patch:
        full_disk(patch)
        for more in (1, 2):
            parts.controller.step(LONG)
            qtbot.waitUntil(lambda more=more: parts.workbench.progress.iteration == at + more)
            wait_until_written(qtbot, parts)
        assert len(parts.messages) == 1
        assert "No space left on device" in parts.messages[0]
        assert "Training goes on" in parts.messages[0]
        assert load_recoverable(parts.folder.path).run.checkpoint.iteration == at
        assert half_written(tmp_path) == []
        assert parts.autosave._clock.isActive()  # it is tried again, also where nothing is trained
    parts.autosave._clock.setInterval(20)
    qtbot.waitUntil(lambda: note(parts)["iteration"] == at + 2)


def test_a_folder_that_cannot_be_made_is_told(qtbot: QtBot, parts: SessionParts, tmp_path: Path) -> None:
    (tmp_path / "autosaved").write_text("in the way")
    with qtbot.waitSignal(parts.autosave.failed) as failed:
        parts.finish()
    assert "could not be autosaved" in failed.args[0]
    assert parts.autosave._clock.isActive()


# When the window closes


def recovered(parts: SessionParts) -> Run:
    """Return the present run of what the window, closed by now, left."""
    (found,) = AutosaveFolder(parts.folder.path.parent).find()
    return load_recoverable(found.folder).run


def test_the_moment_of_closing_is_written(qtbot: QtBot, parts: SessionParts) -> None:
    parts.controller.set_pace(2_000)
    parts.controller.start(LONG)
    qtbot.waitUntil(lambda: parts.workbench.progress.iteration > 300)
    parts.close()  # in the middle of training
    at = parts.workbench.progress.iteration
    run = recovered(parts)
    assert run.checkpoint.iteration == len(run.record.errors) == at > 300


def test_a_run_that_was_to_be_replaced_when_the_window_closed_is_written(qtbot: QtBot, parts: SessionParts) -> None:
    parts.controller.set_pace(3_000)
    parts.controller.start(LONG)
    qtbot.waitUntil(lambda: parts.workbench.progress.iteration > 200)
    parts.end_thread()
    at = parts.workbench.progress.iteration
    parts.controller.reset(SHORT)
    parts.close()
    run = recovered(parts)
    assert run.checkpoint.iteration == len(run.record.errors) >= at


def test_a_run_that_was_opened_just_before_the_window_closed_is_written(qtbot: QtBot, parts: SessionParts) -> None:
    first = parts.finish()
    parts.finish(SHORT.replace(seed=1))
    parts.end_thread()
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.open(first)
    parts.controller.reset(SHORT)  # it has been the present one, and the thread never came to it
    parts.close()
    (found,) = AutosaveFolder(parts.folder.path.parent).find()
    assert [run.label.name for run in load_recoverable(found.folder).runs] == ["Run 1", "Run 2"]


def test_what_was_found_and_opened_is_found_again_when_the_window_closes_at_once(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path
) -> None:
    parts.finish()
    parts.close()
    other = SessionParts(qtbot, tmp_path)
    other.use_small_data()
    (found,) = other.folder.find()
    other.end_thread()
    other.answer = Answer.DISCARD
    with qtbot.waitSignal(other.flow.runOpened):
        other.flow.recover(found)
    assert other.document.is_modified
    other.close()
    assert recovered(other).checkpoint.iteration == SHORT.iterations
    assert not found.folder.exists()  # one offer: the older state is gone


def test_closing_says_why_what_is_unsaved_would_be_lost(
    qtbot: QtBot, parts: SessionParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parts.autosave.obstacle() == ""  # there is nothing to lose
    with monkeypatch.context() as patch:
        full_disk(patch)
        parts.finish()  # and at once, while the first autosaving may still be on its way
        assert parts.autosave.obstacle().endswith("No space left on device.")
    assert parts.autosave.obstacle() == ""  # there is room again, and it is written
    assert load_recoverable(parts.folder.path).run.checkpoint.iteration == SHORT.iterations
    parts.save(parts.save_path)
    full_disk(monkeypatch)
    assert parts.autosave.obstacle() == ""
    monkeypatch.undo()


def test_a_folder_that_was_taken_away_is_written_anew_before_the_window_closes(
    qtbot: QtBot, parts: SessionParts
) -> None:
    parts.finish()
    wait_until_written(qtbot, parts)
    shutil.rmtree(parts.folder.path)
    assert parts.autosave.obstacle() == ""
    assert load_recoverable(parts.folder.path).run.checkpoint.iteration == SHORT.iterations

"""Saving: whole sessions of the moment of asking, one after the other, also when things happen at once."""

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dae_core.evaluation.held_out import HeldOut
from dae_core.sessions.model_file import SavedModel
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session
from dae_core.training.trainer import train
from dae_gui.sessions import saver as saver_module
from dae_gui.workbench.state import State
from helpers.datasets import small_dataset
from helpers.run_steps import SHORT
from helpers.session_parts import SessionParts
from helpers.window_runs import assert_same

LONG = SHORT.replace(iterations=100_000)  # it goes on for half a minute at the paces below


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[SessionParts]:
    parts = SessionParts(qtbot, tmp_path)
    parts.use_small_data()
    yield parts
    parts.close()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold every writing of a session's file until the event is set."""
    may_go = threading.Event()
    write = saver_module.save_session

    def slow(path: Path, session: Session) -> None:
        assert may_go.wait(120)
        write(path, session)

    monkeypatch.setattr(saver_module, "save_session", slow)
    yield may_go
    may_go.set()


def test_a_session_is_saved_with_all_its_runs_and_what_is_shown(parts: SessionParts, tmp_path: Path) -> None:
    parts.view.shown, parts.view.drawn = {"curves_mode": "fit"}, (np.full((8, 8), 9, np.uint8),)
    first = parts.finish()
    second = parts.finish(SHORT.replace(seed=1))
    session = parts.save(tmp_path / "two.dae")
    assert [run.label for run in session.runs] == [first.label, second.label]
    assert session.run.figures is not None
    assert second.figures is not None
    assert session.run.figures.mse == second.figures.mse
    assert session.view == parts.view.shown
    np.testing.assert_array_equal(session.drawings[0], parts.view.drawn[0])
    assert (parts.document.path, parts.document.is_modified) == (tmp_path / "two.dae", False)


def test_saving_while_training_goes_on_is_a_whole_session_of_that_moment(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path
) -> None:
    parts.controller.set_pace(3_000)
    parts.controller.start(LONG)
    qtbot.waitUntil(lambda: parts.workbench.progress.iteration > 300)
    run = parts.save(tmp_path / "running.dae").run
    assert parts.workbench.state is State.RUNNING
    assert 300 < run.checkpoint.iteration < LONG.iterations
    assert len(run.record.errors) == run.checkpoint.iteration
    qtbot.waitUntil(lambda: parts.document.is_modified)  # it has gone on since
    trainer = run.trainer(small_dataset())
    for _ in train(trainer):
        pass
    parts.controller.set_pace(None)
    assert_same(parts.wait_for(State.FINISHED).model, trainer.model)


def test_figures_in_a_file_are_of_the_noise_of_that_moment(parts: SessionParts, tmp_path: Path) -> None:
    before = parts.pause(LONG, 200).figures
    assert before is not None
    parts.controller.set_noise_level(0.6)
    run = parts.save(tmp_path / "s.dae").run
    assert run.config.corruption.level == 0.6
    assert run.figures is not None
    assert run.figures.mse == HeldOut(small_dataset(), run.config.corruption).evaluate(run.model).mse != before.mse
    assert not parts.document.is_modified


def test_of_two_savings_the_later_one_stays(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, gate: threading.Event
) -> None:
    at = parts.pause(LONG, 100).checkpoint.iteration
    path = tmp_path / "s.dae"
    done: list[str] = []
    parts.saver.save(path, lambda: done.append("first"))
    for more, name in ((1, "second"), (2, "third")):
        parts.controller.step(LONG)
        qtbot.waitUntil(lambda more=more: parts.workbench.progress.iteration == at + more)
        parts.saver.save(path, lambda name=name: done.append(name))
        parts.ask_for_run()  # the answer to the one before is there, too
    saved: list[str] = []
    parts.saver.saved.connect(saved.append)
    gate.set()
    qtbot.waitUntil(lambda: not parts.document.is_modified)
    assert load_session(path).run.checkpoint.iteration == at + 2
    assert len(saved) == 2  # the second one was out of date before its turn came
    assert done == ["first", "second", "third"]


def test_what_is_being_saved_when_the_window_closes_is_saved_and_not_offered(
    parts: SessionParts, tmp_path: Path
) -> None:
    parts.finish()
    parts.saver.save(tmp_path / "s.dae")
    parts.close()  # before anything could be written
    assert load_session(tmp_path / "s.dae").run.checkpoint.iteration == SHORT.iterations
    assert not parts.folder.path.exists()


def test_a_run_that_is_replaced_before_the_answer_is_saved_as_it_was(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path
) -> None:
    parts.controller.set_pace(3_000)
    parts.controller.start(LONG)
    qtbot.waitUntil(lambda: parts.workbench.progress.iteration > 100)
    label = parts.runs.label
    with qtbot.waitSignal(parts.saver.saved):
        parts.saver.save(tmp_path / "s.dae")
        parts.controller.reset(SHORT)
        parts.saver.save(tmp_path / "after.dae")
    run = load_session(tmp_path / "s.dae").run
    assert run.label == label
    assert len(run.record.errors) == run.checkpoint.iteration > 100
    qtbot.waitUntil((tmp_path / "after.dae").exists)
    after = load_session(tmp_path / "after.dae")
    assert after.run.checkpoint.iteration == 0
    assert [kept.label for kept in after.kept] == [label]


def test_a_saving_that_ends_after_another_session_was_opened_changes_nothing_of_that(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, gate: threading.Event
) -> None:
    gate.set()
    parts.finish()
    parts.save(tmp_path / "first.dae")
    parts.finish(SHORT.replace(seed=5))
    gate.clear()
    parts.saver.save(tmp_path / "second.dae")
    parts.open(tmp_path / "first.dae")
    with qtbot.waitSignal(parts.saver.saved):
        gate.set()
    assert parts.document.path == tmp_path / "first.dae"
    assert not parts.document.is_modified
    assert [run.config.seed for run in load_session(tmp_path / "second.dae").runs] == [0, 5]


def test_what_is_asked_for_just_before_a_new_session_is_saved(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path
) -> None:
    parts.finish()
    parts.finish(SHORT.replace(seed=5))
    qtbot.waitUntil(lambda: parts.runs.is_complete)
    with qtbot.waitSignal(parts.saver.saved):
        parts.saver.save(tmp_path / "s.dae")
        parts.document.clear()
        parts.controller.reset(SHORT)
    assert [run.config.seed for run in load_session(tmp_path / "s.dae").runs] == [0, 5]
    assert parts.document.path is None


def test_a_session_whose_run_was_still_on_its_way_is_not_saved_without_it(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path
) -> None:
    parts.finish()
    with qtbot.waitSignal(parts.saver.failed) as failed:
        parts.controller.reset(SHORT)
        parts.saver.save(tmp_path / "s.dae")
        parts.document.clear()
        parts.controller.reset(SHORT)
    assert failed.args[0].startswith("s.dae was not saved. Another session was opened")


def test_without_a_run_nothing_is_saved_and_that_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    parts = SessionParts(qtbot, tmp_path)
    parts.saver.save(tmp_path / "s.dae")
    assert parts.messages == ["s.dae was not saved. There is no run, for no data set is open yet."]
    parts.use_small_data()
    parts.end_thread()
    parts.saver.save(tmp_path / "s.dae")
    assert parts.messages[-1] == "s.dae was not saved. The training thread has ended."
    parts.close()


def test_a_file_that_was_deleted_is_written_again(parts: SessionParts, tmp_path: Path) -> None:
    parts.finish()
    path = tmp_path / "s.dae"
    parts.save(path)
    path.unlink()
    assert parts.save(path).run.checkpoint.iteration == SHORT.iterations


def test_a_full_disk_is_told_and_the_older_file_stays(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.finish()
    path = tmp_path / "kept.dae"
    parts.save(path)
    before = path.read_bytes()
    parts.controller.continue_for(50)
    parts.wait_for(State.FINISHED)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with qtbot.waitSignal(parts.saver.failed) as failed:
            parts.saver.save(path)
    assert "No space left on device" in failed.args[0]
    assert path.read_bytes() == before
    assert list(tmp_path.glob(".*.part")) == []
    assert parts.document.is_modified
    assert parts.save(path).run.checkpoint.iteration == SHORT.iterations + 50


def test_a_file_that_cannot_be_written_is_told_and_nothing_counts_as_saved(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path
) -> None:
    parts.finish()
    with qtbot.waitSignal(parts.saver.failed) as failed:
        parts.saver.save(tmp_path / "no such folder" / "x.dae", lambda: pytest.fail("it is not saved"))
    assert "could not be written" in failed.args[0]
    assert parts.document.is_modified
    assert parts.document.path is None


def test_a_run_from_a_model_file_is_saved_with_its_past(parts: SessionParts, tmp_path: Path) -> None:
    model = parts.finish().model
    parts.controller.load(SavedModel(model, SHORT, 100, "blobs", (8, 8)))
    parts.controller.continue_for(100)
    parts.wait_for(State.FINISHED)
    assert parts.save(tmp_path / "s.dae").run.base_iteration == 100
    parts.open(tmp_path / "s.dae")
    saved = parts.controller.saved_model()
    assert saved is not None
    assert saved.iteration == 200
    assert not parts.document.is_modified

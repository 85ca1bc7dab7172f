"""Runs that another one has replaced, and branches, with the training thread: whole, under names of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dae_core.training.trainer import Trainer, train
from dae_gui.workbench.state import State
from helpers.datasets import small_dataset
from helpers.run_steps import SHORT
from helpers.session_parts import SessionParts
from helpers.window_runs import assert_same

ENDLESS = SHORT.replace(iterations=1_000_000)
CONFIG = SHORT.replace(iterations=900, schedule="linear")


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[SessionParts]:
    parts = SessionParts(qtbot, tmp_path)
    parts.use_small_data()
    yield parts
    parts.close()


def test_every_run_that_was_trained_is_kept_with_its_figures(parts: SessionParts) -> None:
    figures = [parts.finish(SHORT.replace(seed=seed)).figures for seed in (0, 1, 2)]
    assert parts.names() == ["Run 1", "Run 2", "Run 3"]
    kept = [run.figures for run in parts.runs.runs]
    assert [f.mse for f in kept if f is not None] == [f.mse for f in figures if f is not None]
    assert len({f.mse for f in kept if f is not None}) == 3


def test_a_run_that_is_reset_while_it_trains_is_kept_to_its_newest_iteration(qtbot: QtBot, parts: SessionParts) -> None:
    parts.controller.set_pace(2_000)
    parts.controller.start(ENDLESS)
    qtbot.waitUntil(lambda: parts.workbench.progress.iteration > 200)
    at = parts.workbench.progress.iteration
    parts.controller.reset(ENDLESS)
    parts.ask_for_run()
    (kept,) = parts.runs.kept
    assert kept.checkpoint.iteration == len(kept.record.errors) >= at
    trainer = Trainer(small_dataset(), ENDLESS)
    trainer.advance(kept.checkpoint.iteration)
    trainer.close()
    assert_same(kept.model, trainer.model)


def test_ten_resets_while_training_leave_runs_with_names_of_their_own(qtbot: QtBot, parts: SessionParts) -> None:
    for seed in range(10):
        parts.controller.start(ENDLESS.replace(seed=seed))
        qtbot.waitUntil(lambda: parts.workbench.progress.iteration > 0)
        parts.controller.reset(SHORT)
        parts.controller.reset(SHORT)
    parts.ask_for_run()
    assert [run.label.name for run in parts.runs.kept] == [f"Run {n}" for n in range(1, 11)]
    assert len({run.label.key for run in parts.runs.runs}) == 11
    assert [run.config.seed for run in parts.runs.kept] == list(range(10))


def test_a_branch_goes_another_way_and_its_parent_stays(parts: SessionParts) -> None:
    parent = parts.finish(CONFIG)
    snapshot = next(s for s in parent.snapshots if s.iteration == 256)
    parts.make_present(parts.runs.branch(parent, snapshot))
    assert (parts.workbench.progress.iteration, parts.workbench.state) == (256, State.PAUSED)
    assert (parts.runs.label.name, parts.runs.label.origin) == ("Run 2", "Run 1 at iteration 256")
    parts.controller.set_learning_rate(0.003)
    branch = parts.resume()
    trainer = Trainer(small_dataset(), CONFIG)
    trainer.advance(256)
    trainer.set_learning_rate(0.003)
    for _ in train(trainer):
        pass
    assert_same(branch.model, trainer.model)
    (kept,) = parts.runs.kept
    assert_same(kept.model, parent.model)


def test_a_branch_at_the_very_start_is_trained_under_its_own_name(parts: SessionParts) -> None:
    parent = parts.finish(CONFIG)
    parts.make_present(parts.runs.branch(parent, parent.snapshots[0]))
    label = parts.runs.label
    assert label.origin == "Run 1 at iteration 0"
    branch = parts.finish(CONFIG)
    assert branch.label == label
    assert_same(branch.model, parent.model)
    assert [run.label for run in parts.runs.kept] == [parent.label]

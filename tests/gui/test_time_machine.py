"""Looking back while training goes on, and going on from there as another run."""

import numpy as np
from pytestqt.qtbot import QtBot

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.training.config import TrainingConfig
from dae_core.training.trainer import Trainer, train
from dae_gui.workbench.state import State
from helpers.waiting import SLOW
from helpers.window_runs import CONFIG, assert_same, finish, go_back, uninterrupted, wait_for_end
from helpers.windows import MakeWindow, action


def test_snapshots_are_the_weights_of_a_headless_run_at_these_iterations(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    finish(qtbot, window)
    qtbot.waitUntil(lambda: window.workbench.snapshots[-1].iteration == 900, timeout=SLOW)
    snapshots = window.workbench.snapshots
    assert [s.iteration for s in snapshots] == [(2 * k) ** 2 for k in range(16)]  # up to 30² = 900
    trainer = Trainer(load_bundled_digits(), CONFIG)
    for snapshot in snapshots:
        trainer.advance(snapshot.iteration - trainer.iteration)
        assert_same(snapshot.model, trainer.model)
    trainer.close()


def test_all_panels_move_to_the_snapshot_and_back_while_training_goes_on(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.studies.docks["unitDock"].show()
    window.controller.set_pace(2_000)
    window.training_panel.set_config(CONFIG.replace(iterations=50_000))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: len(window.workbench.snapshots) > 8, timeout=SLOW)
    snapshot = go_back(qtbot, window, 100)
    assert not window.workbench.weights.is_live
    qtbot.waitUntil(lambda: window.filters_v_panel._model is snapshot.model, timeout=SLOW)
    qtbot.waitUntil(lambda: window.studies.panel("unitDock").model is snapshot.model, timeout=SLOW)
    assert window.studies.panel("unitDock").iteration == 100
    at = window.workbench.progress.iteration
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > at + 500, timeout=SLOW)
    assert window.filters_w_panel._model is snapshot.model  # new weights came, and are not shown

    window.workbench.look_at(None)
    assert window.workbench.weights.is_live
    qtbot.waitUntil(lambda: window.filters_w_panel._model is window.workbench.model, timeout=SLOW)
    action(window, "stopAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.IDLE, timeout=SLOW)


def test_a_branch_with_the_same_settings_repeats_its_parent_bit_for_bit(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    finish(qtbot, window)
    key = window.controller.recorder.label.key
    errors = window.workbench.history.error.values().copy()
    snapshot = go_back(qtbot, window, 400)
    with qtbot.waitSignal(window.opener.opened, timeout=SLOW):
        window.timeline_panel.branchRequested.emit(snapshot)
    controller = window.controller
    assert (controller.workbench.progress.iteration, controller.workbench.state) == (400, State.PAUSED)
    assert controller.recorder.label.name == "Run 2"
    assert controller.recorder.label.origin == "Run 1 at iteration 400"
    assert window.workbench.weights.is_live
    np.testing.assert_array_equal(controller.workbench.history.error.values(), errors[:400])
    qtbot.waitUntil(lambda: [run.label.key for run in window.document.runs.kept] == [key], timeout=SLOW)
    action(window, "pauseAction").trigger()
    wait_for_end(qtbot, window)
    assert_same(controller.workbench.model, uninterrupted())
    np.testing.assert_array_equal(controller.workbench.history.error.values(), errors)
    assert [run.checkpoint.iteration for run in window.document.runs.kept] == [900]


def test_a_branch_can_go_another_way_and_its_parent_stays(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    finish(qtbot, window)
    parent = window.workbench.model
    snapshot = go_back(qtbot, window, 256)
    with qtbot.waitSignal(window.opener.opened, timeout=SLOW):
        window.timeline_panel.branchRequested.emit(snapshot)
    window.training_panel.set_learning_rate(0.002)
    action(window, "pauseAction").trigger()
    wait_for_end(qtbot, window)
    trainer = Trainer(load_bundled_digits(), CONFIG)
    trainer.advance(256)
    trainer.set_learning_rate(0.002)
    for _ in train(trainer):
        pass
    assert_same(window.workbench.model, trainer.model)
    assert parent is not None
    (kept,) = window.document.runs.kept
    assert_same(kept.model, parent)


def test_a_branch_that_is_not_trained_leaves_no_run_behind(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    finish(qtbot, window)
    snapshot = go_back(qtbot, window, 256)
    with qtbot.waitSignal(window.opener.opened, timeout=SLOW):
        window.timeline_panel.branchRequested.emit(snapshot)
    action(window, "resetAction").trigger()
    bench, runs = window.workbench, window.document.runs
    qtbot.waitUntil(lambda: runs.present is not None and bench.progress.iteration == 0, timeout=SLOW)
    assert [run.label.name for run in window.document.runs.kept] == ["Run 1"]


def test_every_run_that_was_trained_is_kept_with_its_figures(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    figures = []
    for seed in (0, 1, 2):
        finish(qtbot, window, TrainingConfig(iterations=200, hidden_units=6, seed=seed))
        assert window.workbench.figures is not None
        figures.append(window.workbench.figures.mse)
    qtbot.waitUntil(lambda: len(window.document.runs.kept) == 2, timeout=SLOW)
    assert [run.label.name for run in window.document.runs.runs] == ["Run 1", "Run 2", "Run 3"]
    assert [run.figures.mse for run in window.document.runs.runs if run.figures is not None] == figures
    assert [run.config.seed for run in window.document.runs.runs] == [0, 1, 2]


def test_a_run_that_is_reset_while_it_trains_is_kept_to_its_last_iteration(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window()
    window.controller.set_pace(2_000)
    window.training_panel.set_config(CONFIG.replace(iterations=50_000))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > 200, timeout=SLOW)
    at = window.workbench.progress.iteration
    action(window, "resetAction").trigger()
    qtbot.waitUntil(lambda: len(window.document.runs.kept) == 1, timeout=SLOW)
    (kept,) = window.document.runs.kept
    assert kept.checkpoint.iteration >= at
    assert len(kept.record.errors) == kept.checkpoint.iteration
    trainer = Trainer(load_bundled_digits(), CONFIG.replace(iterations=50_000))
    trainer.advance(kept.checkpoint.iteration)
    trainer.close()
    assert_same(kept.model, trainer.model)


def test_kept_runs_are_taken_out_and_put_back_in_their_places(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    for seed in range(4):
        finish(qtbot, window, TrainingConfig(iterations=50, hidden_units=4, seed=seed))
    qtbot.waitUntil(lambda: len(window.document.runs.kept) == 3, timeout=SLOW)
    before = window.document.runs.kept
    removed = window.document.runs.remove([before[0].label.key, before[2].label.key])
    assert window.document.runs.kept == (before[1],)
    window.document.runs.put_back(removed)
    assert window.document.runs.kept == before

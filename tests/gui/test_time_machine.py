"""Looking back while training goes on, and going on from there as another run."""

import numpy as np
from pytestqt.qtbot import QtBot

from dae_gui.workbench.state import State
from helpers.window_runs import CONFIG, assert_same, finish, go_back, pause_at, uninterrupted, wait_for_end
from helpers.windows import MakeWindow, action, shows


def test_all_panels_move_to_the_snapshot_and_back_while_training_goes_on(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.studies.docks["unitDock"].show()
    window.controller.set_pace(2_000)
    window.training_panel.set_config(CONFIG.replace(iterations=1_000_000_000))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: len(window.workbench.snapshots) > 8)
    snapshot = go_back(qtbot, window, 100)
    assert not window.workbench.weights.is_live
    qtbot.waitUntil(lambda: shows(window.filters_v_panel, snapshot.model))
    qtbot.waitUntil(lambda: window.studies.panel("unitDock").model is snapshot.model)
    assert window.studies.panel("unitDock").iteration == 100
    at = window.workbench.progress.iteration
    qtbot.waitUntil(lambda: window.workbench.progress.iteration > at + 500)
    assert shows(window.filters_w_panel, snapshot.model)  # new weights came, and are not shown

    window.workbench.look_at(None)
    assert window.workbench.weights.is_live
    qtbot.waitUntil(lambda: shows(window.filters_w_panel, window.workbench.model))
    action(window, "stopAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.IDLE)


def test_a_branch_with_the_same_settings_repeats_its_parent_bit_for_bit(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    finish(qtbot, window)
    key = window.controller.recorder.label.key
    errors = window.workbench.history.error.values().copy()
    snapshot = go_back(qtbot, window, 400)
    with qtbot.waitSignal(window.opener.opened):
        window.timeline_panel.branchRequested.emit(snapshot)
    controller = window.controller
    assert (controller.workbench.progress.iteration, controller.workbench.state) == (400, State.PAUSED)
    assert controller.recorder.label.name == "Run 2"
    assert controller.recorder.label.origin == "Run 1 at iteration 400"
    assert window.workbench.weights.is_live
    np.testing.assert_array_equal(controller.workbench.history.error.values(), errors[:400])
    qtbot.waitUntil(lambda: [run.label.key for run in window.document.runs.kept] == [key])
    action(window, "pauseAction").trigger()
    wait_for_end(qtbot, window)
    assert_same(controller.workbench.model, uninterrupted())
    np.testing.assert_array_equal(controller.workbench.history.error.values(), errors)
    assert [run.checkpoint.iteration for run in window.document.runs.kept] == [900]


def test_looking_back_stays_while_the_person_steps_until_it_is_ended(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    at = pause_at(qtbot, window, 200)
    snapshot = go_back(qtbot, window, 64)
    action(window, "stepAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.progress.iteration == at + 1)
    assert window.workbench.weights.iteration == 64
    assert shows(window.filters_w_panel, snapshot.model)
    window.workbench.look_at(None)
    assert window.workbench.weights.iteration == at + 1
    qtbot.waitUntil(lambda: shows(window.filters_w_panel, window.workbench.model))

"""New weights reach all receivers, one at a turn, and the newest always win."""

import numpy as np
from pytestqt.qtbot import QtBot

from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.snapshots import Snapshot
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.model_feed import ModelFeed
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import make_dataset


def model(number: int) -> AutoEncoder:
    made = AutoEncoder.random(4, 2, np.random.default_rng(0))
    made.B[0] = number
    return made


def make(count: int, state: State = State.RUNNING) -> tuple[Workbench, list[list[int]]]:
    seen: list[list[int]] = [[] for _ in range(count)]
    receivers = [lambda shown, mine=mine: mine.append(int(shown.B[0])) for mine in seen]
    bench = Workbench()
    bench.set_state(state)
    ModelFeed(bench, receivers, bench)
    return bench, seen


def test_all_receivers_draw_soon_and_none_in_the_turn_that_brings_the_weights(qtbot: QtBot) -> None:
    bench, seen = make(3)
    bench.set_model(model(1), 1)
    assert seen == [[], [], []]
    qtbot.waitUntil(lambda: seen == [[1], [1], [1]])


def test_newer_weights_take_the_place_of_older_ones_and_no_receiver_starves(qtbot: QtBot) -> None:
    bench, seen = make(3)
    for iteration in range(1, 30):  # faster than they can be drawn
        bench.set_model(model(iteration), iteration)
        qtbot.waitUntil(lambda iteration=iteration: sum(map(len, seen)) >= min(iteration, 29))
    qtbot.waitUntil(lambda: all(mine[-1] == 29 for mine in seen))
    assert min(map(len, seen)) > 5
    assert all(mine == sorted(mine) for mine in seen)


def test_weights_of_another_data_set_are_forgotten(qtbot: QtBot) -> None:
    bench, seen = make(2)
    bench.set_model(model(1), 1)
    qtbot.waitUntil(lambda: seen == [[1], []])
    bench.set_data(OpenData(make_dataset()))
    bench.set_model(model(2), 2)
    qtbot.waitUntil(lambda: seen == [[1, 2], [2]])


def test_when_a_run_stops_all_receivers_show_the_newest_at_once() -> None:
    bench, seen = make(3)
    bench.set_model(model(1), 1)
    bench.set_model(model(2), 2)
    bench.set_state(State.PAUSED)
    assert all(mine[-1] == 2 for mine in seen)
    bench.set_model(model(3), 3)
    assert all(mine[-1] == 3 for mine in seen)


def test_snapshots_are_shown_one_at_a_turn_even_when_nothing_is_trained(qtbot: QtBot) -> None:
    bench, seen = make(2, State.PAUSED)
    bench.look_at(Snapshot(5, model(5)))
    assert seen == [[], []]
    qtbot.waitUntil(lambda: seen == [[5], [5]])

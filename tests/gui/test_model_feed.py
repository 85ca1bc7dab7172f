"""New weights reach everyone, one at a turn, and the newest always wins."""

import numpy as np
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from dae_core.model.autoencoder import AutoEncoder
from dae_gui.workbench.model_feed import ModelFeed


def model() -> AutoEncoder:
    return AutoEncoder.random(4, 2, np.random.default_rng(0))


def make(count: int) -> tuple[QObject, ModelFeed, list[list[int]]]:
    seen: list[list[int]] = [[] for _ in range(count)]
    receivers = [lambda _model, iteration, mine=mine: mine.append(iteration) for mine in seen]
    parent = QObject()
    return parent, ModelFeed(receivers, parent), seen


def test_all_receivers_draw_soon_and_none_in_the_turn_that_brings_the_weights(qtbot: QtBot) -> None:
    _parent, feed, seen = make(3)
    feed.show(model(), 1)
    assert seen == [[], [], []]
    qtbot.waitUntil(lambda: seen == [[1], [1], [1]])


def test_newer_weights_take_the_place_of_older_ones_and_nobody_starves(qtbot: QtBot) -> None:
    _parent, feed, seen = make(3)
    for iteration in range(1, 30):  # faster than they can be drawn
        feed.show(model(), iteration)
        qtbot.waitUntil(lambda iteration=iteration: sum(map(len, seen)) >= min(iteration, 29))
    qtbot.waitUntil(lambda: all(mine[-1] == 29 for mine in seen))
    assert min(map(len, seen)) > 5
    assert all(mine == sorted(mine) for mine in seen)


def test_weights_that_are_out_of_date_are_forgotten(qtbot: QtBot) -> None:
    _parent, feed, seen = make(2)
    feed.show(model(), 1)
    qtbot.waitUntil(lambda: seen == [[1], []])
    feed.clear()
    feed.show(model(), 2)
    qtbot.waitUntil(lambda: seen == [[1, 2], [2]])


def test_at_a_standstill_everyone_shows_the_newest_at_once() -> None:
    _parent, feed, seen = make(3)
    feed.show(model(), 1)
    feed.show(model(), 2)
    feed.flush()
    assert all(mine[-1] == 2 for mine in seen)

"""Turns: each thing once, in order, and none for what is gone."""

import shiboken6
from PySide6.QtCore import QObject, QTimer, Slot
from pytestqt.qtbot import QtBot

from dae_gui.workbench.turns import Turns


class Drawer(QObject):
    """Notes that it draws."""

    def __init__(self, name: str, seen: list[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name, self._seen = name, seen

    @Slot()
    def draw(self) -> None:
        self._seen.append(self._name)


def test_each_is_called_once_in_the_order_of_asking_and_not_at_once(qtbot: QtBot) -> None:
    seen: list[str] = []
    owner = QObject()
    turns, drawers = Turns(owner), [Drawer(name, seen, owner) for name in "abc"]
    for drawer in (*drawers, *reversed(drawers)):
        turns.ask(drawer.draw)
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) >= 3)
    qtbot.wait(50)
    assert seen == ["a", "b", "c"]
    assert not any(timer.isActive() for timer in turns.findChildren(QTimer))
    turns.ask(drawers[1].draw)
    qtbot.waitUntil(lambda: seen == ["a", "b", "c", "b"])


def test_the_window_has_a_turn_between_two(qtbot: QtBot) -> None:
    seen: list[str] = []
    owner = QObject()
    turns, drawers = Turns(owner), [Drawer(name, seen, owner) for name in "ab"]
    for drawer in drawers:
        turns.ask(drawer.draw)
    between = QTimer(owner)
    between.timeout.connect(lambda: seen.append("-"))
    between.start(0)
    qtbot.waitUntil(lambda: "b" in seen)
    between.stop()
    assert "-" in seen[seen.index("a") : seen.index("b")]


def test_one_that_waits_can_be_hurried_or_forgotten_and_no_other(qtbot: QtBot) -> None:
    seen: list[str] = []
    owner = QObject()
    turns, (first, second) = Turns(owner), (Drawer(name, seen, owner) for name in "ab")
    turns.hurry(first.draw)
    assert not turns.forget(first.draw)
    turns.ask(first.draw)
    turns.ask(second.draw)
    turns.hurry(second.draw)
    assert turns.forget(first.draw)
    qtbot.wait(50)
    assert seen == ["b"]


def test_what_is_gone_is_not_called(qtbot: QtBot) -> None:
    seen: list[str] = []
    owner = QObject()
    turns, gone, other = Turns(owner), Drawer("gone", seen), Drawer("other", seen, owner)
    turns.ask(gone.draw)
    turns.ask(other.draw)
    shiboken6.delete(gone)
    qtbot.waitUntil(lambda: seen == ["other"])

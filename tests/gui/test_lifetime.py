"""When the window begins to work: once, and not before it is painted."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer, Slot
from pytestqt.qtbot import QtBot

from dae_gui.window.lifetime import Lifetime


class Work(QObject):
    """Counts how often it was begun."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = 0

    @Slot()
    def begin(self) -> None:
        self.begun += 1


@pytest.fixture
def work(qapp: QObject) -> Iterator[Work]:
    work = Work()
    yield work
    work.deleteLater()


def timer_of(life: Lifetime) -> QTimer:
    timer = life.findChild(QTimer)
    assert timer is not None
    return timer


def test_a_shown_window_waits_longer_for_its_paint_than_one_that_is_not_shown(work: Work) -> None:
    life = Lifetime(work.begin, [], work)
    before = timer_of(life).interval()
    life.on_shown()
    assert timer_of(life).isActive()
    assert timer_of(life).interval() > before
    life.end()


def test_it_begins_once_when_painted(qtbot: QtBot, work: Work) -> None:
    life = Lifetime(work.begin, [], work)
    life.on_shown()
    life.on_painted()
    qtbot.waitUntil(lambda: work.begun == 1)
    life.on_shown()  # as after it was an icon
    life.on_painted()
    assert not timer_of(life).isActive()
    life.end()

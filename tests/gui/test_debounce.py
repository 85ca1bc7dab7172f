"""A slot that is called once, soon, however often it is asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from dae_gui.support.debounce import Debounce

_NEVER_MS = 10_000_000


class _Counter(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def count(self) -> None:
        self.calls += 1


def test_calls_the_slot_once_however_often_it_was_started(qtbot: QtBot) -> None:
    counter = _Counter()
    debounce = Debounce(0, counter.count, counter)
    with qtbot.waitSignal(debounce.timeout):
        debounce.start()
        debounce.start()
        debounce.start_unless_active()
    assert counter.calls == 1
    assert not debounce.isActive()


def test_calls_the_slot_again_when_it_is_started_again(qtbot: QtBot) -> None:
    counter = _Counter()
    debounce = Debounce(0, counter.count, counter)
    for _ in range(2):
        with qtbot.waitSignal(debounce.timeout):
            debounce.start_unless_active()
    assert counter.calls == 2


def test_stop_forgets_the_call(qtbot: QtBot) -> None:
    counter = _Counter()
    debounce = Debounce(0, counter.count, counter)
    later = Debounce(0, counter.count, counter)
    debounce.start()
    debounce.stop()
    with qtbot.waitSignal(later.timeout):
        later.start()
    assert counter.calls == 1


def test_only_start_begins_the_time_anew(qtbot: QtBot) -> None:
    counter = _Counter()
    debounce = Debounce(_NEVER_MS, counter.count, counter)
    debounce.start(_NEVER_MS // 2)
    debounce.start_unless_active()
    assert debounce.interval() == _NEVER_MS // 2
    debounce.start(_NEVER_MS)
    assert debounce.interval() == _NEVER_MS
    debounce.stop()

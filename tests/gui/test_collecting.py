"""Garbage is collected in the window's thread only, and never while Qt goes through all widgets."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.support.collecting import Collector, collect_here
from dae_gui.support.scale import USUAL, Scale
from dae_gui.support.theme import DARK, LIGHT, apply_theme
from dae_gui.support.zoom import apply_scale


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    threshold = gc.get_threshold()
    gc.collect()
    yield
    gc.set_threshold(*threshold)
    apply_scale(qapp, USUAL)
    apply_theme(qapp, LIGHT)


class Busy(QPushButton):
    """Makes many objects, as what hears of a change does in Python, and notes whether all garbage is still there."""

    def __init__(self) -> None:
        super().__init__("busy")
        self.garbage: list[weakref.ref[QWidget]] = []
        self.kept: list[bool] = []

    def changeEvent(self, event: QEvent) -> None:
        if hasattr(self, "kept"):
            self.kept.append(make_objects() and None not in [widget() for widget in self.garbage])
        super().changeEvent(event)


def make_objects() -> bool:
    """Make so many objects that Python would collect."""
    return bool([[] for _ in range(1000)])


def in_a_cycle() -> "weakref.ref[QWidget]":
    """Return a widget without a parent that nothing refers to but itself."""
    widget = QWidget()
    widget.itself = widget  # type: ignore[attr-defined]
    return weakref.ref(widget)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda app: apply_scale(app, Scale(1.25, 1.25)), id="zoom"),
        pytest.param(lambda app: apply_theme(app, DARK), id="theme"),
    ],
)
def test_no_widget_is_collected_while_all_of_them_change(
    qtbot: QtBot, qapp: QApplication, change: Callable[[QApplication], object]
) -> None:
    apply_theme(qapp, LIGHT)
    busy = Busy()
    qtbot.addWidget(busy)
    busy.show()
    busy.kept.clear()
    busy.garbage = [in_a_cycle() for _ in range(3)]
    gc.set_threshold(100, 1, 1)
    change(qapp)
    assert busy.kept
    assert all(busy.kept)
    gc.collect()
    assert [widget() for widget in busy.garbage] == [None] * 3


def test_no_thread_collects_and_the_window_does(qtbot: QtBot) -> None:
    where: set[int] = set()

    def note(phase: str, info: dict[str, int]) -> None:
        where.add(threading.get_ident())

    gc.set_threshold(100, 1, 1)
    gc.callbacks.append(note)
    try:
        garbage = in_a_cycle()
        thread = threading.Thread(target=lambda: [make_objects() for _ in range(100)])
        thread.start()
        thread.join()
        assert not where
        assert garbage() is not None
        kept = [[] for _ in range(1000)]
        qtbot.waitUntil(lambda: garbage() is None)
    finally:
        gc.callbacks.remove(note)
    assert kept
    assert where == {threading.get_ident()}


def test_there_is_one_for_all_windows(qapp: QCoreApplication) -> None:
    collect_here(qapp)
    assert len(qapp.findChildren(Collector)) == 1
    assert not gc.isenabled()

"""Garbage is not collected while Qt goes through all widgets: that would delete some of those it has yet to come to."""

import gc
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

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
            made = [[] for _ in range(1000)]
            self.kept.append(bool(made) and None not in [widget() for widget in self.garbage])
        super().changeEvent(event)


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
    assert gc.isenabled()
    gc.collect()
    assert [widget() for widget in busy.garbage] == [None] * 3

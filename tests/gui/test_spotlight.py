"""The ring around the pointer: it follows, lets the mouse through, and paints nothing of what is below."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.widgets.controls.spotlight import Spotlight


class Painted(QObject):
    count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def button(qtbot: QtBot) -> Iterator[QPushButton]:
    made = QPushButton("Under the ring")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    qtbot.waitExposed(made)
    yield made
    for ring in made.findChildren(Spotlight):
        ring.set_on(False)


def over(ring: Spotlight, place: QPoint) -> bool:
    return ring.isVisible() and (ring.frameGeometry().center() - place).manhattanLength() <= 2


def test_it_follows_the_pointer_over_its_window_only(qtbot: QtBot, button: QPushButton) -> None:
    ring = Spotlight(button)
    ring.set_on(True)
    for place in (QPoint(200, 150), QPoint(20, 30)):
        QCursor.setPos(button.mapToGlobal(place))
        qtbot.waitUntil(lambda place=place: over(ring, button.mapToGlobal(place)))
    QCursor.setPos(button.mapToGlobal(QPoint(500, 500)))
    qtbot.waitUntil(ring.isHidden)
    assert ring.is_on()
    ring.set_on(False)
    QCursor.setPos(button.mapToGlobal(QPoint(20, 30)))
    QApplication.processEvents()
    assert ring.isHidden()


def test_it_lets_the_mouse_through_and_takes_no_focus(qtbot: QtBot, button: QPushButton) -> None:
    ring, place = Spotlight(button), QPoint(200, 150)
    QCursor.setPos(button.mapToGlobal(place))
    ring.set_on(True)
    qtbot.waitUntil(lambda: over(ring, button.mapToGlobal(place)))
    assert ring.windowFlags() & Qt.WindowType.WindowTransparentForInput
    assert ring.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert not ring.mask().contains(ring.rect().center()), "there is nothing in the middle to be hit"
    assert ring.mask().contains(QPoint(ring.width() // 2, 2))


def test_where_no_window_can_be_placed_it_is_a_part_of_its_window(
    qtbot: QtBot, button: QPushButton, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "wayland")
    ring, place = Spotlight(button), QPoint(200, 150)
    QCursor.setPos(button.mapToGlobal(place))
    ring.set_on(True)
    qtbot.waitUntil(lambda: ring.isVisible() and ring.geometry().contains(place))
    assert not ring.isWindow()
    assert button.childAt(QPoint(200, ring.y() + 2)) is None, "the mouse meets it"
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=place)


def test_moving_it_paints_nothing_below(qtbot: QtBot) -> None:
    below, painted = QWidget(), Painted()  # not one that is painted anew when the pointer comes
    qtbot.addWidget(below)
    below.resize(400, 300)
    below.show()
    qtbot.waitExposed(below)
    ring = Spotlight(below)
    QCursor.setPos(below.mapToGlobal(QPoint(50, 50)))
    ring.set_on(True)
    qtbot.waitUntil(ring.isVisible)
    QApplication.processEvents()
    below.installEventFilter(painted)
    for step in range(10):
        place = QPoint(60 + 20 * step, 60 + 10 * step)
        QCursor.setPos(below.mapToGlobal(place))
        qtbot.waitUntil(lambda place=place: over(ring, below.mapToGlobal(place)))
    below.removeEventFilter(painted)
    ring.set_on(False)
    assert painted.count == 0

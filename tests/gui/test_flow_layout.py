"""The layout that goes on in a new line: places, height for a width, hidden widgets."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dae_gui.widgets.controls.flow_layout import FlowLayout


class Box(QWidget):
    def sizeHint(self) -> QSize:
        return QSize(50, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(30, 15)


def flow(qtbot: QtBot, count: int, *, is_one_line: bool = False) -> tuple[QWidget, FlowLayout, list[Box]]:
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = FlowLayout(holder, is_one_line=is_one_line)
    layout.setContentsMargins(3, 2, 3, 4)
    layout.setSpacing(5)
    boxes = [Box(holder) for _ in range(count)]
    for box in boxes:
        layout.addWidget(box)
    return holder, layout, boxes


def test_widgets_stand_in_lines(qtbot: QtBot) -> None:
    holder, layout, boxes = flow(qtbot, 5)
    holder.resize(3 + 50 + 5 + 50 + 3, 200)  # exactly two in a line
    holder.show()
    assert [(box.x(), box.y()) for box in boxes] == [(3, 2), (58, 2), (3, 27), (58, 27), (3, 52)]
    assert {(box.width(), box.height()) for box in boxes} == {(50, 20)}
    assert layout.heightForWidth(111) == 2 + 20 + 5 + 20 + 5 + 20 + 4
    assert layout.heightForWidth(110) == 2 + 5 * 20 + 4 * 5 + 4
    assert layout.heightForWidth(1000) == 26
    assert layout.minimumSize() == QSize(3 + 30 + 3, 2 + 15 + 4)
    layout.setGeometry(QRect(10, 10, 111, 100))
    assert (boxes[2].x(), boxes[2].y()) == (13, 37)


def test_of_one_line_the_last_are_left_out(qtbot: QtBot) -> None:
    holder, layout, boxes = flow(qtbot, 4, is_one_line=True)
    holder.resize(3 + 50 + 5 + 50 + 3, 26)
    holder.show()
    assert not layout.hasHeightForWidth()
    assert [box.width() for box in boxes] == [50, 50, 0, 0]
    holder.resize(3 + 3 * 55 + 3, 26)
    assert [box.width() for box in boxes] == [50, 50, 50, 0]
    boxes[0].hide()
    layout.activate()
    assert [box.width() for box in boxes[1:]] == [50, 50, 50]


def test_hidden_and_removed_widgets_take_no_room(qtbot: QtBot) -> None:
    holder, layout, boxes = flow(qtbot, 3)
    holder.resize(400, 100)
    holder.show()
    boxes[0].hide()
    layout.activate()
    assert [box.x() for box in boxes[1:]] == [3, 58]
    layout.removeWidget(boxes[1])
    layout.activate()
    assert boxes[2].x() == 3
    assert (layout.count(), layout.itemAt(2), layout.takeAt(7)) == (2, None, None)


def test_a_single_widget_wider_than_the_room_does_not_make_an_empty_line(qtbot: QtBot) -> None:
    holder, layout, _ = flow(qtbot, 1)
    assert holder.layout() is layout
    assert layout.heightForWidth(20) == 26

"""Taking back and doing again on the drawing canvas, by method, signal and key."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from dae_gui.support.undo import UNDO_LIMIT
from dae_gui.widgets.drawing.drawing_canvas import DrawingCanvas
from helpers.widgets import on_canvas


@pytest.fixture
def canvas(qtbot):
    canvas = DrawingCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 300)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


def points(canvas, *places):
    """Positions in the widget of (row, column) places in the image."""
    return [on_canvas(canvas, row, column) for row, column in places]


def counted(signal):
    seen = []
    signal.connect(lambda *values: seen.append(values))
    return seen


def test_undo_and_redo_are_exact(canvas, draw_stroke):
    images = [canvas.drawing.image()]
    for row in (5, 12, 19):
        draw_stroke(canvas, points(canvas, (row, 4), (row + 3, 14), (row, 23)))
        images.append(canvas.drawing.image())
    for image in images[-2::-1]:
        canvas.drawing.undo()
        assert np.array_equal(canvas.drawing.image(), image)
    assert not canvas.drawing.history.can_undo()
    canvas.drawing.undo()
    for image in images[1:]:
        canvas.drawing.redo()
        assert np.array_equal(canvas.drawing.image(), image)
    assert not canvas.drawing.history.can_redo()


def test_undo_reaches_far_but_not_for_ever(canvas, draw_stroke):
    for number in range(UNDO_LIMIT + 20):
        draw_stroke(canvas, points(canvas, (1 + number % 26, 1 + number // 26 * 3)))
    steps = 0
    while canvas.drawing.history.can_undo():
        canvas.drawing.undo()
        steps += 1
    assert steps == UNDO_LIMIT >= 50
    assert not canvas.drawing.is_blank()


def test_undo_during_a_stroke_takes_it_back(canvas, draw_stroke, qtbot):
    draw_stroke(canvas, points(canvas, (5, 5), (5, 20)), release=False)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert canvas.drawing.is_blank()
    assert canvas.drawing.history.can_redo()


def test_clear_can_be_undone(canvas, draw_stroke):
    draw_stroke(canvas, points(canvas, (14, 4), (8, 24)))
    image = canvas.drawing.image()
    seen = counted(canvas.drawing.changed)
    canvas.drawing.clear()
    assert canvas.drawing.is_blank()
    assert len(seen) == 1
    canvas.drawing.undo()
    assert np.array_equal(canvas.drawing.image(), image)


def test_keys(canvas, draw_stroke, qtbot):
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    draw_stroke(canvas, points(canvas, (14, 4), (8, 24)))
    image = canvas.drawing.image()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, control)
    assert canvas.drawing.is_blank()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, control | shift)
    assert np.array_equal(canvas.drawing.image(), image)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.drawing.is_blank()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, control)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, control)
    qtbot.keyClick(canvas, Qt.Key.Key_Y, control)
    assert np.array_equal(canvas.drawing.image(), image)
    qtbot.keyClicks(canvas, "]")
    assert canvas.brush_size() > 2.2
    qtbot.keyClicks(canvas, "[[")
    assert canvas.brush_size() < 2.2

"""Taking back and doing again on the drawing canvas, by method, signal and key."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from dae_gui.support.undo import UNDO_LIMIT
from dae_gui.widgets.drawing.drawing_canvas import DrawingCanvas


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
    return [canvas.to_widget(row, column) for row, column in places]


def counted(signal):
    seen = []
    signal.connect(lambda *values: seen.append(values))
    return seen


def test_undo_and_redo_are_exact(canvas, draw_stroke):
    images = [canvas.image()]
    for row in (5, 12, 19):
        draw_stroke(canvas, points(canvas, (row, 4), (row + 3, 14), (row, 23)))
        images.append(canvas.image())
    for image in images[-2::-1]:
        canvas.undo()
        assert np.array_equal(canvas.image(), image)
    assert not canvas.can_undo()
    canvas.undo()
    for image in images[1:]:
        canvas.redo()
        assert np.array_equal(canvas.image(), image)
    assert not canvas.can_redo()


def test_undo_signals_come_once_per_change(canvas, draw_stroke):
    undo, redo = counted(canvas.undoAvailableChanged), counted(canvas.redoAvailableChanged)
    draw_stroke(canvas, points(canvas, (5, 5), (5, 9)))
    draw_stroke(canvas, points(canvas, (9, 5), (9, 9)))
    canvas.undo()
    canvas.undo()
    canvas.redo()
    draw_stroke(canvas, points(canvas, (20, 5), (20, 9)))
    assert undo == [(True,), (False,), (True,)]
    assert redo == [(True,), (False,)]


def test_undo_reaches_far_but_not_for_ever(canvas, draw_stroke):
    for number in range(UNDO_LIMIT + 20):
        draw_stroke(canvas, points(canvas, (1 + number % 26, 1 + number // 26 * 3)))
    steps = 0
    while canvas.can_undo():
        canvas.undo()
        steps += 1
    assert steps == UNDO_LIMIT >= 50
    assert not canvas.is_blank()


def test_undo_during_a_stroke_takes_it_back(canvas, draw_stroke, qtbot):
    draw_stroke(canvas, points(canvas, (5, 5), (5, 20)), release=False)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert canvas.is_blank()
    assert canvas.can_redo()


def test_clear_can_be_undone(canvas, draw_stroke):
    draw_stroke(canvas, points(canvas, (14, 4), (8, 24)))
    image = canvas.image()
    seen = counted(canvas.drawingChanged)
    canvas.clear()
    assert canvas.is_blank()
    assert len(seen) == 1
    canvas.undo()
    assert np.array_equal(canvas.image(), image)


def test_keys(canvas, draw_stroke, qtbot):
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    draw_stroke(canvas, points(canvas, (14, 4), (8, 24)))
    image = canvas.image()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, control)
    assert canvas.is_blank()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, control | shift)
    assert np.array_equal(canvas.image(), image)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.is_blank()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, control)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, control)
    qtbot.keyClick(canvas, Qt.Key.Key_Y, control)
    assert np.array_equal(canvas.image(), image)
    qtbot.keyClicks(canvas, "]")
    assert canvas.brush_size() > 2.2
    qtbot.keyClicks(canvas, "[[")
    assert canvas.brush_size() < 2.2

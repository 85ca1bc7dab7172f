"""The drawing canvas under the mouse and the keyboard of a person."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPalette

from dae_gui.widgets.drawing.drawing_canvas import DrawingCanvas, Tool
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


def test_starts_blank(canvas):
    image = canvas.drawing.image()
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert not image.any()
    assert canvas.drawing.is_blank()
    assert not canvas.drawing.history.can_undo()
    assert not canvas.drawing.history.can_redo()


def test_image_is_an_own_copy(canvas):
    canvas.drawing.image()[:] = 9
    assert not canvas.drawing.image().any()


def test_single_click_makes_a_dot(canvas, qtbot):
    place = on_canvas(canvas, 10.5, 20.5).toPoint()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    image = canvas.drawing.image()
    assert image[10, 20] == 255
    assert np.argwhere(image).min(axis=0) == pytest.approx([10, 20], abs=2)
    assert np.argwhere(image).max(axis=0) == pytest.approx([10, 20], abs=2)
    assert image.sum() / 255 == pytest.approx(np.pi * 1.1**2, rel=0.02)


def test_press_move_release_draws_as_it_goes(canvas, qtbot):
    """With Qt's own test mouse, too."""
    seen = counted(canvas.drawing.changed)
    start, middle, end = (p.toPoint() for p in points(canvas, (14, 4), (14, 14), (14, 24)))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    assert len(seen) == 1
    qtbot.mouseMove(canvas, middle)
    assert canvas.drawing.image()[14, 13] == 255, "what is drawn so far is there before the button is released"
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    assert len(seen) == 3
    assert (canvas.drawing.image()[14, 4:24] == 255).all()


def test_two_far_points_leave_no_gap(canvas, draw_stroke):
    draw_stroke(canvas, points(canvas, (4, 4), (24, 24)))
    assert (np.diagonal(canvas.drawing.image())[4:24] > 200).all()


def test_fast_curve_is_smooth(canvas, draw_stroke):
    """A corner between far positions is rounded, and the stroke ends where the mouse did."""
    draw_stroke(canvas, points(canvas, (22, 4), (4, 14), (22, 24)))
    image = canvas.drawing.image()
    assert image[4, 14] == 0, "the curve passes inside of the corner"
    assert image[21:23, 23:25].max() == 255
    columns = (image > 128).any(axis=0)
    assert columns[4:24].all()


@pytest.mark.parametrize("size", [(112, 112), (233, 233), (500, 211), (150, 640)])
def test_same_stroke_at_any_size(canvas, draw_stroke, size):
    canvas.resize(*size)
    draw_stroke(canvas, points(canvas, (6, 6), (6, 20), (20, 20)))
    image = canvas.drawing.image().astype(int)
    canvas.drawing.clear()
    canvas.resize(300, 300)
    draw_stroke(canvas, points(canvas, (6, 6), (6, 20), (20, 20)))
    assert np.abs(canvas.drawing.image().astype(int) - image).max() <= 2


@pytest.mark.parametrize("how", ["tool", "right button", "shift"])
def test_eraser_removes_ink(canvas, draw_stroke, how):
    line = points(canvas, (14, 4), (14, 24))
    draw_stroke(canvas, line)
    if how == "tool":
        canvas.set_tool(Tool.ERASER)
        draw_stroke(canvas, line)
    elif how == "right button":
        draw_stroke(canvas, line, Qt.MouseButton.RightButton)
    else:
        draw_stroke(canvas, line, modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert not canvas.drawing.image().any()
    canvas.drawing.undo()
    assert canvas.drawing.image()[14, 14] == 255


def test_erasing_nothing_is_no_step(canvas, draw_stroke):
    draw_stroke(canvas, points(canvas, (14, 4), (14, 24)), Qt.MouseButton.RightButton)
    canvas.drawing.clear()
    assert not canvas.drawing.history.can_undo()


@pytest.mark.parametrize("shape", [(8, 8), (20, 32), (28, 28), (1, 1), (64, 64)])
def test_shapes(canvas, draw_stroke, shape):
    canvas.drawing.set_shape(shape)
    assert canvas.drawing.shape == shape
    assert canvas.drawing.image().shape == shape
    paper = canvas.paper()
    assert paper.width() / paper.height() == pytest.approx(shape[1] / shape[0])
    draw_stroke(canvas, points(canvas, (0, 0), shape))
    image = canvas.drawing.image()
    assert image[-1, -1] > 0
    assert image[0, 0] > 0


def test_new_shape_forgets_drawing_and_history(canvas, draw_stroke):
    draw_stroke(canvas, points(canvas, (14, 4), (8, 24)))
    canvas.drawing.set_shape((28, 28))
    assert canvas.drawing.history.can_undo()
    canvas.drawing.set_shape((8, 8))
    assert canvas.drawing.is_blank()
    assert not canvas.drawing.history.can_undo()


def test_unusable_shape_is_refused(canvas):
    with pytest.raises(ValueError, match="at least one row"):
        canvas.drawing.set_shape((0, 8))


def test_filled_canvas_is_white_everywhere(canvas, draw_stroke):
    canvas.set_brush_size(6)
    rows = [(row, column) for row in range(0, 29, 2) for column in ((0, 28) if row % 4 else (28, 0))]
    draw_stroke(canvas, points(canvas, *rows))
    assert (canvas.drawing.image() == 255).all()


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (20, 32)])
def test_area_means_conserve_ink(canvas, draw_stroke, shape):
    canvas.drawing.set_shape(shape)
    height, width = shape
    size, length = 2.2, 0.5 * width
    canvas.set_brush_size(size)
    draw_stroke(canvas, points(canvas, (0.51 * height, 0.237 * width), (0.51 * height, 0.237 * width + length)))
    expected = size * length + np.pi * size**2 / 4
    assert canvas.drawing.image().sum() / 255 == pytest.approx(expected, rel=0.01)


def test_set_image_gives_it_back_and_can_be_undone(canvas, draw_stroke):
    draw_stroke(canvas, points(canvas, (14, 4), (8, 24)))
    drawn = canvas.drawing.image()
    rng = np.random.default_rng(5)
    wanted = rng.integers(0, 256, (28, 28), dtype=np.uint8)
    canvas.drawing.set_image(wanted)
    assert np.abs(canvas.drawing.image().astype(int) - wanted).max() <= 1
    canvas.drawing.undo()
    assert np.array_equal(canvas.drawing.image(), drawn)
    canvas.drawing.redo()
    assert np.abs(canvas.drawing.image().astype(int) - wanted).max() <= 1


@pytest.mark.parametrize("image", [np.zeros((8, 8), np.uint8), np.zeros((28, 28))])
def test_set_image_refuses_what_it_cannot_draw(canvas, image):
    with pytest.raises(ValueError, match="uint8 images of shape"):
        canvas.drawing.set_image(image)


def test_brush_size_is_kept_in_its_range(canvas):
    seen = counted(canvas.brushSizeChanged)
    canvas.set_brush_size(100)
    canvas.set_brush_size(6)
    canvas.set_brush_size(0)
    assert seen == [(6.0,), (0.5,)]


def test_stroke_outside_of_the_paper_draws_nothing(canvas, draw_stroke):
    canvas.resize(600, 300)
    draw_stroke(canvas, [QPointF(10, 10), QPointF(40, 290)])
    assert canvas.drawing.is_blank()
    assert not canvas.drawing.history.can_undo()


def test_stroke_ends_when_the_canvas_is_hidden(canvas, draw_stroke):
    draw_stroke(canvas, points(canvas, (14, 4), (8, 24)), release=False)
    canvas.hide()
    assert canvas.drawing.history.can_undo()


def test_blank_text_vanishes_with_the_first_ink(canvas, draw_stroke):
    def grey_pixels():
        picture = canvas.grab(canvas.paper().toRect().adjusted(3, 3, -3, -3)).toImage()
        colors = [picture.pixelColor(x, y).lightness() for x in range(200) for y in range(130, 170)]
        return sum(50 < value < 200 for value in colors)

    assert grey_pixels() > 50
    draw_stroke(canvas, points(canvas, (2, 2)))
    assert grey_pixels() == 0


def test_follows_the_palette(canvas):
    """Paper and ink are the network's; the frame is the theme's."""
    canvas.clearFocus()
    corner = canvas.paper().topLeft().toPoint() - QPointF(1, 1).toPoint()
    colors = set()
    for color in (Qt.GlobalColor.white, Qt.GlobalColor.darkGray):
        canvas.setPalette(QPalette(color))
        colors.add(canvas.grab().toImage().pixelColor(corner).name())
    assert len(colors) == 2


def test_can_be_found_by_screen_readers(canvas):
    assert canvas.accessibleName()
    assert canvas.accessibleDescription()
    assert canvas.toolTip()
    assert canvas.sizeHint().width() == canvas.sizeHint().height()
    assert canvas.focusPolicy() == Qt.FocusPolicy.StrongFocus

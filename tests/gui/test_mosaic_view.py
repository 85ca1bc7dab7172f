"""The mosaic: which tile is where, how one is chosen, and what it costs."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.widgets.pictures.picture_widget import scale_picture
from helpers.mosaics import centre, recorded

SIZES = [(80, 80), (301, 299), (640, 222), (97, 500), (1000, 1000)]


@pytest.fixture
def mosaic(qtbot):
    mosaic = MosaicView()
    qtbot.addWidget(mosaic)
    mosaic.resize(320, 320)
    mosaic.show()
    qtbot.waitExposed(mosaic)
    return mosaic


def tiled(rows, columns, shape=(4, 4)):
    """Tiles of which each is filled with its index."""
    indices = np.arange(rows * columns, dtype=np.float32).reshape(rows, columns)
    return indices.repeat(shape[0], 0).repeat(shape[1], 1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("rows", "columns", "count", "shape"),
    [(15, 15, 225, (28, 28)), (3, 5, 13, (4, 4)), (1, 1, 1, (28, 28)), (2, 7, 14, (8, 3)), (4, 5, 12, (3, 3))],
)
def test_click_finds_the_tile_at_any_size(mosaic, qtbot, size, rows, columns, count, shape):
    mosaic.resize(*size)
    mosaic.set_tiles(tiled(rows, columns, shape), shape, count)
    clicked = recorded(mosaic.tileClicked)
    chosen = sorted({0, count // 3, count // 2, count - 1})
    for index in chosen:
        qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=centre(mosaic, index))
        assert mosaic.selected() == index
    assert clicked == chosen


@pytest.mark.parametrize("size", SIZES)
def test_what_is_painted_is_what_is_clicked(mosaic, size):
    """The colour at the centre of each tile is that of its number."""
    mosaic.resize(*size)
    mosaic.set_tiles(tiled(5, 6), (4, 4), 28, (0, 255))
    picture = mosaic.grab().toImage()
    for index in range(28):
        assert picture.pixelColor(centre(mosaic, index)).red() == index


def test_clicks_beside_the_tiles_choose_nothing(mosaic, qtbot):
    mosaic.resize(400, 200)
    mosaic.set_tiles(tiled(2, 2), (4, 4), 3)
    clicked = recorded(mosaic.tileClicked)
    missing = centre(mosaic, 3)
    for place in (QPoint(5, 100), QPoint(395, 100), missing):
        qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(mosaic, Qt.MouseButton.RightButton, pos=centre(mosaic, 1))
    assert clicked == []
    assert mosaic.selected() is None


def test_four_thousand_tiles(mosaic, qtbot):
    mosaic.set_tiles(tiled(63, 64), (4, 4), 4000)
    mosaic.set_marked(set(range(0, 4000, 7)))
    clicked = recorded(mosaic.tileClicked)
    for index in (0, 63, 64, 2021, 3999):
        qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=centre(mosaic, index))
    assert clicked == [0, 63, 64, 2021, 3999]
    mosaic.grab()


def test_hover(mosaic, qtbot):
    mosaic.set_tiles(tiled(3, 3), (4, 4), 9)
    hovered = recorded(mosaic.tileHovered)
    for index in (0, 0, 5):
        qtbot.mouseMove(mosaic, centre(mosaic, index))
        qtbot.mouseMove(mosaic, centre(mosaic, index) + QPoint(2, 2))
    QApplication.sendEvent(mosaic, QEvent(QEvent.Type.Leave))
    assert hovered == [0, 5, -1]


def test_keyboard(mosaic, qtbot):
    mosaic.set_tiles(tiled(3, 4), (4, 4), 10)
    clicked = recorded(mosaic.tileClicked)
    key = Qt.Key
    pressed = [key.Key_Right, key.Key_Right, key.Key_Down, key.Key_Left, key.Key_Up, key.Key_Up, key.Key_Left]
    for code in [*pressed, key.Key_End, key.Key_Right, key.Key_Home]:
        qtbot.keyClick(mosaic, code)
    assert clicked == [0, 1, 5, 4, 0, 9, 0]


def test_down_into_the_missing_part_of_the_last_row_stays(mosaic, qtbot):
    mosaic.set_tiles(tiled(3, 4), (4, 4), 10)
    mosaic.set_selected(7)
    qtbot.keyClick(mosaic, Qt.Key.Key_Down)
    assert mosaic.selected() == 7


def test_selection_from_outside_is_silent_and_checked(mosaic):
    mosaic.set_tiles(tiled(3, 4), (4, 4), 10)
    clicked = recorded(mosaic.tileClicked)
    mosaic.set_selected(9)
    assert mosaic.selected() == 9
    assert "Tile 9" in mosaic.accessible_value()
    mosaic.set_tiles(tiled(2, 4), (4, 4), 8)
    assert mosaic.selected() is None
    mosaic.set_selected(8)
    assert mosaic.selected() is None
    assert clicked == []


def test_selection_and_marks_are_seen(mosaic):
    mosaic.set_tiles(tiled(3, 3), (4, 4), 9, (0, 8))
    plain = mosaic.grab().toImage()
    mosaic.set_selected(4)
    selected = mosaic.grab().toImage()
    assert selected != plain
    mosaic.set_selected(None)
    assert mosaic.grab().toImage() == plain
    mosaic.set_marked({4, 700})
    marked = mosaic.grab().toImage()
    color = marked.pixelColor(centre(mosaic, 4))
    assert color.red() > color.blue() + 60
    assert mosaic.marked() == {4, 700}


def window_color(mosaic):
    return mosaic.palette().color(QPalette.ColorRole.Window)


def test_lines_are_between_tiles_but_not_in_the_data(mosaic):
    mosaic.set_tiles(np.full((8, 8), 255, np.uint8), (4, 4), 4)
    picture = mosaic.grab().toImage()
    tile = mosaic.grid().tile(3)
    assert picture.pixelColor(int(tile.left()), int(tile.center().y())) == window_color(mosaic)
    assert mosaic.to_qimage().pixelColor(4, 1).red() == 255
    assert mosaic.to_qimage(3).pixelColor(12, 4) == window_color(mosaic)


def test_missing_tiles_are_not_painted(mosaic):
    mosaic.set_tiles(np.full((8, 8), 200, np.uint8), (4, 4), 1)
    picture = mosaic.grab().toImage()
    assert picture.pixelColor(centre(mosaic, 0)).red() == 200
    for index in (1, 2, 3):
        assert picture.pixelColor(centre(mosaic, index)) == window_color(mosaic)
        row, column = divmod(index, 2)
        assert mosaic.to_qimage().pixelColor(4 * column + 1, 4 * row + 1) == window_color(mosaic)


def test_names_in_tooltips(mosaic):
    mosaic.set_tile_names(lambda index: f"Unit {index} of W")
    mosaic.set_tiles(tiled(3, 3), (4, 4), 9)
    place = centre(mosaic, 4)
    QApplication.sendEvent(mosaic, QHelpEvent(QEvent.Type.ToolTip, place, mosaic.mapToGlobal(place)))
    assert QToolTip.text() == "Unit 4 of W"
    mosaic.set_selected(2)
    assert "Unit 2 of W" in mosaic.accessible_value()


@pytest.mark.parametrize(
    ("picture", "shape", "count", "words"),
    [
        (np.zeros((8, 9)), (4, 4), 4, "not made of tiles"),
        (np.zeros(8), (4, 4), 4, "not made of tiles"),
        (np.zeros((8, 8)), (4, 4), 5, "does not hold 5"),
        (np.zeros((8, 8)), (4, 4), 0, "does not hold 0"),
    ],
)
def test_refuses_what_does_not_fit(mosaic, picture, shape, count, words):
    with pytest.raises(ValueError, match=words):
        mosaic.set_tiles(picture, shape, count)


def test_empty_state(mosaic, qtbot):
    clicked = recorded(mosaic.tileClicked)
    empty = mosaic.grab().toImage()
    qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.keyClick(mosaic, Qt.Key.Key_Home)
    assert clicked == []
    mosaic.set_tiles(tiled(2, 2), (4, 4), 4)
    mosaic.clear()
    assert mosaic.count() == 0
    assert mosaic.grab().toImage() == empty


def test_keeps_an_own_copy_and_survives_nan(mosaic):
    picture = tiled(2, 2)
    mosaic.set_tiles(picture, (4, 4), 4, (np.nan, np.nan))
    picture[:] = np.nan
    assert mosaic.to_qimage().pixelColor(7, 7).red() == 255
    mosaic.set_tiles(picture, (4, 4), 4)
    assert mosaic.to_qimage().pixelColor(0, 0).red() > mosaic.to_qimage().pixelColor(0, 0).blue() + 60


def test_shrinking_averages_and_enlarging_is_crisp():
    board = QImage(64, 64, QImage.Format.Format_RGB32)
    for y in range(64):
        for x in range(64):
            board.setPixel(x, y, 0xFFFFFFFF if (x + y) % 2 else 0xFF000000)
    small = scale_picture(board, board.size() / 4)
    shades = {small.pixelColor(x, y).red() for x in range(16) for y in range(16)}
    assert all(118 <= shade <= 138 for shade in shades)
    large = scale_picture(board, board.size() * 5)
    assert {large.pixelColor(x, 7).red() for x in range(320)} == {0, 255}


def test_saves_like_every_picture(mosaic, tmp_path):
    mosaic.set_tiles(tiled(15, 15, (28, 28)), (28, 28), 225)
    assert mosaic.pictures.save(tmp_path / "filters.png")
    assert QImage(str(tmp_path / "filters.png")).width() == 840

"""The zoomed mosaic, operated with wheel, drags and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QImage,
    QNativeGestureEvent,
    QPainter,
    QPalette,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from dae_core.mosaic import FilterTiles
from dae_gui.widgets.pictures.mosaic_zoom import WHOLE, Zoom
from dae_gui.widgets.pictures.zoom_mosaic import ZoomMosaic
from helpers.mosaics import centre, recorded

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def filled(n, shape=(4, 4)):
    """Tiles of which each is filled with its index."""
    return np.repeat(np.arange(n, dtype=np.float32)[:, None], shape[0] * shape[1], 1)


def show(mosaic, rows, shape=(4, 4), places=None, levels=None):
    tiles = FilterTiles(rows, shape, places)
    mosaic.set_source(tiles.cut, tiles.grid, shape, tiles.count, levels or (0, max(len(rows) - 1, 1)))


@pytest.fixture
def mosaic(qtbot):
    mosaic = ZoomMosaic()
    qtbot.addWidget(mosaic)
    mosaic.resize(320, 320)
    mosaic.show()
    qtbot.waitExposed(mosaic)
    show(mosaic, filled(225))
    return mosaic


def wheel(mosaic, place, notches=0.0, pixels=0, modifiers=NONE):
    angle = QPoint(0, round(120 * notches))
    place = QPointF(place)
    event = QWheelEvent(
        place, mosaic.mapToGlobal(place), QPoint(0, pixels), angle, Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(mosaic, event)
    return event.isAccepted()


def drag(mosaic, start, end):
    QTest.mousePress(mosaic, LEFT, NONE, start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(mosaic, start + (end - start) * share)
    QTest.mouseRelease(mosaic, LEFT, NONE, end)


def test_the_wheel_zooms_at_the_pointer_and_back(mosaic):
    told = recorded(mosaic.zoomChanged)
    place = centre(mosaic, 37)
    for _ in range(6):
        assert wheel(mosaic, place, 1)
        assert mosaic.tile_at(QPointF(place)) == 37
    assert mosaic.zoom().scale == pytest.approx(8)
    assert len(told) == 6
    for _ in range(5):
        assert wheel(mosaic, place, -1)
    assert wheel(mosaic, place, -2)
    assert mosaic.zoom() == WHOLE


def test_a_notch_that_changes_nothing_is_left_to_the_scroll_area(mosaic, qtbot):
    assert not wheel(mosaic, centre(mosaic, 37), -1)
    assert not wheel(mosaic, QPoint(1, 1), 1)
    assert not wheel(mosaic, centre(mosaic, 37), 1, modifiers=Qt.KeyboardModifier.ControlModifier)
    assert mosaic.zoom() == WHOLE
    area, content = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    content.setFixedSize(180, 900)
    inside = ZoomMosaic(content)
    inside.setGeometry(0, 0, 160, 160)
    show(inside, filled(225))
    area.setWidget(content)
    area.resize(200, 200)
    area.show()
    qtbot.waitExposed(area)
    place = QPointF(inside.mapTo(area, centre(inside, 112)))

    def turn(delta):
        QTest.wheelEvent(area.windowHandle(), place, QPoint(0, delta))

    turn(-120)
    assert area.verticalScrollBar().value() > 0
    area.verticalScrollBar().setValue(0)
    turn(120)
    assert inside.zoom().scale == pytest.approx(2**0.5)
    turn(-120)
    assert inside.zoom().scale == pytest.approx(1)
    assert area.verticalScrollBar().value() == 0


def test_touchpads_and_pinches_are_smooth(mosaic):
    place = centre(mosaic, 100)
    scales = []
    for _ in range(8):
        assert wheel(mosaic, place, 0.125)
        scales.append(mosaic.zoom().scale)
    assert scales == sorted(scales)
    assert scales[-1] == pytest.approx(2**0.5)
    assert wheel(mosaic, place, pixels=10)
    assert 1.0 < mosaic.zoom().scale / scales[-1] < 1.1
    before = mosaic.zoom().scale
    point = QPointF(place)
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, point, point,
        mosaic.mapToGlobal(point), 0.2, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(mosaic, pinch)
    assert mosaic.zoom().scale == pytest.approx(1.2 * before)


def test_a_drag_pans_and_selects_nothing_and_a_click_selects(mosaic):
    clicked = recorded(mosaic.tileClicked)
    place = centre(mosaic, 112)
    for _ in range(4):
        wheel(mosaic, place, 1)
    under = mosaic.tile_at(QPointF(place))
    drag(mosaic, place, place + QPoint(30, 45))
    assert clicked == []
    assert mosaic.tile_at(QPointF(place + QPoint(30, 45))) == under
    QTest.mouseClick(mosaic, LEFT, NONE, place)
    assert clicked == [mosaic.tile_at(QPointF(place))]
    assert mosaic.selected() == clicked[0]


def test_a_drag_over_all_tiles_neither_pans_nor_selects(mosaic):
    clicked = recorded(mosaic.tileClicked)
    drag(mosaic, centre(mosaic, 0), centre(mosaic, 50))
    assert clicked == []
    assert mosaic.zoom() == WHOLE


def test_double_click_and_zero_show_what_was_seen_at_first(mosaic, qtbot):
    for back in (
        lambda: qtbot.mouseDClick(mosaic, LEFT, pos=centre(mosaic, 112)),
        lambda: qtbot.keyClick(mosaic, Qt.Key.Key_0),
        mosaic.reset_zoom,
    ):
        wheel(mosaic, centre(mosaic, 112), 2)
        assert mosaic.zoom() != WHOLE
        back()
        assert mosaic.zoom() == WHOLE


def test_keys_zoom_at_the_selected_tile_and_arrows_keep_it_in_view(mosaic, qtbot):
    mosaic.set_selected(16)
    for _ in range(4):
        qtbot.keyClick(mosaic, Qt.Key.Key_Plus)
    assert mosaic.zoom().scale > 4
    room = mosaic.contentsRect().adjusted(2, 2, -2, -2)
    for key in [Qt.Key.Key_Right] * 12 + [Qt.Key.Key_Down] * 12 + [Qt.Key.Key_Home, Qt.Key.Key_End]:
        qtbot.keyClick(mosaic, key)
        assert room.contains(mosaic.grid().tile(mosaic.selected()).toRect())
    rows = mosaic.seen()[0]
    qtbot.keyClick(mosaic, Qt.Key.Key_PageUp)
    assert mosaic.seen()[0].start < rows.start
    for _ in range(6):
        qtbot.keyClick(mosaic, Qt.Key.Key_Minus)
    assert mosaic.zoom() == WHOLE


def test_digits_begin_a_number(mosaic, qtbot):
    typed = recorded(mosaic.numberTyped)
    for key in ("4", "7"):
        qtbot.keyClicks(mosaic, key)
    assert typed == ["4", "7"]


def test_what_is_painted_is_what_is_clicked_at_each_zoom(mosaic):
    show(mosaic, filled(250), levels=(0, 255))
    for zoom in (None, Zoom(2.5, 0.3, 0.7), Zoom(7.3, 0.51, 0.5), Zoom(100, 0.9, 0.9)):
        mosaic.set_zoom(zoom)
        picture = mosaic.grab().toImage()
        rows, columns = mosaic.seen()
        for row in rows:
            for column in columns:
                index = 16 * row + column
                place = centre(mosaic, index)
                if index < 250 and mosaic.contentsRect().adjusted(5, 5, -5, -5).contains(place):
                    assert mosaic.tile_at(QPointF(place)) == index
                    assert picture.pixelColor(place).red() == index


def test_all_tiles_are_saved_whichever_are_seen(mosaic):
    whole = mosaic.export_image()
    assert whole.width() >= 800
    wheel(mosaic, centre(mosaic, 112), 4)
    assert mosaic.export_image() == whole
    assert mosaic.array().shape == (60, 60)
    places = np.arange(225)[::-1].copy()
    show(mosaic, filled(225), places=places)
    assert mosaic.array()[0, 0] == 224
    show(mosaic, filled(225), places=places[:5])
    assert mosaic.array().shape == (8, 12)


def test_the_part_that_is_seen_is_saved_when_that_is_asked(mosaic, qtbot):
    show(mosaic, filled(200), levels=(0, 255))  # the last of 14 rows holds five tiles
    mosaic.set_zoom(Zoom(5.0, 1.0, 1.0))
    rows, columns = mosaic.seen()
    picture = mosaic.part_picture()
    image = QImage(picture.size.toSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    picture.paint(painter)
    painter.end()
    width, height = image.width() / len(columns), image.height() / len(rows)
    window = mosaic.palette().color(QPalette.ColorRole.Window)
    for row in rows:
        for column in columns:
            index = 15 * row + column
            x, y = (column - columns.start + 0.5) * width, (row - rows.start + 0.5) * height
            color = image.pixelColor(int(x), int(y))
            assert color == window if index >= 200 else color.red() == index
    menus = []
    qtbot.mouseMove(mosaic, centre(mosaic, 190))
    for zoom in (Zoom(5.0, 1.0, 1.0), WHOLE):
        mosaic.set_zoom(zoom)
        place = QPoint(100, 100)
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(mosaic, QContextMenuEvent(reason, place, mosaic.mapToGlobal(place)))
        menu = QApplication.activePopupWidget()
        menus.append([action.objectName() for action in menu.actions() if not action.isSeparator()])
        menu.close()
    whole = ["copyPictureAction", "savePictureAction"]
    assert menus == [[*whole, "copyPartAction", "savePartAction"], whole]


def test_only_what_is_seen_is_cut_and_no_finer_than_it_is_seen(mosaic):
    asked = []
    tiles = FilterTiles(filled(10_000, (28, 28)), (28, 28))

    def cut(rows, columns, step):
        asked.append(len(rows) * len(columns) * (28 // step) ** 2)
        return tiles.cut(rows, columns, step)

    pixels = mosaic.width() * mosaic.height()
    for zoom in (None, WHOLE, Zoom(10, 0.2, 0.2), Zoom(1000, 0.5, 0.5)):
        mosaic.set_zoom(zoom)
        mosaic.set_source(cut, tiles.grid, (28, 28), tiles.count, (0, 9999))
        asked.clear()
        mosaic.grab()
        assert len(asked) == 1
        assert asked[0] <= 12 * pixels
    asked.clear()
    mosaic.set_selected(5)
    mosaic.grab()
    assert asked == []  # neither is it cut again for what is drawn over it


def test_ten_thousand_tiles_begin_at_a_size_to_be_read_and_each_is_reached(mosaic, qtbot):
    show(mosaic, filled(10_000))
    mosaic.set_marked(range(0, 10_000, 3))
    assert mosaic.grid().width >= 8
    clicked = recorded(mosaic.tileClicked)
    qtbot.keyClick(mosaic, Qt.Key.Key_End)
    assert clicked == [9999]
    QTest.mouseClick(mosaic, LEFT, NONE, centre(mosaic, 9898))
    assert clicked == [9999, 9898]
    mosaic.grab()
    while wheel(mosaic, QPoint(160, 160), -1):
        pass
    assert mosaic.zoom() == WHOLE
    mosaic.grab()


def test_fewer_tiles_are_bounded_and_none_is_the_empty_state(mosaic):
    mosaic.set_zoom(Zoom(9.0, 0.9, 0.9))
    for count in (225, 7, 1, 0, 225):
        show(mosaic, filled(225), places=np.arange(count))
        mosaic.grab()
        assert mosaic.count() == count
        assert mosaic.is_empty() is (count == 0)
        if count:
            rows, columns = mosaic.seen()
            assert len(rows)
            assert len(columns)
    mosaic.clear()
    assert mosaic.array() is None
    assert mosaic.camera() is None


def test_a_tip_is_left_out_where_the_lens_tells_the_same(mosaic, qtbot):
    place = centre(mosaic, 4)
    tips = []
    mosaic.tooltip_at = lambda place: tips.append(place) or ""
    for has_tips in (False, True):
        mosaic.set_tips(has_tips)
        QApplication.sendEvent(mosaic, QHelpEvent(QEvent.Type.ToolTip, place, mosaic.mapToGlobal(place)))
    assert tips == [place]


def test_a_tile_pointed_at_from_elsewhere_is_outlined(mosaic):
    before = mosaic.grab().toImage()
    mosaic.set_pointed(7)
    assert mosaic.grab().toImage() != before
    mosaic.set_pointed(-1)
    assert mosaic.grab().toImage() == before

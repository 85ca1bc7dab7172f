"""A map of many points: which one is pointed at after zooming and panning, by mouse and keys, and how it is drawn."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dae_gui.support.theme import DARK, LIGHT, Theme, apply_theme, class_color, ramp
from dae_gui.widgets.pictures.mosaic_zoom import WHOLE, Zoom
from dae_gui.widgets.plots.point_camera import Extent, PointCamera
from dae_gui.widgets.plots.point_legend import Legend
from dae_gui.widgets.plots.point_raster import draw_discs, tint
from dae_gui.widgets.plots.point_values import Coloring, Mark, Points
from dae_gui.widgets.plots.wandering_map import WanderingMap

N = 3000
RED, BLUE = 0xFFDD2200, 0xFF0022DD
LEGEND = Legend("colour", ((QColor.fromRgb(RED), "red"), (QColor.fromRgb(BLUE), "blue")))


def points(count: int = N) -> Points:
    rng = np.random.default_rng(8)
    pictures = rng.integers(0, 256, (count, 6, 6)).astype(np.uint8)
    return Points(rng.normal(size=(count, 2)) * [40, 15] + [7, -3], pictures, "Point {}".format)


def colored(shown: Points) -> Coloring:
    count = len(shown.places)
    return Coloring(np.where(np.arange(count) % 2, RED, BLUE).astype(np.uint32), np.arange(count), LEGEND)


@pytest.fixture
def view(qtbot: QtBot) -> WanderingMap:
    view = WanderingMap("someMap", "Some map", "some-map")
    qtbot.addWidget(view)
    view.resize(500, 260)
    view.show()
    qtbot.waitExposed(view)
    shown = points()
    view.show_points(shown, colored(shown))
    return view


def wheel(view: WanderingMap, place: QPointF, notches: float, modifiers: Qt.KeyboardModifier | None = None) -> bool:
    event = QWheelEvent(
        place,
        QPointF(view.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifiers or Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
    return event.isAccepted()


def drag(view: WanderingMap, start: QPoint, by: QPoint) -> None:
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in (0.3, 0.7, 1.0):
        place = QPointF(start + by * step)
        view.mouseMoveEvent(moved(view, place, Qt.MouseButton.LeftButton))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + by)


def moved(view: WanderingMap, place: QPointF, buttons: Qt.MouseButton):
    at = QPointF(view.mapToGlobal(place.toPoint()))
    return QMouseEvent(
        QEvent.Type.MouseMove, place, at, Qt.MouseButton.NoButton, buttons, Qt.KeyboardModifier.NoModifier
    )


def lone(view: WanderingMap, near: QPointF) -> tuple[int, QPoint]:
    """Return a point within the room that has no other within 6 pixels, the nearest to a place, and where it is."""
    places = np.array([view.place_of(i).toTuple() for i in range(view.count())])
    room = view.camera().room.adjusted(20, 20, -20, -20)
    for index in np.argsort(np.hypot(*(places - near.toTuple()).T)):
        off = np.hypot(*(places - places[index]).T)
        if room.contains(QPointF(*places[index])) and np.sort(off)[1] > 6:
            return int(index), QPointF(*places[index]).toPoint()
    raise AssertionError("there is none")


def test_a_camera_keeps_the_place_at_the_pointer_and_inverts_a_pan() -> None:
    camera = PointCamera(Extent.of(points().places), QRectF(10, 20, 400, 200))
    spots = points(5).places
    whole = camera.project(WHOLE, points().places)
    assert whole[:, 0].min() >= 10
    assert whole[:, 0].max() <= 410
    assert whole[:, 1].min() >= 20
    assert whole[:, 1].max() <= 220
    at = QPointF(*camera.project(WHOLE, spots[2:3])[0])
    zoomed = camera.about(WHOLE, at, 3.0)
    np.testing.assert_allclose(camera.project(zoomed, spots[2:3])[0], at.toTuple())
    assert camera.unit(zoomed) == pytest.approx(3 * camera.unit(WHOLE))
    panned = camera.panned(zoomed, QPointF(15, -8))
    np.testing.assert_allclose(camera.project(panned, spots) - camera.project(zoomed, spots), [[15, -8]] * 5)
    assert camera.about(zoomed, at, 0.01) == WHOLE
    up = camera.project(WHOLE, np.array([[0.0, 1.0], [0.0, 0.0]]))
    assert up[0, 1] < up[1, 1], "upwards is up"
    for odd in (np.empty((0, 2)), np.full((3, 2), np.nan), np.ones((4, 2)), np.array([[0.0, 1.0], [5.0, 1.0]])):
        assert np.isfinite(PointCamera(Extent.of(odd), QRectF(0, 0, 50, 50)).fitted)


def test_discs_are_where_they_belong_later_ones_on_top() -> None:
    places = np.array([[10.5, 8.5], [12.2, 8.1], [-50.0, 3.0], [np.nan, 1.0], [0.0, 0.0]])
    colors = np.array([RED, BLUE, RED, RED, RED], np.uint32)
    image = draw_discs(places, colors, 2.0, (20, 30), 0xFFFFFFFF)
    rows, columns = np.mgrid[:20, :30]
    assert ((image == BLUE) == (np.hypot(rows - 8, columns - 12) <= 2)).all()
    assert image[8, 8] == RED
    assert image[0, 0] == RED  # cut at the edge
    assert image[8, 9] == 0xFFFFFFFF  # the rim of the later one
    assert (image == 0).sum() > 400
    assert draw_discs(places[:0], colors[:0], 2.0, (3, 4), 0).shape == (3, 4)
    inks = tint(np.array([[[0, 255, 128]]], np.uint8), np.array([RED], np.uint32))
    assert inks.tolist() == [[[0, RED, (128 << 24) | ((128 * 0xDD // 255) << 16) | ((128 * 0x22 // 255) << 8)]]]


@pytest.mark.parametrize("steps", [0, 2, 5])
def test_a_click_chooses_the_point_below_it_after_zooming_and_panning(
    qtbot: QtBot, view: WanderingMap, steps: int
) -> None:
    center = view.camera().room.center()
    for _ in range(steps):
        assert wheel(view, center + QPointF(30, 10), 1.0)
    if steps:
        before = view.place_of(0)
        drag(view, center.toPoint(), QPoint(40, 24))
        assert (view.place_of(0) - before - QPointF(40, 24)).manhattanLength() < 1e-6
        assert view.selected == -1, "a drag is no click"
    index, place = lone(view, center)
    with qtbot.waitSignal(view.pointHovered, check_params_cb=lambda hovered: hovered == index):
        view.mouseMoveEvent(moved(view, QPointF(place), Qt.MouseButton.NoButton))
    with qtbot.waitSignal(view.pointChosen, check_params_cb=lambda chosen: chosen == index):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert view.selected == index
    assert view.tooltip_at(place) == f"Point {index}"
    assert f"selected: Point {index}" in view.accessible_value()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.camera().room.topLeft().toPoint() + QPoint(-4, -4))
    assert view.selected == -1


def test_wheel_and_double_click(view: WanderingMap) -> None:
    at = view.camera().room.center()
    assert not wheel(view, at, -1.0), "it scrolls what is around"
    assert not wheel(view, at, 1.0, Qt.KeyboardModifier.ControlModifier)
    assert wheel(view, at, 2.0)
    assert view.zoom().scale == pytest.approx(2.0)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert view.zoom() == WHOLE


def test_keys(view: WanderingMap) -> None:
    QTest.keyClick(view, Qt.Key.Key_Right)
    first = view.selected
    middle = view.camera().room.center()
    distances = [(view.place_of(i) - middle).manhattanLength() for i in range(N)]
    assert distances[first] < min(distances) + 3
    for key, axis, sign in (
        (Qt.Key.Key_Right, 0, 1),
        (Qt.Key.Key_Down, 1, 1),
        (Qt.Key.Key_Left, 0, -1),
        (Qt.Key.Key_Up, 1, -1),
    ):
        before = view.place_of(view.selected).toTuple()[axis]
        QTest.keyClick(view, key)
        assert sign * (view.place_of(view.selected).toTuple()[axis] - before) > 0
    chosen = view.selected
    place = view.place_of(chosen)
    for _ in range(9):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom().scale > 20
    assert (view.place_of(chosen) - place).manhattanLength() < 1e-6, "it stays where it is"
    for _ in range(12):
        QTest.keyClick(view, Qt.Key.Key_Right)
        assert view.camera().room.contains(view.place_of(view.selected)), "it is brought into view"
    before = view.place_of(0)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.place_of(0).x() - before.x() == pytest.approx(0.2 * view.camera().room.width())
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected == -1
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.zoom() == WHOLE


def test_pictures_come_as_one_zooms_in_and_are_pointed_at(view: WanderingMap) -> None:
    assert not len(view.pictured())
    view._set_zoom(Zoom(30.0, 0.5, 0.5))  # private: there at once
    pictured = view.pictured()
    assert 3 < len(pictured) < 200
    room = view.camera().room
    assert all(room.contains(view.place_of(int(index))) for index in pictured)
    view._set_zoom(view.camera().panned(view.zoom(), QPointF(3, 2)))
    stayed = set(view.pictured().tolist()) & set(pictured.tolist())
    assert len(stayed) > 0.8 * len(pictured), "they do not flicker while one pans"
    index = int(view.pictured()[0])
    assert view.point_at(view.place_of(index) + QPointF(7, 7)) in view.pictured()


def test_points_that_move_keep_the_part_that_is_seen(view: WanderingMap) -> None:
    view._set_zoom(Zoom(4.0, 0.4, 0.6))  # private: there at once
    view.select(5)
    before = view.place_of(9)
    shown = points()
    larger = Points(10 * shown.places, shown.pictures, shown.name)
    view.show_points(larger, colored(larger))
    assert (view.place_of(9) - before).manhattanLength() < 1e-6
    assert view.selected == 5
    view.show_points(None, None, "nothing yet")
    assert view.is_empty()
    assert view.selected == -1
    assert view.accessible_value() == "nothing yet"
    assert view.picture() is None
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Plus, Qt.Key.Key_0):
        QTest.keyClick(view, key)
    assert view.point_at(QPointF(60, 60)) == -1
    few = points(1)
    view.show_points(few, colored(few))
    assert not view.grab().isNull()


def test_a_mark_moves_and_stays_in_sight(view: WanderingMap) -> None:
    without = view.grab().toImage()
    view.show_mark(Mark(7.0, -3.0, "yours"))
    assert view.grab().toImage() != without
    assert "yours" in view.accessible_value()
    place = view.place_of_mark()
    view.show_mark(Mark(9.0, -3.0, "yours"))
    moved_to = view.place_of_mark()
    assert place is not None
    assert moved_to is not None
    assert moved_to.x() > place.x()
    assert moved_to.y() == place.y()
    view.show_mark(Mark(1e6, 1e6, "yours"))
    assert not view.grab().isNull()
    view.show_mark(None)
    assert view.grab().toImage() == without


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_screen_and_picture_show_the_colours_and_their_names(
    qapp: QApplication, view: WanderingMap, restored_theme: QApplication, theme: Theme
) -> None:
    apply_theme(restored_theme, theme)
    QApplication.processEvents()
    view.set_table(lambda: "a\tb")
    assert view.as_text() == "a\tb"
    picture = view.picture()
    assert picture is not None
    painted = QImage(view.size(), QImage.Format.Format_RGB32)
    painted.fill(QColor(theme.surface))
    painter = QPainter(painted)
    picture.paint(painter)
    painter.end()
    for image in (view.grab().toImage(), painted):
        pixels = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint32)
        for color in (RED, BLUE):
            assert (pixels == color).sum() > 400


def test_colours_of_classes_and_ramps() -> None:
    assert len({class_color(index, dark).name() for index in range(10) for dark in (False, True)}) == 20
    assert class_color(10, True) == class_color(0, True)
    for theme in (LIGHT, DARK):
        lightness = [color.lightnessF() for color in ramp(theme, theme.error, 16)]
        steps = np.diff(lightness)
        assert (steps > 0).all() if theme.is_dark else (steps < 0).all()
        assert ramp(theme, theme.error, 16)[-1] == QColor(theme.error)

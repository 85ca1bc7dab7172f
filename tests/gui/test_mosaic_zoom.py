"""Which part of a mosaic is seen: geometry without a window."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRect, QRectF, QSize

from dae_gui.widgets.pictures.mosaic_zoom import READABLE_TILE, WHOLE, MosaicCamera, Zoom
from dae_gui.widgets.pictures.tile_grid import TileGrid
from dae_gui.widgets.pictures.tile_lens import lens_place

ROOM = QRectF(3, 3, 294, 394)


def camera(rows=15, columns=15, room=ROOM, ratio=1.0):
    grid = TileGrid.fitted(room, (rows, columns), (28, 28), rows * columns, ratio)
    return MosaicCamera(grid, room, ratio)


zooms = st.builds(Zoom, st.floats(0.2, 40), st.floats(-1, 2), st.floats(-1, 2))
places = st.builds(QPointF, st.floats(10, 290), st.floats(60, 340))


@given(zooms)
def test_a_bounded_zoom_wastes_no_room(zoom):
    seen = camera()
    bounded = seen.bounded(zoom)
    assert seen.bounded(bounded) == bounded
    assert 1.0 <= bounded.scale <= seen.largest_scale
    area = seen.grid(bounded).area()
    for low, high, start, end in (
        (ROOM.left(), ROOM.right(), area.left(), area.right()),
        (ROOM.top(), ROOM.bottom(), area.top(), area.bottom()),
    ):
        if end - start >= high - low:  # it fills the room, up to half a pixel of rounding
            assert start <= low + 1
            assert end >= high - 1
        else:  # or stands in its middle
            assert abs((start + end) / 2 - (low + high) / 2) <= 1


@given(zooms, places, st.floats(1.0, 4.0))
@settings(max_examples=300)
def test_enlarging_keeps_what_is_at_the_pointer_there(zoom, place, factor):
    seen = camera()
    zoom = seen.bounded(zoom)
    before = seen.grid(zoom)
    after = seen.grid(seen.about(zoom, place, factor))
    if not after.area().contains(ROOM.adjusted(-1, -1, 1, 1)):
        return  # the rim of all tiles is at that of the room, and nothing beyond is shown
    x = (place.x() - before.left) / before.width
    y = (place.y() - before.top) / before.height
    there = QPointF(after.left + x * after.width, after.top + y * after.height)
    assert (there - place).manhattanLength() <= 2 + 0.02 * after.width  # two corners on whole pixels


@given(zooms, st.integers(0, 224))
def test_revealing_shows_all_of_a_tile_and_moves_no_further_than_needed(zoom, index):
    seen = camera()
    zoom = seen.bounded(zoom)
    shown = seen.revealing(zoom, index)
    assert shown.scale == zoom.scale
    tile = seen.grid(shown).tile(index)
    assert tile.left() >= ROOM.left() - 1
    assert tile.right() <= ROOM.right() + 1
    assert tile.top() >= ROOM.top() - 1
    assert tile.bottom() <= ROOM.bottom() + 1
    again = seen.revealing(shown, index)
    assert (again.x, again.y) == pytest.approx((shown.x, shown.y), abs=1e-2)


@given(zooms)
def test_what_is_visible_are_all_tiles_that_meet_the_room(zoom):
    seen = camera(9, 12)
    zoom = seen.bounded(zoom)
    rows, columns = seen.visible(zoom)
    grid = seen.grid(zoom)
    inside = ROOM.adjusted(0.01, 0.01, -0.01, -0.01)
    for index in range(108):
        row, column = divmod(index, 12)
        if grid.tile(index).intersects(inside):
            assert row in rows
            assert column in columns
    # No more than what is cut at the rims.
    assert len(rows) <= ROOM.height() / grid.height + 2
    assert len(columns) <= ROOM.width() / grid.width + 2


def test_few_tiles_are_seen_whole_and_very_many_from_the_first_at_a_size_to_be_read():
    assert camera().home == WHOLE
    many = camera(100, 100)
    assert min(many.fitted.width, many.fitted.height) < READABLE_TILE
    rows, columns = many.visible(many.home)
    assert (rows.start, columns.start) == (0, 0)
    assert many.grid(many.home).width >= READABLE_TILE
    assert len(rows) * len(columns) < 1000
    assert many.visible(WHOLE) == (range(100), range(100))


def test_a_zoom_means_the_same_part_in_another_size():
    zoom = Zoom(3.0, 0.5, 0.4)
    for room in (ROOM, QRectF(0, 0, 500, 500), QRectF(0, 0, 120, 150)):
        seen = camera(room=room, ratio=1.5)
        middle = seen.grid(seen.bounded(zoom)).index_at(room.center())
        assert middle % 15 == 7


def test_panning_moves_by_the_distance_and_stops_at_the_rim():
    seen = camera()
    zoom = seen.bounded(Zoom(4.0, 0.5, 0.5))
    before, after = seen.grid(zoom), seen.grid(seen.panned(zoom, QPointF(20, -12)))
    assert after.left - before.left == pytest.approx(20, abs=1)
    assert after.top - before.top == pytest.approx(-12, abs=1)
    rim = seen.grid(seen.panned(zoom, QPointF(1e6, 1e6)))
    assert (rim.left, rim.top) == pytest.approx((ROOM.left(), ROOM.top()), abs=1)


@pytest.mark.parametrize("picture", [QRect(500, 100, 250, 250), QRect(20, 20, 250, 250), QRect(300, 40, 250, 250)])
def test_a_lens_stands_beside_the_picture_and_within_the_window(picture):
    bounds, size = QRect(0, 0, 800, 400), QSize(240, 200)
    for corner in (picture.topLeft(), picture.center(), picture.bottomRight()):
        tile = QRect(corner, QSize(16, 16))
        place = QRect(lens_place(size, bounds, [picture, tile]), size)
        assert bounds.contains(place)
        assert not place.intersects(picture)


def test_without_room_beside_the_picture_it_stands_beside_the_tile():
    bounds, size = QRect(0, 0, 300, 320), QSize(240, 120)
    for y in (0, 150, 300):
        for x in (0, 140, 280):
            tile = QRect(x, y, 16, 16)
            place = QRect(lens_place(size, bounds, [bounds, tile]), size)
            assert bounds.contains(place)
            assert not place.intersects(tile)
    # One that is larger than the window covers as little as it can, and is no error.
    assert lens_place(QSize(900, 900), bounds, [bounds, QRect(140, 150, 16, 16)]) is not None


def test_tiles_cut_out_are_those_of_the_whole_picture():
    from dae_core.mosaic import FilterTiles, filters

    weights = np.random.default_rng(0).normal(size=(23, 12)).astype(np.float32)
    weights[3] = 0
    for scale_each in (False, True):
        for places in (None, np.array([5, 1, 22, 7, 3, 0, 9])):
            tiles = FilterTiles(weights, (3, 4), places, scale_each)
            whole = filters(weights if places is None else weights[places], (3, 4), scale_each=scale_each)[0]
            rows, columns = tiles.grid
            np.testing.assert_array_equal(tiles.cut(range(rows), range(columns)), whole)
            part = tiles.cut(range(1, rows), range(1, 2))
            np.testing.assert_array_equal(part, whole[3:, 4:8])
            thin = tiles.cut(range(rows), range(columns), 2)
            assert thin.shape == (rows * 1, columns * 2)
            if not scale_each:
                np.testing.assert_array_equal(thin, whole[1::3, [x for x in range(whole.shape[1]) if x % 4 in (1, 3)]])

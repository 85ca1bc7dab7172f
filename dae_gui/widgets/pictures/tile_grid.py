"""Where the tiles of a mosaic are on the screen, and what is drawn over them."""

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPixmap

from dae_gui.widgets.pictures.color_maps import WARNING_RGB

_SMALLEST_TILE_WITH_LINES = 7.0
_SMALLEST_WHOLE_TILE = 6


@dataclass(frozen=True)
class TileGrid:
    """Equal tiles in rows.

    Attributes
    ----------
    left, top
        Corner of the first tile, in the units of the painter.
    width, height
        Size of one tile.
    rows, columns
        How many tiles there is room for.
    count
        How many of them exist, from the start of the first row; 1 or more.
    """

    left: float
    top: float
    width: float
    height: float
    rows: int
    columns: int
    count: int

    @classmethod
    def fitted(
        cls,
        room: QRectF,
        shape: tuple[int, int],
        tile_shape: tuple[int, int],
        count: int,
        pixel_ratio: float,
    ) -> "TileGrid":
        """Return the largest grid that fits into `room`, centred.

        Parameters
        ----------
        room
            The space, in the units of the painter.
        shape
            Rows and columns of tiles.
        tile_shape
            Shape (h, w) of one tile.
        count
            How many tiles exist.
        pixel_ratio
            Device pixels in a unit of the painter. Unless they are tiny, tiles get whole numbers of device pixels, so
            that all of them look alike.
        """
        rows, columns = shape
        aspect = tile_shape[0] / tile_shape[1]
        width = max(min(room.width() / columns, room.height() / (rows * aspect)), 1e-3) * pixel_ratio
        if width >= _SMALLEST_WHOLE_TILE:
            width = int(width)
        height = width * aspect
        if height >= _SMALLEST_WHOLE_TILE:
            height = int(height)
        width, height = width / pixel_ratio, height / pixel_ratio
        left = round((room.center().x() - columns * width / 2) * pixel_ratio) / pixel_ratio
        top = round((room.center().y() - rows * height / 2) * pixel_ratio) / pixel_ratio
        return cls(left, top, width, height, rows, columns, count)

    def area(self) -> QRectF:
        """Return the rectangle of all tiles."""
        return QRectF(self.left, self.top, self.columns * self.width, self.rows * self.height)

    def tile(self, index: int) -> QRectF:
        """Return the rectangle of one tile."""
        row, column = divmod(index, self.columns)
        return QRectF(self.left + column * self.width, self.top + row * self.height, self.width, self.height)

    def index_at(self, position: QPointF) -> int:
        """Return the index of the tile at a position, or -1."""
        column = int((position.x() - self.left) // self.width)
        row = int((position.y() - self.top) // self.height)
        index = row * self.columns + column
        inside = 0 <= column < self.columns and 0 <= row < self.rows and index < self.count
        return index if inside else -1

    def has_room_for_lines(self) -> bool:
        """Whether lines between the tiles would not hide too much of them."""
        return min(self.width, self.height) >= _SMALLEST_TILE_WITH_LINES


def draw_gaps(painter: QPainter, grid: TileGrid, window: QColor, line: QColor | None) -> None:
    """Paint the missing rest of the last rows in the `window`'s colour, and unless it is None, lines between tiles."""
    area = grid.area()
    last_row, used = divmod(grid.count, grid.columns)
    rest_top = grid.top + last_row * grid.height
    if line is not None:
        across = [grid.top + row * grid.height for row in range(1, grid.rows)]
        down = [grid.left + column * grid.width for column in range(1, grid.columns)]
        painter.setPen(QPen(line, 0))
        painter.drawLines(
            [QLineF(area.left(), y, area.right() - 1, y) for y in across]
            + [QLineF(x, area.top(), x, area.bottom() - 1) for x in down]
        )
    if last_row < grid.rows:
        rest = QRectF(grid.left + used * grid.width, rest_top, area.width() - used * grid.width, grid.height)
        painter.fillRect(rest, window)
        painter.fillRect(QRectF(grid.left, rest.bottom(), area.width(), area.bottom() - rest.bottom()), window)


def draw_marks(painter: QPainter, grid: TileGrid, palette: QPalette, marked: Collection[int]) -> None:
    """Dim the marked tiles and put a small cross in the warning colour on each."""
    tiles = [grid.tile(index) for index in marked if 0 <= index < grid.count]
    if not tiles:
        return
    veil = QColor(palette.color(QPalette.ColorRole.Window))
    veil.setAlpha(150)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(veil)
    painter.drawRects(tiles)
    cross = _cross(min(max(min(grid.width, grid.height) * 0.16, 1.5), 6.0), painter.device().devicePixelRatioF())
    middle = QPointF(cross.deviceIndependentSize().width() / 2, cross.deviceIndependentSize().height() / 2)
    for tile in tiles:
        painter.drawPixmap(tile.center() - middle, cross)


def _cross(arm: float, pixel_ratio: float) -> QPixmap:
    """Make a picture of the cross, because stamping it hundreds of times is far cheaper than drawing its lines."""
    side = 2 * ceil(arm + 2)
    pixmap = QPixmap(ceil(side * pixel_ratio), ceil(side * pixel_ratio))
    pixmap.setDevicePixelRatio(pixel_ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    low, high = side / 2 - arm, side / 2 + arm
    lines = [QLineF(low, low, high, high), QLineF(low, high, high, low)]
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for color, width in ((QColor(0, 0, 0, 140), 3.2), (QColor(*WARNING_RGB), 1.6)):
        if width < 2.0 or arm > 2.0:  # no room for a dark edge around a tiny cross
            painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLines(lines)
    painter.end()
    return pixmap


def draw_hovered(painter: QPainter, grid: TileGrid, palette: QPalette, index: int) -> None:
    """Paint a thin line around a tile in the text's colour."""
    _draw_outline(painter, _rim(grid, index, 0.5), palette.color(QPalette.ColorRole.WindowText), 1.0)


def draw_selected(painter: QPainter, grid: TileGrid, palette: QPalette, index: int) -> None:
    """Paint a strong line around a tile in the highlight colour, lined with the window's so that it always shows."""
    _draw_outline(painter, _rim(grid, index, 1.5), palette.color(QPalette.ColorRole.Window), 3.0)
    _draw_outline(painter, _rim(grid, index, 1.0), palette.color(QPalette.ColorRole.Highlight), 2.0)


def _rim(grid: TileGrid, index: int, distance: float) -> QRectF:
    """Rectangle just around a tile; the line before a tile belongs to the gap, and is kept free on neither side."""
    return grid.tile(index).adjusted(-distance + 0.5, -distance + 0.5, distance + 0.5, distance + 0.5)


def _draw_outline(painter: QPainter, area: QRectF, color: QColor, width: float) -> None:
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area)

"""Many small pictures in a grid: to look at, to point at and to choose from."""

from collections.abc import Callable, Collection
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import Items, Kind, tell, tell_item
from dae_gui.support.theme import faint_line_color
from dae_gui.widgets.pictures.color_maps import Levels
from dae_gui.widgets.pictures.picture_widget import PictureWidget
from dae_gui.widgets.pictures.tile_grid import TileGrid, draw_gaps, draw_hovered, draw_marks, draw_selected

_MARGIN = 3.0  # room for the outline of a selected tile at the rim


class MosaicView(PictureWidget):
    """Shows tiles in rows, says which one the mouse is on, and lets one be chosen by mouse or keyboard.

    A click or an arrow key selects a tile and emits ``tileClicked``; `set_selected` emits nothing. See `PictureWidget`
    for the colour maps, the text of the empty state, copying and saving.
    """

    accessible_kind = Kind.MOSAIC

    tileHovered = Signal(int)
    """The mouse has come onto this tile; -1: it is on none."""
    tileClicked = Signal(int)
    """The user has chosen this tile, by mouse or keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile_shape = (1, 1)
        self._count = 0
        self._selected: int | None = None
        self._marked: frozenset[int] = frozenset()
        self._hovered = -1
        self._mouse: QPointF | None = None
        self._name: Callable[[int], str] = "Tile {}".format
        self._empty_text = "Nothing to show yet"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Mosaic")
        self.setAccessibleDescription("Arrow keys, Home and End select a tile.")

    # -- tiles ---------------------------------------------------------------------------------------------------

    def set_tiles(
        self, picture: NDArray[Any] | None, tile_shape: tuple[int, int], count: int, levels: Levels | None = None
    ) -> None:
        """Show tiles; meant to be called several times a second.

        Parameters
        ----------
        picture
            Numbers of shape (rows * h, columns * w), the tiles side by side, row by row; copied. None: no tiles.
        tile_shape
            Rows and columns (h, w) of one tile.
        count
            How many tiles there are; what is left of the last row is not shown.
        levels
            The values that get the lowest and the highest colour; see `ImageView.set_array`.
        """
        if picture is not None:
            (height, width), shape = tile_shape, picture.shape
            if len(shape) != 2 or min(height, width) < 1 or shape[0] % height or shape[1] % width:
                raise ValueError(f"A picture of shape {shape} is not made of tiles of shape {tuple(tile_shape)}.")
            if not 0 < count <= (shape[0] // height) * (shape[1] // width):
                raise ValueError(
                    f"A picture of shape {shape} does not hold {count} tiles of shape {tuple(tile_shape)}."
                )
        self._show_array(picture, levels)
        self._set_shape(tile_shape, 0 if picture is None else count)

    def _set_shape(self, tile_shape: tuple[int, int], count: int) -> None:
        shape_changed = (self._tile_shape, self._count) != (tile_shape, count)
        self._tile_shape, self._count = tile_shape, count
        if self._selected is not None and self._selected >= self._count:
            self._selected = None
        if shape_changed:
            tell(self)
            self._update_hovered()

    def clear(self) -> None:
        """Show the empty state."""
        self.set_tiles(None, self._tile_shape, 0)

    def count(self) -> int:
        """Return the number of tiles."""
        return self._count

    def set_tile_names(self, name: Callable[[int], str]) -> None:
        """Set how a tile is called in tooltips and to screen readers: a function of its index."""
        self._name = name
        tell(self)

    def selected(self) -> int | None:
        """Return the index of the selected tile."""
        return self._selected

    def set_selected(self, index: int | None) -> None:
        """Outline a tile, or none; an index that does not exist means none."""
        index = index if index is not None and 0 <= index < self._count else None
        if index != self._selected:
            self._selected = index
            tell(self)
            self.update()

    def marked(self) -> frozenset[int]:
        """Return the indices of the marked tiles."""
        return self._marked

    def set_marked(self, indices: Collection[int]) -> None:
        """Dim these tiles and put a small cross on them, in a warning colour."""
        marked = frozenset(int(index) for index in indices)
        if marked != self._marked:
            self._marked = marked
            self.update()

    def grid(self) -> TileGrid | None:
        """Return where the tiles are in this widget, or None without tiles."""
        if self._array is None:
            return None
        (height, width), shape = self._tile_shape, self._array.shape
        return self._fitted(shape[0] // height, shape[1] // width)

    def _room(self) -> QRectF:
        """Return where tiles are drawn."""
        return self.contentsRect().toRectF().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)

    def _fitted(self, rows: int, columns: int) -> TileGrid:
        return TileGrid.fitted(self._room(), (rows, columns), self._tile_shape, self._count, self.devicePixelRatioF())

    def tile_at(self, position: QPointF) -> int:
        """Index of the tile at a position in this widget, or -1."""
        grid = self.grid()
        return -1 if grid is None else grid.index_at(position)

    def sizeHint(self) -> QSize:
        """Return a comfortable square."""
        return QSize(320, 320)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size at which a mosaic still says something."""
        return QSize(80, 80)

    def to_qimage(self, scale: int = 1) -> QImage:
        """Return the picture, each number a square of `scale` x `scale` pixels; gap lines if `scale` is over 1."""
        image = super().to_qimage(scale)
        if self._array is not None:
            painter = QPainter(image)
            (height, width), (rows, columns) = self._tile_shape, self._array.shape
            tile = QSize(width * scale, height * scale)
            grid = TileGrid(0.0, 0.0, tile.width(), tile.height(), rows // height, columns // width, self._count)
            draw_gaps(painter, grid, self._window_color(), self._gap_color() if scale > 1 else None)
            painter.end()
        return image

    # -- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the tiles, the lines between them, and what is marked, selected and under the mouse."""
        painter = QPainter(self)
        grid = self.grid()
        if grid is None:
            self._draw_empty_state(painter, self.contentsRect().toRectF())
            return
        self._draw_tiles(painter, grid)
        draw_gaps(painter, grid, self._window_color(), self._gap_color() if grid.has_room_for_lines() else None)
        draw_marks(painter, grid, self.palette(), self._marks_seen())
        self._draw_pointed(painter, grid)

    def _draw_tiles(self, painter: QPainter, grid: TileGrid) -> None:
        self._draw_picture(painter, grid.area())

    def _marks_seen(self) -> Collection[int]:
        return self._marked

    def _draw_pointed(self, painter: QPainter, grid: TileGrid) -> None:
        if self._hovered >= 0 and self._hovered != self._selected:
            draw_hovered(painter, grid, self.palette(), self._hovered)
        if self._selected is not None:
            draw_selected(painter, grid, self.palette(), self._selected)

    def _window_color(self) -> QColor:
        return self.palette().color(QPalette.ColorRole.Window)

    def _gap_color(self) -> QColor:
        """Colour of the lines: with the diverging map, the window's is too near to zero's colour."""
        return self._window_color() if self._color_map == "gray" else faint_line_color(self.palette())

    # -- events --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the tile under the mouse."""
        index = self.tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._choose(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second click of two for no choice of its own."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Announce which tile is under the mouse."""
        self._mouse = event.position()
        self._update_hovered()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the selection with the arrows, Home and End."""
        if not self._count or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            target = self._key_target(event.key())
            if target is None:
                super().keyPressEvent(event)
            elif target != self._selected:
                self._choose(target)

    def _key_target(self, key: int) -> int | None:
        """Index of the tile that a key leads to, or None if the key is no business of this widget."""
        grid = self.grid()
        steps: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: 0}
        if grid is not None:
            steps |= {Qt.Key.Key_Up: -grid.columns, Qt.Key.Key_Down: grid.columns}
        if key not in steps:
            return None
        if key == Qt.Key.Key_End:
            return self._count - 1
        if key == Qt.Key.Key_Home or self._selected is None:
            return 0
        target = self._selected + steps[key]
        return target if 0 <= target < self._count else self._selected

    def _choose(self, index: int) -> None:
        self.set_selected(index)
        tell_item(self, index)
        self.tileClicked.emit(index)

    def event(self, event: QEvent) -> bool:
        """Forget the mouse when it leaves."""
        if event.type() in (QEvent.Type.Leave, QEvent.Type.Hide):
            self._mouse = None
            self._update_hovered()
        return super().event(event)

    def tooltip_at(self, position: QPoint) -> str:
        """Return the name of the tile at a position, elsewhere what the mosaic shows."""
        index = self.tile_at(QPointF(position))
        return self._name(index) if index >= 0 else self.toolTip()

    def _update_hovered(self) -> None:
        hovered = -1 if self._mouse is None else self.tile_at(self._mouse)
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()
            self.tileHovered.emit(hovered)

    # -- for programs that read the screen -----------------------------------------------------------------------

    def accessible_value(self) -> str:
        """Return how many tiles there are, and which is selected."""
        if not self._count:
            return self._empty_text
        if self._selected is None:
            return f"{self._count:,} tiles, none selected"
        return f"{self._name(self._selected)}, {self._selected + 1:,} of {self._count:,}, selected"

    def accessible_items(self) -> Items:
        """Return the tiles."""
        grid = self.grid()
        place = (lambda _index: QRectF()) if grid is None else grid.tile
        return Items(self._count, self._name, place, self._selected, self._choose)

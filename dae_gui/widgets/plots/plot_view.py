"""The axes of a plot over the iterations, what part of them is visible, and what mouse and keys do with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QGraphicsItem, QWidget

from dae_gui.support import scale
from dae_gui.support.accessible import Kind, attach
from dae_gui.support.plain_text import show_tip
from dae_gui.support.theme import Theme, current_theme
from dae_gui.widgets.plots.axis_ranges import Range
from dae_gui.widgets.plots.axis_tags import AxisTags
from dae_gui.widgets.plots.drawable import sound_range
from dae_gui.widgets.plots.plot_axis import NumberAxis
from dae_gui.widgets.plots.plot_marker import Marker
from dae_gui.widgets.plots.plot_overlay import Backdrop, Crosshair, Marks

import pyqtgraph as pg  # isort: skip  # after PySide6

Values = NDArray[np.floating]
_READING_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
_BEYOND = 100.0  # heights of the plot: lines are cut off there, which keeps Qt from overflowing


class PlotView(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot without curves: axes below, at the left and, unless it has no label, at the right; in the theme's colours.

    One view box holds all curves, so that any of them can lie over any other: those of the right axis are converted
    into the left one's coordinates. The right axis has an empty view box of its own, which keeps its range.

    Parameters
    ----------
    bottom, left, right
        The labels of the axes; several texts, of which the first that fits is shown.
    zooms
        Whether mouse and keys zoom and move it.
    """

    accessible_kind = Kind.CHART

    rangeChanged = Signal()
    """What is visible has changed, in range or in size: the curves need other points."""
    rangeChangedByHand = Signal()
    """The user zoomed or moved the plot."""
    mouseMoved = Signal(QPointF)
    """The mouse is at these pixels of the view box."""
    mouseLeft = Signal()
    """The mouse is no longer over the curves."""
    copyRequested = Signal()
    """The user wants a copy of the plot."""
    menuRequested = Signal(QPoint)
    """The user asked for a context menu at this place of the screen."""
    doubleClicked = Signal()
    readingStepped = Signal(int)
    """The user goes so many steps to the right, to the left below 0, to read the curves there."""

    def __init__(
        self,
        bottom: tuple[str, ...],
        left: tuple[str, ...],
        right: tuple[str, ...] = (),
        parent: QWidget | None = None,
        *,
        zooms: bool = True,
    ) -> None:
        super().__init__(parent)
        self.log_x = self.log_y = False
        self.in_words: Callable[[], str] = str
        """Returns what is drawn as a sentence, for those who do not see it."""
        self._zooms = zooms
        self.view_box = pg.ViewBox(enableMenu=False, enableMouse=zooms)
        self.right_box = pg.ViewBox(enableMenu=False)
        self.right_box.setZValue(-200)  # else the wheel and drags would go to it
        layout = self.centralLayout
        layout.setContentsMargins(2, 9, 2 if right else 8, 2)
        layout.setSpacing(0)
        layout.addItem(self.view_box, 0, 1)
        self.axes: dict[str, NumberAxis] = {}
        for side, texts, box, place in (
            ("left", left, self.view_box, (0, 0)),
            ("bottom", bottom, self.view_box, (1, 1)),
            ("right", right, self.right_box, (0, 2)),
        ):
            if texts:
                self.axes[side] = NumberAxis(side, *texts)
                self.axes[side].linkToView(box)
                layout.addItem(self.axes[side], *place)
        self.scene().addItem(self.right_box)
        self.tags = AxisTags(self.axes["left"])
        self.backdrop = Backdrop(self.view_box)
        self.marks = Marks(self.view_box)
        self.marker = Marker(self.view_box)
        self.crosshair = Crosshair(self.view_box)
        for box in (self.view_box, self.right_box):
            box.disableAutoRange()
            box.border = None  # an invisible frame, but black in SVG files
            box.borderRect.hide()
        self.right_box.setYRange(0.0, 1.0, padding=0)
        self._arranging = False
        self.view_box.sigRangeChanged.connect(self._on_range_changed)
        self.right_box.sigYRangeChanged.connect(self._on_range_changed)
        self.view_box.sigResized.connect(self._on_resized)
        for box in (self.view_box, self.right_box):
            box.sigRangeChangedManually.connect(self._on_range_changed_by_hand)
        self.scene().sigMouseClicked.connect(self._on_mouse_clicked)
        attach(self)
        attach(self.viewport())
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    def accessible_value(self) -> str:
        """Return what is drawn, as a sentence."""
        return self.in_words()

    # -- ranges --------------------------------------------------------------------------------------------------

    def x_range(self) -> Range:
        """Return the visible iterations; their decimal logarithms if `log_x`."""
        low, high = self.view_box.viewRange()[0]
        return float(low), float(high)

    def y_range(self) -> Range:
        """Return the visible part of the left axis; logarithms if `log_y`."""
        low, high = self.view_box.viewRange()[1]
        return float(low), float(high)

    def right_range(self) -> Range:
        """Return the visible part of the right axis."""
        low, high = self.right_box.viewRange()[1]
        return float(low), float(high)

    def set_ranges(self, x: Range, y: Range, right: Range) -> None:
        """Show this part of the axes, or one that can be shown, without a signal."""
        x, y, right = sound_range(*x), sound_range(*y), sound_range(*right)
        if (x, y, right) == (self.x_range(), self.y_range(), self.right_range()):
            return
        self._arranging = True
        try:
            self.view_box.setRange(xRange=x, yRange=y, padding=0)
            self.right_box.setYRange(*right, padding=0)
        finally:
            self._arranging = False
        self._update_backdrop()

    def set_log(self, *, x: bool | None = None, y: bool | None = None) -> None:
        """Make an axis logarithmic or linear, and show the same part of it as before, without a signal."""
        ranges = []
        for old, new, shown in ((self.log_x, x, self.x_range()), (self.log_y, y, self.y_range())):
            if new is None or new == old:
                ranges.append(shown)
            elif new:
                high = max(shown[1], 1e-6)
                ranges.append((float(np.log10(max(shown[0], high * 1e-3))), float(np.log10(high))))
            else:
                ranges.append((10.0 ** min(shown[0], 15.0), 10.0 ** min(shown[1], 15.0)))
        self.log_x = self.log_x if x is None else x
        self.log_y = self.log_y if y is None else y
        self.axes["bottom"].setLogMode(x=self.log_x)
        self.axes["left"].setLogMode(y=self.log_y)
        self.set_ranges(ranges[0], ranges[1], self.right_range())

    def pixel_width(self) -> float:
        """Return the width of the plot in device pixels."""
        return float(self.view_box.width() * self.devicePixelRatioF())

    # -- coordinates ---------------------------------------------------------------------------------------------

    def view_values(self, values: Values, *, on_right: bool = False) -> Values:
        """Convert values to the coordinates of the left axis, NaN where there is nothing to draw."""
        y = np.array(values, np.float64)
        y[~np.isfinite(y)] = np.nan
        low, high = self.y_range()
        if on_right:
            bottom, top = self.right_range()
            y = low + (y - bottom) * ((high - low) / (top - bottom))
        elif self.log_y:
            y[y <= 0] = np.nan
            y = np.log10(y)
        beyond = _BEYOND * (high - low)
        return np.clip(y, low - beyond, high + beyond)

    def view_x(self, iterations: Values) -> Values:
        """Convert iterations to coordinates of the view; the first place of a logarithmic axis is iteration 1."""
        iterations = np.asarray(iterations, np.float64)
        return np.log10(np.maximum(iterations, 1.0)) if self.log_x else iterations

    def iteration_at(self, pixel: QPointF) -> float:
        """Return the iteration at some pixels of the view box."""
        x = float(self.view_box.mapToView(pixel).x())
        return float(10.0 ** min(x, 15.0)) if self.log_x else x

    def iteration_range(self) -> Range:
        """Return the visible iterations."""
        low, high = self.x_range()
        return (10.0 ** min(low, 15.0), 10.0 ** min(high, 15.0)) if self.log_x else (low, high)

    @contextmanager
    def unclipped(self) -> Iterator[None]:
        """Clip nothing for a while, for SVG files: many programs cannot clip in them; curves end at the borders."""
        clips = QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape
        boxes = (self.view_box, self.right_box)
        try:
            for box in boxes:
                box.setFlag(clips, False)
            yield
        finally:
            for box in boxes:
                box.setFlag(clips, True)

    # -- colours -------------------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours; the plot does so by itself when its palette changes."""
        self.theme = theme
        self.setBackground(theme.plot_background)
        for side, axis in self.axes.items():
            axis.setPen(pg.mkPen(theme.border, width=scale.line_width()))
            axis.setTickPen(pg.mkPen(theme.axis, width=scale.line_width()))
            axis.setTextPen(pg.mkPen(self.right_color() if side == "right" else theme.axis))
        for item in (self.backdrop, self.marks, self.marker, self.crosshair, self.tags):
            item.set_theme(theme)

    def right_color(self) -> str:
        """Return the colour of the numbers at the right."""
        return self.theme.axis

    # -- events --------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette, also while a picture is taken in other colours, and the size of letters."""
        super().changeEvent(event)
        if not hasattr(self, "theme"):  # while it is being made
            return
        if event.type() == QEvent.Type.PaletteChange:
            self.set_theme(current_theme(self.palette()))
        elif event.type() == QEvent.Type.FontChange:
            self.set_theme(self.theme)  # its pens
            for axis in self.axes.values():
                axis.set_letters(self.font())
            self._update_backdrop()
            self.rangeChanged.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Announce where the mouse is."""
        super().mouseMoveEvent(event)
        pixel = self.view_box.mapFromScene(self.mapToScene(event.position().toPoint()))
        if self.view_box.rect().contains(pixel):
            self.mouseMoved.emit(pixel)
        else:
            self.mouseLeft.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Announce that the mouse has left."""
        super().leaveEvent(event)
        self.mouseLeft.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        """Show the whole label of a mark that the mouse rests on, elsewhere the plot's own tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            show_tip(event.globalPos(), self.tooltip_at(event.pos()), self)
            return True
        return bool(super().viewportEvent(event))

    def tooltip_at(self, position: QPoint) -> str:
        """Return the whole label of a mark near a place of the viewport, elsewhere the plot's own tooltip."""
        pixel = self.view_box.mapFromScene(self.mapToScene(position))
        texts = self.marks.texts_near(pixel.x()) if self.view_box.rect().contains(pixel) else []
        return "\n".join(texts) or self.toolTip()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu by its key; the mouse opens it by a click, for dragging with the right button zooms."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menuRequested.emit(self.mapToGlobal(self.rect().center()))
        event.accept()

    def copy_content(self) -> bool:
        """Ask for a copy of the plot; what is copied is the business of who shows it."""
        self.copyRequested.emit()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with the usual key; read with the arrow keys, move with Shift and those, zoom with plus and minus."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_content()
            return
        key = Qt.Key(event.key())
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in _READING_STEPS and not is_shifted:
            self.readingStepped.emit(_READING_STEPS[key])
            return
        step = {Qt.Key.Key_Left: -0.1, Qt.Key.Key_Right: 0.1}.get(key)
        factor = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}.get(key)
        if step is not None and self._zooms:
            low, high = self.x_range()
            self.view_box.translateBy(x=step * (high - low))
        elif factor is not None and self._zooms:
            self.view_box.scaleBy(x=factor)
        else:
            event.ignore()
            return
        self.rangeChangedByHand.emit()

    @Slot(object)
    def _on_mouse_clicked(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            self.menuRequested.emit(event.screenPos().toPoint())
        elif event.double() and self.view_box.sceneBoundingRect().contains(event.scenePos()):
            self.doubleClicked.emit()

    def _on_range_changed(self, *_args: object) -> None:
        if not self._arranging:
            self._update_backdrop()
            self.rangeChanged.emit()

    def _on_range_changed_by_hand(self, *_args: object) -> None:
        self.rangeChangedByHand.emit()

    def _on_resized(self, *_args: object) -> None:
        self.right_box.setGeometry(self.view_box.sceneBoundingRect())
        self._update_backdrop()
        self.rangeChanged.emit()

    def _update_backdrop(self) -> None:
        self.backdrop.levels = self.axes["left"].tickValues(*self.y_range(), self.view_box.height())[0][1]
        for item in (self.backdrop, self.marks, self.marker, self.crosshair, self.tags):
            item.geometry_changed()

"""A plot of PSNR over the noise level: a few curves with dots, and marked levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QGraphicsItem, QMenu, QWidget

from dae_gui.support.theme import Theme, current_theme
from dae_gui.widgets.pictures.picture import Picture
from dae_gui.widgets.pictures.picture_commands import PictureCommands
from dae_gui.widgets.plots.curve_bins import cut_line
from dae_gui.widgets.plots.plot_axis import NumberAxis, linear_ticks
from dae_gui.widgets.plots.plot_overlay import Backdrop, Crosshair, Mark, Marks, Reading
from dae_gui.widgets.plots.plot_picture import picture_of_plot

import pyqtgraph as pg  # isort: skip  # after PySide6

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class LevelCurve:
    """A curve: its name, and the name of its colour in the theme."""

    name: str
    color: str


class LevelPlot(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws curves over the same levels; the mouse reads them, Ctrl+C copies them, the context menu saves the picture.

    Parameters
    ----------
    curves
        From the hindmost to the foremost.
    bottom, left
        The labels of the axes.
    parent
        The widget that this one stands in.
    """

    failed = Signal(str)
    """Something that the user asked for did not work; a sentence."""
    pictureSaved = Signal(str)
    """The picture was saved to this path."""

    def __init__(self, curves: Sequence[LevelCurve], bottom: str, left: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves = tuple(curves)
        self._levels: Doubles = np.empty(0)
        self._values: dict[str, Doubles] = {}
        self._left_text = left
        self._theme: Theme | None = None
        self.view_box = pg.ViewBox(enableMenu=False, enableMouse=False)
        self.view_box.disableAutoRange()
        self.view_box.border = None
        self._bottom, self._left = NumberAxis("bottom", bottom), NumberAxis("left", left)
        layout = self.centralLayout
        layout.setContentsMargins(2, 6, 8, 2)
        layout.setSpacing(0)
        for item, row, column in ((self._left, 0, 0), (self.view_box, 0, 1), (self._bottom, 1, 1)):
            layout.addItem(item, row, column)
        for axis in (self._bottom, self._left):
            axis.linkToView(self.view_box)
        self._lines, self._dots = {}, {}
        for z, curve in enumerate(curves):
            line, dots = pg.PlotCurveItem(connect="finite", antialias=False), pg.ScatterPlotItem(size=6, pen=None)
            for item in (line, dots):
                item.setZValue(z)
                self.view_box.addItem(item, ignoreBounds=True)
            self._lines[curve.name], self._dots[curve.name] = line, dots
        self.backdrop, self.marks = Backdrop(self.view_box), Marks(self.view_box)
        self.crosshair = Crosshair(self.view_box)
        self.view_box.sigResized.connect(self._on_resized)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pictures = PictureCommands(self, self.picture)
        self.pictures.failed.connect(self.failed)
        self.pictures.saved.connect(self.pictureSaved)

    # -- what is shown -------------------------------------------------------------------------------------------

    def show_curves(self, axis_text: str, levels: Doubles, values: dict[str, Doubles]) -> None:
        """Show curves over levels (k,); one that is not named is not drawn; what is no number makes a gap."""
        self._levels, self._values = levels, values
        self._bottom.set_texts(axis_text)
        for curve in self._curves:
            y = np.array(values.get(curve.name, np.full(len(levels), np.nan)), np.float64)
            y[~np.isfinite(y)] = np.nan
            good = np.isfinite(y)
            self._lines[curve.name].setData(levels, y)
            self._dots[curve.name].setData(levels[good], y[good])
        self.crosshair.setVisible(False)
        self._set_range()

    def values(self) -> dict[str, Doubles]:
        """Return what is drawn, by the curves' names."""
        return self._values

    def levels(self) -> Doubles:
        """Return the levels of the curves (k,)."""
        return self._levels

    def set_hint(self, text: str) -> None:
        """Show a text in the middle of the empty plot, or none."""
        self.backdrop.hint = text
        self.backdrop.update()

    def set_mark(self, level: float | None, text: str = "") -> None:
        """Mark a level with a vertical line, or none."""
        self.marks.set_marks([] if level is None else [(level, Mark(level, text))])

    def as_text(self) -> str:
        """Return levels and values as a table, separated by tabs."""
        names = [curve.name for curve in self._curves if curve.name in self._values]
        lines = ["\t".join([self._bottom.labelText, *(f"{name}, {self._left_text}" for name in names)])]
        for place, level in enumerate(self._levels):
            lines.append("\t".join([f"{level:g}", *(f"{self._values[name][place]:.3f}" for name in names)]))
        return "\n".join(lines)

    def picture(self) -> Picture | None:
        """Return the plot with the names of its curves above it, or None while there are none."""
        if self._theme is None or not len(self._levels):
            return None
        shown = [curve for curve in reversed(self._curves) if curve.name in self._values]
        legend = [(str(getattr(self._theme, curve.color)), curve.name) for curve in shown]
        return picture_of_plot("psnr-by-noise-level", self, self._theme, legend)

    @contextmanager
    def unclipped(self) -> Iterator[None]:
        """Cut all curves off at the borders for a while, and clip nothing: many programs cannot clip in SVG files."""
        clips = QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape
        ranges = self.view_box.viewRange()
        (left, right), (bottom, top) = ((float(low), float(high)) for low, high in ranges)
        lines = {name: line.getData() for name, line in self._lines.items()}
        dots = {name: item.getData() for name, item in self._dots.items()}
        self.view_box.setFlag(clips, False)
        try:
            for name, (x, y) in lines.items():
                self._lines[name].setData(*cut_line(x, y, (left, right), (bottom, top)))
            for name, (x, y) in dots.items():
                inside = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
                self._dots[name].setData(x[inside], y[inside])
            yield
        finally:
            self.view_box.setFlag(clips, True)
            for items, data in ((self._lines, lines), (self._dots, dots)):
                for name, (x, y) in data.items():
                    items[name].setData(x, y)

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        self._theme = theme
        self.setBackground(theme.plot_background)
        for curve in self._curves:
            color = getattr(theme, curve.color)
            self._lines[curve.name].setPen(pg.mkPen(color, width=1))
            self._dots[curve.name].setBrush(pg.mkBrush(color))
        for axis in (self._bottom, self._left):
            axis.setPen(pg.mkPen(theme.border))
            axis.setTickPen(pg.mkPen(theme.axis))
            axis.setTextPen(pg.mkPen(theme.axis))
        for item in (self.backdrop, self.marks, self.crosshair):
            item.set_theme(theme)

    def _set_range(self) -> None:
        if not len(self._levels):
            return
        low, high = float(self._levels[0]), float(self._levels[-1])
        # Without noise the reference curves are (nearly) perfect, and would flatten all else.
        foremost, is_noisy = self._curves[-1].name, self._levels > 0
        parts = [y if name == foremost else y[is_noisy] for name, y in self._values.items()]
        shown = np.concatenate([*parts, np.empty(0)])
        shown = shown[np.isfinite(shown) & (np.abs(shown) < 1e3)]
        bottom, top = (float(shown.min()), float(shown.max())) if len(shown) else (0.0, 30.0)
        air = 0.06 * max(top - bottom, 1.0)
        spread = 0.02 * max(high - low, 1e-3)
        self.view_box.setRange(xRange=(low - spread, high + spread), yRange=(bottom - air, top + air), padding=0)
        self._update_overlays()

    def _update_overlays(self) -> None:
        low, high = self.view_box.viewRange()[1]
        self.backdrop.levels = linear_ticks(low, high, self.view_box.height(), 30.0)[0][1]
        for item in (self.backdrop, self.marks, self.crosshair):
            item.geometry_changed()

    # -- events --------------------------------------------------------------------------------------------------

    def _on_resized(self, *_arguments: object) -> None:
        self._update_overlays()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a palette of its own, as while a picture is taken in other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_theme", None) is not None:
            self.set_theme(current_theme(self.palette()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the curves at the level that is nearest to the mouse."""
        super().mouseMoveEvent(event)
        pixel = self.view_box.mapFromScene(self.mapToScene(event.position().toPoint()))
        if not len(self._levels) or self._theme is None or not self.view_box.rect().contains(pixel):
            self.crosshair.setVisible(False)
            return
        place = int(np.argmin(np.abs(self._levels - self.view_box.mapToView(pixel).x())))
        level = float(self._levels[place])
        readings = [Reading(self._bottom.labelText.partition(",")[0], f"{level:g}")]
        dots = []
        for curve in self._curves:
            if curve.name in self._values:
                value, color = float(self._values[curve.name][place]), getattr(self._theme, curve.color)
                readings.append(Reading(curve.name, f"{value:.2f} dB", color))
                dots += [(QPointF(level, value), color)] if np.isfinite(value) else []
        x = self.view_box.mapFromView(QPointF(level, 0.0)).x()
        self.crosshair.show_at(QPointF(x, pixel.y()), readings, dots)

    def leaveEvent(self, event: QEvent) -> None:
        """Put the crosshair away."""
        super().leaveEvent(event)
        self.crosshair.setVisible(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the numbers with the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_content()
        else:
            event.ignore()

    @Slot()
    def copy_numbers(self) -> None:
        """Put the numbers on the clipboard, if there are any."""
        if len(self._levels):
            QGuiApplication.clipboard().setText(self.as_text())

    def copy_content(self) -> bool:
        """Copy the numbers; return whether there are any."""
        self.copy_numbers()
        return len(self._levels) > 0

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy and save."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        numbers = menu.addAction("Copy &numbers")
        numbers.triggered.connect(self.copy_numbers)
        numbers.setEnabled(bool(len(self._levels)))
        menu.addActions(self.pictures.actions(menu, enabled=bool(len(self._levels))))
        menu.popup(event.globalPos())

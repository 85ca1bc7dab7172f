"""A plot of PSNR over the noise level: a few curves with dots, and marked levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt, Slot
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import tell
from dae_gui.widgets.pictures.picture import Picture
from dae_gui.widgets.pictures.picture_commands import PictureCommands
from dae_gui.widgets.plots.curve_plot import CurvePlot, CurveStyle
from dae_gui.widgets.plots.plot_overlay import Mark, Reading
from dae_gui.widgets.plots.plot_picture import PictureKey, picture_of_plot

Doubles = NDArray[np.float64]
_NOTHING: Doubles = np.empty(0)


class LevelPlot(CurvePlot):
    """Draws curves over the same levels; the mouse reads them, Ctrl+C copies them, the context menu saves the picture.

    Parameters
    ----------
    styles
        The curves from the hindmost to the foremost; the key of each is its name.
    bottom, left
        The labels of the axes.
    """

    def __init__(self, styles: tuple[CurveStyle, ...], bottom: str, left: str, parent: QWidget | None = None) -> None:
        super().__init__(styles, (bottom,), (left,), parent=parent, zooms=False)
        self._names = [style.key for style in styles]
        self._levels, self._values = _NOTHING, dict[str, Doubles]()
        self._read_at: int | None = None
        self._left_text = left
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pictures = PictureCommands(self, self.picture, self.as_text)
        self.mouseMoved.connect(self._on_mouse_moved)
        self.mouseLeft.connect(self._on_mouse_left)
        self.menuRequested.connect(self._on_menu_requested)
        self.readingStepped.connect(self._on_reading_stepped)
        self.in_words = self._words
        self.setAccessibleDescription("Left and right arrow read the curves level by level")

    # -- what is shown -------------------------------------------------------------------------------------------

    def show_curves(self, axis_text: str, levels: Doubles, values: dict[str, Doubles]) -> None:
        """Show curves over levels (k,), rising; one that is not named is not drawn; what is no number makes a gap."""
        self._levels, self._values = levels, values
        self._read_at = None
        tell(self)
        self.axes["bottom"].set_texts(axis_text)
        self.crosshair.setVisible(False)
        self._set_range()
        with self.layer.together():
            for name in self._names:
                y = values.get(name, _NOTHING)
                self.set_curve(name, levels[: len(y)], y, dots=True)

    def values(self) -> dict[str, Doubles]:
        """Return what is drawn, by the curves' names."""
        return self._values

    def levels(self) -> Doubles:
        """Return the levels of the curves (k,)."""
        return self._levels

    def set_mark(self, level: float | None, text: str = "") -> None:
        """Mark a level with a vertical line, or none."""
        self.marks.set_marks([] if level is None else [(level, Mark(level, text))])

    def as_text(self) -> str:
        """Return levels and values as a table, separated by tabs; empty while there are none."""
        if not len(self._levels):
            return ""
        names = self._shown()
        lines = ["\t".join([self.axes["bottom"].title, *(f"{name}, {self._left_text}" for name in names)])]
        for place, level in enumerate(self._levels):
            lines.append("\t".join([f"{level:g}", *(f"{self._values[name][place]:.3f}" for name in names)]))
        return "\n".join(lines)

    def picture(self) -> Picture | None:
        """Return the plot with the names of its curves above it, or None while there are none."""
        if not len(self._levels):
            return None
        legend = [PictureKey(self.color(name), name) for name in reversed(self._shown())]
        return picture_of_plot("psnr-by-noise-level", self, self.theme, legend)

    def copy_content(self) -> bool:
        """Copy the numbers; return whether there are any."""
        self.pictures.copy_content()
        return len(self._levels) > 0

    def _shown(self) -> list[str]:
        return [name for name in self._names if name in self._values]

    def _set_range(self) -> None:
        if not len(self._levels):
            return
        low, high = float(self._levels[0]), float(self._levels[-1])
        # Without noise the reference curves are (nearly) perfect, and would flatten all else.
        foremost, is_noisy = self._names[-1], self._levels > 0
        parts = [y if name == foremost else y[is_noisy] for name, y in self._values.items()]
        shown = np.concatenate([*parts, _NOTHING])
        shown = shown[np.isfinite(shown) & (np.abs(shown) < 1e3)]
        bottom, top = (float(shown.min()), float(shown.max())) if len(shown) else (0.0, 30.0)
        air = 0.06 * max(top - bottom, 1.0)
        spread = 0.02 * max(high - low, 1e-3)
        self.set_ranges((low - spread, high + spread), (bottom - air, top + air), self.right_range())

    # -- events --------------------------------------------------------------------------------------------------

    @Slot(QPointF)
    def _on_mouse_moved(self, pixel: QPointF) -> None:
        """Read the curves at the level that is nearest to the mouse."""
        if not len(self._levels):
            return
        self._read(int(np.argmin(np.abs(self._levels - self.view_box.mapToView(pixel).x()))), pixel.y())

    @Slot(int)
    def _on_reading_stepped(self, steps: int) -> None:
        """Read the curves at another level: at first at the lowest, or going to the left at the highest."""
        if not len(self._levels):
            return
        last = len(self._levels) - 1
        before = self._read_at if self._read_at is not None else (-1 if steps > 0 else last + 1)
        self._read_at = min(max(before + steps, 0), last)
        self._read(self._read_at, self.view_box.height() / 2)
        tell(self, at_once=True)

    def _words(self) -> str:
        """Return the names of the curves with their ends, or what was read last by the keyboard."""
        if not len(self._levels):
            return "empty"
        if self._read_at is not None and self.crosshair.readings():
            return ", ".join(f"{reading.name} {reading.value}" for reading in self.crosshair.readings())
        ends = [(name, self._values[name]) for name in reversed(self._shown())]
        told = [f"{name} {float(y[0]):.1f} to {float(y[len(y) - 1]):.1f} dB" for name, y in ends if len(y)]
        return f"at levels {self._levels[0]:g} to {self._levels[-1]:g}: {', '.join(told)}"

    def _read(self, place: int, height: float) -> None:
        """Show what the curves are at a level, beside a height in pixels of the view box."""
        level = float(self._levels[place])
        readings = [Reading(self.axes["bottom"].title.partition(",")[0], f"{level:g}")]
        dots = []
        for name in self._shown():
            value, color = float(self._values[name][place]), self.color(name)
            readings.append(Reading(name, f"{value:.2f} dB", color))
            dots += [(QPointF(level, value), color)] if np.isfinite(value) else []
        x = self.view_box.mapFromView(QPointF(level, 0.0)).x()
        self.crosshair.show_at(QPointF(x, height), readings, dots)

    @Slot()
    def _on_mouse_left(self) -> None:
        self.crosshair.setVisible(False)

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        self.pictures.show_menu(place, enabled=len(self._levels) > 0)

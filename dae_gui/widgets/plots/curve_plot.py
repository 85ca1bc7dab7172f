"""A plot of long curves over the iterations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from dae_gui.support.theme import Theme, current_theme
from dae_gui.widgets.plots.curve_layer import CurveLayer, Pattern
from dae_gui.widgets.plots.plot_view import PlotView

Values = NDArray[np.floating]
_BROKEN: Pattern = (9, 3, 2, 2)  # a dash, a gap, a dot, a gap


@dataclass(frozen=True)
class CurveStyle:
    """How a curve is drawn: in which of the theme's colours, on which axis, and behind those of other runs or not.

    A broken one has gaps, to be told from the others without its colour.
    What is not behind them where something is has a halo, as they have.
    """

    key: str
    color: str
    on_right: bool = False
    behind: bool = False
    broken: bool = False


class CurvePlot(PlotView):
    """The plot; knows nothing of what the curves mean.

    Parameters
    ----------
    styles
        The curves, from the hindmost to the foremost.
    bottom, left, right
        The labels of the axes; several texts, of which the first that fits is shown. No text, no right axis.
    zooms
        Whether mouse and keys zoom and move it.
    """

    def __init__(
        self,
        styles: tuple[CurveStyle, ...],
        bottom: tuple[str, ...],
        left: tuple[str, ...],
        right: tuple[str, ...] = (),
        parent: QWidget | None = None,
        *,
        zooms: bool = True,
    ) -> None:
        super().__init__(bottom, left, right, parent, zooms=zooms)
        self._styles = {style.key: style for style in styles}
        self._tint: Callable[[Theme], Theme] = lambda theme: theme
        self.layer = CurveLayer(self.view_box, self._styles)
        self.set_overlays({})
        self.set_theme(current_theme(self.palette()))

    def curve(self, key: str) -> tuple[Values, Values]:
        """Return what is drawn of a curve, in the coordinates of the left axis (logarithms if it is logarithmic)."""
        return self.layer.line(key)

    def dot_count(self, key: str) -> int:
        """Return how many dots a curve shows now."""
        return self.layer.dot_count(key)

    def set_curve(self, key: str, x: Values, values: Values, *, dots: bool = False) -> None:
        """Draw a curve.

        Parameters
        ----------
        key
            Which one.
        x
            Iterations, or their logarithms if `log_x`; shape (n,).
        values
            What to draw there, as it is: shape (n,). NaN and infinity make gaps.
        dots
            Whether to set a dot on each point.
        """
        style = self._styles.get(key)
        y = self.view_values(values, on_right=style is not None and style.on_right)
        self.layer.set_line(key, np.asarray(x, np.float64), y, dots=dots)

    def set_shown(self, key: str, shown: bool) -> None:
        """Show a curve, or hide it."""
        self.layer.set_shown(key, shown)

    def set_overlays(self, colors: dict[str, QColor], patterns: Mapping[str, Pattern] | None = None) -> None:
        """Take other runs' curves, by key and colour from the hindmost to the foremost, in place of those before.

        Those that have a pattern are drawn with gaps.
        """
        behind = [style.key for style in self._styles.values() if style.behind]
        before = [style.key for style in self._styles.values() if not style.behind]
        self.layer.set_keys([*behind, *colors, *before], {*colors, *before} if behind else ())
        self.layer.set_colors(colors)
        broken = {style.key: _BROKEN for style in self._styles.values() if style.broken}
        self.layer.set_patterns({**broken, **(patterns or {})})

    def set_theme(self, theme: Theme) -> None:
        """Take over a theme's colours."""
        theme = self._tint(theme)
        super().set_theme(theme)
        self.layer.set_ground(QColor(theme.plot_background))
        self.layer.set_colors({key: QColor(self.color(key)) for key in self._styles})

    def color(self, key: str) -> str:
        """Return the colour of a curve in the present theme, as #rrggbb."""
        return str(getattr(self.theme, self._styles[key].color))

    def set_tint(self, tint: Callable[[Theme], Theme]) -> None:
        """Have some colours of every theme changed in this way from now on."""
        self._tint = tint
        self.set_theme(current_theme(self.palette()))

    def right_color(self) -> str:
        """Return the colour of the foremost curve on the right axis."""
        return next((self.color(key) for key in reversed(self._styles) if self._styles[key].on_right), self.theme.axis)

    def _update_backdrop(self) -> None:
        super()._update_backdrop()
        self.layer.geometry_changed()

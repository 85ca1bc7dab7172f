"""A plot of long curves over the iterations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from dae_gui.support.theme import Theme
from dae_gui.widgets.plots.curve_layer import CurveLayer
from dae_gui.widgets.plots.plot_view import PlotView

Values = NDArray[np.floating]


@dataclass(frozen=True)
class CurveStyle:
    """How a curve is drawn: on which axis, and over the thin curves of other runs or behind them."""

    key: str
    on_right: bool = False
    behind: bool = False


class CurvePlot(PlotView):
    """The plot; knows nothing of what the curves mean.

    Parameters
    ----------
    styles
        The curves, from the hindmost to the foremost.
    bottom, left, right
        The labels of the axes; several texts, of which the first that fits is shown.
    """

    def __init__(
        self,
        styles: tuple[CurveStyle, ...],
        bottom: tuple[str, ...],
        left: tuple[str, ...],
        right: tuple[str, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(bottom, left, right, parent)
        self._styles = {style.key: style for style in styles}
        self.layer = CurveLayer(self.view_box, self._styles)

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

    def set_guests(self, colors: dict[str, QColor]) -> None:
        """Take other runs' curves, by key and colour from the hindmost to the foremost, in place of those before."""
        behind = [style.key for style in self._styles.values() if style.behind]
        before = [style.key for style in self._styles.values() if not style.behind]
        self.layer.set_keys([*behind, *colors, *before])
        self.layer.set_colors(colors)

    def set_theme(self, theme: Theme, colors: dict[str, str], right_color: str) -> None:
        """Take over a theme's colours; `colors` are those of the curves."""
        self.set_axis_theme(theme, right_color)
        self.layer.set_colors({key: QColor(color) for key, color in colors.items()})

    def _update_backdrop(self) -> None:
        super()._update_backdrop()
        self.layer.geometry_changed()

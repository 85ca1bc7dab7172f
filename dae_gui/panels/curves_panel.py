"""The curves of a run while it goes on: error, sparsity, held-out error, and the best linear denoiser to beat."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from dae_core.export import write_curves_csv
from dae_core.files import write_atomically
from dae_core.history import SMOOTHING_WINDOW, History, MovingAverage, Series
from dae_gui import theme
from dae_gui.widgets import plot_picture
from dae_gui.widgets.axis_ranges import Framing, ViewMode
from dae_gui.widgets.catch_up import CatchUp
from dae_gui.widgets.curve_bins import Bins, make_bins, zigzag
from dae_gui.widgets.curve_legend import CurveLegend, Entry, Swatch
from dae_gui.widgets.curve_plot import CurvePlot, CurveStyle
from dae_gui.widgets.curve_readings import Readable, show_readings
from dae_gui.widgets.curve_tools import CurveTools
from dae_gui.widgets.picture_export import copy_to_clipboard
from dae_gui.widgets.plot_overlay import Mark

_HINT = "Press Start to watch the error fall"
# From the hindmost to the foremost.
_STYLES = (
    CurveStyle("sparsity_raw", on_right=True),
    CurveStyle("error_raw", dots=True),
    CurveStyle("sparsity", on_right=True),
    CurveStyle("error"),
    CurveStyle("held_out", dots=True),
)
_LEGEND = (
    Entry("error_raw", "Error", "Squared error of each iteration's digit", Swatch.BAND),
    Entry("error", "Error, mean", "Squared error, moving average", Swatch.LINE),
    Entry("held_out", "Held-out", "Mean squared error on held-out digits", Swatch.DOTS),
    Entry("linear_bound", "Best linear", "Error of the best linear denoiser", Swatch.DASHES),
    Entry("sparsity_raw", "Sparsity", "Sparsity: fraction of active hidden units at each iteration", Swatch.BAND),
    Entry("sparsity", "Sparsity, mean", "Sparsity: fraction of active hidden units, moving average", Swatch.LINE),
)
_LEFT = (
    "Squared error |y − x₀|² per digit (standardized units)",
    "Squared error |y − x₀|² per digit<br>(standardized units)",
    "Error |y − x₀|² per digit<br>(standardized units)",
)
_RIGHT = ("Sparsity: active hidden units (fraction)", "Active hidden units<br>(fraction)")
_EMPTY_RANGE = (0.0, 800.0)  # about what an untrained network errs
_RIGHT_RANGE = (0.0, 1.0)
_MAX_DOTS = 250
_PIXELS_PER_DOT = 7.0


class CurvesPanel(QWidget):
    """Shows a `History`: zoom with the wheel, move by dragging, read values with the crosshair.

    Parameters
    ----------
    parent
        The widget that this one stands in.
    """

    exportPictureRequested = Signal()
    """The person wants to save the plot as a picture; see `export_picture`."""
    exportCsvRequested = Signal()
    """The person wants to save the numbers; see `export_csv`."""
    smoothingWindowChanged = Signal(int)
    """The person chose another window for the moving averages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curvesPanel")
        self.setAccessibleName("Curves")
        self._history = History()
        self._bound: float | None = None
        self._framing = Framing(_EMPTY_RANGE)
        self._mouse: QPointF | None = None
        self._theme = theme.current_theme(self.palette())
        self._new_averages: tuple[MovingAverage, MovingAverage] | None = None
        self._smoothing = CatchUp(self)
        self.tools = CurveTools(SMOOTHING_WINDOW, self)
        self.legend = CurveLegend(_LEGEND, self)
        theme.configure_plots()
        self.plot = CurvePlot(_STYLES, ("Iteration",), _LEFT, _RIGHT, self)
        self.plot.setObjectName("curvesPlot")
        self.plot.setAccessibleName("Plot of error and active hidden units over the iterations")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 4)
        layout.setSpacing(3)
        for widget in (self.tools, self.legend):
            layout.addWidget(widget)
        layout.addWidget(self.plot, 1)
        self._connect()
        self._apply_theme()
        self._refresh()

    def _connect(self) -> None:
        self.tools.modeChosen.connect(self.set_mode)
        self.tools.followWidthChosen.connect(self._on_follow_width_chosen)
        self.tools.logXToggled.connect(self._on_log_x_toggled)
        self.tools.logYToggled.connect(self._on_log_y_toggled)
        self.tools.crosshairToggled.connect(self._update_crosshair)
        self.tools.windowChanged.connect(self.set_smoothing_window)
        self._smoothing.finished.connect(self._on_smoothing_finished)
        self.legend.keyToggled.connect(self._on_legend_toggled)
        self.plot.rangeChanged.connect(self._on_range_changed)
        self.plot.rangeChangedByHand.connect(self._on_range_changed_by_hand)
        self.plot.doubleClicked.connect(self._on_double_clicked)
        self.plot.mouseMoved.connect(self._on_mouse_moved)
        self.plot.mouseLeft.connect(self._on_mouse_left)
        self.plot.menuRequested.connect(self._on_menu_requested)

    # -- what is shown -------------------------------------------------------------------------------------------

    def set_history(self, history: History) -> None:
        """Show another run; the same object is kept while it grows."""
        self._history = history
        self._framing.start_afresh()
        self._start_smoothing()
        if self.mode() is ViewMode.FREE:
            self._framing.mode = ViewMode.FIT
            self.tools.set_mode(ViewMode.FIT)
        self._refresh()

    def history(self) -> History:
        """Return the run that is shown."""
        return self._history

    def set_run_length(self, end: int) -> None:
        """Tell at which iteration the run will end; "fit" shows no more than that."""
        if end != self._framing.end:  # told at every update, and drawing takes some milliseconds
            self._framing.end = end
            self._refresh()

    def set_linear_bound(self, error: float | None) -> None:
        """Show the best linear denoiser's mean |y - x0|² as a line, or none while it is not known."""
        self._bound = error
        self._refresh()

    @Slot()
    def refresh(self) -> None:
        """Draw what has come since; called up to 30 times a second. A hidden panel catches up when it is shown."""
        self._refresh()

    # -- how it is shown -----------------------------------------------------------------------------------------

    def mode(self) -> ViewMode:
        """Return who decides what is visible."""
        return self._framing.mode

    @Slot(ViewMode)
    def set_mode(self, mode: ViewMode) -> None:
        """Show all iterations, follow the newest, or leave it to the person."""
        self._framing.mode = mode
        self._framing.start_afresh()
        self.tools.set_mode(mode)
        self._refresh()

    def follow_width(self) -> int:
        """Return how many of the newest iterations "follow" shows."""
        return self._framing.follow_width

    def set_follow_width(self, width: int) -> None:
        """Set how many of the newest iterations "follow" shows."""
        self._framing.follow_width = max(int(width), 10)
        self.tools.set_follow_width(self._framing.follow_width)
        self._refresh()

    def set_log(self, *, x: bool | None = None, y: bool | None = None) -> None:
        """Make an axis logarithmic, or linear."""
        for button, log in ((self.tools.log_x, x), (self.tools.log_y, y)):
            if log is not None:
                button.setChecked(log)

    def smoothing_window(self) -> int:
        """Return over how many iterations the strong curves average."""
        return self.tools.window_box.value()

    @Slot(int)
    def set_smoothing_window(self, window: int) -> None:
        """Average over another number of iterations; a long run's old average stays until the new one is ready."""
        if window != self.tools.window_box.value():
            self.tools.window_box.setValue(window)  # comes back here
            return
        self._start_smoothing()
        self._refresh()
        self.smoothingWindowChanged.emit(window)

    # -- export --------------------------------------------------------------------------------------------------

    def export_picture(self, path: str | Path) -> None:
        """Save the plot as PNG (of twice the screen's resolution) or SVG; raises OSError, or ValueError."""
        suffix = plot_picture.suffix_of(path)
        write_atomically(path, plot_picture.picture_bytes(self.plot, self._theme, self._legend_lines(), suffix))

    def export_csv(self, path: str | Path) -> None:
        """Save all iterations as a table; raises OSError."""
        write_curves_csv(self._history, path)

    @Slot()
    def copy_picture(self) -> None:
        """Put the plot on the clipboard."""
        copy_to_clipboard(plot_picture.picture_image(self.plot, self._theme, self._legend_lines()))

    def _legend_lines(self) -> list[tuple[str, str]]:
        colors, shown = self._colors(), self.legend.shown_keys()
        return [(colors[entry.key], entry.text) for entry in _LEGEND if entry.key in shown]

    # -- drawing -------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Choose what is visible, unless the person has, and draw."""
        self._draw(arrange=self.mode() is not ViewMode.FREE)

    def _draw(self, *, arrange: bool) -> None:
        if not self.isVisible():
            return
        history, plot, count = self._history, self.plot, len(self._history)
        x_range = self._framing.x_range(count, log=plot.log_x) if arrange else plot.x_range()
        bins = make_bins(*x_range, plot.pixel_width(), count, log=plot.log_x)
        curves: dict[str, tuple[NDArray[np.floating], NDArray[np.floating]]] = {}
        for key, series in self._series().items():
            if self.legend.is_shown(key) or (arrange and key in ("error", "error_raw")):
                curves[key] = _extremes(series, bins)
        held_out = np.array(history.held_out, np.float64).reshape(-1, 2)
        if arrange:
            # On a linear axis the lowest raw errors do not matter: it starts at 0.
            raw = np.concatenate(curves["error_raw"]) if plot.log_y else curves["error_raw"][1]
            always = np.append(held_out[-1:, 1], [] if self._bound is None else [self._bound])
            y_range = self._framing.y_range(np.concatenate(curves["error"]), raw, always, log=plot.log_y)
            plot.set_ranges(x_range, y_range, _RIGHT_RANGE)
        for key, (low, high) in curves.items():
            if self.legend.is_shown(key):
                x, y = (bins.x, high) if bins.single else zigzag(bins.x, low, high)
                plot.set_curve(key, x, y, dots=len(bins) * _PIXELS_PER_DOT < plot.pixel_width())
        visible = held_out[:, 0].searchsorted(plot.iteration_range()) if len(held_out) else (0, 0)
        few = int(visible[1]) - int(visible[0]) <= _MAX_DOTS
        plot.set_curve("held_out", plot.view_x(held_out[:, 0]), held_out[:, 1], dots=few)
        self._draw_marks()
        plot.backdrop.hint = "" if count or len(held_out) else _HINT
        self._update_crosshair()

    def _draw_marks(self) -> None:
        history, plot = self._history, self.plot
        marks = [Mark(change.iteration, str(change)) for change in history.changes]
        if len(history) and not np.isfinite(history.error.values()[-1]):
            marks.append(Mark(len(history), f"diverged at iteration {len(history):,}", warns=True))
        places = plot.view_x(np.array([mark.iteration for mark in marks]))
        plot.marks.set_marks(list(zip(places.tolist(), marks, strict=True)))
        level = None
        if self._bound is not None and self.legend.is_shown("linear_bound"):
            level = float(plot.view_values(np.array([self._bound]))[0])
        plot.marks.set_reference(level, f"best linear denoiser {self._bound:.1f}" if level is not None else "")

    def _series(self) -> dict[str, Series]:
        history = self._history
        return {
            "error_raw": history.error,
            "error": history.smoothed_error.series,
            "sparsity_raw": history.sparsity,
            "sparsity": history.smoothed_sparsity.series,
        }

    # -- crosshair -----------------------------------------------------------------------------------------------

    @Slot()
    def _update_crosshair(self) -> None:
        history = self._history
        if self._mouse is None or not self.tools.crosshair.isChecked() or not (len(history) or history.held_out):
            self.plot.crosshair.setVisible(False)
            return
        curves = []
        for key, series in self._series().items():
            name, places = ("Error", 1) if key.startswith("error") else ("Sparsity", 3)
            smooth = not key.endswith("_raw")
            name += f", mean of {history.window:,}" if smooth else ""
            dot = smooth and self.legend.is_shown(key)
            curves.append(Readable(key, name, places, series, key.startswith("sparsity"), dot))
        show_readings(self.plot, self._mouse, curves, history.held_out, self._colors())

    # -- smoothing -----------------------------------------------------------------------------------------------

    def _start_smoothing(self) -> None:
        """Make moving averages of the chosen window: a short run's at once, a long one's between other events."""
        window, history = self.tools.window_box.value(), self._history
        self._smoothing.stop()
        if window != history.window:
            error, sparsity = self._new_averages = (MovingAverage(window), MovingAverage(window))
            self._smoothing.start([(history.error.values, error), (history.sparsity.values, sparsity)])

    @Slot()
    def _on_smoothing_finished(self) -> None:
        if self._new_averages is not None:
            self._history.smoothed_error, self._history.smoothed_sparsity = self._new_averages
            self._new_averages = None
            self._refresh()

    # -- events --------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while nobody looked."""
        super().showEvent(event)
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Take over another theme's colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self._apply_theme()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fit with Home, follow with End."""
        modes = {Qt.Key.Key_Home: ViewMode.FIT, Qt.Key.Key_End: ViewMode.FOLLOW}
        mode = modes.get(Qt.Key(event.key()))
        if mode is None:
            super().keyPressEvent(event)
        else:
            self.set_mode(mode)

    def _apply_theme(self) -> None:
        self._theme = theme.current_theme(self.palette())
        colors = self._colors()
        self.plot.set_theme(self._theme, colors, self._theme.sparsity)
        self.legend.set_colors(colors)
        self.tools.update_icons()
        self._update_crosshair()

    def _colors(self) -> dict[str, str]:
        return {entry.key: getattr(self._theme, entry.key) for entry in _LEGEND}

    @Slot(int)
    def _on_follow_width_chosen(self, width: int) -> None:
        if not width:
            low, high = self.plot.iteration_range()
            width = round(min(high, len(self._history)) - max(low, 0.0))
        self.set_follow_width(width)
        self.set_mode(ViewMode.FOLLOW)

    @Slot(bool)
    def _on_log_x_toggled(self, log: bool) -> None:
        self.plot.set_log(x=log)
        self._framing.start_afresh()
        self._refresh()

    @Slot(bool)
    def _on_log_y_toggled(self, log: bool) -> None:
        self.plot.set_log(y=log)
        self._framing.start_afresh()
        self._refresh()

    @Slot(str, bool)
    def _on_legend_toggled(self, key: str, shown: bool) -> None:
        if key != "linear_bound":
            self.plot.set_shown(key, shown)
        self._refresh()

    @Slot()
    def _on_range_changed(self) -> None:
        self._draw(arrange=False)

    @Slot()
    def _on_range_changed_by_hand(self) -> None:
        if self.mode() is not ViewMode.FREE:
            self._framing.mode = ViewMode.FREE
            self.tools.set_mode(ViewMode.FREE)

    @Slot()
    def _on_double_clicked(self) -> None:
        self.set_mode(ViewMode.FIT)

    @Slot(QPointF)
    def _on_mouse_moved(self, pixel: QPointF) -> None:
        self._mouse = pixel
        self._update_crosshair()

    @Slot()
    def _on_mouse_left(self) -> None:
        self._mouse = None
        self._update_crosshair()

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("curvesMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, action in (
            ("&Copy picture", self.copy_picture),
            ("&Save picture…", self.exportPictureRequested),
            ("Save curves as C&SV…", self.exportCsvRequested),
        ):
            menu.addAction(text).triggered.connect(action)
        menu.popup(place)


def _extremes(series: Series, bins: Bins) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the least and the greatest value of each bin; single points are both."""
    if not len(bins):
        return np.empty(0), np.empty(0)
    if bins.single:
        values = series.values()[bins.edges[0] : bins.edges[-1]]
        return values, values
    return series.envelope(bins.edges)

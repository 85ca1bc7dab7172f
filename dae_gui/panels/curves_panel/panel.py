"""The curves of a run while it goes on: error, sparsity, held-out error, and the best linear denoiser to beat."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from dae_core.evaluation.beside_linear import LinearErrors
from dae_core.evaluation.held_out import Figures
from dae_core.exporting.curves_csv import write_curves_csv
from dae_core.model.autoencoder import EXERCISE
from dae_core.training.averages import SMOOTHING_WINDOW
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_gui.panels.curves_panel import looks
from dae_gui.panels.curves_panel.drawing import CurveDrawing
from dae_gui.panels.curves_panel.overlays import Overlay
from dae_gui.panels.curves_panel.reading import ReadingCursor, curves_in_words
from dae_gui.panels.curves_panel.result_line import ResultLine
from dae_gui.panels.curves_panel.smoothing import Smoothing
from dae_gui.panels.curves_panel.start_card import StartCard
from dae_gui.support import theme
from dae_gui.support.accessible import attach, tell
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.pictures.picture import Picture
from dae_gui.widgets.pictures.picture_commands import PictureCommands
from dae_gui.widgets.plots.axis_ranges import ViewMode
from dae_gui.widgets.plots.curve_legend import CurveLegend
from dae_gui.widgets.plots.curve_plot import CurvePlot
from dae_gui.widgets.plots.curve_tools import CurveTools
from dae_gui.widgets.plots.plot_picture import PictureKey, picture_of_plot
from dae_gui.workbench.facts import RunProgress, Weights
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

_KEYS = (
    "Left and right arrow read the curves, Page Up and Page Down in larger steps. Plus and minus zoom, Shift with an "
    "arrow moves, Home shows all, End follows the newest, Escape ends reading"
)


class CurvesPanel(QWidget):
    """Shows a `History`: zoom with the wheel, move by dragging, read values with the crosshair.

    Parameters
    ----------
    workbench
        Whose run is shown.
    """

    exportCsvRequested = Signal()
    """The user wants to save the numbers; see `export_csv`."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curvesPanel")
        attach(self).setAccessibleName("Curves")
        self._mouse: QPointF | None = None
        self._theme = theme.current_theme(self.palette())
        self.result = ResultLine(self)
        self.tools = CurveTools(SMOOTHING_WINDOW, self.result, self)
        self.smoothing = Smoothing(self.tools)
        self.legend = CurveLegend(looks.LEGEND, self)
        self.legend.set_present("averaged", is_there=False)  # until there are any
        theme.configure_plots()
        self.plot = CurvePlot(looks.STYLES, looks.BOTTOM, looks.left(EXERCISE.output), looks.RIGHT, self)
        self.plot.setObjectName("curvesPlot")
        self.plot.setAccessibleName("Plot of error and active hidden units over the iterations")
        self.card = StartCard(self.plot.viewport())
        self._drawing = CurveDrawing(self.plot, self.legend)
        self._framing = self._drawing.framing
        self._cursor = ReadingCursor(self._drawing, self.plot)
        self.plot.in_words = self._words
        self.plot.setAccessibleDescription(_KEYS)
        self._name = ""
        self._color = 0
        self._linear: LinearErrors | None = None
        self.pictures = PictureCommands(self, self.picture)
        self.setLayout(vbox(self.tools, self.legend, (self.plot, 1), spacing=3, margins=(6, 4, 6, 4)))
        self._connect()
        self._connect_workbench(workbench)
        self._apply_theme()
        self.refresh()

    def _connect(self) -> None:
        self.tools.modeChosen.connect(self.set_mode)
        self.tools.followWidthChosen.connect(self._on_follow_width_chosen)
        self.tools.logXToggled.connect(self._on_log_toggled)
        self.tools.logYToggled.connect(self._on_log_toggled)
        self.tools.crosshairToggled.connect(self._update_crosshair)
        self.smoothing.changed.connect(self.refresh)
        self.legend.keyToggled.connect(self._on_legend_toggled)
        self.plot.rangeChanged.connect(self._on_range_changed)
        self.plot.rangeChangedByHand.connect(self._on_range_changed_by_hand)
        self.plot.doubleClicked.connect(self._on_double_clicked)
        self.plot.mouseMoved.connect(self._on_mouse_moved)
        self.plot.mouseLeft.connect(self._on_mouse_left)
        self.plot.readingStepped.connect(self._on_reading_stepped)
        self.plot.menuRequested.connect(self._on_menu_requested)
        self.plot.copyRequested.connect(self.pictures.copy)

    def _connect_workbench(self, workbench: Workbench) -> None:
        self.workbench = workbench
        workbench.historyReplaced.connect(self.set_history)
        workbench.progressed.connect(self._on_progressed)
        workbench.stateChanged.connect(self._on_state_changed)
        workbench.weightsChanged.connect(self._on_weights_changed)
        workbench.figuresChanged.connect(self._on_figures_changed)
        workbench.configChanged.connect(self._on_config_changed)

    @Slot(object)
    def _on_progressed(self, progress: RunProgress) -> None:
        self._framing.end = progress.end
        self.smoothing.set_length(progress.end)
        if self.isVisible():
            self.workbench.turns.ask(self.refresh)

    @Slot(State)
    def _on_state_changed(self, state: State) -> None:
        self._drawing.hint = looks.HINT_WHILE_ACTIVE if state.is_active else looks.HINT
        self._framing.end = self.workbench.progress.end
        self.refresh()

    @Slot(object)
    def _on_weights_changed(self, weights: Weights | None) -> None:
        self.set_marker(None if weights is None or weights.is_live else weights.iteration)

    @Slot(object)
    def _on_config_changed(self, config: TrainingConfig) -> None:
        self.plot.axes["left"].set_texts(*looks.left(config.architecture.output))

    @Slot(object)
    def _on_figures_changed(self, figures: Figures | None) -> None:
        linear = self._linear
        self._drawing.result = None if figures is None else figures.error
        self._drawing.bound = None
        if linear is not None:  # on the same images as the figures, as far as there are any
            bound = None if figures is None else linear.on(figures.n_images)
            self._drawing.bound = linear.on_some if bound is None else bound
        self.result.show_result(figures, linear, self.workbench.config.architecture.output)
        tell(self.plot)

    # -- what is shown -------------------------------------------------------------------------------------------

    @Slot(object)
    def set_history(self, history: History) -> None:
        """Show another run; the same object is kept while it grows."""
        self._drawing.history = history
        self._framing.reset()
        if self.mode() is ViewMode.FREE:
            self._framing.mode = ViewMode.FIT
            self.tools.set_mode(ViewMode.FIT)
        self.smoothing.set_history(history)  # draws it too

    def history(self) -> History:
        """Return the run that is shown."""
        return self._drawing.history

    @Slot(object)
    def set_linear_errors(self, errors: LinearErrors | None) -> None:
        """Show the best linear denoiser's mean |y - x0|² as a line, or none while it is not known."""
        self._linear = errors
        self._on_figures_changed(self.workbench.figures)
        self.refresh()

    def set_bound_left_out(self, reason: str) -> None:
        """Say in the legend why there is no line of the best linear denoiser; nothing if the reason is empty."""
        self.legend.button("linear_bound").set_left_out(reason)

    def set_marker(self, iteration: int | None) -> None:
        """Mark one iteration with a vertical line and a label, or none."""
        if iteration != self._drawing.marked:
            self._drawing.marked = iteration
            if self.isVisible():
                self._drawing.draw_marker()

    def set_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Show other runs behind this one, each a thin line of its mean error with its held-out errors as dots."""
        self._drawing.overlays.set(tuple(overlays))
        self._apply_theme()
        self.refresh()

    def set_current(self, name: str, color: int) -> None:
        """Take the name and the colour of the live run, which it has beside other runs."""
        self._name, self._color = name, color
        self._apply_theme()

    @Slot()
    def refresh(self) -> None:
        """Draw what has come since; called up to 30 times a second. A hidden panel catches up when it is shown."""
        self.workbench.turns.forget(self.refresh)
        self._draw(arrange=self.mode() is not ViewMode.FREE)

    # -- how it is shown -----------------------------------------------------------------------------------------

    def mode(self) -> ViewMode:
        """Return who decides what is visible."""
        return self._framing.mode

    @Slot(ViewMode)
    def set_mode(self, mode: ViewMode) -> None:
        """Show all iterations, follow the newest, or leave it to the user."""
        self._framing.mode = mode
        self._framing.reset()
        self.tools.set_mode(mode)
        self.refresh()

    def follow_width(self) -> int:
        """Return how many of the newest iterations "follow" shows."""
        return self._framing.follow_width

    def set_follow_width(self, width: int) -> None:
        """Set how many of the newest iterations "follow" shows."""
        self._framing.follow_width = max(int(width), 10)
        self.tools.set_follow_width(self._framing.follow_width)
        self.refresh()

    def set_log(self, *, x: bool | None = None, y: bool | None = None) -> None:
        """Make an axis logarithmic, or linear."""
        self.tools.log_x.setChecked(self.plot.log_x if x is None else x)
        self.tools.log_y.setChecked(self.plot.log_y if y is None else y)

    # -- export --------------------------------------------------------------------------------------------------

    def picture(self) -> Picture:
        """Return the plot as it is copied and saved, with the names of its curves above it."""
        return picture_of_plot("curves", self.plot, self._theme, self._legend_lines())

    def export_csv(self, path: str | Path) -> None:
        """Save all iterations as a table; raises OSError."""
        write_curves_csv(self.history(), path, self.workbench.config.architecture)

    def _legend_lines(self) -> list[PictureKey]:
        return self._drawing.legend_lines(self._colors(), self._name)

    def _show_name(self) -> None:
        self.legend.set_title(self._name if len(self._drawing.overlays) else "", QColor(self._theme.error))

    # -- drawing -------------------------------------------------------------------------------------------------

    def _draw(self, *, arrange: bool) -> None:
        if self.isVisible():
            self._drawing.draw(self.smoothing.window(), arrange=arrange)
            self.card.set_wanted(not self._drawing.has_something() and not self.workbench.state.is_active)
            self._update_crosshair()

    @Slot()
    def _update_crosshair(self) -> None:
        mouse = self._mouse if self.tools.crosshair.isChecked() else None
        mouse = self._cursor.pixel() if self._mouse is None else mouse
        self._drawing.show_crosshair(mouse, self.smoothing.window(), self._colors())

    # -- events --------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while the panel was hidden."""
        super().showEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Take over another theme's colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self._apply_theme()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fit with Home, follow with End."""
        modes = {Qt.Key.Key_Home: ViewMode.FIT, Qt.Key.Key_End: ViewMode.FOLLOW}
        if event.key() in modes:
            self.set_mode(modes[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and self._cursor.iteration is not None:
            self._end_reading()
        else:
            super().keyPressEvent(event)

    def _apply_theme(self) -> None:
        self.plot.set_tint(self._tinted)
        self._theme = self._tinted(theme.current_theme(self.palette()))
        colors = self._colors()
        self.legend.set_colors(colors)
        self._show_name()
        self._update_crosshair()

    def _tinted(self, one: theme.Theme) -> theme.Theme:
        """Return a theme in which the error has the colour of the live run, while other runs are beside it."""
        return theme.tinted(one, self._color) if len(self._drawing.overlays) else one

    def _colors(self) -> dict[str, str]:
        return {entry.key: getattr(self._theme, entry.key) for entry in looks.LEGEND}

    @Slot(int)
    def _on_follow_width_chosen(self, width: int) -> None:
        if not width:
            low, high = self.plot.iteration_range()
            width = round(min(high, len(self.history())) - max(low, 0.0))
        self.set_follow_width(width)
        self.set_mode(ViewMode.FOLLOW)

    @Slot()
    def _on_log_toggled(self) -> None:
        self.plot.set_log(x=self.tools.log_x.isChecked(), y=self.tools.log_y.isChecked())
        self._framing.reset()
        self.refresh()

    @Slot(str, bool)
    def _on_legend_toggled(self, key: str, shown: bool) -> None:
        if key in self._drawing.series() or key in looks.MEASURED:
            self.plot.set_shown(key, shown)
        self.refresh()

    @Slot()
    def _on_range_changed(self) -> None:
        self._draw(arrange=False)

    @Slot()
    def _on_range_changed_by_hand(self) -> None:
        self._framing.mode = ViewMode.FREE
        self.tools.set_mode(ViewMode.FREE)

    @Slot()
    def _on_double_clicked(self) -> None:
        self.set_mode(ViewMode.FIT)

    @Slot(QPointF)
    def _on_mouse_moved(self, pixel: QPointF) -> None:
        self._mouse = pixel
        self._cursor.iteration = None  # the mouse reads from now on
        self._update_crosshair()

    @Slot()
    def _on_mouse_left(self) -> None:
        self._mouse = None
        self._update_crosshair()

    @Slot(int)
    def _on_reading_stepped(self, steps: int) -> None:
        self._mouse = None
        self._cursor.step(steps)
        self._update_crosshair()
        tell(self.plot, at_once=True)

    def _end_reading(self) -> None:
        self._cursor.iteration = None
        self._update_crosshair()

    def _words(self) -> str:
        return self._cursor.words() or curves_in_words(self._drawing, self.workbench.figures)

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("curvesMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.pictures.actions(menu))
        menu.addAction("Save curves as C&SV…").triggered.connect(self.exportCsvRequested)
        menu.popup(place)

"""The row of tools above the curves."""

from PySide6.QtCore import QSignalBlocker, QSize, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from dae_gui.support import scale
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.layouts import gap, hbox
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.controls.whole_box import WholeBox
from dae_gui.widgets.plots.axis_ranges import DEFAULT_FOLLOW_WIDTH, ViewMode

FOLLOW_WIDTHS = (1_000, 2_000, 5_000, 20_000, 100_000)
MAX_WINDOW = 100_000
_ROOM_FOR_UNIT, _ROOM_FOR_LABEL = 600, 500
_BESIDE = 10  # pixels between the middle and what stands beside it
_FITTING = "Let the window fit the length of the run: 25 iterations, and more in runs of more than 25,000"


class CurveTools(QWidget):
    """Fit, follow, logarithmic axes, crosshair, and the window of the moving average.

    Parameters
    ----------
    window
        The moving average's window at first.
    middle
        What stands in the middle of the row and takes the room that is left.
    """

    modeChosen = Signal(ViewMode)
    """The user wants to see everything, or the newest iterations."""
    followWidthChosen = Signal(int)
    """The newest this many iterations are to be followed; 0 stands for as many as are visible now."""
    logXToggled = Signal(bool)
    logYToggled = Signal(bool)
    crosshairToggled = Signal(bool)
    windowChanged = Signal(int)
    """The user wants this window."""
    fittingToggled = Signal(bool)
    """The window is to fit the length of the run, or to stay as it is."""

    def __init__(self, window: int, middle: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curvesTools")
        self.fit = self._button("fit", "fit", "Fit", "Show all iterations (Home, or a double click on the plot)")
        self.follow = self._button("follow", "follow", "Follow", "")
        self.log_x = self._button("logX", "log-x", "Logarithmic iterations", "Logarithmic axis of iterations")
        self.log_y = self._button("logY", "log-y", "Logarithmic error", "Logarithmic axis of errors")
        tip = "Read the values of all curves under the mouse"
        self.crosshair = self._button("crosshair", "crosshair", "Crosshair", tip)
        self.follow.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self._menu = QMenu(self.follow)
        self._widths = QActionGroup(self)
        for width in (*FOLLOW_WIDTHS, 0):
            text = f"The newest {width:,} iterations" if width else "As many iterations as are visible now"
            action = self._menu.addAction(text)
            action.setCheckable(bool(width))
            action.setData(width)
            if width:
                self._widths.addAction(action)
        self.follow.setMenu(self._menu)
        tip = "Strong curves show the mean of this many iterations, made from all points"
        self.window_box = WholeBox(1, MAX_WINDOW, window)
        named(self.window_box, "smoothingSpinBox", "Window of the moving average in iterations", tip)
        self.window_box.setStepType(WholeBox.StepType.AdaptiveDecimalStepType)
        label = PlainLabel("Mean of")
        label.setBuddy(self.window_box)
        label.setToolTip(plain_tip(tip))
        unit = PlainLabel("iterations")
        unit.setToolTip(plain_tip(tip))
        tools = (self.fit, self.follow, gap(8), self.log_x, self.log_y, self.crosshair)
        self.fitting = named(QToolButton(), "fittingWindowAction", "Window by the length of the run", _FITTING)
        self.fitting.setText("Auto")
        self.fitting.setCheckable(True)
        self.fitting.setAutoRaise(True)
        self.fitting.setChecked(True)
        mean = (label, gap(3), self.window_box, gap(3), unit, gap(3), self.fitting)
        self.setLayout(hbox(*tools, gap(_BESIDE), (middle, 1), gap(_BESIDE), *mean, spacing=2, margins=(0, 0, 0, 0)))
        self._words = ((unit, _ROOM_FOR_UNIT), (label, _ROOM_FOR_LABEL))
        self.crosshair.setChecked(True)
        self.set_follow_width(DEFAULT_FOLLOW_WIDTH)
        self.set_mode(ViewMode.FIT)
        self.fit.clicked.connect(self._on_fit_clicked)
        self.follow.clicked.connect(self._on_follow_clicked)
        self._menu.triggered.connect(self._on_width_triggered)
        self.log_x.toggled.connect(self.logXToggled)
        self.log_y.toggled.connect(self.logYToggled)
        self.crosshair.toggled.connect(self.crosshairToggled)
        self.window_box.valueChanged.connect(self._on_window_changed)
        self.fitting.toggled.connect(self.fittingToggled)

    def minimumSizeHint(self) -> QSize:
        """Return the size without the words, which are left out where there is no room for them."""
        words = sum(word.minimumSizeHint().width() for word, _ in self._words if not word.isHidden())
        return super().minimumSizeHint() - QSize(words, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out words where the row is narrow: the field's tip says the same, and the middle needs the room."""
        super().resizeEvent(event)
        for word, room in self._words:
            word.setVisible(self.width() >= scale.scaled(room))

    def set_mode(self, mode: ViewMode) -> None:
        """Show which mode is on, without a signal."""
        self.fit.setChecked(mode is ViewMode.FIT)
        self.follow.setChecked(mode is ViewMode.FOLLOW)

    def set_window(self, window: int) -> None:
        """Show the window of the moving average, without a signal."""
        with QSignalBlocker(self.window_box):
            self.window_box.setValue(window)

    def set_follow_width(self, width: int) -> None:
        """Show how many iterations are followed, without a signal."""
        self.follow.setToolTip(plain_tip(f"Follow the newest {width:,} iterations (End)"))
        for action in self._widths.actions():
            action.setChecked(action.data() == width)

    def _button(self, name: str, icon_name: str, text: str, tip: str) -> IconButton:
        return IconButton(f"{name}Action", icon_name, text, tip, self, checkable=True)

    @Slot(int)
    def _on_window_changed(self, window: int) -> None:
        self.fitting.setChecked(False)
        self.windowChanged.emit(window)

    @Slot()
    def _on_fit_clicked(self) -> None:
        self.modeChosen.emit(ViewMode.FIT)

    @Slot()
    def _on_follow_clicked(self) -> None:
        self.modeChosen.emit(ViewMode.FOLLOW)

    @Slot(QAction)
    def _on_width_triggered(self, action: QAction) -> None:
        self.followWidthChosen.emit(action.data())

"""Zooming: which scale the user chose, and how the application comes to be drawn at it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from dae_gui.support import theme
from dae_gui.support.restyling import restyling
from dae_gui.support.scale import USUAL, Scale, current, set_current
from dae_gui.support.settings import Settings
from dae_gui.support.zoomed_style import ZoomedStyle

STEPS = (80, 90, 100, 110, 125, 150, 175, 200, 225, 250)
"""Percentages that the user can choose."""
_PROJECTED_LINES = 2.0  # on a wall lines need more than letters do
_CLASSES = (
    "QMenu",
    "QMenuBar",
    "QTipLabel",
    "QAbstractItemView",
    "QHeaderView",
    "QDockWidgetTitle",
    "QStatusBar",
)
"""Those to which some desktops give a font of their own."""
_usual_fonts: dict[str | None, QFont] = {}


def apply_scale(application: QApplication, scale: Scale) -> None:
    """Have the whole application drawn at a scale; layouts follow in the turns of the event loop that come."""
    if scale == current():
        return
    if current() == USUAL:  # otherwise they are known, and those in force are not the usual ones
        _usual_fonts[None] = QApplication.font()
        own = {name: QApplication.font(name) for name in _CLASSES}  # type: ignore[call-overload]  # texts, not bytes
        _usual_fonts.update({name: font for name, font in own.items() if font != QApplication.font()})
    with restyling():
        set_current(scale)
        for name, font in _usual_fonts.items():
            QApplication.setFont(_resized(font, scale.size), name)  # type: ignore[arg-type]
        for window in application.topLevelWidgets():
            QApplication.sendEvent(window, QEvent(QEvent.Type.ApplicationFontChange))  # which Qt would do later
        # After the fonts: a combo box keeps its smallest size until it is told of another style.
        style = "Fusion" if scale == USUAL else ZoomedStyle(scale.size)
        look = theme.current_theme(application.palette())
        theme.apply_theme(application, look, style)  # its style sheet has lengths, too
    if scale == USUAL:
        _usual_fonts.clear()


def _resized(font: QFont, factor: float) -> QFont:
    result = QFont(font)
    if font.pointSizeF() > 0:
        result.setPointSizeF(font.pointSizeF() * factor)
    else:
        result.setPixelSize(max(round(font.pixelSize() * factor), 1))
    return result


def nearest_step(percent: int) -> int:
    """Return the step that is nearest to any number."""
    return min(STEPS, key=lambda step: abs(step - percent))


def next_step(percent: int, steps: int) -> int:
    """Return the step so many after or before (negative) a percentage; at the end the last one."""
    return STEPS[min(max(STEPS.index(nearest_step(percent)) + steps, 0), len(STEPS) - 1)]


def chosen_scale(settings: Settings) -> Scale:
    """Return the scale that was chosen for the window, as the settings have it."""
    size = nearest_step(settings.zoom_percent) / 100
    return Scale(size, size)


class Zoom(QObject):
    """The scale that the user chose: one for work in the window, another one for a projector. Both are remembered.

    Parameters
    ----------
    settings
        Where.

    Signals
    -------
    changed(int)
        The scale in force is this percentage of the usual size.
    """

    changed = Signal(int)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._is_projected = False

    @property
    def percent(self) -> int:
        """The percentage in force."""
        settings = self._settings
        return nearest_step(settings.present_percent if self._is_projected else settings.zoom_percent)

    def can_step(self, direction: int) -> bool:
        """Whether there is a larger (1) or a smaller (-1) step."""
        return next_step(self.percent, direction) != self.percent

    def step(self, steps: int) -> None:
        """Go so many steps on, to larger (positive) or smaller ones, as far as there are any."""
        self._choose(next_step(self.percent, steps))

    def reset(self) -> None:
        """Go back to the usual size."""
        self._choose(Settings.PRESENT_PERCENT if self._is_projected else 100)

    def set_projected(self, is_projected: bool) -> None:
        """Change over to the scale for a projector, with thicker lines, or back."""
        if is_projected != self._is_projected:
            self._is_projected = is_projected
            self.apply()

    def apply(self) -> None:
        """Put the scale in force, and say so."""
        application, size = QApplication.instance(), self.percent / 100
        if isinstance(application, QApplication):
            apply_scale(application, Scale(size, size * (_PROJECTED_LINES if self._is_projected else 1.0)))
        self.changed.emit(self.percent)

    def _choose(self, percent: int) -> None:
        if percent == self.percent:
            return
        if self._is_projected:
            self._settings.present_percent = percent
        else:
            self._settings.zoom_percent = percent
        self.apply()

"""A penalty's strength: a slider over four powers of ten, from none, and the number beside it."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from dae_gui.support.accessible import Kind, speaks, tell
from dae_gui.support.debounce import Debounce
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.controls.number_box import NumberBox, brief

_DECADES = 4
_PER_DECADE = 10
_DIGITS = 2  # of the numbers that the slider stops at
_SMALLEST_STEP = 100  # an arrow of the box: a hundredth of the strongest
_LEAST_CHARACTERS = 8
_REST_MS = 150


class StrengthField(QWidget):
    """A number from 0, typed or moved.

    The slider's first place is 0; from there on ten places are a power of ten.

    Parameters
    ----------
    names
        The first part of the object names, and the accessible name.
    tip
        What it does.
    most
        The largest number that may be typed.
    strongest
        The end of the slider.
    parent
        The widget that it stands in.

    Signals
    -------
    valueChanged(float)
        It is another number.
    """

    valueChanged = Signal(float)

    def __init__(self, names: tuple[str, str], tip: str, most: float, strongest: float, parent: QWidget) -> None:
        super().__init__(parent)
        object_name, name = names
        self._strongest = strongest
        self._taken = 0.0
        self._slider = named(QSlider(Qt.Orientation.Horizontal, self), f"{object_name}Slider", name, tip)
        self._slider.setRange(0, _DECADES * _PER_DECADE + 1)
        self._slider.setPageStep(_PER_DECADE)
        self._slider.setMinimumWidth(self.fontMetrics().averageCharWidth() * _LEAST_CHARACTERS)
        speaks(self._slider, Kind.SLIDER, self._text)
        box = NumberBox(0.0, most, 0.0, step=strongest / _SMALLEST_STEP, parent=self)
        self._box = named(box, f"{object_name}SpinBox", f"{name}, strength", tip)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._box)
        self._rests = Debounce(_REST_MS, self._on_rested, self)
        self._slider.valueChanged.connect(self._on_moved)
        self._slider.sliderReleased.connect(self._on_rested)
        self._box.valueChanged.connect(self._on_changed)

    def controls(self) -> tuple[QWidget, ...]:
        """Return slider and box."""
        return self._slider, self._box

    def value(self) -> float:
        """Return the number."""
        return self._box.value()

    def set_value(self, value: float) -> None:
        """Show another number."""
        self._box.setValue(value)
        self._taken = self.value()
        self._show_place()

    def _text(self) -> str:
        return brief(self.value())

    @Slot(int)
    def _on_moved(self, place: int) -> None:
        if not self._slider.isSliderDown():
            self._box.setValue(strength_at(place, self._strongest))
            return
        with QSignalBlocker(self._box):
            self._box.setValue(strength_at(place, self._strongest))
        self._rests.start()

    @Slot()
    def _on_rested(self) -> None:
        """Take the number to which the slider was pulled: each on the way would be a change of the run of its own."""
        self._rests.stop()
        if self.value() != self._taken:
            self._take()

    @Slot(float)
    def _on_changed(self, _value: float) -> None:
        self._show_place()
        self._take()

    def _take(self) -> None:
        self._taken = self.value()
        self.valueChanged.emit(self._taken)

    def _show_place(self) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(place_of(self.value(), self._strongest))
        tell(self._slider)


def strength_at(place: int, strongest: float) -> float:
    """Return the number at a place of the slider: 0 at the first, then from a ten-thousandth of the strongest up."""
    if place <= 0:
        return 0.0
    return float(f"{strongest * 10.0 ** ((place - 1) / _PER_DECADE - _DECADES):.{_DIGITS}g}")


def place_of(value: float, strongest: float) -> int:
    """Return the place that is nearest to a number; 0 for none alone."""
    if value <= 0:
        return 0
    decades = math.log10(value / strongest) + _DECADES
    return min(max(round(decades * _PER_DECADE), 0), _DECADES * _PER_DECADE) + 1

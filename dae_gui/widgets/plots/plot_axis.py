"""An axis of a plot that writes plain numbers, 25,000 and not 2.5e+04, also on a logarithmic scale."""

import math
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication

from dae_gui.support import scale

import pyqtgraph as pg  # isort: skip  # after PySide6

_TICK, _NUMBER_HEIGHT = 4, 18  # pixels at 100 %
Ticks = list[tuple[float | None, list[float]]]


class NumberAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis with thousands separators, few and round ticks on a logarithmic scale, and a label that is never cut.

    Parameters
    ----------
    side
        ``"left"``, ``"right"`` or ``"bottom"``.
    texts
        The label, and shorter ones, also in two lines, of which the longest that fits is shown; none where even the
        last would be cut.
    """

    def __init__(self, side: str, *texts: str) -> None:
        self._texts = texts
        self._covered: list[tuple[float, float]] = []
        super().__init__(side)
        self.enableAutoSIPrefix(False)
        self.setStyle(maxTickLevel=1, maxTextLevel=0, hideOverlappingLabels=False, autoReduceTextSpace=False)
        self.setLabel(texts[0])
        self.set_letters(QGuiApplication.font())

    @property
    def title(self) -> str:
        """The longest label, whichever is shown."""
        return self._texts[0]

    def set_texts(self, *texts: str) -> None:
        """Take other labels, the longest first."""
        if texts != self._texts:
            self._texts = texts
            self.setLabel(texts[0])
            self.resizeEvent()

    def set_letters(self, font: QFont) -> None:
        """Write label and numbers in a font, with ticks that fit it."""
        self.label.setFont(font)
        # Room for four digits from the start, and never less: the plot must not jump when the numbers change.
        widest = "1,000" if self.orientation == "left" else "0.0"
        self.textWidth = int(QFontMetricsF(font).horizontalAdvance(widest))
        self.textHeight = scale.scaled(_NUMBER_HEIGHT)
        self.setStyle(tickLength=scale.scaled(_TICK))
        self.setTickFont(font)
        self._adjustSize()
        self.resizeEvent()

    def set_covered(self, parts: list[tuple[float, float]]) -> None:
        """Leave out the numbers in these parts of its height, each from and to which pixel."""
        if parts != self._covered:
            self._covered = parts
            self.picture = None
            self.update()

    def generateDrawSpecs(self, p: Any) -> Any:
        """Return what is drawn, without the numbers where something else stands."""
        specs = super().generateDrawSpecs(p)
        if specs is None or not self._covered:
            return specs
        line, ticks, texts = specs
        free = [text for text in texts if not any(text[0].top() < b and a < text[0].bottom() for a, b in self._covered)]
        return line, ticks, free

    def resizeEvent(self, event: Any = None) -> None:
        """Choose the longest label that fits."""
        super().resizeEvent(event)
        if self.label is None:
            return
        room = self.size().width() if self.orientation == "bottom" else self.size().height()
        metrics = QFontMetricsF(self.label.font())
        fitting = [text for text in self._texts if max(map(metrics.horizontalAdvance, text.split("<br>"))) <= room]
        text = fitting[0] if fitting else ""
        if text != self.labelText and room > 0:
            self.setLabel(text)
            super().resizeEvent(event)  # which puts the label into the middle, for one of another length

    def boundingRect(self) -> QRectF:
        """Return an area in which the first and the last number have room too."""
        area: QRectF = super().boundingRect()
        side = scale.scaled(24)
        return area.adjusted(-side, 0, side, 0) if self.orientation == "bottom" else area

    def labelString(self) -> str:
        """Return the label as HTML."""
        style = "; ".join(f"{key}: {value}" for key, value in self.labelStyle.items())
        return f"<div align='center' style='{style}'>{self.labelText}</div>"

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Ticks:
        """Return the ticks with a number, and those without."""
        room = scale.scaled(72) if self.orientation == "bottom" else scale.scaled(30)
        return (log_ticks if self.logMode else linear_ticks)(minVal, maxVal, size, room)

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        """Return the numbers as texts."""
        if self.logMode:
            numbers = [10.0**value for value in values]
            return [f"{n:,.10g}" if 1e-4 <= n < 1e6 else _power(n) for n in numbers]
        places = max(0, math.ceil(-math.log10(spacing * scale) - 1e-9)) if spacing else 0
        return [f"{v * scale:,.{places}f}" if abs(v) < 1e8 else f"{v:.4g}" for v in values]


def linear_ticks(low: float, high: float, size: float, room: float) -> Ticks:
    """Return ticks between two numbers: numbered ones at least `room` pixels apart, and others."""
    if not high > low or size <= 0:
        return [(None, [])]
    step, parts = _round_step((high - low) * min(room / size, 1.0))
    return [(step, _multiples(step, low, high)), (None, _multiples(step / parts, low, high))]


def log_ticks(low: float, high: float, size: float, room: float) -> Ticks:
    """Return ticks between two decimal logarithms: numbered ones at least `room` pixels apart, and others."""
    if not high > low or size <= 0:
        return [(None, [])]
    pixels = size / (high - low)
    decades = range(math.floor(low), math.ceil(high) + 1)
    every_digit = [d + math.log10(m) for d in decades for m in range(1, 10)] if len(decades) < 12 else []
    minor = [v for v in every_digit if low <= v <= high]
    if high - low < 0.9:
        # Less than a decade: round numbers, equally far apart; the uppermost are the closest.
        top = 10.0**high
        step, _ = _round_step(top * (1.0 - 10.0 ** -min(room / pixels, high - low)))
        numbers = [n for n in _multiples(step, 10.0**low, top) if n > 0]
        return [(None, [math.log10(n) for n in numbers]), (None, minor)]
    for mantissas in ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        major = [d + math.log10(m) for d in decades for m in mantissas]
        if min(b - a for a, b in pairwise(major)) * pixels >= room:
            break
    else:
        every = math.ceil(room / pixels)
        major = [float(d) for d in decades if d % every == 0]
    return [(None, [v for v in major if low <= v <= high]), (None, minor)]


def _round_step(least: float) -> tuple[float, int]:
    """Return the first of 1, 2, 5 times powers of ten that is not below `least`, and in how many parts to divide it."""
    decade = 10.0 ** math.floor(math.log10(least))
    return next((m * decade, parts) for m, parts in ((1, 5), (2, 4), (5, 5), (10, 5)) if m * decade >= least * 0.999)


def _multiples(step: float, low: float, high: float) -> list[float]:
    return [k * step for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def _power(number: float) -> str:
    exponent = round(math.log10(number))
    digits = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{digits}" if math.isclose(number, 10.0**exponent, rel_tol=1e-6) else f"{number:.3g}"

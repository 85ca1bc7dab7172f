"""A legend whose entries show and hide their curves."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QEvent, QRectF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QToolButton, QWidget

from dae_gui.support.broken_lines import broken_pen
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.scale import line_width, scaled
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.plots.curve_layer import Pattern

_SWATCH = 16
_GAP = 5
_PAD = 4
MOST_OVERLAYS = 12  # entries of other runs before "more"


class Swatch(Enum):
    """How a legend shows a curve."""

    BAND = auto()
    LINE = auto()
    DOTS = auto()
    DASHES = auto()
    BROKEN = auto()
    """A dash and a dot in turn."""


_PENS = {Swatch.DASHES: Qt.PenStyle.DashLine, Swatch.BROKEN: Qt.PenStyle.DashDotLine}


@dataclass(frozen=True)
class Entry:
    """One entry of a legend: `text` is short, `name` is whole; `pattern` breaks its line as that in the plot."""

    key: str
    text: str
    name: str
    swatch: Swatch
    shown: bool = True
    pattern: Pattern = ()


class LegendButton(QAbstractButton):
    """One entry: checked while its curve is shown.

    Parameters
    ----------
    entry
        What it says.
    parent
        The legend.
    """

    keyToggled = Signal(str, bool)
    """The curve with this key is to be shown, or to be hidden."""

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.color = QColor("#808080")
        self.setObjectName(f"legend_{entry.key}")
        self.setText(entry.text)
        self.setAccessibleName(entry.name)
        self.setToolTip(plain_tip(self._usual_tip()))
        self.setCheckable(True)
        self.setChecked(entry.shown)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._on_toggled)

    def set_color(self, color: str) -> None:
        """Take over a colour."""
        self.color = QColor(color)
        self.update()

    def set_left_out(self, reason: str) -> None:
        """Say that there is no such curve, and in the tooltip why; with an empty reason there is one again."""
        self.setText(f"{self.entry.text}: left out" if reason else self.entry.text)
        self.setToolTip(plain_tip(reason or self._usual_tip()))
        self.setAccessibleDescription(reason)
        self.updateGeometry()

    def _usual_tip(self) -> str:
        return f"{self.entry.name}: click to show or hide"

    def sizeHint(self) -> QSize:
        """Return the size that holds swatch and text."""
        metrics = QFontMetricsF(self.font())
        width = scaled(_PAD + _SWATCH + _GAP) + metrics.horizontalAdvance(self.text()) + scaled(_PAD)
        return QSize(int(width) + 1, int(metrics.height()) + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint swatch and text; paler when the curve is hidden."""
        painter = QPainter(self)
        palette = self.palette()
        if self.underMouse():
            painter.fillRect(self.rect(), palette.alternateBase())
        middle = self.height() / 2
        color = self.color if self.isChecked() else palette.mid().color()
        left, right, thick = float(scaled(_PAD)), float(scaled(_PAD + _SWATCH)), scaled(4)
        swatch = self.entry.swatch
        if swatch is Swatch.BAND:
            painter.fillRect(QRectF(left, middle - thick, right - left, 2 * thick), color)
        else:
            pen = broken_pen(color, max(scaled(2), line_width()), [scaled(length) for length in self.entry.pattern])
            if swatch in _PENS:
                pen.setStyle(_PENS[swatch])
            painter.setPen(pen)
            painter.drawLine(int(left), int(middle), int(right), int(middle))
            if swatch is Swatch.DOTS:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setBrush(color)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawEllipse(QRectF((left + right) / 2 - thick, middle - thick, 2 * thick, 2 * thick))
        painter.setPen((palette.text() if self.isChecked() else palette.placeholderText()).color())
        box = QRectF(right + scaled(_GAP), 0, self.width() - right - scaled(_GAP), self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.text())

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        self.keyToggled.emit(self.entry.key, checked)


class CurveLegend(QWidget):
    """The entries in a row, or in several where it is narrow; those of other runs come after the rest.

    Parameters
    ----------
    entries
        What it shows.
    """

    keyToggled = Signal(str, bool)
    """The curve with this key is to be shown, or to be hidden."""

    def __init__(self, entries: tuple[Entry, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curvesLegend")
        self._row = FlowLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(1)
        self.title = QLabel(self)
        self.title.setObjectName("legendTitle")
        self.title.setTextFormat(Qt.TextFormat.RichText)
        self._buttons = {entry.key: LegendButton(entry, self) for entry in entries}
        for button in self._buttons.values():
            button.keyToggled.connect(self.keyToggled)
        self._absent: set[str] = set()
        self._overlays: dict[str, LegendButton] = {}
        self._more = QToolButton(self)
        self._more.setObjectName("legendMoreButton")
        self._more.setAutoRaise(True)
        self._more.setCheckable(True)
        self._more.toggled.connect(self._arrange)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Keep what stands before the entries as high as they are, at every size of letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def set_title(self, text: str, color: QColor | None = None) -> None:
        """Write what the entries belong to before them, with a spot of colour; nothing if the text is empty."""
        spot = f"<span style='color: {color.name()}'>●</span>&nbsp;" if color is not None else ""
        self.title.setText(f"{spot}<b>{html.escape(text).replace(' ', '&nbsp;')}:</b>&nbsp;" if text else "")
        self._arrange()

    def button(self, key: str) -> LegendButton:
        """Return one entry."""
        return self._buttons.get(key) or self._overlays[key]

    def is_shown(self, key: str) -> bool:
        """Whether the curve is to be shown."""
        return self.button(key).isChecked()

    def shown_keys(self) -> list[str]:
        """Return the curves that are to be shown, without those of other runs."""
        return [key for key in self._buttons if self.is_shown(key) and key not in self._absent]

    def set_present(self, key: str, *, is_there: bool) -> None:
        """List a curve only where there is one."""
        if is_there is (key in self._absent):
            self._absent ^= {key}
            self._arrange()

    def set_shown(self, key: str, shown: bool) -> None:
        """Show or hide a curve, without a signal."""
        with QSignalBlocker(self.button(key)):
            self.button(key).setChecked(shown)
        self.button(key).update()

    def set_colors(self, colors: dict[str, str]) -> None:
        """Take over the colours of the curves."""
        for key, color in colors.items():
            self.button(key).set_color(color)

    def set_overlays(self, overlays: Sequence[tuple[Entry, str]]) -> None:
        """List other runs' curves, each with its colour; one that was hidden before stays hidden."""
        hidden = {key for key, button in self._overlays.items() if not button.isChecked()}
        for button in self._overlays.values():
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._overlays = {entry.key: LegendButton(entry, self) for entry, _ in overlays}
        for entry, color in overlays:
            button = self._overlays[entry.key]
            button.set_color(color)
            button.setChecked(entry.shown and entry.key not in hidden)
            button.keyToggled.connect(self.keyToggled)
        self._arrange()

    @Slot()
    def _arrange(self) -> None:
        """List all in order: of other runs the first few, or all after a click on "more"."""
        beyond = len(self._overlays) - MOST_OVERLAYS
        everything = self._more.isChecked() and beyond > 0
        overlays = list(self._overlays.values())
        present = [button for key, button in self._buttons.items() if key not in self._absent]
        listed = [*present, *(overlays if everything else overlays[:MOST_OVERLAYS])]
        self._more.setText("fewer" if everything else f"+{beyond} more")
        self._more.setAccessibleName("Shorter list of runs" if everything else f"List {beyond} more runs")
        self._more.setToolTip(plain_tip("List fewer runs here" if everything else f"List the other {beyond} runs too"))
        self.title.setFixedHeight(next(iter(self._buttons.values())).sizeHint().height())
        # The layout leaves room for widgets that are hidden.
        for widget in (self.title, *self._buttons.values(), *overlays, self._more):
            self._row.removeWidget(widget)
            widget.hide()
        for widget in (*([self.title] if self.title.text() else []), *listed, *([self._more] if beyond > 0 else [])):
            self._row.addWidget(widget)
            widget.show()
        self.updateGeometry()

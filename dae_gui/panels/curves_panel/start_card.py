"""The card over curves that have not begun: what there is to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QSpacerItem, QToolButton, QWidget

from dae_gui.panels.curves_panel.card_row import CardRow, Entry
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.layouts import gap, hbox, vbox
from dae_gui.widgets.controls.named import named

_WIDEST, _RIM, _GAP, _MARGIN, _RADIUS = 560, 2, 8, 6, 8.0


class StartCard(QWidget):
    """Rows to choose from, in the place of a plot that shows nothing yet: nothing moves when it goes.

    The card in the middle is as high as its rows. Where the plot is lower their second lines go, and then they scroll.

    Parameters
    ----------
    plot
        What it lies over.

    Signals
    -------
    chosen(str)
        The user wants what the entry of this name offers, or the answer of this name.
    """

    chosen = Signal(str)

    def __init__(self, plot: QWidget) -> None:
        super().__init__(plot)
        self.setObjectName("startCard")
        self.setAccessibleName("Where to begin")
        self._plot = plot
        self._entries: tuple[Entry, ...] = ()
        self._is_wanted = True
        self._rows: list[CardRow] = []
        self._card = QRect()
        self._area = QScrollArea(self)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setObjectName("startCardArea")
        self._area.viewport().setAutoFillBackground(False)
        plot.installEventFilter(self)
        self.hide()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is offered."""
        return self._entries

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Offer these; the row of the same name keeps the focus."""
        if tuple(entries) == self._entries:
            return
        focused = next((row.objectName() for row in self._rows if row.hasFocus()), "")
        self._entries = tuple(entries)
        content = QWidget(self._area.viewport())
        self._rows = [CardRow(entry, content) for entry in self._entries]
        order: list[QWidget] = []
        lines: list[QLayout | QSpacerItem] = []
        for entry, row in zip(self._entries, self._rows, strict=True):
            if entry.is_small and not any(isinstance(line, QSpacerItem) for line in lines):
                lines.append(gap(_GAP))  # before the first of the small ones
            row.clicked.connect(partial(self._choose, entry.name))
            answers = self._answers(entry, content)
            lines.append(hbox((row, 1), *answers, spacing=2))
            order += [row, *answers]
        content.setLayout(vbox(*lines, spacing=1, margins=(0, 0, 0, 0)))
        self._area.setWidget(content)  # which deletes the one of before
        content.setAutoFillBackground(False)  # setting it has switched this on
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self._refresh()
        if focused and self.isVisible():
            next((row for row in self._rows if row.objectName() == focused), self).setFocus()

    def set_wanted(self, wanted: bool) -> None:
        """Show the card, or hide it."""
        if wanted != self._is_wanted:
            self._is_wanted = wanted
            self._refresh()

    def _answers(self, entry: Entry, parent: QWidget) -> list[QToolButton]:
        buttons = []
        for name, text in entry.answers:
            button = named(QToolButton(parent), f"{name}CardButton", f"{text}: {entry.title}", "")
            button.setText(text)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(partial(self._choose, name))
            buttons.append(button)
        return buttons

    def _choose(self, name: str, _checked: bool = False) -> None:
        self.chosen.emit(name)

    def _refresh(self) -> None:
        self._arrange()
        self.setVisible(self._is_wanted and bool(self._rows))

    def _arrange(self) -> None:
        """Take the room that the rows need, or all that there is."""
        content = self._area.widget()
        if content is None:
            return
        room = self._plot.rect().adjusted(_RIM, _RIM, -_RIM, -_RIM)
        for low in (False, True):
            for row in self._rows:
                row.set_low(low)
            layout = content.layout()
            if layout is not None:
                for line in filter(None, map(layout.itemAt, range(layout.count()))):
                    line.invalidate()  # or the layout would not ask it anew
                layout.invalidate()
            margin = _RIM if low else _MARGIN
            height = content.sizeHint().height() + 2 * margin
            if height <= room.height():
                break
        width, height = min(_WIDEST, room.width()), min(height, room.height())
        self.setGeometry(self._plot.rect())
        self._card = QRect(0, 0, width, height)
        self._card.moveCenter(room.center())
        self._area.setGeometry(self._card.adjusted(_MARGIN, margin, -_MARGIN, -margin))
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the plot."""
        if watched is self._plot and event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card, and nothing beside it: axes without a curve say nothing."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(current_theme(self.palette()).plot_background))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1.0))
        painter.drawRoundedRect(QRectF(self._card).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)

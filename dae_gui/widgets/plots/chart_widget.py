"""What all small charts share: how they are painted on the screen and into pictures, and copying their numbers."""

from __future__ import annotations

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_gui.support.accessible import Kind
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.pictures.picture import Picture, picture_of_painting
from dae_gui.widgets.pictures.pictured_widget import PicturedWidget


class ChartWidget(PicturedWidget):
    """Base of the small charts: a subclass says what is painted, what a place means and what the numbers are.

    Parameters
    ----------
    name
        Object name.
    accessible_name
        What it shows, for screen readers.
    picture_name
        The file name, without ending, that is proposed when saving.
    """

    accessible_kind = Kind.CHART

    def __init__(self, name: str, accessible_name: str, picture_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, numbers=self.as_text)
        self._picture_name = picture_name
        named(self, name, accessible_name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def accessible_value(self) -> str:
        """Return what is shown, in words."""
        raise NotImplementedError

    def as_text(self) -> str:
        """Return the numbers as a table: a line a row, its cells parted by tabs; empty while there are none."""
        raise NotImplementedError

    def _paint(self, painter: QPainter) -> None:
        """Paint all, on the widget or into a picture of it."""
        raise NotImplementedError

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(0.85 * font.pointSizeF())
        return font

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the chart."""
        painter = QPainter(self)
        self._paint(painter)
        painter.end()

    def picture(self) -> Picture | None:
        """Return the chart as it is copied and saved; None while there is none."""
        if self.is_empty():
            return None
        background = self.palette().window().color()
        return picture_of_painting(self._picture_name, QSizeF(self.size()), self._paint_all, background)

    def _paint_all(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        self._paint(painter)

"""What all small charts share: a tooltip at each place, and copying and saving what they show."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from dae_gui.widgets.pictures.picture import Picture, picture_of_painting
from dae_gui.widgets.pictures.picture_commands import PictureCommands


class ChartWidget(QWidget):
    """Base of the small charts: a subclass says what is painted, what a place means and what the numbers are.

    Parameters
    ----------
    name
        Object name.
    accessible_name
        What it shows, for screen readers.
    picture_name
        The file name, without ending, that is proposed when saving.
    parent
        The widget that it stands in.
    """

    failed = Signal(str)
    """Something that the user asked for did not work; a sentence."""
    pictureSaved = Signal(str)
    """The picture was saved to this path."""

    def __init__(self, name: str, accessible_name: str, picture_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture_name = picture_name
        self._pictures = PictureCommands(self, self.picture)
        self._pictures.failed.connect(self.failed)
        self._pictures.saved.connect(self.pictureSaved)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # -- what a subclass says ------------------------------------------------------------------------------------

    def is_empty(self) -> bool:
        """Whether there is nothing to copy or save."""
        raise NotImplementedError

    def as_text(self) -> str:
        """Return the numbers as a table: a line a row, its cells parted by tabs."""
        raise NotImplementedError

    def tooltip_at(self, position: QPoint) -> str:
        """Return the tooltip at a position."""
        raise NotImplementedError

    def _paint(self, painter: QPainter) -> None:
        """Paint all, on the widget or into a picture of it."""
        raise NotImplementedError

    # -- painting ------------------------------------------------------------------------------------------------

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(0.85 * font.pointSizeF())
        return font

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the chart."""
        painter = QPainter(self)
        self._paint(painter)
        painter.end()

    # -- asking, copying, saving ---------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Answer questions for a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tooltip_at(event.pos()), self)
            return True
        return super().event(event)

    def picture(self) -> Picture | None:
        """Return the chart as it is copied and saved; None while there is none."""
        if self.is_empty():
            return None
        ground = self.palette().window().color()
        return picture_of_painting(self._picture_name, QSizeF(self.size()), self._paint_all, ground)

    def _paint_all(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        self._paint(painter)

    @Slot()
    def copy_numbers(self) -> None:
        """Put the numbers on the clipboard, if there are any."""
        if not self.is_empty():
            QGuiApplication.clipboard().setText(self.as_text())

    def copy_content(self) -> bool:
        """Copy the numbers; return whether there are any."""
        self.copy_numbers()
        return not self.is_empty()

    @Slot()
    def copy_picture(self) -> None:
        """Put the picture on the clipboard, if there is one."""
        self._pictures.copy()

    @Slot()
    def save_picture_as(self) -> None:
        """Ask how and where, then save the picture; returns at once, while the dialogue is still open."""
        self._pictures.save_as()

    @Slot(str)
    def save_picture(self, path: str) -> None:
        """Save the picture as PNG, SVG or PDF, by the path's ending."""
        self._pictures.save(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the numbers with the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_content()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy and save."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        numbers = menu.addAction("Copy &numbers")
        numbers.setEnabled(not self.is_empty())
        numbers.triggered.connect(self.copy_numbers)
        menu.addActions(self._pictures.actions(menu, enabled=not self.is_empty()))
        menu.popup(event.globalPos())

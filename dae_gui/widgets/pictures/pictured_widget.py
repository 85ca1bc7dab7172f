"""What all widgets share that are one picture: tooltips at each place, copying and saving."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from dae_gui.support.accessible import attach
from dae_gui.support.plain_text import show_tip
from dae_gui.widgets.pictures.picture import Picture
from dae_gui.widgets.pictures.picture_commands import PictureCommands


class PicturedWidget(QWidget):
    """Base of the widgets whose content is one picture; a subclass says what it shows.

    The context menu copies and saves through ``pictures``. Ctrl+C copies the numbers, or the picture where there are
    no numbers.

    Parameters
    ----------
    numbers
        Returns the numbers that are shown as a table: a line a row, its cells parted by tabs.
    """

    def __init__(self, parent: QWidget | None = None, *, numbers: Callable[[], str] | None = None) -> None:
        super().__init__(parent)
        self.pictures = PictureCommands(self, self.picture, numbers)
        attach(self)

    def is_empty(self) -> bool:
        """Whether there is nothing to copy or save."""
        raise NotImplementedError

    def picture(self) -> Picture | None:
        """Return the picture as it is copied and saved; None while there is none."""
        raise NotImplementedError

    def tooltip_at(self, position: QPoint) -> str:
        """Return the tooltip at a position, empty for none."""
        raise NotImplementedError

    def copy_content(self) -> bool:
        """Copy the numbers, or the picture where there are none; return whether there was anything to copy."""
        if self.is_empty():
            return False
        self.pictures.copy_content()
        return True

    def event(self, event: QEvent) -> bool:
        """Answer questions for a tooltip."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return super().event(event)
        text = self.tooltip_at(event.pos())
        show_tip(event.globalPos(), text, self)  # an empty one hides the last
        event.setAccepted(bool(text))
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_content()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy and save."""
        self.pictures.show_menu(event.globalPos(), enabled=not self.is_empty())

"""A flat button with one of the program's icons, which follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from dae_gui.support.icons import icon
from dae_gui.widgets.controls.named import named


class IconButton(QToolButton):
    """A flat tool button.

    Parameters
    ----------
    name
        Its object name.
    icon_name
        Which of the program's icons.
    text
        What stands beside the icon where there is room.
    tip
        Its tooltip.
    accessible_name
        What it is called; the text where that says enough.
    checkable
        Whether it stays down.
    """

    def __init__(
        self,
        name: str,
        icon_name: str,
        text: str,
        tip: str,
        parent: QWidget,
        *,
        accessible_name: str = "",
        checkable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        named(self, name, accessible_name or text, tip)
        self.setText(text)
        self.setCheckable(checkable)
        self.setAutoRaise(True)
        self._refresh_icon()

    def set_icon(self, icon_name: str) -> None:
        """Show another of the program's icons."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self._refresh_icon()

    def set_text_visible(self, visible: bool) -> None:
        """Show the text beside the icon, or the icon alone."""
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonTextBesideIcon if visible else style.ToolButtonIconOnly)

    def width_of_text(self) -> int:
        """Return how much wider it is with the text than with the icon alone, whichever it shows now."""
        return 4 + self.fontMetrics().horizontalAdvance(f"{self.text()}  ")  # as QToolButton reckons

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon anew in another theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh_icon()

    def _refresh_icon(self) -> None:
        color = self.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText)
        self.setIcon(icon(self._icon_name, color))

"""A flat button with one of the program's icons, which follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from dae_gui.icons import icon


class IconButton(QToolButton):
    """A flat tool button.

    Parameters
    ----------
    name
        Its object name.
    icon_name
        Which of the program's icons.
    accessible_name
        What it is called; also its text where one is shown.
    tip
        Its tooltip.
    parent
        The widget that it stands in.
    checkable
        Whether it stays down.
    """

    def __init__(
        self, name: str, icon_name: str, accessible_name: str, tip: str, parent: QWidget, *, checkable: bool = False
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setObjectName(name)
        self.setText(accessible_name)
        self.setAccessibleName(accessible_name)
        self.setToolTip(tip)
        self.setCheckable(checkable)
        self.setAutoRaise(True)
        self.setIconSize(QSize(16, 16))
        self._refresh_icon()

    def set_text_visible(self, visible: bool) -> None:
        """Show the text beside the icon, or the icon alone."""
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonTextBesideIcon if visible else style.ToolButtonIconOnly)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon anew in another theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh_icon()

    def _refresh_icon(self) -> None:
        color = self.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText)
        self.setIcon(icon(self._icon_name, color))

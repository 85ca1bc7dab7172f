"""What can be done with a file that was just written: open it, or show it in its folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QToolButton, QWidget

from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import named


class SavedLinks(QWidget):
    """Two flat buttons, Open and Show in folder; hidden while there is no file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("savedLinks")
        self._path = Path()
        self._open = self._button("openSavedButton", "Open", "Open what was written with its usual program")
        self._show = self._button("showSavedButton", "Show in folder", "Show where it was written in the file manager")
        self._open.clicked.connect(self._on_open_clicked)
        self._show.clicked.connect(self._on_show_clicked)
        self.setLayout(hbox(self._open, self._show, spacing=2, margins=(0, 0, 0, 0)))
        self.hide()

    def offer(self, path: Path, *, can_open: bool = True) -> None:
        """Offer what can be done with this file or folder."""
        self._path = path
        self._open.setVisible(can_open)
        self.show()

    @Slot()
    def _on_open_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path)))

    @Slot()
    def _on_show_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    def _button(self, name: str, text: str, tip: str) -> QToolButton:
        button = named(QToolButton(self), name, text, tip)
        button.setText(text)
        button.setAutoRaise(True)
        button.setFixedHeight(button.fontMetrics().height())  # that of the texts beside it: nothing moves
        return button

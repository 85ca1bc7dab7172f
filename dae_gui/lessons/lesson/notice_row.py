"""A sentence on the page of a lesson with buttons for what can be done about it, in the colours of warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from dae_gui.support.plain_text import menu_text
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import named, text_label

Offer = tuple[str, Callable[[], object]]
"""The text of a button, and what it does."""


class NoticeRow(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}Row")
        self._name = name
        self._shown: tuple[str, tuple[str, ...]] = ("", ())
        self._acts: list[Callable[[], object]] = []
        self._label = text_label(f"{name}Label", "", self)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._buttons: list[QPushButton] = []
        self._row = QWidget(self)
        self._flow = FlowLayout(self._row)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self.setLayout(vbox(self._label, self._row, spacing=4, margins=(8, 4, 8, 4)))
        self._follow_theme()
        self.hide()

    def text(self) -> str:
        """Return what is said; empty for nothing."""
        return "" if self.isHidden() else self._label.text()

    def show_notice(self, text: str, offers: Sequence[Offer] = ()) -> None:
        """Say this, with a button for each offer; an empty text hides the row."""
        self._acts = [act for _, act in offers]
        shown = text, tuple(caption for caption, _ in offers)
        if shown != self._shown:
            self._shown = shown
            self._label.setText(text)
            for button in self._buttons:
                self._flow.removeWidget(button)
                button.hide()
                button.deleteLater()  # not at once, for it may be the one that was clicked
            self._buttons = [self._button(place, caption) for place, caption in enumerate(shown[1])]
        self._row.setVisible(bool(offers))
        self.setVisible(bool(text))

    def _button(self, place: int, caption: str) -> QPushButton:
        button = named(QPushButton(menu_text(caption), self._row), f"{self._name}Button{place}", caption, caption)
        button.clicked.connect(lambda: self._acts[place]())
        self._flow.addWidget(button)
        button.show()
        return button

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the ground; the children draw themselves."""
        QPainter(self).fillRect(self.rect(), QColor(current_theme(self.palette()).warning_background))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_shown"):
            self._follow_theme()

    def _follow_theme(self) -> None:
        color = QColor(current_theme(self.palette()).warning)
        palette = self._label.palette()
        if palette.color(QPalette.ColorRole.WindowText) != color:
            palette.setColor(QPalette.ColorRole.WindowText, color)
            self._label.setPalette(palette)

"""A strip above the plots that says something in words, until it is closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from dae_gui.support.plain_text import menu_text
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.named import named, text_label

Answer = tuple[str, Callable[[], object]]
"""The text of a button, and what it does."""


class MessageBanner(QWidget):
    """Shows one message at a time; hidden while there is none. Its text can be selected and copied.

    Signals
    -------
    closed()
        There is no message any more.
    shown(str)
        There is another message.
    """

    closed = Signal()
    shown = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBanner")
        self._background = QColor()
        self._label = text_label("messageLabel", "", self)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._label.setMinimumWidth(200)  # and not as wide as its longest word, which would widen the window
        close = named(QToolButton(self), "closeMessageButton", "Close the message", "Close the message")
        close.setText("✕")
        close.setAutoRaise(True)
        close.clicked.connect(self._on_close_clicked)
        self._otherwise: Callable[[], object] | None = None
        self._buttons: list[QPushButton] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(12, 6, 6, 6)
        self._layout.addWidget(self._label, 1)
        self._layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        theme = current_theme(self.palette())
        self.set_colors(theme.warning, theme.warning_background)
        self.hide()

    def text(self) -> str:
        """Return the message; empty if there is none."""
        return "" if self.isHidden() else self._label.text()

    def show_message(
        self, text: str, answers: Sequence[Answer] = (), otherwise: Callable[[], object] | None = None
    ) -> None:
        """Show a message in place of the last one, with a button for each answer; each closes the message.

        ``otherwise`` is called when the user closes it without an answer.
        """
        self._remove_buttons()
        self._otherwise = otherwise
        self._label.setText(text)
        self.setAccessibleDescription(text)
        for caption, act in answers:
            button = QPushButton(menu_text(caption), self)
            button.setObjectName(f"answerButton{len(self._buttons)}")
            button.clicked.connect(self.clear)
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._buttons.append(button)
            self._layout.insertWidget(self._layout.count() - 1, button, 0, Qt.AlignmentFlag.AlignTop)
        self.show()
        self.shown.emit(text)

    def _remove_buttons(self) -> None:
        for button in self._buttons:
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()  # not at once, for it may be the one that was clicked
        self._buttons.clear()

    @Slot()
    def _on_close_clicked(self) -> None:
        otherwise = self._otherwise
        self.clear()
        if otherwise is not None:
            otherwise()

    @Slot()
    def clear(self) -> None:
        """Hide the message."""
        if not self.isHidden():
            self._remove_buttons()
            self.hide()
            self.closed.emit()

    def set_colors(self, text: str, background: str) -> None:
        """Set the colours, as #rrggbb."""
        self._background = QColor(background)
        palette = self._label.palette()
        palette.setColor(self._label.foregroundRole(), QColor(text))
        self._label.setPalette(palette)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the background; the children draw themselves."""
        if self._background.isValid():
            painter = QPainter(self)
            painter.fillRect(self.rect(), self._background)

"""A line that starts long work with one button, and shows how far it is and lets it be cancelled while it runs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

_POLL_MS = 100
_STEPS = 1000
_ELIDE = Qt.TextElideMode.ElideRight

Reading = Callable[[], tuple[float, str]]


class WorkLine(QWidget):
    """A start button; while work goes on a bar with a text and the button Cancel in its place.

    Parameters
    ----------
    name
        What the object names begin with: ``"compare"`` gives ``compareButton``, ``compareCancelButton`` and
        ``compareProgressBar``.
    text, tip
        Those of the start button.
    parent
        The widget that this one stands in.
    """

    started = Signal()
    cancelled = Signal()

    def __init__(self, name: str, text: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read: Reading = _nothing
        self.start_button = QPushButton(text, self)
        self.start_button.setObjectName(f"{name}Button")
        self.start_button.setAccessibleName(text)
        self.start_button.setToolTip(tip)
        self.start_button.clicked.connect(self.started)
        self.bar = QProgressBar(self)
        self.bar.setObjectName(f"{name}ProgressBar")
        self.bar.setAccessibleName(f"{text}: how far it is")
        self.bar.setToolTip("How far the work is, and what is being done")
        self.bar.setRange(0, _STEPS)
        self.bar.setMinimumWidth(150)
        self._cancel = QPushButton("Cancel", self)
        self._cancel.setObjectName(f"{name}CancelButton")
        self._cancel.setAccessibleName(f"{text}: cancel")
        self._cancel.setToolTip("Stop; what was there before stays")
        self._cancel.clicked.connect(self.cancelled)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.start_button)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self._cancel)
        layout.addStretch(0)
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._show)
        self.end()

    def begin(self, read: Reading) -> None:
        """Show that work goes on; ``read`` is asked ten times a second for the fraction done and a text."""
        self._read = read
        self._set_working(True)
        self._show()
        self._timer.start()

    def end(self) -> None:
        """Show the start button again."""
        self._timer.stop()
        self._read = _nothing
        self._set_working(False)

    def is_working(self) -> bool:
        """Whether the bar is shown."""
        return self._timer.isActive()

    def _set_working(self, working: bool) -> None:
        self.start_button.setVisible(not working)
        self.bar.setVisible(working)
        self._cancel.setVisible(working)

    @Slot()
    def _show(self) -> None:
        fraction, text = self._read()
        self.bar.setValue(round(_STEPS * fraction))
        self.bar.setToolTip(text)
        shown = QFontMetrics(self.bar.font()).elidedText(text, _ELIDE, max(self.bar.width() - 50, 100))
        self.bar.setFormat(f"{shown.replace('%', '%%')} %p %")


def _nothing() -> tuple[float, str]:
    return 0.0, ""

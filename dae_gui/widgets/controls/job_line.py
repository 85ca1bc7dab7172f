"""A line that starts a job with one button, and shows how far it is and lets it be cancelled while it runs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QProgressBar, QWidget

from dae_gui.support.accessible import Kind, speaks
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import named, push_button

_STEPS = 1000
_ELIDE = Qt.TextElideMode.ElideMiddle


class JobLine(QWidget):
    """A start button; while a job goes on a bar with a text and the button Cancel in its place.

    Parameters
    ----------
    name
        What the object names begin with: ``"compare"`` gives ``compareButton``, ``compareCancelButton`` and
        ``compareProgressBar``.
    text, tip
        Those of the start button.
    parent
        The widget that this one stands in.

    Signals
    -------
    started()
        The user wants the job to begin.
    cancelled()
        The user wants it to end.
    """

    started = Signal()
    cancelled = Signal()

    def __init__(self, name: str, text: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_button = push_button(f"{name}Button", text, tip, self)
        self.start_button.clicked.connect(self.started)
        self._text = ""
        tip = "How far the work is, and what is being done"
        self.bar = named(QProgressBar(self), f"{name}ProgressBar", f"{text}: how far it is", tip)
        self.bar.setRange(0, _STEPS)
        self.bar.setMinimumWidth(150)
        speaks(self.bar, Kind.PROGRESS, lambda: f"{self.bar.value() * 100 // _STEPS} %, {self._text}".rstrip(", "))
        tip = "Stop; what was there before stays"
        self._cancel = push_button(f"{name}CancelButton", "Cancel", tip, self, f"{text}: cancel")
        self._cancel.clicked.connect(self.cancelled)
        self.setLayout(hbox(self.start_button, (self.bar, 1), self._cancel, 0, spacing=6, margins=(0, 0, 0, 0)))
        self.end()

    def begin(self, text: str = "") -> None:
        """Show that a job goes on."""
        self._show_job(True)
        self.show_progress(0.0, text)

    @Slot(float, str)
    def show_progress(self, fraction: float, text: str) -> None:
        """Show that a fraction of it is done, 0 to 1, and that in words."""
        self._text = text
        self.bar.setValue(round(_STEPS * fraction))
        self.bar.setToolTip(plain_tip(text))
        shown = QFontMetrics(self.bar.font()).elidedText(text, _ELIDE, max(self.bar.width() - 50, 100))
        self.bar.setFormat(f"{shown.replace('%', '%%')} %p %")

    @Slot()
    def end(self) -> None:
        """Show the start button again."""
        self._show_job(False)

    def is_working(self) -> bool:
        """Whether a job goes on."""
        return self.start_button.isHidden()

    def _show_job(self, is_working: bool) -> None:
        coming, going = (self._cancel, self.start_button) if is_working else (self.start_button, self._cancel)
        coming.show()
        if self.window().focusWidget() is going:
            coming.setFocus(Qt.FocusReason.OtherFocusReason)  # else it went on to whatever comes next
        going.hide()
        self.bar.setVisible(is_working)

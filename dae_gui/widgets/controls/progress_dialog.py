"""A small window that shows how far a job is, and lets it be cancelled."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QProgressDialog, QWidget

from dae_core.texts import plain
from dae_gui.support.plain_text import PlainLabel

_STEPS = 1000


class ProgressDialog(QProgressDialog):
    """A text, a bar and the button Cancel, beside a window that stays usable; it deletes itself at the end.

    Parameters
    ----------
    name, title
        Its object name, and what stands above it.
    parent
        Over which window it stands.
    patience_ms
        A job that ends sooner is not shown at all.

    Signals
    -------
    cancelled()
        The user wants the job to end.
    """

    cancelled = Signal()

    def __init__(self, name: str, title: str, parent: QWidget, patience_ms: int = 0) -> None:
        super().__init__("", "Cancel", 0, _STEPS, parent)
        self.setObjectName(name)
        label = PlainLabel(parent=self)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLabel(label)
        self.setWindowTitle(plain(title))
        self.setAutoClose(False)
        self.setAutoReset(False)
        self.setMinimumWidth(420)
        self.setMinimumDuration(patience_ms)
        self.canceled.connect(self.cancelled)

    def begin(self, text: str) -> None:
        """Show soon that a job has begun."""
        self.show_progress(0.0, text)

    @Slot(float, str)
    def show_progress(self, fraction: float, text: str) -> None:
        """Show that a fraction of it is done, 0 to 1, and that in words."""
        self.setLabelText(f"{text[:1].upper()}{plain(text[1:])} …")
        self.setValue(round(_STEPS * fraction))

    def reject(self) -> None:
        """Cancel: whatever closes it must not leave the job going on unseen."""
        self.cancelled.emit()
        super().reject()

    @Slot()
    def end(self) -> None:
        """Close: the job is done, or cancelled."""
        self.canceled.disconnect(self.cancelled)
        self.close()
        self.deleteLater()

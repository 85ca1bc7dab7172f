"""A strip beside what a job is for that shows how far it is, and lets it be cancelled."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from dae_gui.support.accessible import Kind, speaks
from dae_gui.support.debounce import Debounce
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import named, push_button

_PATIENCE_MS = 400  # what is done sooner does not make the window jump
_STEPS = 1000


class ProgressStrip(QWidget):
    """A text, a bar and a button Cancel; hidden while nothing is going on, and at first when something begins.

    Parameters
    ----------
    name
        What the object names begin with: ``"loading"`` gives ``loadingStrip``, ``loadingLabel``,
        ``loadingProgressBar`` and ``cancelLoadingButton``.
    what, tip
        What it is for, and the tip of Cancel.
    parent
        The widget that this one stands in.

    Signals
    -------
    cancelled()
        The user wants the job to end.
    """

    cancelled = Signal()

    def __init__(self, name: str, what: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}Strip")
        self._label = named(PlainLabel(parent=self), f"{name}Label")
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = named(QProgressBar(self), f"{name}ProgressBar", what, what)
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(14)
        self._bar.setMaximumWidth(180)
        speaks(self._bar, Kind.PROGRESS, self.text)
        cancel = push_button(f"cancel{name[0].upper()}{name[1:]}Button", "Cancel", tip, self, f"{what}: cancel")
        cancel.clicked.connect(self.cancelled)
        self.setLayout(hbox((self._label, 1), self._bar, cancel, margins=(12, 4, 6, 4)))
        self._patience = Debounce(_PATIENCE_MS, self.show, self)
        self.hide()

    def text(self) -> str:
        """Return how far it is, in words."""
        share = f", {self._bar.value() * 100 // _STEPS} %" if self._bar.maximum() else ""
        return self._label.text() + share

    def begin(self, text: str) -> None:
        """Show soon that a job has begun; how long it takes is not known yet."""
        self.show_progress(0.0, text)
        if self.isHidden():
            self._patience.start()

    @Slot(float, str)
    def show_progress(self, fraction: float, text: str) -> None:
        """Show that a fraction of it is done, from 0, where it is not known, to 1, and that in words."""
        self._label.setText(text)
        self._bar.setRange(0, _STEPS if fraction > 0 else 0)
        if fraction > 0:
            self._bar.setValue(round(_STEPS * fraction))

    @Slot()
    def end(self) -> None:
        """Hide: the job is done, or cancelled."""
        self._patience.stop()
        self.hide()

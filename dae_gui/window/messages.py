"""Telling the person: what does not work stays in the banner, what was done passes in the status bar, all is logged."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot

from dae_gui.support.event_log import EventLog, Kind
from dae_gui.widgets.controls.message_banner import Answer, MessageBanner
from dae_gui.window.status_bar import StatusBar

_PASSES_AFTER_MS = 4_000


class Messages(QObject):
    """The one way by which sentences of all parts come to the person."""

    def __init__(self, banner: MessageBanner, status: StatusBar, log: EventLog, parent: QObject) -> None:
        super().__init__(parent)
        self._banner = banner
        self._status = status
        self._log = log

    def hear(self, *parts: QObject) -> None:
        """Pass on what parts say by ``failed``, ``statusMessage``, ``saved`` or ``pictureSaved``, if they do."""
        slots = {
            "failed": self.warn,
            "statusMessage": self.note,
            "saved": self.tell_saved,
            "pictureSaved": self.tell_saved,
        }
        for part in parts:
            for name, slot in slots.items():
                signal = getattr(part, name, None)
                if signal is not None:
                    signal.connect(slot)

    @Slot(str)
    def warn(self, text: str, answers: Sequence[Answer] = ()) -> None:
        """Show a sentence until it is closed, with a button for each answer."""
        self._log.add(Kind.WARNING, text)
        self._banner.show_message(text, answers)

    @Slot(str)
    def note(self, text: str, kind: Kind = Kind.NOTE) -> None:
        """Show a sentence for a moment."""
        self._log.add(kind, text)
        self._status.showMessage(text, _PASSES_AFTER_MS)

    @Slot(str)
    def tell_saved(self, path: str) -> None:
        """Tell that a file was written."""
        self.note(f"Saved {path}", Kind.FILE)

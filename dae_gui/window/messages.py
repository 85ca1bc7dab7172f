"""Messages to the user: trouble stays in the banner, what was done passes in the status bar, all of it is logged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, SignalInstance, Slot

from dae_core.texts import plain
from dae_gui.support.event_log import EventLog, Kind
from dae_gui.support.notices import Notice
from dae_gui.widgets.controls.message_banner import Answer, MessageBanner
from dae_gui.window.status_bar import StatusBar

_PASSES_AFTER_MS = 4_000
_LONGEST = 1000  # characters; names and paths in it may be anyone's


class Messages(QObject):
    """The one way by which sentences of all parts reach the user."""

    def __init__(self, banner: MessageBanner, status: StatusBar, log: EventLog, parent: QObject) -> None:
        super().__init__(parent)
        self._banner = banner
        self._status = status
        self._log = log

    def connect_parts(
        self,
        warnings: Iterable[SignalInstance] = (),
        notes: Iterable[SignalInstance] = (),
        saved: Iterable[SignalInstance] = (),
    ) -> None:
        """Show what these signals say: sentences to stay, sentences that pass, and paths of files that were written."""
        for signals, slot in ((warnings, self.warn), (notes, self.note), (saved, self.tell_saved)):
            for signal in signals:
                signal.connect(slot)

    def take(self, notice: Notice) -> None:
        """Show what a widget tells the user."""
        notice.accept()
        if notice.kind is Kind.WARNING:
            self.warn(notice.text)
        else:
            self.note(notice.text, notice.kind)

    @Slot()
    def clear(self) -> None:
        """Take away the sentence that stays: it is out of date."""
        self._banner.clear()

    @Slot(str)
    def warn(self, text: str, answers: Sequence[Answer] = (), otherwise: Callable[[], object] | None = None) -> None:
        """Show a sentence until it is closed, with a button for each answer; ``otherwise``: closed without one."""
        text = plain(text, _LONGEST)
        self._log.add(Kind.WARNING, text)
        self._banner.show_message(text, answers, otherwise)

    @Slot(str)
    def note(self, text: str, kind: Kind = Kind.NOTE) -> None:
        """Show a sentence for a moment."""
        text = plain(text, _LONGEST)
        self._log.add(kind, text)
        self._status.showMessage(text, _PASSES_AFTER_MS)

    @Slot(str)
    def tell_saved(self, path: str) -> None:
        """Show that a file was written."""
        self.note(f"Saved {path}", Kind.FILE)

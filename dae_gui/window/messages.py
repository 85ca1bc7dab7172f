"""Messages to the user: trouble stays in the banner, what was done passes in the status bar, all of it is logged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, SignalInstance, Slot

from dae_core.texts import plain
from dae_gui.support.accessible import announce
from dae_gui.support.event_log import EventLog, Kind
from dae_gui.support.notices import Notice
from dae_gui.widgets.controls.message_banner import Answer, MessageBanner
from dae_gui.window.status_bar import StatusBar

_PASSES_AFTER_MS = 4_000
_SAVED_PASSES_AFTER_MS = 15_000  # for there is something to click
_LONGEST = 1000  # characters; names and paths in it may be anyone's


class Cause(StrEnum):
    """What a sentence that stays is about; it goes when that is over."""

    RUN = "run"
    """How the present run went."""
    DATA = "data"
    """Data that could not be opened."""
    SESSION = "session"
    """A session that could not be opened or saved, or whose data are missing."""
    OFFER = "offer"
    """A question of its own, which only an answer ends."""
    OTHER = "other"


class Messages(QObject):
    """The one way by which sentences of all parts reach the user."""

    def __init__(self, banner: MessageBanner, status: StatusBar, log: EventLog, parent: QObject) -> None:
        super().__init__(parent)
        self._banner = banner
        self._status = status
        self._log = log
        self._cause = Cause.OTHER

    def connect_parts(
        self,
        warnings: Iterable[tuple[SignalInstance, Cause]] = (),
        notes: Iterable[SignalInstance] = (),
        saved: Iterable[SignalInstance] = (),
    ) -> None:
        """Show what these signals say: sentences to stay, sentences that pass, and paths of files that were written."""
        for signal, cause in warnings:
            signal.connect(_Warning(self, cause).tell)
        for signals, slot in ((notes, self.note), (saved, self.tell_saved)):
            for signal in signals:
                signal.connect(slot)

    def take(self, notice: Notice) -> None:
        """Show what a widget tells the user."""
        notice.accept()
        if notice.kind is Kind.WARNING:
            self.warn(notice.text)
        elif notice.path is not None:
            self.tell_saved(notice.path)
        else:
            self.note(notice.text, notice.kind)

    def end(self, *causes: Cause) -> None:
        """Take away the sentence that stays, if it is about one of these: that is over."""
        if self._cause in causes:
            self._banner.clear()

    @Slot()
    def end_all(self) -> None:
        """Take away the sentence that stays, unless it is a question."""
        self.end(*(cause for cause in Cause if cause is not Cause.OFFER))

    @Slot(str)
    def warn(
        self,
        text: str,
        answers: Sequence[Answer] = (),
        otherwise: Callable[[], object] | None = None,
        cause: Cause = Cause.OTHER,
    ) -> None:
        """Show a sentence until it is closed or its cause has ended, in place of what was being done.

        There is a button for each answer; ``otherwise`` is called when it is closed without one.
        """
        text = plain(text, _LONGEST)
        self._log.add(Kind.WARNING, text)
        self._cause = cause
        self._status.clearMessage()
        self._banner.show_message(text, answers, otherwise)
        announce(self._banner, text, is_urgent=True)

    def log(self, text: str) -> None:
        """Only note in the log what is shown elsewhere."""
        self._log.add(Kind.NOTE, plain(text, _LONGEST))

    @Slot(str)
    def note(self, text: str, kind: Kind = Kind.NOTE) -> None:
        """Show a sentence for a moment."""
        text = plain(text, _LONGEST)
        self._log.add(kind, text)
        self._status.showMessage(text, _PASSES_AFTER_MS)
        announce(self._status, text)

    @Slot(str)
    def tell_saved(self, path: str) -> None:
        """Show that a file was written, with what can be done with it."""
        text = plain(f"Saved {path}", _LONGEST)
        self._log.add(Kind.FILE, text)
        self._status.showMessage(text, _SAVED_PASSES_AFTER_MS)
        announce(self._status, text)
        self._status.offer_file(Path(path))


class _Warning(QObject):
    """Brings the sentences of one signal to the messages, with what they are about."""

    def __init__(self, messages: Messages, cause: Cause) -> None:
        super().__init__(messages)
        self._messages, self._cause = messages, cause

    @Slot(str)
    def tell(self, text: str) -> None:
        """Show a sentence."""
        self._messages.warn(text, cause=self._cause)

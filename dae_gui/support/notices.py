"""What widgets say to the user: sent up to the window as Qt sends status tips, so that no other widget forwards it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject

from dae_gui.support.event_log import Kind

_TYPE = QEvent.Type(QEvent.registerEventType())


class Notice(QEvent):
    """A sentence for the user, of a kind: a warning stays until it is closed, all else passes.

    ``path`` is that of the file that was written, if one was.
    """

    def __init__(self, kind: Kind, text: str, path: str | None = None) -> None:
        super().__init__(_TYPE)
        self.kind, self.text, self.path = kind, text, path


def warn(sender: QObject, text: str) -> None:
    """Tell the user what did not work, why, and what to do."""
    _send(sender, Notice(Kind.WARNING, text))


def note(sender: QObject, text: str) -> None:
    """Tell the user what was done."""
    _send(sender, Notice(Kind.NOTE, text))


def note_saved(sender: QObject, path: str | Path) -> None:
    """Tell the user that a file was written."""
    _send(sender, Notice(Kind.FILE, f"Saved {path}", str(path)))


def _send(sender: QObject, notice: Notice) -> None:
    """Offer a notice to an object and those that it is in, from the inside out, until one of them accepts it."""
    receiver: QObject | None = sender
    while receiver is not None:
        notice.ignore()
        QCoreApplication.sendEvent(receiver, notice)
        if notice.isAccepted():
            return
        receiver = receiver.parent()

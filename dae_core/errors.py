"""The base of all exceptions whose message is meant for the user, and a sentence for any other one."""

from __future__ import annotations


class UserError(Exception):
    """What was asked for cannot be done; the message is one plain sentence that says what, of what, and why."""


def sentence(error: BaseException, failure: str) -> str:
    """Return the sentence that the user sees of an exception: its own message, or else that of which it is the reason.

    ``failure`` begins the sentence where the exception's message is none: "The report was not written".
    """
    if isinstance(error, UserError):
        return str(error)
    reason = "there is not enough memory" if isinstance(error, MemoryError) else str(error) or type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        reason = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return f"{failure}: {reason.rstrip('.')}."

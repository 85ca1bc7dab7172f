"""The exceptions that a command ends with."""

from __future__ import annotations

from dae_core.errors import UserError


class CommandError(UserError):
    """A command that cannot be carried out; the message is a plain sentence that says what and why."""


class Interrupted(UserError):  # noqa: N818 - it is no error
    """The user pressed Ctrl+C; the message says what is on the disk."""

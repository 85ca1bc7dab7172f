"""The one exception that an export ends in."""

from dae_core.errors import UserError


class ExportError(UserError):
    """Something cannot be exported; the message is a sentence that says what and why."""

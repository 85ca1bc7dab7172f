"""The one exception that an export ends in."""


class ExportError(Exception):
    """Something cannot be exported; the message is a sentence that says what and why."""

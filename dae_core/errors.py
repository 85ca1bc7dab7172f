"""The base of all exceptions whose message is meant for the user."""


class UserError(Exception):
    """What was asked for cannot be done; the message is one plain sentence that says what, of what, and why."""

"""Why a command or a field is disabled, kept with it: whoever lists them can say so beside the grey ones."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

_REASON, _ALLOWED, _HELD = "whyNot", "isAllowed", "whyHeld"


def allow(thing: QAction | QWidget, is_allowed: bool, why_not: str) -> None:
    """Enable or disable an action or a field; one that is withheld stays disabled for now.

    Parameters
    ----------
    thing
        The action or the field.
    is_allowed
        Whether it can be used now.
    why_not
        The reason where it cannot, as a short clause without a full stop: "no run is under way".
    """
    thing.setProperty(_REASON, "" if is_allowed else why_not)
    thing.setProperty(_ALLOWED, is_allowed)
    thing.setEnabled(is_allowed and not thing.property(_HELD))


def withhold(thing: QAction | QWidget, why: str) -> None:
    """Keep an action or a field disabled for a reason, whatever `allow` says; an empty reason ends that."""
    if thing.property(_ALLOWED) is None:
        thing.setProperty(_ALLOWED, thing.isEnabled())
    thing.setProperty(_HELD, why)
    thing.setEnabled(bool(thing.property(_ALLOWED)) and not why)


def reason(thing: QAction | QWidget) -> str:
    """Return why an action or a field cannot be used now; empty where it can, or where nobody has said."""
    return "" if thing.isEnabled() else str(thing.property(_HELD) or thing.property(_REASON) or "")

"""Why a command cannot be given now, kept with its action: whoever lists commands can say so beside the grey ones."""

from __future__ import annotations

from PySide6.QtGui import QAction

_REASON = "whyNot"


def allow(action: QAction, is_allowed: bool, why_not: str) -> None:
    """Enable or disable an action.

    Parameters
    ----------
    action
        The action.
    is_allowed
        Whether it can be triggered now.
    why_not
        The reason where it cannot, as a short clause without a full stop: "no run is under way".
    """
    action.setProperty(_REASON, "" if is_allowed else why_not)
    action.setEnabled(is_allowed)


def reason(action: QAction) -> str:
    """Return why an action cannot be triggered now; empty where it can, or where nobody has said."""
    return "" if action.isEnabled() else str(action.property(_REASON) or "")

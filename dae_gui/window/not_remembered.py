"""What cannot be remembered here, because its folder cannot be written: found at the start, and said once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from dae_core.files import user_folder
from dae_core.texts import listed

_KEPT = {
    "config": "settings and layout",
    "state": "runs that are in no file yet",
    "data": "your own digits and downloaded data sets",
    "cache": "compiled code, so each start takes longer",
}
"""The user's folders, and what is kept in them."""
_LEAST = b"\0" * 4096  # bytes; a full disk may still take an empty file


def not_remembered() -> str:
    """Return a sentence on what will be gone at the next start and why; an empty text where all can be written."""
    reasons: dict[str, list[str]] = {}
    for kind, what in _KEPT.items():
        reason = _refusal(user_folder(kind))  # type: ignore[arg-type]
        if reason:
            reasons.setdefault(reason, []).append(what)
    if not reasons:
        return ""
    parts = [f"{listed(what)} ({reason})" for reason, what in reasons.items()]
    return f"Not remembered until the next start: {'; '.join(parts)}. What you save yourself, in another folder, stays."


def _refusal(folder: Path) -> str:
    """Return why nothing can be written where a folder is, or is to be made; tries it with a file that has no name."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(_LEAST)
    except OSError as error:
        return f"{folder}: {error.strerror or error}"
    return ""

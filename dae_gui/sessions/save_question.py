"""The questions before anything would be lost: what is in no file, or what others have written into the session's."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from dae_gui.sessions.open_flow import Answer
from dae_gui.support.question import Choice, Question, Role

_SAVE = Choice(Answer.SAVE, "&Save", "saveSessionButton", Role.AcceptRole)
_DISCARD = Choice(Answer.DISCARD, "&Discard", "discardSessionButton", Role.DestructiveRole)
_CANCEL = Choice(Answer.CANCEL, "Cancel", "cancelSessionButton", Role.RejectRole)


def save_question(window: QWidget, name: str, changed_runs: int) -> Question:
    """Return the question whether unsaved changes are to be saved first, not yet shown.

    Its buttons are called ``saveSessionButton``, ``discardSessionButton`` and ``cancelSessionButton``.

    Parameters
    ----------
    window
        Over which it stands.
    name
        Of the session; empty where it is in no file.
    changed_runs
        How many runs are in no file as they are now; 0 where something was only deleted.
    """
    text = f"Save the changes to {name or 'this session'} first?"
    choices = (_SAVE, _DISCARD, _CANCEL)
    return Question(window, "saveSessionQuestion", "Unsaved changes", text, _lost_text(changed_runs), choices)


def _lost_text(changed_runs: int) -> str:
    if not changed_runs:
        return "Something was deleted, or written into the report."
    runs = "One run is" if changed_runs == 1 else f"{changed_runs} runs are"
    return f"{runs} in no file as it is now, and would be lost."


def close_question(window: QWidget, reason: str, changed_runs: int) -> Question:
    """Return the question what is to become of unsaved changes that the next start could not offer, for a reason."""
    text = "Save the session before the window closes?"
    details = f"{_lost_text(changed_runs)} It could not be autosaved either. {reason}"
    choices = (replace(_SAVE, answer=Answer.SAVE_AS, text="&Save as…"), _DISCARD, _CANCEL)
    return Question(window, "closeSessionQuestion", "Unsaved changes", text, details, choices)


def conflict_question(window: QWidget, name: str) -> Question:
    """Return the question what is to become of a session whose file another program has changed.

    Answers are SAVE, to write it over; SAVE_AS, to another file; and CANCEL.
    """
    text = f"Overwrite {name}, which was changed by another program?"
    details = "It has changed since it was opened or saved here: what was written there would be lost."
    overwrite = Choice(Answer.SAVE, "&Overwrite", "overwriteSessionButton", Role.DestructiveRole)
    save_as = Choice(Answer.SAVE_AS, "Save &as…", "saveSessionAsButton", Role.AcceptRole)
    return Question(window, "conflictQuestion", "The file has changed", text, details, (overwrite, save_as, _CANCEL))

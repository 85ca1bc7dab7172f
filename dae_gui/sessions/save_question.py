"""The question whether unsaved changes are to be saved before another session takes their place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

_BUTTONS = QMessageBox.StandardButton


def save_question(window: QWidget, name: str, changed_runs: int) -> QMessageBox:
    """Return the question, not yet shown.

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
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setObjectName("saveSessionQuestion")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Unsaved changes")
    box.setText(f"Save the changes to {name or 'this session'} first?")
    if changed_runs:
        runs = "One run is" if changed_runs == 1 else f"{changed_runs} runs are"
        box.setInformativeText(f"{runs} in no file as it is now, and would be lost.")
    else:
        box.setInformativeText("Something was deleted.")
    box.setStandardButtons(_BUTTONS.Save | _BUTTONS.Discard | _BUTTONS.Cancel)
    box.setDefaultButton(_BUTTONS.Save)
    for kind in (_BUTTONS.Save, _BUTTONS.Discard, _BUTTONS.Cancel):
        box.button(kind).setObjectName(f"{str(kind.name).lower()}SessionButton")
    return box

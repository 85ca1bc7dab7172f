"""Undo and Redo, which say what they will do."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence

from dae_core.texts import plain
from dae_gui.support.plain_text import menu_text, plain_tip
from dae_gui.support.undo import UndoHistory
from dae_gui.support.why_not import allow

_REDO_KEYS = (QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y"))


class UndoActions(QObject):
    """Connects the Edit menu's actions with a history, and names them after its steps.

    Parameters
    ----------
    history
        The steps.
    actions
        The window's actions by name; ``undoAction`` and ``redoAction`` are used.
    parent
        The object that it belongs to.
    """

    def __init__(self, history: UndoHistory, actions: Mapping[str, QAction], parent: QObject) -> None:
        super().__init__(parent)
        self._history = history
        self._undo, self._redo = actions["undoAction"], actions["redoAction"]
        self._redo.setShortcuts(list(_REDO_KEYS))
        self._undo.triggered.connect(history.undo)
        self._redo.triggered.connect(history.redo)
        history.changed.connect(self._show_steps)
        self._show_steps()

    @Slot()
    def _show_steps(self) -> None:
        history = self._history
        _name(self._undo, "&Undo", history.undo_text())
        _name(self._redo, "&Redo", history.redo_text())
        allow(self._undo, history.can_undo(), "there is nothing to undo")
        allow(self._redo, history.can_redo(), "there is nothing to redo")


def _name(action: QAction, word: str, step: str) -> None:
    spoken = word.replace("&", "")
    text = f"{spoken} {plain(step)}" if step else f"Nothing to {spoken.lower()}"
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setText(f"{word} {menu_text(step)}".rstrip())
    action.setToolTip(plain_tip(f"{text} ({keys})"))
    action.setStatusTip(text)

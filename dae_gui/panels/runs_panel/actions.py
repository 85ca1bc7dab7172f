"""What can be done with the selected runs: the actions of the context menu and of the buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dae_core.sessions.run import Run
from dae_gui.panels.runs_panel.run_model import RunTreeModel
from dae_gui.support.icons import icon
from dae_gui.support.plain_text import plain_tip

# Object name: icon, text, tip. A name that begins with "-" is a separator.
_ACTIONS: Mapping[str, tuple[str, str, str]] = {
    "runsMakeCurrentAction": ("current", "Make current", "Go on with the selected run; the current one is kept"),
    "runsSameStartAction": (
        "branch",
        "New run with the same start",
        "Begin anew with the selected run's settings and seed: change one thing, and the two are a fair pair",
    ),
    "runsShowCurveAction": (
        "picture",
        "Show curve",
        "Lay the selected runs' curves over those of the current one (Space)",
    ),
    "-1": ("", "", ""),
    "runsRenameAction": ("pen", "Rename", "Give the selected run another name (F2)"),
    "runsNotesAction": ("keep", "Write notes", "Write something about the selected run"),
    "runsExportAction": ("export", "Export this run…", "Write the selected run's weights, curves and script to files"),
    "runsDeleteAction": ("clear", "Delete", "Take the selected runs out of the session (Del); undo brings them back"),
    "-2": ("", "", ""),
    "runsCopyAction": ("copy", "Copy", "Copy the selected runs as text with tabs (Ctrl+C)"),
    "runsCopyTableAction": (
        "copy",
        "Copy table as CSV",
        "Copy the listed runs as CSV, as they are sorted now: the columns that are shown, with all digits",
    ),
    "runsSaveTableAction": (
        "export",
        "Save table as CSV…",
        "Write the listed runs to a file, with all columns and digits",
    ),
    "-3": ("", "", ""),
    "runsSweepAction": ("grid", "Sweep…", "Train the same run with each of some values, in the background"),
}


def make_actions(parent: QWidget) -> dict[str, QAction]:
    """Return all actions by object name, in the order of the menu; their data is their icon's name."""
    actions = {}
    for name, (icon_name, text, tip) in _ACTIONS.items():
        action = QAction(text, parent)
        action.setObjectName(name)
        action.setToolTip(plain_tip(tip))
        action.setStatusTip(tip)
        action.setData(icon_name)
        action.setSeparator(name.startswith("-"))
        actions[name] = action
    refresh_icons(actions)
    return actions


def refresh_icons(actions: Mapping[str, QAction]) -> None:
    """Draw the icons in the colours of the theme of now."""
    for action in actions.values():
        if action.data():
            action.setIcon(icon(action.data()))


def show_selection(actions: Mapping[str, QAction], selected: Sequence[Run], runs: RunTreeModel) -> None:
    """Enable what can be done with the selected runs."""
    keys = {run.label.key for run in selected}
    others = keys - {runs.current_key}
    one, one_other = len(keys) == 1, len(keys) == 1 and bool(others)
    enabled = {
        "runsMakeCurrentAction": one_other,
        "runsSameStartAction": one,
        "runsShowCurveAction": bool(others),
        "runsRenameAction": one,
        "runsNotesAction": one,
        "runsExportAction": one,
        "runsDeleteAction": bool(others),
        "runsCopyAction": bool(keys),
        "runsCopyTableAction": runs.rowCount() > 0,
        "runsSaveTableAction": runs.rowCount() > 0,
    }
    for name, is_enabled in enabled.items():
        actions[name].setEnabled(is_enabled)
    hides = bool(others) and others <= runs.shown_keys()
    actions["runsShowCurveAction"].setText("Hide curve" if hides else "Show curve")

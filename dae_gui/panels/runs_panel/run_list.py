"""The left half of the runs panel: the buttons, and below them the table, or what it is for while it is empty."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedLayout, QWidget

from dae_gui.panels.runs_panel.run_table import RunTable
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import hint_label

_EMPTY = (
    "Every run of this session is listed here, with its settings and held-out figures. "
    "Start one, or train several at once with Sweep…"
)
_BUTTONS = ("runsMakeCurrentAction", "runsSameStartAction", "runsDeleteAction", "runsCopyTableAction")


class RunList(QWidget):
    """The table with its buttons.

    Parameters
    ----------
    table
        The runs.
    line
        The button that asks for a sweep, and the sweep's progress.
    actions
        What the other buttons do.
    parent
        The widget that it stands in.
    """

    def __init__(self, table: RunTable, line: QWidget, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        bar = hbox((line, 1), *(_button_of(actions[name], self) for name in _BUTTONS), spacing=2)
        self._pages = QStackedLayout()
        self._pages.addWidget(hint_label("runsEmptyLabel", _EMPTY, self))
        self._pages.addWidget(table)
        self.setLayout(vbox(bar, (self._pages, 1), spacing=4, margins=(6, 6, 0, 6)))

    def set_empty(self, is_empty: bool) -> None:
        """Show what the table is for, or the table."""
        self._pages.setCurrentIndex(0 if is_empty else 1)


def _button_of(action: QAction, parent: QWidget) -> IconButton:
    """Return a flat button for an action."""
    name, icon_name = action.objectName().removesuffix("Action"), str(action.data())
    button = IconButton(f"{name}Button", icon_name, action.text(), action.toolTip(), parent)
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button

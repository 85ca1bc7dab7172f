"""Menus and toolbar of the window, built from the tables of actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from dae_gui import actions as table
from dae_gui.state import State

Actions = dict[str, QAction]


def build_toolbar(window: QMainWindow, actions: Actions) -> QToolBar:
    """Return the toolbar, not yet added to the window."""
    toolbar = QToolBar("Training toolbar", window)
    toolbar.setObjectName("trainingToolBar")
    toolbar.setIconSize(QSize(18, 18))
    toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    for entry in table.TOOLBAR:
        if entry is None:
            toolbar.addSeparator()
        else:
            toolbar.addAction(actions[entry])
    return toolbar


def build_menus(window: QMainWindow, actions: Actions, docks: Sequence[QAction], studies: Sequence[QAction]) -> None:
    """Fill the menu bar.

    Parameters
    ----------
    window, actions
        The window and its actions by name.
    docks, studies
        The actions that show and hide the docks and the toolbar, and those of the studies.
    """

    def add(title: str, entries: table.Entries, parent: QMenu | None = None) -> QMenu:
        menu = (parent or window.menuBar()).addMenu(title)
        menu.setToolTipsVisible(True)
        _fill(menu, entries, actions)
        return menu

    file_menu = add("&File", table.FILE_MENU)
    file_menu.insertActions(actions["openDataAction"], [a for a in studies if a.text() == "Data sets"])
    add("&Export", table.EXPORT_MENU, file_menu)
    file_menu.addSeparator()
    file_menu.addAction(actions["quitAction"])
    add("&Training", table.TRAINING_MENU)
    view_menu = add("&View", ())
    view_menu.addActions(docks)
    understand = add("&Understand", ())
    understand.addActions(studies)
    _fill(understand, (None, "checkGradientAction"), actions)
    view_menu.addSeparator()
    add("&Theme", table.THEME_MENU, view_menu)
    _fill(view_menu, ("fullScreenAction", None, "resetLayoutAction"), actions)
    add("&Help", table.HELP_MENU)


def show_state(actions: Actions, state: State, has_data: bool) -> None:
    """Enable what can be done now, and name it as it acts now."""
    paused, moving = state is State.PAUSED, state in (State.RUNNING, State.STOPPING)
    actions["startAction"].setText("Re&sume" if paused else "&Start")
    actions["pauseAction"].setText("&Resume" if paused else "&Pause")
    for name in ("startAction", "stepAction"):
        actions[name].setEnabled(has_data and not moving)
    for name in ("pauseAction", "stopAction"):
        actions[name].setEnabled(state in (State.RUNNING, State.PAUSED))
    for name in ("resetAction", "saveModelAction", "reportAction", "openModelAction", "exportCsvAction"):
        actions[name].setEnabled(has_data)


def _fill(menu: QMenu, entries: table.Entries, actions: Actions) -> None:
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(actions[entry])

"""The menus of the window, built from the tables of actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from dae_gui.data.selection import is_path
from dae_gui.support.why_not import allow
from dae_gui.window import actions as table
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

Actions = dict[str, QAction]


def build_menus(
    window: QMainWindow, actions: Actions, data: Sequence[QAction], studies: Sequence[QAction], docks: Sequence[QAction]
) -> QMenu:
    """Fill the menu bar; return the menu of recent sessions, still empty.

    Parameters
    ----------
    window, actions
        The window and its actions by name.
    data, studies, docks
        The actions of docks that stand in the menus File, Understand and View; the toolbar's among the last.
    """

    def add(title: str, entries: table.Entries, parent: QMenu | None = None) -> QMenu:
        menu = (parent or window.menuBar()).addMenu(title)
        menu.setToolTipsVisible(True)
        _fill(menu, entries, actions)
        return menu

    file_menu = add("&File", table.FILE_MENU)
    file_menu.insertActions(actions["openDataAction"], data)
    recent = QMenu("Open re&cent", file_menu)
    recent.setObjectName("recentMenu")
    recent.setToolTipsVisible(True)
    file_menu.insertMenu(actions["saveSessionAction"], recent)
    add("&Export", table.EXPORT_MENU, file_menu)
    file_menu.addSeparator()
    file_menu.addAction(actions["quitAction"])
    add("&Edit", table.EDIT_MENU)
    add("&Training", table.TRAINING_MENU)
    view_menu = add("&View", ())
    view_menu.addActions(docks)
    understand = add("&Understand", ())
    understand.addActions(studies)
    _fill(understand, (None, "checkGradientAction"), actions)
    view_menu.addSeparator()
    add("Go and si&ze", table.PART_MENU, view_menu)
    add("T&heme", table.THEME_MENU, view_menu)
    _fill(view_menu, (*table.ZOOM_MENU, None, *table.SHOW_MENU), actions)
    add("&Help", table.HELP_MENU)
    return recent


def show_state(actions: Actions, workbench: Workbench, obstacle: str = "") -> None:
    """Enable what can be done with the run and the data set on the workbench, and name it as it acts now.

    ``obstacle`` is why no run can be begun, as a clause; empty where nothing stands against it.
    """
    state, has_data, can_train = workbench.state, workbench.data is not None, workbench.can_train
    paused, moving = state is State.PAUSED, state in (State.RUNNING, State.STOPPING)
    actions["startAction"].setText("Re&sume" if paused else "&Start")
    actions["pauseAction"].setChecked(paused)
    no_data = "the run's data set is missing" if has_data else "no data set is open yet"
    of_files = ("saveSessionAction", "saveSessionAsAction", "saveModelAction", "openModelAction")
    own_images = workbench.data is not None and is_path(workbench.data.source)
    may_start = can_train and not moving and not obstacle
    conditions = (
        (
            ("startAction", "stepAction"),
            may_start,
            no_data if not can_train else "a run is under way" if moving else obstacle,
        ),
        (("pauseAction", "stopAction"), state in (State.RUNNING, State.PAUSED), "no run is under way"),
        (("resetAction", "reportAction"), can_train, no_data),
        (("imageOptionsAction",), own_images, "the data set is not one of your own files"),
        ((*of_files, *filter(None, table.EXPORT_MENU)), has_data, no_data),
    )
    for names, is_allowed, why_not in conditions:
        for name in names:
            allow(actions[name], is_allowed, why_not)


def _fill(menu: QMenu, entries: table.Entries, actions: Actions) -> None:
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(actions[entry])

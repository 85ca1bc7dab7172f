"""The commands of the menus and of the panels, and the docks, as entries of the palette and of the list of keys."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu

from dae_core.texts import plain
from dae_gui.support.why_not import reason
from dae_gui.window.dock_switch import bring_dock
from dae_gui.window.palette.entries import Entry, Kind

NATIVE = QKeySequence.SequenceFormat.NativeText
BELOW = " ▸ "
"""Between a menu and what is in it."""


@dataclass(frozen=True, eq=False)
class Placed:
    """An action, and where it stands: the titles of its menus from the menu bar down, or the name of its dock.

    ``menus`` are those menus, which are only held: when PySide forgets a menu it takes its actions for deleted.
    """

    action: QAction
    titles: tuple[str, ...]
    menus: tuple[QMenu, ...] = ()


def title_of(text: str) -> str:
    """Return the text of an action or a menu without its mnemonic."""
    return plain(text.replace("&&", "\0").replace("&", "").replace("\0", "&"))


def placed_actions(window: QMainWindow) -> list[Placed]:
    """Return every action of a window: first those of the menus, in order, then those of its docks.

    Left out are those without an object name that stand for data, such as recent files, or are a library's own.
    """
    docks = window.findChildren(QDockWidget)
    in_docks = [Placed(action, (dock.windowTitle(),)) for dock in docks for action in dock.findChildren(QAction)]
    others = [Placed(action, ()) for action in window.findChildren(QAction)]
    named = [placed for placed in (*in_docks, *others) if placed.action.objectName()]
    found: dict[int, Placed] = {}
    for placed in (*_of_menus(window.menuBar().actions(), ()), *named):
        action = placed.action
        if action.text() and action.menu() is None and not action.isSeparator():
            found.setdefault(id(action), placed)
    return list(found.values())


def _of_menus(actions: Sequence[QAction], menus: tuple[QMenu, ...]) -> Iterator[Placed]:
    for action in actions:
        menu = action.menu()
        if isinstance(menu, QMenu):
            menu.aboutToShow.emit()  # for what is brought up to date only then
            yield from _of_menus(menu.actions(), (*menus, menu))
        elif action.objectName() or action.data() is None:
            yield Placed(action, tuple(title_of(above.title()) for above in menus), menus)


def command_entries(window: QMainWindow) -> Iterator[Entry]:
    """Return the commands of a window, and its docks: their actions show or close, here they are only shown."""
    for placed in placed_actions(window):
        action, dock = placed.action, placed.action.parent()
        where = BELOW.join(placed.titles)
        name, keys = title_of(action.text()), action.shortcut().toString(NATIVE)
        key, tip = action.objectName() or f"{where}{BELOW}{name}", action.statusTip()
        if isinstance(dock, QDockWidget):
            yield Entry(key, Kind.DOCK, name, where, functools.partial(bring_dock, dock), keys, more=tip)
        elif action.isVisible():
            why_not = None if action.isEnabled() else reason(action)
            where += " · on" if action.isChecked() else ""
            yield Entry(key, Kind.COMMAND, name, where, functools.partial(_trigger, placed), keys, why_not, tip)


def _trigger(placed: Placed) -> str | None:
    action = placed.action
    if not action.isEnabled():
        return reason(action)
    action.trigger()
    return None

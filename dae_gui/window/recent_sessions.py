"""The sessions that were opened or saved last, in their menu and over the empty curves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dae_gui.panels.curves_panel import RecentLine
from dae_gui.support.plain_text import menu_text, plain_tip
from dae_gui.support.settings import Settings


class RecentSessions(QObject):
    """Fills the menu and the row over the empty curves from the settings, and opens what is chosen there.

    Parameters
    ----------
    menu
        Where the sessions are listed.
    line
        Where the newest of them are.
    settings
        Where they are remembered.
    open_path
        Opens a path.
    """

    def __init__(self, menu: QMenu, line: RecentLine, settings: Settings, open_path: Callable[[Path], None]) -> None:
        super().__init__(menu)
        self._menu, self._line = menu, line
        self._settings = settings
        self._open_path = open_path
        menu.triggered.connect(self._on_triggered)
        line.chosen.connect(self._on_chosen)
        self._fill()

    @Slot(str)
    def add(self, path: str) -> None:
        """Put a session that was opened or saved at the top."""
        self._settings.recent_sessions = [path, *(other for other in self._settings.recent_sessions if other != path)]
        self._fill()

    def _fill(self) -> None:
        paths = self._settings.recent_sessions
        names = Counter(Path(path).name for path in paths)
        self._menu.clear()
        for path in paths:
            name = Path(path).name
            told = name if names[name] == 1 else path  # of one name in two folders, the folder tells which is which
            action = self._menu.addAction(menu_text(told))
            action.setToolTip(plain_tip(path))
            action.setData(path)
        self._menu.setEnabled(bool(paths))
        self._line.show_paths(paths)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self._open_path(Path(action.data()))

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        self._open_path(Path(path))

"""The sessions that were opened or saved last, offered over curves that have not begun."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from dae_gui.support.plain_text import PlainLabel, menu_text, plain_tip
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import named

_MOST = 3
_LONGEST_NAME = 28


class RecentLine(QWidget):
    """A row of buttons, hidden while there are no sessions or there is something else to see.

    Signals
    -------
    chosen(str)
        The user wants to open the session at this path.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recentLine")
        self._buttons: list[QToolButton] = []
        self._is_wanted = True
        self._row = hbox(PlainLabel("Go on with", self), spacing=4, margins=(0, 0, 0, 0))
        self.setLayout(self._row)
        self.hide()

    def show_paths(self, paths: Sequence[str]) -> None:
        """List the first of these sessions."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for number, path in enumerate(paths[:_MOST]):
            name = Path(path).name
            button = named(QToolButton(self), f"recentSession{number}Button", f"Open the session {name}", path)
            button.setText(menu_text(name, _LONGEST_NAME))
            button.setToolTip(plain_tip(path))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._choose, path))
            self._buttons.append(button)
            self._row.addWidget(button)
        self._refresh()

    def set_wanted(self, wanted: bool) -> None:
        """Show the row, or hide it."""
        if wanted != self._is_wanted:
            self._is_wanted = wanted
            self._refresh()

    def _choose(self, path: str, _checked: bool = False) -> None:
        self.chosen.emit(path)

    def _refresh(self) -> None:
        self.setVisible(self._is_wanted and bool(self._buttons))

"""The menu of a function: other texts to look at, and the stub again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from dae_core.lessons.code import FUNCTIONS
from dae_gui.support.plain_text import menu_text
from dae_gui.widgets.controls.named import named


class ExamplesButton(QPushButton):
    """Opens the menu.

    Signals
    -------
    chosen(str)
        The user wants this text in the place of the present one.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        tip = "Put an example, or what was there at first, in the place of your text; Ctrl+Z brings it back"
        named(self, "codeExamplesButton", "Examples", tip)
        self.setText("Examples")
        self._menu = QMenu(self)
        self._menu.setObjectName("codeExamplesMenu")
        self.setMenu(self._menu)

    def show_function(self, name: str, of_run: str = "") -> None:
        """Offer those of a function, and the text that the present run was trained with, if it was with one."""
        self._menu.clear()
        function = FUNCTIONS[name]
        if of_run:
            action = self._menu.addAction("The code of the present run", partial(self.chosen.emit, of_run))
            action.setObjectName("codeOfRunAction")
        for example in function.examples:
            self._menu.addAction(menu_text(example.title), partial(self.chosen.emit, example.source))
        self._menu.addSeparator()
        restore = self._menu.addAction("Restore what was there at first", partial(self.chosen.emit, function.stub))
        restore.setObjectName("codeRestoreAction")

"""The Help menu, and the check of the gradient: windows beside the main one, imported when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dae_gui.support.jobs import Jobs
from dae_gui.workbench.workbench import Workbench


class HelpCommands(QObject):
    """Shows help, keys, about, and the gradient check.

    Parameters
    ----------
    window
        Over which they stand.
    workbench, background
        Whose weights are checked, and in whose threads.
    all_actions
        Returns all actions of the window, for the table of keys.
    """

    def __init__(
        self,
        window: QWidget,
        workbench: Workbench,
        jobs: Jobs,
        all_actions: Callable[[], Sequence[QAction]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workbench = workbench
        self._jobs = jobs
        self._all_actions = all_actions

    @Slot()
    def show_help(self) -> None:
        """Explain what is shown."""
        from dae_gui.window import help_dialogs as dialogs

        dialogs.show_help(self._window)

    @Slot()
    def show_exercise(self) -> None:
        """Tell the exercise's tasks."""
        from dae_gui.window import help_dialogs as dialogs

        dialogs.show_help(self._window, "exercise")

    @Slot()
    def show_shortcuts(self) -> None:
        """List all keys."""
        from dae_gui.window import help_dialogs as dialogs

        dialogs.show_shortcuts(self._window, self._all_actions())

    @Slot()
    def show_about(self) -> None:
        """Show version, licence and libraries."""
        from dae_gui.window import help_dialogs as dialogs

        dialogs.show_about(self._window)

    @Slot()
    def check_gradient(self) -> None:
        """Show the gradient check with the weights of this moment."""
        from dae_gui.window.gradient_dialog import GradientDialog

        dialog = self._window.findChild(GradientDialog)
        if dialog is None:
            dialog = GradientDialog(self._workbench, self._jobs, self._window)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

"""The Help menu, and the check of the gradient: windows beside the main one, imported when they are asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow

from dae_gui.support.jobs import Jobs
from dae_gui.window.help_pages import CENTRE, DOCK_PAGES, EXERCISE, PAGES, START, contents
from dae_gui.workbench.workbench import Workbench


def focused_page() -> str:
    """Return the name of the page that tells of the part of the window that has the focus."""
    widget = QApplication.focusWidget()
    while widget is not None and not isinstance(widget, QDockWidget):
        parent = widget.parentWidget()
        if isinstance(parent, QMainWindow):
            return CENTRE if widget is parent.centralWidget() else START
        widget = parent
    return START if widget is None else DOCK_PAGES[widget.objectName()].name


class HelpCommands(QObject):
    """Shows help, keys, about, and the gradient check.

    Parameters
    ----------
    window
        Over which they stand.
    workbench, jobs
        Whose weights are checked, and in whose threads.
    """

    def __init__(
        self,
        window: QMainWindow,
        workbench: Workbench,
        jobs: Jobs,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workbench = workbench
        self._jobs = jobs

    @Slot()
    def show_help(self) -> None:
        """Tell of the part of the window that has the focus."""
        self.show_page(focused_page())

    @Slot()
    def show_manual(self) -> None:
        """Show the contents of the manual."""
        from dae_gui.window import help_dialogs as dialogs

        dialogs.show_help(self._window, contents())

    def show_page(self, name: str) -> None:
        """Show the page of the help with this name."""
        from dae_gui.window import help_dialogs as dialogs

        dialogs.show_help(self._window, PAGES[name].path)

    def show_exercise(self) -> None:
        """Tell the exercise's tasks."""
        self.show_page(EXERCISE)

    @Slot()
    def show_shortcuts(self) -> None:
        """List all keys."""
        from dae_gui.window.palette.key_list import ShortcutsDialog
        from dae_gui.window.palette.key_table import key_rows

        # One that was closed is still there until the event loop deletes it.
        dialog = next((d for d in self._window.findChildren(ShortcutsDialog) if d.isVisible()), None)
        if dialog is None:
            dialog = ShortcutsDialog(key_rows(self._window), self._window)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

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

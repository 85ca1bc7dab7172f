"""The entry of the Help menu that has the desktop open .dae files with this program, or no longer."""

from __future__ import annotations

import functools

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dae_gui.support.background import Background, Task


class AssociationCommands(QObject):
    """Keeps the entry's tick true, and does what is asked with it.

    Parameters
    ----------
    action
        Checkable, and in its menu already: the tick is renewed whenever that opens.
    background
        In whose threads the file type is registered: the desktop's tools take up to a second.
    parent
        The window.

    Signals
    -------
    failed(str), statusMessage(str)
        A sentence for the user.
    """

    failed = Signal(str)
    statusMessage = Signal(str)

    def __init__(self, action: QAction, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._action = action
        self._background = background
        action.triggered.connect(self._set)
        for menu in action.associatedObjects():
            if isinstance(menu, QMenu):
                menu.aboutToShow.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Show whether the desktop opens .dae files with this program; reads two small files."""
        from dae_gui.file_association import association

        self._action.setChecked(association().is_registered())

    @Slot(bool)
    def _set(self, is_wanted: bool) -> None:
        self._action.setEnabled(False)
        self._background.run(functools.partial(_tell_desktop, is_wanted), self._on_done, self._on_failed)

    @Slot(object)
    def _on_done(self, result: tuple[bool, str]) -> None:
        worked, text = result
        self._settle()
        (self.statusMessage if worked else self.failed).emit(text)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._settle()
        self.failed.emit(f".dae files could not be registered with the desktop: {error}.")

    def _settle(self) -> None:
        self._action.setEnabled(True)
        self.refresh()


def _tell_desktop(is_wanted: bool, _task: Task) -> tuple[bool, str]:
    """Register, or take it back; returns whether that worked, and a sentence."""
    from dae_gui.file_association import AssociationError, association

    try:
        desktop = association()
        return True, desktop.register() if is_wanted else desktop.unregister()
    except AssociationError as error:
        return False, str(error)

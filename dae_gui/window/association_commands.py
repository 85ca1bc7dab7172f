"""The entry of the Help menu that has the desktop open .dae files with this program, or no longer."""

from __future__ import annotations

import functools

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dae_core.jobs import Monitor
from dae_gui.support import notices
from dae_gui.support.jobs import Jobs


class AssociationCommands(QObject):
    """Keeps the entry's tick true, and does what is asked with it.

    Parameters
    ----------
    action
        Checkable, and in its menu already: the tick is renewed whenever that opens.
    jobs
        In whose threads the file type is registered: the desktop's tools take up to a second.
    parent
        The window.

    """

    def __init__(self, action: QAction, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._action = action
        self._jobs = jobs
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
        failure = ".dae files could not be registered with the desktop"
        job = self._jobs.start(_tell_desktop, is_wanted, failure=failure)
        job.ended.connect(self._on_ended)
        job.done.connect(self._on_done)
        job.failed.connect(functools.partial(notices.warn, self))

    @Slot(object)
    def _on_done(self, text: str) -> None:
        notices.note(self, text)

    @Slot()
    def _on_ended(self) -> None:
        self._action.setEnabled(True)
        self.refresh()


def _tell_desktop(is_wanted: bool, _monitor: Monitor) -> str:
    """Register, or take it back; returns a sentence. Raises AssociationError."""
    from dae_gui.file_association import association

    desktop = association()
    return desktop.register() if is_wanted else desktop.unregister()

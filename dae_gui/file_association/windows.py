r"""Windows: keys below HKEY_CURRENT_USER\Software\Classes, which every user may write."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QSettings

from dae_gui.file_association.common import (
    ENDING,
    REGISTERED,
    TITLE,
    UNREGISTERED,
    Association,
    AssociationError,
    Launcher,
    present_launcher,
)

CLASSES = r"HKEY_CURRENT_USER\Software\Classes"
PROGRAM_ID = "DaeStudio.Session"
_ENDING_CLASS = f"{ENDING}/Default"  # "Default" is Qt's name of a key's own value
_OFFERED = f"{ENDING}/OpenWithProgids/{PROGRAM_ID}"
_COMMAND = f"{PROGRAM_ID}/shell/open/command/Default"
_FORMER = f"{PROGRAM_ID}/FormerClass"


def _notify_explorer() -> None:
    """Have the Explorer read its associations anew."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SHChangeNotify(0x08000000, 0, None, None)  # SHCNE_ASSOCCHANGED


class WindowsAssociation(Association):
    """What the user's part of the registry says about .dae files.

    Parameters
    ----------
    store
        The registry below `CLASSES`; None: the real one.
    launcher
        How the program is started. None: as it was started now.
    notify_desktop
        Called when something was changed.
    """

    def __init__(
        self,
        store: QSettings | None = None,
        launcher: Launcher | None = None,
        notify_desktop: Callable[[], None] = _notify_explorer,
    ) -> None:
        self._store = store or QSettings(CLASSES, QSettings.Format.NativeFormat)
        self._notify_desktop = notify_desktop
        command = (launcher or present_launcher()).command
        self._command = " ".join(f'"{part}"' for part in (*command, "%1"))  # no path has a quotation mark in it

    def is_registered(self) -> bool:
        """Return whether .dae files are opened with this copy of the program."""
        return bool(self._store.value(_ENDING_CLASS) == PROGRAM_ID and self._store.value(_COMMAND) == self._command)

    def register(self) -> str:
        """Write the keys; what the ending belonged to before is remembered."""
        former = self._store.value(_ENDING_CLASS)
        if isinstance(former, str) and former not in ("", PROGRAM_ID):
            self._store.setValue(_FORMER, former)
        self._store.setValue(f"{PROGRAM_ID}/Default", f"{TITLE} session")
        self._store.setValue(_COMMAND, self._command)
        self._store.setValue(_OFFERED, "")
        self._store.setValue(_ENDING_CLASS, PROGRAM_ID)
        self._finish()
        return REGISTERED

    def unregister(self) -> str:
        """Delete the keys; the ending belongs to what it belonged to before."""
        if self._store.value(_ENDING_CLASS) == PROGRAM_ID:
            former = self._store.value(_FORMER)
            if isinstance(former, str) and former:
                self._store.setValue(_ENDING_CLASS, former)
            else:
                self._store.remove(_ENDING_CLASS)
        self._store.remove(_OFFERED)
        self._store.remove(PROGRAM_ID)
        self._finish()
        return UNREGISTERED

    def _finish(self) -> None:
        self._store.sync()
        if self._store.status() != QSettings.Status.NoError:
            raise AssociationError("The desktop could not be told of .dae files: the registry cannot be written.")
        self._notify_desktop()

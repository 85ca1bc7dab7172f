r"""Windows: keys below HKEY_CURRENT_USER\Software\Classes, which every user may write."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QSettings

from dae_gui.file_association.common import (
    FILE_KINDS,
    REGISTERED,
    UNREGISTERED,
    Association,
    AssociationError,
    FileKind,
    Launcher,
    present_launcher,
)

CLASSES = r"HKEY_CURRENT_USER\Software\Classes"


def _notify_explorer() -> None:
    """Have the Explorer read its associations anew."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SHChangeNotify(0x08000000, 0, None, None)  # SHCNE_ASSOCCHANGED


class WindowsAssociation(Association):
    """What the user's part of the registry says about the program's files.

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
        """Return whether the program's files are opened with this copy of the program."""
        return all(
            self._store.value(_ending_class(kind)) == kind.program_id
            and self._store.value(_command(kind)) == self._command
            for kind in FILE_KINDS
        )

    def register(self) -> str:
        """Write the keys; what the endings belonged to before is remembered."""
        for kind in FILE_KINDS:
            former = self._store.value(_ending_class(kind))
            if isinstance(former, str) and former not in ("", kind.program_id):
                self._store.setValue(_former(kind), former)
            self._store.setValue(f"{kind.program_id}/Default", kind.title)
            self._store.setValue(_command(kind), self._command)
            self._store.setValue(_offered(kind), "")
            self._store.setValue(_ending_class(kind), kind.program_id)
        self._finish()
        return REGISTERED

    def unregister(self) -> str:
        """Delete the keys; the endings belong to what they belonged to before."""
        for kind in FILE_KINDS:
            if self._store.value(_ending_class(kind)) == kind.program_id:
                former = self._store.value(_former(kind))
                if isinstance(former, str) and former:
                    self._store.setValue(_ending_class(kind), former)
                else:
                    self._store.remove(_ending_class(kind))
            self._store.remove(_offered(kind))
            self._store.remove(kind.program_id)
        self._finish()
        return UNREGISTERED

    def _finish(self) -> None:
        self._store.sync()
        if self._store.status() != QSettings.Status.NoError:
            raise AssociationError("The desktop could not be told of .dae files: the registry cannot be written.")
        self._notify_desktop()


def _ending_class(kind: FileKind) -> str:
    return f"{kind.ending}/Default"  # "Default" is Qt's name of a key's own value


def _offered(kind: FileKind) -> str:
    return f"{kind.ending}/OpenWithProgids/{kind.program_id}"


def _command(kind: FileKind) -> str:
    return f"{kind.program_id}/shell/open/command/Default"


def _former(kind: FileKind) -> str:
    return f"{kind.program_id}/FormerClass"

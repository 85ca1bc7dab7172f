"""Opening the program's files by a double click: the desktop is told, for this user only, by which program."""

from __future__ import annotations

import sys

from dae_gui.file_association.common import Association, AssociationError, Launcher

__all__ = ["Association", "AssociationError", "Launcher", "association"]


def association() -> Association:
    """Return the desktop's way of knowing which program opens .dae, .lesson and .handin files.

    Returns
    -------
    Association
        For this copy of the program: another copy's registration does not count as this one's.
    """
    if sys.platform == "win32":
        from dae_gui.file_association.windows import WindowsAssociation

        return WindowsAssociation()
    if sys.platform == "darwin":
        from dae_gui.file_association.common import NoAssociation

        return NoAssociation()
    from dae_gui.file_association.freedesktop import FreedesktopAssociation

    return FreedesktopAssociation()

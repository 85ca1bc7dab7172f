"""The settings file: an INI file in the per-user configuration folder, which all that remembers something shares."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from dae_core.files import user_folder

_VERSION = 1


def settings_file(path: Path | None = None) -> QSettings:
    """Return the settings file, or another one at a path; one of another version, or a bad one, counts as empty."""
    path = path or user_folder("config") / "settings.ini"
    store = QSettings(str(path), QSettings.Format.IniFormat)
    if store.value("version") not in (None, "", _VERSION, str(_VERSION)):
        store.clear()
    store.setValue("version", _VERSION)
    return store

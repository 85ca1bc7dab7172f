"""What is remembered between two starts. A bad settings file never stops the start: it counts as empty."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray

from dae_core.datasets import DataError, ImageOptions
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import ConfigError
from dae_gui.support.settings_file import settings_file
from dae_gui.support.theme import ThemeChoice

_MOST_SESSIONS = 10
_MOST_COMMANDS = 30
_MOST_OPTIONS = 20  # sources whose options are remembered


class Settings:
    """Typed access to the settings file, an INI file in the per-user configuration folder."""

    PRESENT_PERCENT = 150
    """How large everything is in Present mode unless the user chose otherwise."""

    def __init__(self, path: Path | None = None) -> None:
        self._store = settings_file(path)

    def sync(self) -> None:
        """Write now."""
        self._store.sync()

    @property
    def theme(self) -> ThemeChoice:
        """Light, dark, or as the system."""
        try:
            return ThemeChoice(self._text("theme"))
        except ValueError:
            return ThemeChoice.SYSTEM

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._store.setValue("theme", choice.value)

    @property
    def zoom_percent(self) -> int:
        """How large everything in the window is drawn."""
        return self._whole_number("zoom_percent", 100)

    @zoom_percent.setter
    def zoom_percent(self, percent: int) -> None:
        self._store.setValue("zoom_percent", percent)

    @property
    def present_percent(self) -> int:
        """How large everything is drawn in Present mode."""
        return self._whole_number("present_percent", self.PRESENT_PERCENT)

    @present_percent.setter
    def present_percent(self, percent: int) -> None:
        self._store.setValue("present_percent", percent)

    @property
    def config(self) -> TrainingConfig:
        """The training settings of last time; the defaults where there are none."""
        try:
            return TrainingConfig.from_json(self._text("config"))
        except ConfigError:
            return TrainingConfig()

    @config.setter
    def config(self, config: TrainingConfig) -> None:  # code of the user's own belongs to sessions
        config = config.without_own_code()
        self._store.setValue("config", config.to_json())

    @property
    def data_source(self) -> str:
        """The data set of last time: "digits", or a path."""
        return self._text("data_source") or "digits"

    @data_source.setter
    def data_source(self, source: str) -> None:
        self._store.setValue("data_source", source)

    @property
    def recent_data(self) -> list[str]:
        """Paths of data sets that were opened, the newest first."""
        return self._texts("recent_data")[:8]

    @recent_data.setter
    def recent_data(self, paths: list[str]) -> None:
        self._store.setValue("recent_data", paths[:8])

    @property
    def recent_sessions(self) -> list[str]:
        """Paths of session files that were opened or saved, the newest first."""
        return self._texts("recent_sessions")[:_MOST_SESSIONS]

    @recent_sessions.setter
    def recent_sessions(self, paths: list[str]) -> None:
        self._store.setValue("recent_sessions", paths[:_MOST_SESSIONS])

    def iterations(self, path: str) -> int | None:
        """Return how far the run of a session file was when it was used last; None where that is not known."""
        known = self._json("session_iterations").get(path)
        return known if type(known) is int and 0 <= known < 2**63 else None

    def set_iterations(self, path: str, iterations: int) -> None:
        """Remember how far the run of a session file is."""
        known = {p: n for p, n in self._json("session_iterations").items() if p in self.recent_sessions}
        self._store.setValue("session_iterations", json.dumps(known | {path: iterations}))

    @property
    def recent_commands(self) -> list[str]:
        """Keys of what was chosen in the command palette, the newest first."""
        return self._texts("recent_commands")[:_MOST_COMMANDS]

    @recent_commands.setter
    def recent_commands(self, keys: list[str]) -> None:
        self._store.setValue("recent_commands", keys[:_MOST_COMMANDS])

    def image_options(self, source: str) -> ImageOptions | None:
        """Return how the pictures of a source were made equal last time; None where the user was not asked."""
        try:
            return ImageOptions(**self._all_image_options()[source])
        except (KeyError, TypeError, DataError):
            return None

    def set_image_options(self, source: str, options: ImageOptions | None) -> None:
        """Remember how the pictures of a source are made equal; None: as they are."""
        known = self._all_image_options()
        known.pop(source, None)
        if options is not None:
            known[source] = dataclasses.asdict(options)
        self._store.setValue("image_options", json.dumps(dict(list(known.items())[-_MOST_OPTIONS:])))

    def _all_image_options(self) -> dict[str, Any]:
        return self._json("image_options")

    def _json(self, key: str) -> dict[str, Any]:
        """Return an object that was written as JSON; an empty one where it is not."""
        try:
            known = json.loads(self._text(key) or "{}")
        except ValueError:
            return {}
        return known if isinstance(known, dict) else {}

    def switch(self, name: str) -> bool:
        """Return whether something is on that is unless the user switches it off."""
        return self._text(f"switches/{name}") != "off"

    def set_switch(self, name: str, is_on: bool) -> None:
        """Remember that something is on, or off."""
        self._store.setValue(f"switches/{name}", "on" if is_on else "off")

    @property
    def geometry(self) -> QByteArray:
        """Place and size of the window, for ``restoreGeometry``; empty if unknown."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def layout(self) -> QByteArray:
        """Docks and toolbars, for ``restoreState``; empty if unknown."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, value: QByteArray) -> None:
        self._store.setValue("window/layout", value)

    def _text(self, key: str) -> str:
        value = self._store.value(key)
        return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""

    def _texts(self, key: str) -> list[str]:
        value = self._store.value(key)
        values = value if isinstance(value, list) else [value]
        return [v for v in values if isinstance(v, str) and v]

    def _whole_number(self, key: str, default: int) -> int:
        text = self._text(key)
        return int(text) if text.isdecimal() and len(text) < 5 else default

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

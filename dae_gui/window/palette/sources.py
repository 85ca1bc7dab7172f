"""The sources of the command palette: a row each, in the order in which they are listed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMainWindow

from dae_gui.data.commands import DataCommands
from dae_gui.data.selection import DataSelection
from dae_gui.sessions.commands import SessionCommands
from dae_gui.sessions.run_list import RunList
from dae_gui.support.settings import Settings
from dae_gui.window.palette.command_palette import CommandPalette
from dae_gui.window.palette.fields import field_entries
from dae_gui.window.palette.menu_commands import command_entries
from dae_gui.window.palette.things import data_entries, help_entries, run_entries, session_entries
from dae_gui.window.panel_registry import PanelRegistry
from dae_gui.workbench.workbench import Workbench


def make_palette(
    window: QMainWindow,
    workbench: Workbench,
    runs: RunList,
    sessions: SessionCommands,
    selection: DataSelection,
    data_commands: DataCommands,
    studies: PanelRegistry,
    settings: Settings,
    open_path: Callable[[Path], object],
    show_page: Callable[[str], object],
) -> CommandPalette:
    """Return the palette of a window, which finds what these parts offer."""
    sources = (
        partial(command_entries, window),
        partial(field_entries, window),
        partial(run_entries, runs, workbench, sessions, studies),
        partial(data_entries, selection, data_commands, studies),
        partial(session_entries, settings, open_path),
        partial(help_entries, show_page),
    )
    return CommandPalette(window, sources, settings, studies)

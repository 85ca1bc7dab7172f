"""Runs, data sets, sessions and pages of the help, as entries of the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from dae_core.datasets import CATALOGUE
from dae_core.texts import format_bytes, plain
from dae_gui.data.commands import DataCommands
from dae_gui.data.selection import DataSelection, is_path
from dae_gui.panels.dataset_panel import DatasetPanel
from dae_gui.sessions.commands import SessionCommands
from dae_gui.sessions.run_list import RunList
from dae_gui.support.settings import Settings
from dae_gui.window.dock_switch import bring_dock
from dae_gui.window.help_pages import PAGES
from dae_gui.window.palette.entries import Entry, Kind
from dae_gui.window.panel_registry import PanelRegistry
from dae_gui.workbench.workbench import Workbench


def run_entries(
    runs: RunList, workbench: Workbench, sessions: SessionCommands, studies: PanelRegistry
) -> Iterator[Entry]:
    """Return the runs of the session, the newest first.

    Choosing one makes it the current run; the current one, and any while training goes on, is shown in Runs instead.
    """
    for run in reversed(runs.runs):
        key, label = run.label.key, run.label
        is_current = key == runs.label.key
        shown = is_current or workbench.state.is_active
        choose = partial(_show_run, studies, key) if shown else partial(sessions.make_present, key)
        does = "current run, show in Runs" if is_current else "show in Runs" if shown else "make current"
        place = f"{run.checkpoint.iteration:,} iterations on {plain(run.data.name)} · {does}"
        yield Entry(f"run:{key}", Kind.RUN, plain(label.name), place, choose, more=plain(label.notes))


def _show_run(studies: PanelRegistry, key: str) -> None:
    from dae_gui.panels.runs_panel import RunsPanel

    bring_dock(studies.docks["runsDock"])
    panel = studies.panel("runsDock")
    if isinstance(panel, RunsPanel):
        panel.choose(key)


def data_entries(selection: DataSelection, commands: DataCommands, studies: PanelRegistry) -> Iterator[Entry]:
    """Return the data sets that can be used, and those that can be downloaded, which are shown in their dock."""
    here = selection.choices()
    for name, source in here:
        place = plain(source) if is_path(source) else "On this machine"
        place += " · in use" if source == selection.source else " · use"
        yield Entry(f"data:{source}", Kind.DATA, plain(name), place, partial(commands.open, source))
    for source in CATALOGUE.keys() - {source for _, source in here}:
        entry = CATALOGUE[source]
        place = f"{format_bytes(entry.bytes)} to download · show in Data sets"
        yield Entry(f"data:{source}", Kind.DATA, entry.title, place, partial(_show_data, studies, source))


def _show_data(studies: PanelRegistry, source: str) -> None:
    bring_dock(studies.docks["datasetDock"])
    panel = studies.panel("datasetDock")
    if isinstance(panel, DatasetPanel):
        panel.choose(source)


def session_entries(settings: Settings, open_path: Callable[[Path], object]) -> Iterator[Entry]:
    """Return the sessions that were opened or saved last."""
    for text in settings.recent_sessions:
        path = Path(text)
        choose = partial(open_path, path)
        yield Entry(f"session:{text}", Kind.SESSION, plain(path.name), plain(str(path.parent)), choose)


def help_entries(show_page: Callable[[str], object]) -> Iterator[Entry]:
    """Return the pages of the help, in its order, each found by the words in it too; many have the name of a dock."""
    for page in PAGES.values():
        name, words = f"Help: {page.title}", " ".join(page.text.split())
        yield Entry(f"help:{page.name}", Kind.HELP, name, "Help", partial(show_page, page.name), more=words)

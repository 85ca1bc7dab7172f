"""Every key of the program: those of the actions, from the actions, and those that widgets know themselves.

A test reads the code: whoever has a widget know a key adds it here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow

from dae_gui.support.plain_text import tip_text
from dae_gui.window.palette.menu_commands import NATIVE, placed_actions, title_of

_ELSEWHERE = "Window"
"""The group of actions that stand in no menu."""


@dataclass(frozen=True)
class WidgetKeys:
    """What some keys do while a widget has the focus.

    Parameters
    ----------
    group, text
        Which widget, and what happens.
    keys
        The keys, as Qt's portable texts.
    module
        Where they are handled.
    mouse
        What the mouse does alike, in words.
    """

    group: str
    text: str
    keys: tuple[str, ...]
    module: str
    mouse: str = ""


_ARROWS = ("Left", "Right", "Up", "Down")
WIDGET_KEYS = (
    WidgetKeys(
        "Curves and charts",
        "Read the values at an iteration",
        ("Left", "Right"),
        "dae_gui.widgets.plots.plot_view",
        "point",
    ),
    WidgetKeys("Curves and charts", "Read in larger steps", ("PgUp", "PgDown"), "dae_gui.widgets.plots.plot_view"),
    WidgetKeys(
        "Curves and charts", "Move along", ("Shift+Left", "Shift+Right"), "dae_gui.widgets.plots.plot_view", "drag"
    ),
    WidgetKeys("Curves and charts", "End reading", ("Esc",), "dae_gui.panels.curves_panel.panel"),
    WidgetKeys("Curves and charts", "Zoom in", ("+", "="), "dae_gui.widgets.plots.plot_view", "wheel"),
    WidgetKeys("Curves and charts", "Zoom out", ("-",), "dae_gui.widgets.plots.plot_view", "wheel"),
    WidgetKeys("Curves and charts", "Show the whole run", ("Home",), "dae_gui.panels.curves_panel.panel"),
    WidgetKeys("Curves and charts", "Follow the newest iterations", ("End",), "dae_gui.panels.curves_panel.panel"),
    WidgetKeys("Filters and other mosaics", "Select the next tile", _ARROWS, "dae_gui.widgets.pictures.mosaic_view"),
    WidgetKeys(
        "Filters and other mosaics",
        "Select the first or the last tile",
        ("Home", "End"),
        "dae_gui.widgets.pictures.mosaic_view",
    ),
    WidgetKeys("Canvas", "Pen", ("P",), "dae_gui.panels.denoise_panel.draw_page"),
    WidgetKeys("Canvas", "Eraser", ("E",), "dae_gui.panels.denoise_panel.draw_page"),
    WidgetKeys(
        "Canvas",
        "Erase while it is held",
        ("Shift",),
        "dae_gui.widgets.drawing.drawing_canvas",
        "right button",
    ),
    WidgetKeys("Canvas", "Thinner or thicker brush", ("[", "]"), "dae_gui.widgets.drawing.drawing_canvas"),
    WidgetKeys("Canvas", "Clear", ("Del", "Backspace"), "dae_gui.widgets.drawing.drawing_canvas"),
    WidgetKeys("Canvas", "Keep the drawing in My digits", ("K",), "dae_gui.panels.denoise_panel.draw_page"),
    WidgetKeys(
        "Time machine", "To the snapshot before or after", ("Left", "Right"), "dae_gui.panels.timeline_panel.panel"
    ),
    WidgetKeys("Time machine", "To the first snapshot", ("Home",), "dae_gui.panels.timeline_panel.panel"),
    WidgetKeys("Time machine", "Back to now", ("End", "Esc"), "dae_gui.panels.timeline_panel.panel"),
    WidgetKeys("Time machine", "Play, or stop playing", ("Space",), "dae_gui.panels.timeline_panel.panel"),
    WidgetKeys("Unit", "To the unit before or after", ("Left", "Right"), "dae_gui.panels.unit_panel.panel"),
    WidgetKeys("One step", "To the stage before or after", ("Left", "Right"), "dae_gui.panels.step_panel.card_row"),
    WidgetKeys("One step", "To the first or the last stage", ("Home", "End"), "dae_gui.panels.step_panel.card_row"),
    WidgetKeys("Runs", "Delete the selected runs", ("Del",), "dae_gui.panels.runs_panel.run_table"),
    WidgetKeys("Runs", "Rename, or write a note", ("F2",), "dae_gui.panels.runs_panel.run_table", "double click"),
    WidgetKeys(
        "Data sets",
        "Use the chosen one, or download it",
        ("Return", "Enter"),
        "dae_gui.panels.dataset_panel.data_list",
        "double click",
    ),
    WidgetKeys("Data sets", "Remove the chosen one", ("Del",), "dae_gui.panels.dataset_panel.data_list"),
    WidgetKeys("Command palette", "Choose", ("Up", "Down", "PgUp", "PgDown"), "dae_gui.window.palette.popup"),
    WidgetKeys("Command palette", "Close", ("Esc",), "dae_gui.window.palette.popup"),
    WidgetKeys("Command palette", "Do what is chosen", ("Return", "Enter"), "dae_gui.window.palette.popup", "click"),
)


@dataclass(frozen=True)
class KeyRow:
    """A line of the list of keys: its group, what happens, the keys as the desktop writes them, and more words."""

    group: str
    text: str
    keys: str
    more: str = ""


def written(keys: Iterable[str | QKeySequence]) -> str:
    """Return keys as the desktop writes them, parted by commas."""
    return ", ".join(QKeySequence(key).toString(NATIVE) for key in keys)


def key_rows(window: QMainWindow) -> list[KeyRow]:
    """Return all keys: those of a window's actions by their menus, then those of widgets."""
    rows = [
        KeyRow(
            placed.titles[0] if placed.titles else _ELSEWHERE,
            title_of(placed.action.text()),
            written(placed.action.shortcuts()),
            f"{' '.join(placed.titles)} {tip_text(placed.action.statusTip())}",
        )
        for placed in placed_actions(window)
        if placed.action.shortcuts()
    ]
    for row in WIDGET_KEYS:
        keys = written(row.keys) + (f", {row.mouse}" if row.mouse else "")
        rows.append(KeyRow(row.group, row.text, keys, row.group))
    return rows

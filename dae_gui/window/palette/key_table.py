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
    is_range
        Whether the keys are the first and the last of some.
    """

    group: str
    text: str
    keys: tuple[str, ...]
    module: str
    mouse: str = ""
    is_range: bool = False

    def written(self) -> str:
        """Return the keys as the desktop writes them, and what the mouse does alike."""
        keys = written(self.keys, " … " if self.is_range else ", ")
        return ", ".join(filter(None, (keys, self.mouse)))


_PLOTS, _PLOT = "Curves and charts", "dae_gui.widgets.plots.plot_view"
_MOSAICS, _ZOOM = "Filters and other mosaics", "dae_gui.widgets.pictures.zoom_mosaic"
_MAP, _WANDERING = "Map of the code", "dae_gui.widgets.plots.wandering_map"
_DRAGGED = "dae_gui.widgets.pictures.wandering"
_CODE, _EDITOR = "Your code", "dae_gui.widgets.code_editor.editor"
_ARROWS = ("Left", "Right", "Up", "Down")
WIDGET_KEYS = (
    WidgetKeys(
        _PLOTS,
        "Read the values at an iteration",
        ("Left", "Right"),
        _PLOT,
        "point",
    ),
    WidgetKeys(_PLOTS, "Read in larger steps", ("PgUp", "PgDown"), _PLOT),
    WidgetKeys(_PLOTS, "Move along", ("Shift+Left", "Shift+Right"), _PLOT, "drag"),
    WidgetKeys(_PLOTS, "End reading", ("Esc",), "dae_gui.panels.curves_panel.panel"),
    WidgetKeys(_PLOTS, "Zoom in", ("+", "="), _PLOT, "wheel"),
    WidgetKeys(_PLOTS, "Zoom out", ("-",), _PLOT, "wheel"),
    WidgetKeys(_PLOTS, "Show the whole run", ("Home",), "dae_gui.panels.curves_panel.panel"),
    WidgetKeys(_PLOTS, "Follow the newest iterations", ("End",), "dae_gui.panels.curves_panel.panel"),
    WidgetKeys(_PLOTS, "To the next point of a chart", ("Left", "Right"), "dae_gui.widgets.plots.scatter_chart"),
    WidgetKeys(
        _PLOTS,
        "To the next pair of values of a heat map",
        ("Left", "Right", "Up", "Down"),
        "dae_gui.widgets.plots.heat_chart",
    ),
    WidgetKeys(_MOSAICS, "Select the next tile", _ARROWS, "dae_gui.widgets.pictures.mosaic_view"),
    WidgetKeys(
        _MOSAICS,
        "Select the first or the last tile",
        ("Home", "End"),
        "dae_gui.widgets.pictures.mosaic_view",
    ),
    WidgetKeys(_MOSAICS, "Zoom in", ("+", "="), _DRAGGED, "wheel"),
    WidgetKeys(_MOSAICS, "Zoom out", ("-", "_"), _DRAGGED, "wheel"),
    WidgetKeys(_MOSAICS, "Show all tiles", ("0",), _ZOOM, "double click"),
    WidgetKeys(_MOSAICS, "Go through the rows", ("PgUp", "PgDown"), _ZOOM, "drag"),
    WidgetKeys(_MOSAICS, "Go to a unit by its number", ("1", "9"), _ZOOM, is_range=True),
    WidgetKeys(_MOSAICS, "Close the lens", ("Esc",), _ZOOM),
    WidgetKeys(_MOSAICS, "Leave the field of the number", ("Esc",), "dae_gui.panels.filters_panel.unit_field"),
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
    WidgetKeys("Unit", "To the tile beside", ("Left", "Right"), "dae_gui.panels.unit_panel.unit_tiles"),
    WidgetKeys(
        "Unit", "Go to the chosen similar unit", ("Return", "Enter", "Space"), "dae_gui.panels.unit_panel.unit_tiles"
    ),
    WidgetKeys("One step", "To the stage before or after", ("Left", "Right"), "dae_gui.panels.step_panel.card_row"),
    WidgetKeys("One step", "To the first or the last stage", ("Home", "End"), "dae_gui.panels.step_panel.card_row"),
    WidgetKeys(_MAP, "To the next digit in a direction", _ARROWS, _WANDERING, "click"),
    WidgetKeys(_MAP, "Move along", tuple(f"Shift+{key}" for key in _ARROWS), _WANDERING, "drag"),
    WidgetKeys(_MAP, "Zoom in", ("+", "="), _DRAGGED, "wheel"),
    WidgetKeys(_MAP, "Zoom out", ("-", "_"), _DRAGGED, "wheel"),
    WidgetKeys(_MAP, "Show the whole map", ("0",), _WANDERING, "double click"),
    WidgetKeys(_MAP, "Select no digit", ("Esc",), _WANDERING),
    WidgetKeys("Lessons", "Give the answer", ("Return", "Enter"), "dae_gui.lessons.lesson.question_form"),
    WidgetKeys(_CODE, "Check the function", ("Ctrl+Return", "Ctrl+Enter"), _EDITOR),
    WidgetKeys(_CODE, "Indent, or one level less", ("Tab", "Shift+Tab"), _EDITOR),
    WidgetKeys(_CODE, "Make comments of lines, or code again", ("Ctrl+M",), _EDITOR),
    WidgetKeys(_CODE, "New line with the indentation that it needs", ("Return", "Enter"), _EDITOR),
    WidgetKeys(_CODE, "Delete a level of indentation", ("Backspace",), _EDITOR),
    WidgetKeys(_CODE, "To the first letter of the line, or its beginning", ("Home",), _EDITOR),
    WidgetKeys(_CODE, "Undo and redo what was written", ("Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z"), _EDITOR),
    WidgetKeys(_CODE, "Leave the code for Check, or for the field before", ("Ctrl+Tab", "Ctrl+Shift+Tab"), _EDITOR),
    WidgetKeys(_CODE, "Have the next Tab leave the code", ("Esc",), _EDITOR),
    WidgetKeys("Runs", "Delete the selected runs", ("Del",), "dae_gui.panels.runs_panel.run_table"),
    WidgetKeys("Runs", "Filter the runs", ("Ctrl+F",), "dae_gui.panels.runs_panel.run_list"),
    WidgetKeys("Runs", "Clear the filter", ("Esc",), "dae_gui.panels.runs_panel.run_list"),
    WidgetKeys("Runs", "From the filter into the table", ("Down",), "dae_gui.panels.runs_panel.run_list"),
    WidgetKeys("Runs", "Show or hide the curves", ("Space",), "dae_gui.panels.runs_panel.run_table"),
    WidgetKeys("Runs", "Rename, or write a note", ("F2",), "dae_gui.panels.runs_panel.run_table", "double click"),
    WidgetKeys(
        "Data sets",
        "Use the chosen one, or download it",
        ("Return", "Enter"),
        "dae_gui.panels.dataset_panel.data_list",
        "double click",
    ),
    WidgetKeys("Data sets", "Remove the chosen one", ("Del",), "dae_gui.panels.dataset_panel.data_list"),
    WidgetKeys("Side rail", "To the dock above or below", ("Up", "Down"), "dae_gui.window.dock_rail"),
    WidgetKeys("Side rail", "To the first or the last dock", ("Home", "End"), "dae_gui.window.dock_rail"),
    WidgetKeys("View", "Leave Present, or the one panel", ("Esc",), "dae_gui.window.view_modes"),
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


def written(keys: Iterable[str | QKeySequence], between: str = ", ") -> str:
    """Return keys as the desktop writes them."""
    return between.join(QKeySequence(key).toString(NATIVE) for key in keys)


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
    return rows + [KeyRow(row.group, row.text, row.written(), row.group) for row in WIDGET_KEYS]

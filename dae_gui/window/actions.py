"""The table of the window's actions: name, text, shortcut, icon, tip. The window wires them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from dae_core.exporting.files import FORMATS
from dae_gui.exports.formats import action_name
from dae_gui.support.icons import icon
from dae_gui.support.plain_text import plain_tip


@dataclass(frozen=True)
class ActionSpec:
    """One action. ``shortcut`` is a portable text or one of Qt's standard keys, ``also`` are further keys."""

    name: str
    text: str
    tip: str
    icon: str = ""
    shortcut: str | QKeySequence.StandardKey | None = None
    checkable: bool = False
    also: tuple[str, ...] = ()


ACTIONS = (
    # Training
    ActionSpec("startAction", "&Start", "Start training with the settings at the left", "start", "F5"),
    ActionSpec("pauseAction", "&Pause", "Pause the run, or go on with it", "pause", "F6", checkable=True),
    ActionSpec("stepAction", "St&ep", "Train for exactly one digit", "step", "F7"),
    ActionSpec("stopAction", "S&top", "End the run; weights and curves stay", "stop", "F8"),
    ActionSpec("resetAction", "&Reset", "Go back to the start weights (same seed)", "reset", "Ctrl+R"),
    ActionSpec(
        "continueAction",
        "&Continue for more…",
        "Train the present weights for more iterations; the curves go on",
        "continue",
        "Ctrl+Return",
    ),
    # File
    ActionSpec(
        "newSessionAction",
        "&New session",
        "Begin without runs; unsaved ones are asked about",
        "",
        QKeySequence.StandardKey.New,
    ),
    ActionSpec(
        "openSessionAction",
        "&Open session…",
        "Open a .dae file, a lesson or a hand-in: runs, curves and snapshots; training goes on exactly where it was",
        "open",
        QKeySequence.StandardKey.Open,
    ),
    ActionSpec(
        "saveSessionAction",
        "&Save session",
        "Save all runs with their settings, curves and snapshots in a .dae file",
        "save",
        QKeySequence.StandardKey.Save,
    ),
    ActionSpec("saveSessionAsAction", "Save session &as…", "Save the session in another file", "", "Ctrl+Shift+S"),
    ActionSpec(
        "openDataAction", "Open &data folder…", "Train on a folder of IDX files or of pictures", "open", "Ctrl+D"
    ),
    ActionSpec(
        "openDataFileAction",
        "Open data &file…",
        "Train on one file of images: a table, NumPy, MATLAB, IDX, ZIP",
        "",
        "Ctrl+Shift+D",
    ),
    ActionSpec(
        "openImagesAction",
        "Open &images…",
        "Train on a folder of pictures: PNG, JPEG, BMP, TIFF, WebP",
        "picture",
        "Ctrl+Shift+I",
    ),
    ActionSpec(
        "imageOptionsAction",
        "Ho&w images are read…",
        "Change size, grey levels, orientation, polarity and labels of the images that are open",
    ),
    ActionSpec(
        "openModelAction",
        "Open &model…",
        "Load weights from a .safetensors file",
    ),
    ActionSpec(
        "saveModelAction",
        "Sa&ve model…",
        "Save the present weights as a .safetensors file",
    ),
    ActionSpec(
        "reportAction",
        "Write a &report…",
        "Write an HTML and a PDF report on this run: pictures, comparison, and the exercise's questions answered",
        "",
        "Ctrl+Shift+R",
    ),
    ActionSpec(
        "prepareLessonAction",
        "&Prepare a lesson…",
        "Make a lesson of the present window: what is set becomes its settings, and questions are added",
    ),
    ActionSpec(
        "handInAction",
        "&Hand in…",
        "Write what you did in the lesson that is open into one file for your teacher: answers, figures, runs, code",
    ),
    ActionSpec("exportAction", "&Export…", "Choose what of this run is written, and where", "export", "Ctrl+E"),
    ActionSpec(
        "exportAllAction",
        "Export &all…",
        "Write everything of this run into a new folder: numbers, model, script, notebook and pictures",
        "",
        "Ctrl+Shift+E",
    ),
    *(ActionSpec(action_name(row), f"{row.label}…", f"Write {row.about}") for row in FORMATS.values()),
    ActionSpec("exportCurvesAction", "C&urves as picture…", "Save the curves as PNG, SVG or PDF", "picture"),
    ActionSpec("exportWAction", "Filters &W as picture…", "Save the mosaic of W as PNG, SVG or PDF", "picture"),
    ActionSpec("exportVAction", "Filters &V as picture…", "Save the mosaic of V as PNG, SVG or PDF", "picture"),
    ActionSpec(
        "exportRowsAction", "&Ten digits as picture…", "Save the three rows of digits as PNG, SVG or PDF", "picture"
    ),
    ActionSpec("quitAction", "&Quit", "Close the window", "", "Ctrl+Q"),
    # Edit
    ActionSpec("undoAction", "&Undo", "Take back the last change of a setting or of the drawing", "undo", "Ctrl+Z"),
    ActionSpec("redoAction", "&Redo", "Do again what was taken back", "redo", "Ctrl+Shift+Z"),
    ActionSpec(
        "copyAction",
        "&Copy",
        "Copy the picture, the plot, the table or the text that has the focus: click it first",
        "",
        QKeySequence.StandardKey.Copy,
    ),
    # Understand
    ActionSpec(
        "checkGradientAction", "&Check the gradient…", "Hold the gradient against finite differences, block by block"
    ),
    # View
    ActionSpec(
        "zoomInAction",
        "Zoom &in",
        "Draw letters, lines and marks larger",
        "",
        "Ctrl++",
        also=("Ctrl+=",),
    ),
    ActionSpec("zoomOutAction", "Zoom &out", "Draw letters, lines and marks smaller", "", "Ctrl+-", also=("Ctrl+_",)),
    ActionSpec("zoomAction", "A&ctual size", "Draw everything at its usual size", "", "Ctrl+0"),
    ActionSpec(
        "maximizeAction",
        "Ma&ximize panel",
        "Give all of the window to the panel under the pointer, or bring the layout back",
        "",
        "Ctrl+Shift+M",
        checkable=True,
    ),
    ActionSpec(
        "presentAction",
        "&Present",
        "For a projector: the whole screen for the panels that are open, with large letters and thick lines",
        "",
        "Shift+F11",
        checkable=True,
    ),
    ActionSpec("spotlightAction", "&Spotlight", "A bright ring around the pointer", "", "Ctrl+Shift+L", checkable=True),
    ActionSpec("resetLayoutAction", "Reset &layout", "Put all docks back where they were at first"),
    ActionSpec("nextDockAction", "&Next part", "Go to the next dock, or to the curves", "", "Ctrl+F6"),
    ActionSpec("previousDockAction", "&Previous part", "Go back to the dock before", "", "Ctrl+Shift+F6"),
    ActionSpec("widerDockAction", "&Wider", "Make the dock with the focus wider", "", "Alt+Shift+Right"),
    ActionSpec("narrowerDockAction", "N&arrower", "Make the dock with the focus narrower", "", "Alt+Shift+Left"),
    ActionSpec("tallerDockAction", "&Taller", "Make the dock with the focus taller", "", "Alt+Shift+Down"),
    ActionSpec("lowerDockAction", "&Lower", "Make the dock with the focus lower", "", "Alt+Shift+Up"),
    ActionSpec("systemThemeAction", "As the &system", "Light or dark, as the desktop is", checkable=True),
    ActionSpec("lightThemeAction", "&Light", "Dark text on light ground", checkable=True),
    ActionSpec("darkThemeAction", "&Dark", "Light text on dark ground", checkable=True),
    ActionSpec("fullScreenAction", "&Full screen", "Fill the screen, or go back", "", "F11", checkable=True),
    # Help
    ActionSpec(
        "paletteAction",
        "&Find anything…",
        "The command palette: every command, setting, dock, run and data set, by any part of its name",
        "",
        "Ctrl+K",
    ),
    ActionSpec("helpAction", "&What is this?", "What the part with the focus shows, and how it is used", "help", "F1"),
    ActionSpec("manualAction", "&Manual", "Tutorials, how-to pages, explanations and reference"),
    ActionSpec("shortcutsAction", "&Keyboard shortcuts", "All keys, in groups; can be searched", "", "Ctrl+/"),
    ActionSpec("aboutAction", "&About", "Version, licence and libraries", "info"),
)

Entries = tuple[str | None, ...]


def _format_entries(*groups: str) -> Entries:
    """Return the entries of the formats to export, a separator behind each group."""
    return tuple(
        name for group in groups for name in (*(action_name(r) for r in FORMATS.values() if r.group == group), None)
    )


# Menus, in order; None is a separator. "export" and the docks are filled in by the window.
TRAINING_MENU = ("startAction", "pauseAction", "stepAction", "stopAction", None, "continueAction", "resetAction")
FILE_MENU = (
    "newSessionAction",
    "openSessionAction",
    "saveSessionAction",
    "saveSessionAsAction",
    None,
    "openDataAction",
    "openDataFileAction",
    "openImagesAction",
    "imageOptionsAction",
    None,
    "openModelAction",
    "saveModelAction",
    None,
    "reportAction",
    None,
    "prepareLessonAction",
    "handInAction",
)
EDIT_MENU = ("undoAction", "redoAction", None, "copyAction")
EXPORT_MENU = (
    "exportAction",
    "exportAllAction",
    None,
    *_format_entries("History", "Parameters", "To run again"),
    "exportCurvesAction",
    "exportWAction",
    "exportVAction",
    "exportRowsAction",
)
PART_MENU = (
    "nextDockAction",
    "previousDockAction",
    None,
    "widerDockAction",
    "narrowerDockAction",
    "tallerDockAction",
    "lowerDockAction",
)
ZOOM_MENU = ("zoomInAction", "zoomOutAction", "zoomAction")
SHOW_MENU = ("maximizeAction", "presentAction", "spotlightAction", "fullScreenAction", None, "resetLayoutAction")
THEME_MENU = ("systemThemeAction", "lightThemeAction", "darkThemeAction")
HELP_MENU = ("paletteAction", None, "helpAction", "manualAction", "shortcutsAction", None, "aboutAction")


def create_actions(parent: QWidget) -> dict[str, QAction]:
    """Return all actions by name, as children of ``parent``."""
    actions = {}
    for spec in ACTIONS:
        action = QAction(spec.text, parent)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        if spec.shortcut is not None:
            action.setShortcuts([QKeySequence(key) for key in (spec.shortcut, *spec.also)])
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(plain_tip(f"{spec.tip} ({keys})" if keys else spec.tip))
        action.setStatusTip(spec.tip)
        actions[spec.name] = action
    refresh_icons(actions)
    return actions


def refresh_icons(actions: dict[str, QAction]) -> None:
    """Draw the icons anew in the colours of the present theme."""
    for spec in ACTIONS:
        if spec.icon:
            actions[spec.name].setIcon(icon(spec.icon))

"""Colours, pens and the plots' global options, light and dark: the only place where a colour is named."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyle

from dae_gui.support.restyling import restyling
from dae_gui.support.scale import scaled
from dae_gui.support.style_sheet import style_sheet

_LENGTH = re.compile(r"(?<![\w.])(\d+)px")  # in the style sheet


class ThemeChoice(StrEnum):
    """What the user can choose in the View menu."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Theme:
    """The colours of one theme, as #rrggbb.

    Panels, plots and dialogs stand on ``surface``, the window behind them shows its ``ground``. All texts have a
    contrast of 4.5 or more to every ground that they stand on, marks and the edges of controls one of 3; a test
    computes it. Hairlines divide what is told apart without them, and may be fainter.
    """

    is_dark: bool
    ground: str
    surface: str
    base: str
    alternate: str
    button: str
    hover: str
    text: str
    faint_text: str
    accent: str
    accent_text: str
    focus: str
    """The ring around what has the keyboard's focus: 3 to 1 and more against every ground."""
    selection: str
    border: str
    hairline: str
    # Plots
    axis: str
    error: str
    error_raw: str
    sparsity: str
    sparsity_raw: str
    held_out: str
    averaged: str
    linear_bound: str
    change_mark: str
    # Messages
    warning: str
    warning_background: str
    done: str
    # Program code, on ``base``; its comments have the colour of faint texts
    code_keyword: str
    code_name: str
    code_builtin: str
    code_string: str
    code_number: str

    @property
    def plot_background(self) -> str:
        """That of plots: the ground of all that has content."""
        return self.surface


LIGHT = Theme(
    is_dark=False,
    ground="#e9ecf1",
    surface="#ffffff",
    base="#ffffff",
    alternate="#f4f6f9",
    button="#ffffff",
    hover="#e6ebf3",
    text="#1b1f27",
    faint_text="#586171",
    accent="#2563c9",
    accent_text="#ffffff",
    focus="#0f3d91",
    selection="#d6e4fa",
    border="#7d8694",
    hairline="#dce1e8",
    axis="#5b6472",
    error="#2563c9",
    error_raw="#c6d7f3",
    sparsity="#b54f0a",
    sparsity_raw="#f4dfcf",
    held_out="#0f7f5c",
    averaged="#a3195b",
    linear_bound="#8b2fa8",
    change_mark="#7d8594",
    warning="#a4420a",
    warning_background="#fdf0e3",
    done="#0d7554",
    code_keyword="#7a1fa2",
    code_name="#1b55b0",
    code_builtin="#0b6072",
    code_string="#0d6b4c",
    code_number="#9c3d08",
)

DARK = Theme(
    is_dark=True,
    ground="#0f1216",
    surface="#191c22",
    base="#20242c",
    alternate="#20242c",
    button="#272c35",
    hover="#323945",
    text="#e6e9ee",
    faint_text="#9aa4b2",
    accent="#5b9bf5",
    accent_text="#0d1420",
    focus="#a9caff",
    selection="#26436b",
    border="#6e7889",
    hairline="#2e343e",
    axis="#98a2b0",
    error="#6aa9ff",
    error_raw="#2b3f5e",
    sparsity="#f2994a",
    sparsity_raw="#4b3626",
    held_out="#45c99b",
    averaged="#f08cc0",
    linear_bound="#cf86ea",
    change_mark="#7b8492",
    warning="#ffb077",
    warning_background="#3a2a1e",
    done="#45c99b",
    code_keyword="#d0a6f5",
    code_name="#8ec1ff",
    code_builtin="#7fd3e0",
    code_string="#7fd6a8",
    code_number="#f5b27a",
)


def system_prefers_dark() -> bool:
    """Whether the desktop asks for dark windows; False where it does not say."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def chosen_theme(choice: ThemeChoice) -> Theme:
    """Return the theme that a choice means now."""
    dark = system_prefers_dark() if choice is ThemeChoice.SYSTEM else choice is ThemeChoice.DARK
    return DARK if dark else LIGHT


def apply_theme(application: QApplication, theme: Theme, style: str | QStyle = "") -> None:
    """Give the whole application a theme's palette, and the style sheet in its colours over the Fusion style.

    The palette is set explicitly: ``styleHints().setColorScheme`` is ignored off screen and by some desktops.

    Parameters
    ----------
    application, theme
        The application, and what it is to look like.
    style
        Takes the place of the style that it has; without it that stays, and is Fusion at first.
    """
    sheet = _LENGTH.sub(lambda found: f"{scaled(int(found[1]))}px", style_sheet(theme))
    style = style or ("" if application.styleSheet() else "Fusion")
    with restyling():
        if style or application.styleSheet() != sheet:
            # Away first: to exchange one for another, Qt polishes each widget once for every widget that it is in, and
            # under a style sheet another style takes longer, too.
            application.setStyleSheet("")
        if style:
            application.setStyle(style)
        application.setPalette(palette(theme))
        if not application.styleSheet():
            application.setStyleSheet(sheet)


def palette(theme: Theme) -> QPalette:
    """Return the palette of a theme."""
    result = QPalette()
    role = QPalette.ColorRole
    colors = {
        role.Window: theme.surface,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: theme.alternate,
        role.Text: theme.text,
        role.PlaceholderText: theme.faint_text,
        role.Button: theme.button,
        role.ButtonText: theme.text,
        role.BrightText: theme.warning,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.ToolTipBase: theme.base,
        role.ToolTipText: theme.text,
        role.Accent: theme.accent,
        role.Light: theme.button,
        role.Midlight: theme.alternate,
        role.Mid: theme.hairline,
        role.Dark: theme.border,
        role.Shadow: "#000000",
    }
    for color_role, color in colors.items():
        result.setColor(color_role, QColor(color))
    for color_role in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, color_role, QColor(theme.faint_text))
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.border))
    return result


def current_theme(widget_palette: QPalette) -> Theme:
    """Return the theme that a widget's palette belongs to, for what a palette has no role for."""
    return DARK if widget_palette.color(QPalette.ColorRole.Window).lightnessF() < 0.5 else LIGHT


def configure_plots() -> None:
    """Set pyqtgraph's global options, once, before the first plot is made."""
    import pyqtgraph as pg

    pg.setConfigOptions(imageAxisOrder="row-major", antialias=False, useOpenGL=False)


def faint_line_color(palette: QPalette) -> QColor:
    """Colour of frames and gaps: between the window's and its text's, so that it shows in every theme."""
    window, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
    return QColor.fromRgbF(
        0.7 * window.redF() + 0.3 * text.redF(),
        0.7 * window.greenF() + 0.3 * text.greenF(),
        0.7 * window.blueF() + 0.3 * text.blueF(),
    )


# The colours that tell the runs of a session apart, on light and on dark plots. They were found by a search for the
# largest least difference (CIE 1976) between all pairs, and from the live run's curves, in normal vision and as people
# see them who lack one kind of cone (Machado et al. 2009), at a contrast of about 3 or more to the plot's background.
# The test measures it anew.
# Pink, indigo, olive or yellow, red, sky or mint, rose, purple or lime, wine or green.
LIGHT_COLORS = ("#c44e9d", "#3b14b1", "#9d894e", "#9d0000", "#3b9dd8", "#ff4e89", "#891476", "#761427")
DARK_COLORS = ("#d8279d", "#7662ff", "#ebc414", "#ff004e", "#9dffc4", "#ebc4ff", "#c4eb89", "#3b894e")

N_RUN_COLORS = len(LIGHT_COLORS)
"""How many runs are told apart by their colours alone."""
RUN_PATTERNS: tuple[tuple[int, ...], ...] = ((), (8, 4), (2, 3), (8, 3, 2, 3, 2, 3))
"""How the lines of the first eight runs are broken (not at all), those of the second eight, and so on."""


# Those of the classes of digits on a map, found in the same way for ten; there, names stand beside them.
LIGHT_CLASSES = (
    "#0077ff", "#ff5500", "#335544", "#992200", "#7700aa", "#dd6699", "#bb8866", "#4400ee", "#9977cc", "#881177",
)  # fmt: skip
DARK_CLASSES = (
    "#22ffdd", "#ee8811", "#bbff88", "#cc2222", "#8822ff", "#ff99ff", "#995577", "#ffee00", "#33aa66", "#bb00aa",
)  # fmt: skip


SPOTLIGHT_COLORS = "#ffd21f", "#14181f"
"""The ring around the pointer and its edges, one of which shows on any ground."""


def tinted(theme: Theme, index: int) -> Theme:
    """Return a theme whose error curves have the colour of a run, the raw one paler."""
    color, ground = run_color(index, theme.is_dark), QColor(theme.plot_background)
    parts = ((a + 3 * b) / 4 for a, b in zip(color.getRgbF()[:3], ground.getRgbF()[:3], strict=True))  # type: ignore[index]  # a tuple
    return replace(theme, error=color.name(), error_raw=QColor.fromRgbF(*parts).name())


def run_color(index: int, dark: bool) -> QColor:
    """Return the colour of a run on a plot; after eight runs the colours come again, with another `run_pattern`.

    Parameters
    ----------
    index
        `Label.color`, any whole number.
    dark
        Whether the plot is dark.
    """
    colors = DARK_COLORS if dark else LIGHT_COLORS
    return QColor(colors[index % len(colors)])


def run_pattern(index: int) -> tuple[int, ...]:
    """Return how the line of a run is broken, for those of one colour to be told apart: dashes and gaps in turn.

    Parameters
    ----------
    index
        `Label.color`, any whole number.

    Returns
    -------
    tuple
        Lengths in pixels of the screen at 100 %; empty for a whole line, which the first eight runs have.
    """
    return RUN_PATTERNS[index // N_RUN_COLORS % len(RUN_PATTERNS)]


def class_color(index: int, dark: bool) -> QColor:
    """Return the colour of a class of images on a plot that is dark or not; after ten classes they come again."""
    colors = DARK_CLASSES if dark else LIGHT_CLASSES
    return QColor(colors[index % len(colors)])


def ramp(theme: Theme, end: str, steps: int) -> list[QColor]:
    """Return colours from one that hardly shows on a plot to ``end``, a colour of the theme."""
    low, high = QColor(theme.plot_background).getRgbF()[:3], QColor(end).getRgbF()[:3]  # type: ignore[index]  # a tuple
    shares = [0.2 + 0.8 * step / (steps - 1) for step in range(steps)]
    return [QColor.fromRgbF(*(a + share * (b - a) for a, b in zip(low, high, strict=True))) for share in shares]

"""Texts have a contrast of 4.5 or more to every ground that they stand on, marks and edges of controls one of 3."""

from __future__ import annotations

from dataclasses import asdict
from itertools import product

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.support.theme import DARK, LIGHT, Theme, apply_theme, run_color, tinted
from dae_gui.widgets.controls.named import hint_label

TEXT, MARK = 4.5, 3.0
GROUNDS = ("ground", "surface", "base", "alternate", "button", "hover")
CODE = ("text", "faint_text", *(f"code_{kind}" for kind in ("keyword", "name", "builtin", "string", "number")))
# What stands on what: texts of any kind, the text of a warning, what is chosen, code (the
# line with the cursor and one with a mistake have grounds of their own), and what is drawn in a plot.
TEXTS = (
    *product(("text", "faint_text"), GROUNDS),
    ("text", "selection"),
    ("accent", "surface"),
    ("accent_text", "accent"),
    ("warning", "warning_background"),
    ("warning", "surface"),
    ("done", "ground"),
    ("axis", "surface"),
    ("sparsity", "surface"),
    *product(CODE, ("base", "hover", "warning_background")),
    ("plot_background", "held_out"),
    ("plot_background", "linear_bound"),
)
CURVES = ("error", "sparsity", "held_out", "linear_bound", "change_mark")
MARKS = (
    *product(CURVES, ("surface",)),
    *product(("border", "accent"), ("surface", "base", "ground")),
    *product(("focus",), GROUNDS),
)
themes = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(color: QColor) -> float:
    parts = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3])
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one: QColor, other: QColor) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def between(theme: Theme, one: str, other: str) -> float:
    colors = asdict(theme) | {"plot_background": theme.plot_background}
    return contrast(QColor(colors[one]), QColor(colors[other]))


@themes
def test_texts_and_marks_of_a_theme_can_be_read(theme: Theme) -> None:
    faint = {pair: ratio for pair in TEXTS if (ratio := between(theme, *pair)) < TEXT}
    faint |= {pair: ratio for pair in MARKS if (ratio := between(theme, *pair)) < MARK}
    assert faint == {}


@themes
def test_runs_in_their_own_colours_can_be_told_from_the_plot(theme: Theme) -> None:
    for index in range(8):
        assert contrast(run_color(index, theme.is_dark), QColor(theme.plot_background)) >= 2.99
        assert QColor(tinted(theme, index).error) == run_color(index, theme.is_dark)


def farthest(image: QImage, ground: QColor) -> float:
    """Return the largest contrast of a pixel to the ground: that of the middle of a stroke."""
    colors = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    return max(contrast(QColor(color), ground) for color in colors)


@themes
def test_painted_controls_have_edges_and_texts_that_can_be_seen(
    qtbot: QtBot, restored_theme: QApplication, theme: Theme
) -> None:
    apply_theme(restored_theme, theme)
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    box = QComboBox()
    box.addItem("Exact")
    controls = [QLineEdit("text"), QSpinBox(), box, QPushButton("Go"), QCheckBox()]
    for control in controls:
        layout.addWidget(control)
    hint = hint_label("hint", "Faint words about what is not there yet", window)
    layout.addWidget(hint)
    window.resize(300, 300)
    window.show()
    image = window.grab().toImage()
    ground = image.pixelColor(1, 1)
    assert ground == QColor(theme.surface)
    for control in controls:
        middle = control.geometry().center().y()
        rim = [image.pixelColor(control.x() + x, middle) for x in range(3)]
        assert max(contrast(pixel, ground) for pixel in rim) >= MARK, type(control).__name__
    assert farthest(image.copy(hint.geometry()), ground) >= TEXT
    for control in (controls[0], controls[3]):
        inside = control.geometry().adjusted(3, 3, -3, -3)
        assert farthest(image.copy(inside), image.pixelColor(inside.topLeft())) >= TEXT, type(control).__name__

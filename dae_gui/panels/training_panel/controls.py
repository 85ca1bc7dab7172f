"""Makes the panel's controls, each with its name, its accessible name and its tooltip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QWidget

from dae_gui.widgets.controls.named import named, narrow
from dae_gui.widgets.controls.whole_box import WholeBox


def make_combo(parent: QWidget, names: tuple[str, str], tip: str, texts: Mapping[Any, str] | None = None) -> QComboBox:
    """Return a box to choose from; ``names`` are its object name and its accessible name, ``texts`` {data: text}."""
    combo = QComboBox(parent)
    narrow(combo, 6)
    for value, text in (texts or {}).items():
        combo.addItem(text, value)
    return named(combo, *names, tip)


def make_spin(
    parent: QWidget,
    names: tuple[str, str],
    tip: str,
    limits: tuple[float, float],
    value: int,
    *,
    is_count: bool = True,
) -> WholeBox:
    """Return a box for a whole number, which takes it when the user is done typing."""
    box = WholeBox(int(limits[0]), int(limits[1]), value, is_count=is_count, parent=parent)
    return named(box, *names, tip)


def make_form(parent: QWidget | None = None) -> QFormLayout:
    """Return a form as narrow as its fields allow."""
    form = QFormLayout(parent) if parent is not None else QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(8)
    form.setVerticalSpacing(6)
    return form


def make_line(parent: QWidget) -> QFrame:
    """Return a faint line between two groups."""
    line = QFrame(parent)
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(line.palette().ColorRole.Mid)
    return line

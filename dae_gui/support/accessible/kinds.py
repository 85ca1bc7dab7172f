"""The vocabulary of what widgets that paint themselves are, and what they tell of themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible


class Kind(Enum):
    """What a widget is to a program that reads the screen: a row names the role."""

    PICTURE = QAccessible.Role.Graphic
    CHART = QAccessible.Role.Chart
    CANVAS = QAccessible.Role.Canvas
    MOSAIC = QAccessible.Role.List
    SLIDER = QAccessible.Role.Slider
    PROGRESS = QAccessible.Role.ProgressBar


@dataclass(frozen=True)
class Number:
    """A value as a number, in the unit in which it is told, with the ends of what it can be."""

    value: float
    least: float
    most: float
    step: float = 1.0


@dataclass(frozen=True)
class Items:
    """What a widget consists of that it paints itself, as the tiles of a mosaic.

    Attributes
    ----------
    count
        How many there are.
    name
        What one is called, by its index.
    place
        Where one is in the widget, by its index; a null rectangle where it is not to be seen.
    chosen
        The index of the one that is selected, or None.
    choose
        Selects one, as a click on it would.
    """

    count: int
    name: Callable[[int], str]
    place: Callable[[int], QRectF]
    chosen: int | None
    choose: Callable[[int], object]


@runtime_checkable
class Speaking(Protocol):
    """A widget that says what it is and what it shows; the two other methods below are for those that have such.

    ``accessible_number() -> Number | None``
        Its value as a number, for sliders and the like.
    ``accessible_items() -> Items``
        What it consists of.
    ``set_accessible_number(value: float)``
        Takes another value from a program that reads the screen.
    """

    accessible_kind: Kind

    def accessible_value(self) -> str:
        """Return what is shown now, as a sentence or a number with its unit; empty while there is nothing."""

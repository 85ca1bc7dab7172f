"""What the colours of the map tell: a digit's class, its error, or how a unit answers it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from dae_gui.panels.representation_panel.map_places import Result
from dae_gui.support.theme import Theme, class_color, ramp
from dae_gui.widgets.controls.number_text import number_text
from dae_gui.widgets.plots.point_legend import Legend
from dae_gui.widgets.plots.point_values import Coloring

_STEPS = 64
_TOP = 0.99  # of the digits have a colour of the ramp; that of the few beyond is the last one


def by_class(result: Result, theme: Theme, _unit: int) -> Coloring:
    """Colour by the class, in the fixed random order of the digits."""
    labels = result.request.dataset.test_labels
    if labels is None:
        return _plain(result, theme, "class: the data has no labels")
    shown = labels[result.held_out.indices]
    classes = np.unique(shown)
    colors = [class_color(place, theme.is_dark) for place in range(len(classes))]
    rgb = np.array([color.rgb() for color in colors], np.uint32)
    names = tuple((color, str(name)) for color, name in zip(colors, classes, strict=True))
    return Coloring(rgb[np.searchsorted(classes, shown)], np.arange(len(shown)), Legend("class", names))


def by_error(result: Result, theme: Theme, _unit: int) -> Coloring:
    """Colour by the error, the largest on top."""
    return _ramp(result.errors, theme, theme.sparsity, "error")


def by_activity(result: Result, theme: Theme, unit: int) -> Coloring:
    """Colour by the code's entry of a unit, the largest on top."""
    if not 0 <= unit < result.codes.shape[1]:
        return _plain(result, theme, "unit: none is selected")
    return _ramp(result.codes[:, unit].astype(np.float64), theme, theme.error, f"z, unit {unit + 1}")


COLORINGS: dict[str, tuple[str, str, Callable[[Result, Theme, int], Coloring]]] = {
    "class": ("Class", "The class of each image", by_class),
    "error": ("Error", "How far the decoded image is from the clean one: mean over pixels of (y − x₀)²", by_error),
    "unit": ("Selected unit", "z of the unit that is selected in the filters", by_activity),
}
"""The ways to colour the map: their names, tips and functions."""


def _ramp(values: NDArray[np.float64], theme: Theme, end: str, title: str) -> Coloring:
    colors = ramp(theme, end, _STEPS)
    rgb = np.array([color.rgb() for color in colors], np.uint32)
    finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(finite.min(initial=0.0)), float(np.quantile(finite, _TOP)) if len(finite) else 1.0
    high = high if high > low else max(float(finite.max(initial=0.0)), low + 1e-9)
    place = np.clip((finite - low) / (high - low), 0.0, 1.0)
    names = ((colors[0], number_text(low, ".2g")), (colors[-1], number_text(high, ".2g") + " or more"))
    legend = Legend(title, names, is_ramp=True)
    return Coloring(rgb[np.round(place * (_STEPS - 1)).astype(np.int64)], np.argsort(finite, kind="stable"), legend)


def _plain(result: Result, theme: Theme, title: str) -> Coloring:
    color, count = QColor(theme.axis), len(result.codes)
    return Coloring(np.full(count, color.rgb(), np.uint32), np.arange(count), Legend(title, ((color, "all"),)))

"""What the crosshair reads from curves: one line a curve, and dots on those that can be seen well."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF

from dae_gui.widgets.plots.curve_plot import CurvePlot
from dae_gui.widgets.plots.plot_overlay import Reading

_MOST_OTHERS = 8


class Recorded(Protocol):
    """A value for every iteration; that of iteration i stands at i - 1."""

    def __len__(self) -> int: ...

    def values(self) -> NDArray[np.float32]:
        """Return all values."""


@dataclass(frozen=True)
class Readable:
    """A curve that can be read: its name, how its values are written, and whether a dot marks the place."""

    key: str
    name: str
    places: int
    series: Recorded
    on_right: bool = False
    dot: bool = False


class ReadableRun(Protocol):
    """Another run whose curves are shown."""

    def __len__(self) -> int: ...

    def read(self, iteration: int) -> Reading | None:
        """Return what the crosshair reads at an iteration, or None beyond the run's end."""


def show_readings(
    plot: CurvePlot,
    mouse: QPointF,
    curves: Sequence[Readable],
    held_out: Sequence[tuple[int, float]],
    colors: dict[str, str],
    runs: Sequence[ReadableRun] = (),
    others_heading: str = "",
) -> None:
    """Let a plot's crosshair show what lies under the mouse.

    Parameters
    ----------
    plot
        Where.
    mouse
        The pixels of its view box.
    curves
        What to read.
    held_out
        Pairs (iteration, error), of which the nearest is read.
    colors
        The colours of the curves.
    runs
        Other runs, read after the rest as far as there is room.
    others_heading
        What is read of them.
    """
    count = max([len(curve.series) for curve in curves] + [len(run) for run in runs], default=0)
    number = min(max(round(plot.iteration_at(mouse)), 1), max(count, 1))
    x = float(plot.view_x(np.array([number]))[0])
    readings, dots = [Reading("Iteration", f"{number:,}")], []
    for curve in curves:
        if number > len(curve.series):
            continue
        value = curve.series.values()[number - 1 : number]
        color = colors[curve.key]
        readings.append(Reading(curve.name, f"{float(value[0]):.{curve.places}f}", color))
        y = float(plot.view_values(value, on_right=curve.on_right)[0])
        if curve.dot and np.isfinite(y):
            dots.append((QPointF(x, y), color))
    if held_out:
        at, error = min(held_out, key=lambda pair: abs(pair[0] - number))
        readings.append(Reading(f"Held-out error at {at:,}", f"{error:.1f}", colors["held_out"]))
    others = [reading for run in runs if (reading := run.read(number)) is not None]
    if others:
        room = int((plot.view_box.height() - 14.0) / (QFontMetricsF(plot.font()).height() + 2.0)) - len(readings) - 1
        most = max(min(room, _MOST_OTHERS), 1)
        if len(others) > most:
            others[most - 1 :] = [Reading(f"and {len(others) - most + 1} more", "")]
        others.insert(0, Reading(others_heading, ""))
    plot.crosshair.show_at(mouse, readings + others, dots)

"""The exercise's figures of a run as pictures: its curves, both layers' filters, and ten digits in three rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage

from dae_core.datasets import Dataset
from dae_core.model.losses import Loss
from dae_core.sessions.run import Run
from dae_gui.widgets.pictures.color_maps import to_rgb32
from dae_gui.widgets.pictures.picture import Picture, picture_of_drawing, picture_of_image

if TYPE_CHECKING:  # what draws the report is imported when the first figure is asked for
    from dae_core.report.curves import Curves
    from dae_core.report.document import Plot

Floats = NDArray[np.floating[Any]]
_DIGITS, _SEED = 10, 20_240_303  # those of the report
_SIDE = 1600  # filters and digits are enlarged to about so many pixels
_DRAWING = 720, 300
_GROUND = QColor("#ffffff")


class NoFigureError(Exception):
    """A figure cannot be drawn; the message is a sentence that says why."""


@dataclass(frozen=True)
class Figure:
    """One of the figures: its file name without ending, what people call it, and what draws it in any thread."""

    name: str
    text: str
    draw: Callable[[Run, Dataset | None], Picture]


def _filters_w(run: Run, _dataset: Dataset | None) -> Picture:
    return _filters("filters-W", run.model.W.T, run.data.shape)


def _filters_v(run: Run, _dataset: Dataset | None) -> Picture:
    return _filters("filters-V", run.model.V, run.data.shape)


def _filters(name: str, rows: Floats, shape: tuple[int, int]) -> Picture:
    from dae_core import mosaic
    from dae_core.report.pictures import with_gaps

    _, level = mosaic.filters(rows, shape)
    _, columns = mosaic.grid_shape(len(rows))
    with np.errstate(all="ignore"):
        tiles = with_gaps(rows.reshape(-1, *shape) / level, columns, 1, 1.0)
    return _grey(name, tiles, -1.0)


def _digits(run: Run, dataset: Dataset | None) -> Picture:
    from dae_core.evaluation.denoising import denoise_rows
    from dae_core.report.pictures import with_gaps

    if dataset is None:
        raise NoFigureError("There is no picture of digits: the run's data set is not open.")
    chosen = np.random.default_rng(_SEED).permutation(len(dataset.test_images))[:_DIGITS]
    rows = denoise_rows(run.model, dataset, dataset.test_images[chosen], run.config.corruption, _SEED)
    return _grey("ten-digits", with_gaps(np.concatenate(rows), len(chosen), 1, 1.0), 0.0)


def _error(run: Run, _dataset: Dataset | None) -> Picture:
    from dae_core.report.figures import error_plot

    return _curves("curve-error", run, error_plot)


def _smoothed(run: Run, _dataset: Dataset | None) -> Picture:
    from dae_core.report.figures import smoothed_plot

    return _curves("curves", run, smoothed_plot)


def _held_out(run: Run, _dataset: Dataset | None) -> Picture:
    from dae_core.report.figures import held_out_plot

    if not run.record.held_out:
        raise NoFigureError("There is no curve of the held-out error: it was not measured during the run.")
    return _curves("curve-held-out", run, held_out_plot)


def _curves(name: str, run: Run, plot: Callable[[Curves, Loss], Plot]) -> Picture:
    """Return a drawing of the whole history."""
    from dae_core.report.curves import Curves

    curves = Curves.of(run.history())
    if curves is None:
        raise NoFigureError("There are no curves: the run has no iterations yet.")
    drawing = plot(curves, run.config.architecture.output)
    return picture_of_drawing(name, drawing.draw(*_DRAWING).encode("utf-8"), QSizeF(*_DRAWING), _GROUND)


def _grey(name: str, pixels: Floats, low: float) -> Picture:
    """Return numbers from ``low`` (black) to 1 (white) as squares of one size; what is no number stands out."""
    rgb = to_rgb32(pixels, (low, 1.0), "gray", False)
    height, width = rgb.shape
    image = QImage(rgb.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    return picture_of_image(name, image.scaled(image.size() * max(1, round(_SIDE / max(pixels.shape)))))


FIGURES = (
    Figure("filters-W", "Filters W, what each hidden unit looks for", _filters_w),
    Figure("filters-V", "Filters V, what each hidden unit adds", _filters_v),
    Figure("ten-digits", "Ten held-out images: original, noisy, cleaned", _digits),
    Figure("curve-error", "Error of each iteration", _error),
    Figure("curves", "Error and sparsity, moving averages", _smoothed),
    Figure("curve-held-out", "Held-out error", _held_out),
)
"""All figures, in the order in which they are written."""

"""Redraws: ``python -m benchmarks.redraw_probe LENGTH ...`` prints milliseconds as JSON, of curves by their length."""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from PySide6.QtWidgets import QApplication

from dae_core.training.history import History
from dae_core.training.progress import Progress
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.workbench.workbench import Workbench

_PIECE = 50_000
_NEW = 1000  # iterations that come between two redraws
_REDRAWS = 25


def history_of(length: int) -> History:
    """Return a history of that many iterations, with curves that fall as those of a training do."""
    rng = np.random.default_rng(0)
    history = History()
    for first in range(0, length, _PIECE):
        at = np.arange(first, min(first + _PIECE, length))
        errors = (200 + 600 / (1 + at / 500) + 20 * rng.standard_normal(len(at))).astype(np.float32)
        history.append(Progress(int(at[-1]) + 1, length, errors, rng.random(len(at), np.float32), 0.0, 0.0))
    return history


def redraw(length: int) -> float:
    """Return the median milliseconds from new points to the painted panel, 900x600, everything fitted."""
    rng = np.random.default_rng(1)
    history = history_of(length)
    panel = CurvesPanel(Workbench())
    panel.resize(900, 600)
    panel.set_history(history)
    panel.show()
    QApplication.processEvents()
    taken = []
    for _ in range(_REDRAWS):
        new = (200 + 20 * rng.standard_normal(_NEW)).astype(np.float32)
        history.append(Progress(len(history) + _NEW, length, new, rng.random(_NEW, np.float32), 0.0, 0.0))
        started = time.perf_counter()
        panel.refresh()
        QApplication.processEvents()
        taken.append(time.perf_counter() - started)
    panel.close()
    return float(np.median(taken[3:])) * 1e3


def mosaic() -> float:
    """Return the median milliseconds from new weights of 225 units to the coloured picture."""
    weights = np.random.default_rng(3).normal(size=(420, 420)).astype(np.float32)
    view = MosaicView()
    view.set_color_map("diverging")
    taken = []
    for _ in range(_REDRAWS):
        started = time.perf_counter()
        view.set_tiles(weights, (28, 28), 225, (-3, 3))
        view.to_qimage()
        taken.append(time.perf_counter() - started)
    return float(np.median(taken[3:])) * 1e3


if __name__ == "__main__":
    application = QApplication([])
    print(json.dumps({"mosaic": mosaic(), **{length: redraw(int(length)) for length in sys.argv[1:]}}))

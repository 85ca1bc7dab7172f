"""The map of the code under load: ``python -m benchmarks.map_probe DATA SECONDS`` prints frames a second as JSON.

10,000 digits, fewer where the data set has fewer, are panned and zoomed in the real window while it trains at full
speed; a frame is all that the event loop does until the map has been painted.
"""

from __future__ import annotations

import json
import math
import sys
import time
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox

from benchmarks.window_probe import ENDLESS, wait
from dae_gui.app import create_window
from dae_gui.widgets.plots.wandering_map import WanderingMap
from dae_gui.window.dock_switch import bring_dock

_SCALES = (2, 8, 24)


def main(source: str, seconds: float) -> dict[str, Any]:
    """Measure."""
    window = create_window(["--data", source])
    window.resize(1440, 900)
    window.show()
    wait(60, lambda: window.workbench.model is not None)
    bring_dock(window.studies.docks["representationDock"])
    panel: Any = window.studies.panel("representationDock")
    panel.show_page("map")
    page = panel.pages["map"]
    counts = page.findChild(QComboBox, "mapCountComboBox")
    counts.setCurrentIndex(counts.count() - 1)
    most = min(10_000, len(window.workbench.dataset.test_images))
    wait(60, lambda: page.map.count() == most)
    window.controller.start(ENDLESS)
    wait(20, lambda: window.workbench.progress.iteration > 2000)
    before, started = window.workbench.progress.iteration, time.perf_counter()
    frames = {str(scale): frames_of(page.map, scale, seconds / len(_SCALES)) for scale in _SCALES}
    rate = (window.workbench.progress.iteration - before) / (time.perf_counter() - started)
    window.close()
    return {"points": most, "size": page.map.size().toTuple(), "rate": rate, "frames": frames}


def frames_of(view: WanderingMap, scale: float, seconds: float) -> dict[str, float]:
    """Pan at a scale as the mouse does; return frames a second and the 95th percentile of a frame in milliseconds."""
    view.show_all()
    middle = QPointF(view.rect().center())
    turn = QPoint(0, round(240 * math.log2(scale)))
    none, still = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    plain = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        view, QWheelEvent(middle, view.mapToGlobal(middle), QPoint(), turn, none, plain, still, False)
    )
    taken = []
    end = time.perf_counter() + seconds
    left = Qt.MouseButton.LeftButton
    send(view, QEvent.Type.MouseButtonPress, middle, left, left)
    while time.perf_counter() < end:
        began = time.perf_counter()
        angle = len(taken) / 10
        send(view, QEvent.Type.MouseMove, middle + QPointF(60 * math.cos(angle), 30 * math.sin(angle)), none, left)
        view.repaint()
        QApplication.processEvents()
        taken.append(time.perf_counter() - began)
    send(view, QEvent.Type.MouseButtonRelease, middle, left, none)
    return {"rate": 1 / float(np.mean(taken)), "p95": 1e3 * float(np.percentile(taken, 95))}


def send(view: WanderingMap, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    """Hand a mouse event to the map."""
    event = QMouseEvent(kind, place, view.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], float(sys.argv[2]))))

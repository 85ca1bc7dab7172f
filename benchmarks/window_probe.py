"""The real window under load: ``python -m benchmarks.window_probe DATA SECONDS`` prints what it measured as JSON.

In turn: the window at rest; training at full speed with every panel live, and in turns without a window's work; the
same updates without training (recorded ones, played back at the same pace); and a pen stroke.
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.trainer import CHUNK, Trainer
from dae_gui.app import create_window
from dae_gui.training.messages import Update
from dae_gui.workbench.state import State

ENDLESS = TrainingConfig(iterations=100_000_000)


def wait(seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
    """Run the event loop for a time, or until something is so; return whether it is."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and not until():
        QApplication.processEvents()
        time.sleep(0.0002)
    return until()


class Ticks(QObject):
    """Notes the time between the beats of a 10 ms timer while the real event loop runs."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = 0.0

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1e3)
        self._last = now

    def during(self, seconds: float) -> dict[str, float]:
        """Return median, 99th percentile and maximum of the gaps in milliseconds."""
        self.gaps.clear()
        self._last = time.perf_counter()
        self._timer.start(10)
        loop = QEventLoop()  # not QApplication.exec: when that ends, the window takes it for the end of the program
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()
        self._timer.stop()
        p50, p99 = np.percentile(self.gaps, [50, 99])
        return {"p50": float(p50), "p99": float(p99), "max": max(self.gaps)}


class Paints(QObject):
    """Notes when a widget was last painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.last = 0.0
        self.count = 0
        widget.installEventFilter(self)

    def after(self, count: int) -> bool:
        """Whether there were more paints than ``count``."""
        return self.count > count

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take note."""
        if event.type() == QEvent.Type.Paint:
            self.last = time.perf_counter()
            self.count += 1
        return False


def main(source: str, seconds: float) -> dict[str, Any]:
    """Measure."""
    window = create_window(["--data", source])
    window.resize(1440, 900)
    window.show()
    controller = window.controller
    ticks = Ticks()
    result: dict[str, Any] = {}
    result["opening"] = ticks.during(6.0)  # loading data, kernel and figures in the background
    wait(60, lambda: controller.workbench.dataset is not None and controller.workbench.model is not None)
    wait(3)
    result["rest"] = ticks.during(min(seconds, 5))

    updates: list[Update] = []
    controller._worker.updated.connect(updates.append, Qt.ConnectionType.QueuedConnection)
    views = [
        window.findChild(QWidget, name) for name in ("filtersWView", "filtersVView", "reconstructionView", "curvesPlot")
    ]
    paints = [Paints(view.viewport() if isinstance(view, QAbstractScrollArea) else view) for view in views if view]
    controller.start(ENDLESS)
    wait(20, lambda: controller.workbench.progress.iteration > 2000)
    updates.clear()
    started = time.perf_counter()
    counts = [paint.count for paint in paints]
    result["training"] = ticks.during(seconds)
    spent = time.perf_counter() - started
    result["paints_per_second"] = [round((p.count - c) / spent, 1) for p, c in zip(paints, counts, strict=True)]
    result["updates_per_second"] = len(updates) / spent
    recorded = list(updates)
    result["rates"] = in_turns(controller, seconds / 3)
    result["autosaving"] = autosaving(window, ticks, seconds)
    controller.stop()
    wait(20, lambda: controller.workbench.state is State.IDLE)

    result["stroke"] = stroke(window)
    result["redraws"] = play_back(controller, ticks, recorded, seconds)
    window.close()
    wait(0.5)
    return result


def autosaving(window: Any, ticks: Ticks, seconds: float) -> dict[str, float]:
    """Train in turns with and without writing the run to the disk every few seconds, as a window does that trains."""
    clock = window.sessions.autosave._clock
    rates: dict[bool, list[float]] = {False: [], True: []}
    delays = []
    for is_on in (False, True) * 5:
        clock.start() if is_on else clock.stop()
        before, started = window.workbench.progress.iteration, time.perf_counter()
        delays.append(ticks.during(seconds * 2 / 3)["p99"])
        rates[is_on].append((window.workbench.progress.iteration - before) / (time.perf_counter() - started))
    pairs = zip(rates[True], rates[False], strict=True)
    return {"ratio": float(np.median([on / off for on, off in pairs])), "p99": float(np.median(delays[1::2]))}


def play_back(controller: Any, ticks: Ticks, updates: list[Update], seconds: float) -> dict[str, float]:
    """Give the window recorded updates at the pace at which they came, while nothing trains."""
    pace = seconds / max(len(updates), 1)
    remaining = iter(updates)

    def next_one() -> None:
        update = next(remaining, None)
        if update is not None:
            controller._on_worker_updated(update)

    timer = QTimer()
    timer.timeout.connect(next_one)
    timer.start(max(1, round(pace * 1000)))
    found = ticks.during(seconds * 0.9)
    timer.stop()
    return found


def stroke(window: QWidget) -> dict[str, float]:
    """Draw with the mouse; return ms from each movement to the end of the event loop's turn that painted the answer."""
    canvas = window.findChild(QWidget, "drawingCanvas")
    view = window.findChild(QWidget, "reconstructionView")
    if canvas is None or view is None or not canvas.isVisible():
        return {}
    painted = Paints(view)
    rect, none, left = canvas.rect(), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    points = [
        QPointF(rect.width() * (0.3 + 0.4 * t), rect.height() * (0.5 + 0.3 * np.sin(6 * t)))
        for t in np.linspace(0, 1, 60)
    ]
    taken = []
    for i, point in enumerate(points):
        kind = QEvent.Type.MouseButtonPress if i == 0 else QEvent.Type.MouseMove
        place = QPointF(canvas.mapToGlobal(point))
        event = QMouseEvent(kind, point, place, left if i == 0 else none, left, Qt.KeyboardModifier.NoModifier)
        started, before = time.perf_counter(), painted.count
        QApplication.sendEvent(canvas, event)
        if wait(0.3, functools.partial(painted.after, before)) and i:
            QApplication.processEvents()
            taken.append((painted.last - started) * 1e3)
        wait(0.02)
    end = QMouseEvent(QEvent.Type.MouseButtonRelease, points[-1], place, left, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, end)
    return (
        {"p50": float(np.median(taken)), "p99": float(np.percentile(taken, 99)), "count": len(taken)} if taken else {}
    )


def in_turns(controller: Any, seconds: float) -> dict[str, list[float]]:
    """Return iterations per second, measured in turns: in the window, and of a Trainer while the window's run pauses.

    The run of the window goes on afterwards.
    """
    rates: dict[str, list[float]] = {"window": [], "headless": []}
    trainer, history = Trainer(controller.workbench.dataset, ENDLESS), History()
    for _ in range(6):
        ticks = Ticks()
        before, started = controller.workbench.progress.iteration, time.perf_counter()
        ticks.during(seconds)
        rates["window"].append((controller.workbench.progress.iteration - before) / (time.perf_counter() - started))
        controller.pause()
        wait(5, lambda: controller.workbench.state is State.PAUSED)
        history.append(trainer.advance(2000))
        before, started = trainer.iteration, time.perf_counter()
        while time.perf_counter() - started < seconds:
            history.append(trainer.advance(CHUNK))
        rates["headless"].append((trainer.iteration - before) / (time.perf_counter() - started))
        controller.start(ENDLESS)
        wait(0.3)
    trainer.close()
    return rates


if __name__ == "__main__":
    measured = main(sys.argv[1], float(sys.argv[2]))
    print(json.dumps(measured))

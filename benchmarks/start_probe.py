"""Opens a window and says when it was painted or trained first: ``python -m benchmarks.start_probe WHAT SECONDS``.

WHAT is studio or empty, until the first paint, or training, until the first iteration. SECONDS is the time of the day
(time.time()) when the caller started this process.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any


def watch(window: Any, started: float) -> None:
    """Print the seconds until the first paint of ``window`` is over, and leave."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    application: Any = QApplication.instance()

    class FirstPaint(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget) and watched.window() is window:
                application.removeEventFilter(self)
                QTimer.singleShot(0, self.report)
            return False

        def report(self) -> None:
            print(json.dumps({"seconds": time.time() - started}), flush=True)
            window.close()
            QApplication.quit()

    window.first_paint = FirstPaint(window)
    application.installEventFilter(window.first_paint)


def watch_training(window: Any, started: float) -> None:
    """Start training as soon as that is possible; print the seconds until its first iteration is there, and leave."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QApplication

    start = window.findChild(QAction, "startAction")
    timer = QTimer(window)

    def look() -> None:
        if window.workbench.progress.iteration:
            timer.stop()
            print(json.dumps({"seconds": time.time() - started}), flush=True)
            window.close()
            QApplication.quit()
        elif start.isEnabled() and not window.workbench.state.is_active:
            start.trigger()

    timer.timeout.connect(look)
    timer.start(5)


def studio(started: float, watch: Callable[[Any, float], None] = watch) -> None:
    """Do what ``python -m dae_gui`` does."""
    from dae_gui import app

    create = app.create_window

    def create_and_watch(argv: Any = ()) -> Any:
        window = create(argv)
        watch(window, started)
        return window

    app.create_window = create_and_watch
    app.main([])


def empty(started: float) -> None:
    """Open a window with nothing but an empty plot."""
    from PySide6.QtWidgets import QApplication, QMainWindow  # isort: skip - before pyqtgraph
    import pyqtgraph

    application = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(pyqtgraph.PlotWidget())
    window.resize(1440, 900)
    watch(window, started)
    window.show()
    application.exec()


if __name__ == "__main__":
    what: dict[str, Callable[[float], None]] = {
        "studio": studio,
        "empty": empty,
        "training": partial(studio, watch=watch_training),
    }
    what[sys.argv[1]](float(sys.argv[2]))

"""A window that is closed while a thread never comes back; started by ``test_leaving.py``.

Arguments: what is stuck, ``training`` or ``job``, and who it ends as, ``program`` or ``script``.
"""

import sys
import threading
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from dae_core.jobs import Monitor
from dae_core.training.config import TrainingConfig
from dae_core.training.minibatches import MiniBatchTrainer
from dae_gui import app
from dae_gui.support import jobs
from dae_gui.training import controller
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State

CONFIG = TrainingConfig(iterations=1000, hidden_units=9, batch_size=8, seed=3)
_never, _is_stuck = threading.Event(), threading.Event()


def wait_for_ever() -> None:
    """Not come back."""
    _is_stuck.set()
    _never.wait()


class Closer(QTimer):
    """Trains one iteration, which is recorded; has a thread get stuck in the next; closes the window."""

    def __init__(self, window: MainWindow, stuck: str) -> None:
        super().__init__(window)
        self._window = window
        self._stuck = stuck
        self._step = MiniBatchTrainer.step
        self.setInterval(5)
        self.timeout.connect(self._look)
        self.start()

    def _look(self) -> None:
        bench = self._window.workbench
        if _is_stuck.is_set():
            self.stop()
            self._window.close()
        elif bench.state is State.IDLE and bench.model is not None:
            self._window.run_commands.step()
        elif bench.state is State.PAUSED and bench.progress.iteration == 1:
            if self._stuck == "job":
                self._window.jobs.start(self._work)
            else:
                MiniBatchTrainer.step = self._stuck_step  # type: ignore[method-assign,assignment]
                self._window.run_commands.start()

    @staticmethod
    def _work(_monitor: Monitor) -> None:
        wait_for_ever()

    def _stuck_step(self, *arguments: Any) -> tuple[float, float]:
        wait_for_ever()
        return self._step(*arguments)


def main() -> None:
    """Open the window, and end as the program does, or as a script does that leaves it to the interpreter."""
    stuck, end = sys.argv[1:]
    controller._SHUTDOWN_MS = 100
    jobs._LONGEST_END = dict.fromkeys(jobs._LONGEST_END, 0.1)
    create_window = app.create_window

    def create(_argv: object = ()) -> MainWindow:
        window = create_window(["--data", "digits"])
        window.training_panel.set_config(CONFIG)
        Closer(window, stuck)
        return window

    if end == "program":
        app.create_window = create  # type: ignore[assignment]
        sys.exit(app.main([]))
    window = create()
    window.show()
    code = QApplication.exec()
    del window
    sys.exit(code)


if __name__ == "__main__":
    main()

"""A window that trains until its process is killed; started by ``test_recovery.py`` with a folder for its state.

Says on standard output when what has been written: ``written <iteration>``.
"""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from dae_core.training.config import TrainingConfig
from dae_gui.app import create_window
from dae_gui.sessions import autosave, autosave_folder

CONFIG = TrainingConfig(iterations=1_000_000_000, hidden_units=9, seed=3)
PACE = 3_000.0
INTERVAL_MS = 100  # in the place of five seconds


def main() -> None:
    """Open, train, and wait for the end."""
    autosave._INTERVAL_MS = autosave._LONGEST_MS = INTERVAL_MS
    window = create_window(["--data", "digits"])
    window.show()
    window.training_panel.set_config(CONFIG)
    window.controller.set_pace(PACE)
    write_runs = autosave_folder.write_runs

    def write(*arguments: object) -> None:
        write_runs(*arguments)  # type: ignore[arg-type]
        run = arguments[2][-1]  # type: ignore[index]
        sys.stdout.write(f"written {run.checkpoint.iteration}\n")
        sys.stdout.flush()

    autosave_folder.write_runs = write  # type: ignore[assignment]
    starter = QTimer(window)
    starter.setInterval(5)

    def start() -> None:
        if window.workbench.dataset is not None:
            starter.stop()
            window.run_commands.start()

    starter.timeout.connect(start)
    starter.start()
    sys.exit(QApplication.exec())


if __name__ == "__main__":
    main()

"""What macOS does at a double click: it sends the running program the file as an event."""

import os
import subprocess
import sys
from pathlib import Path

# What macOS does: the file comes as an event, before the window has begun or at any later time.
FILE_EVENTS = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import save_session
from dae_core.training.trainer import Trainer
from dae_gui.app import create_window
from helpers.sessions import session_of

folder = Path(sys.argv[1])
for units in (4, 9):
    trainer, history = Trainer(load_bundled_digits(), TrainingConfig(hidden_units=units, iterations=60)), History()
    history.append(trainer.advance(50))
    save_session(folder / f"{units} units.dae", session_of(trainer, history, "digits"))
    trainer.close()

window = create_window([])
application = QApplication.instance()

def ask(name):
    event = QFileOpenEvent(QUrl.fromLocalFile(str(folder / name)))
    application.sendEvent(application, event)
    print("asked", name, flush=True)

def tell(run):
    print("opened", run.config.hidden_units, flush=True)
    if run.config.hidden_units == 4:
        ask("9 units.dae")
    else:
        window.close()
        application.quit()

window.sessions.opened.connect(tell)
window._data.loading.connect(lambda: print("loading data", flush=True))
QTimer.singleShot(60_000, application.quit)  # where nothing is opened
ask("4 units.dae")
window.show()
application.exec()
print("shown", window.workbench.model.n_hidden, flush=True)
"""


def test_a_file_that_macos_names_is_opened_at_the_start_and_later(tmp_path: Path) -> None:
    paths = [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]  # of the helpers too
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", FILE_EVENTS, str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=300, cwd=Path(__file__).parents[2], env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "asked 4 units.dae", "loading data", "opened 4", "asked 9 units.dae", "opened 9", "shown 9",
    ]  # fmt: skip

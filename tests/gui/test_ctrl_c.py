"""Ctrl+C in the terminal that the program was started from: the window closes, and what was trained is kept."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dae_core.datasets.bundled import load_bundled_digits
from dae_gui.sessions.autosave_files import load_recoverable
from dae_gui.sessions.autosave_folder import AutosaveFolder

# The program as `python -m dae_gui` starts it. It says when it is interrupted there: with nothing to do, or training.
# A shell starts what it runs in the background with SIGINT ignored, which all processes of the tests inherit then.
PROGRAM = """
import runpy
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from PySide6.QtCore import QTimer
from dae_gui import app
from dae_gui.workbench.state import State
trains = sys.argv.pop() == "training"
make = app.create_window
def create_window(argv):
    window = make(argv)
    timer = QTimer(window, interval=20)
    def look():
        if window.workbench.dataset is None or not window.isVisible():
            return
        if trains and window.workbench.state is State.IDLE:
            window.run_commands.start()
        if trains and window.workbench.progress.iteration == 0:
            return
        timer.stop()  # nothing of the test runs at the time of the interruption
        print("ready", flush=True)
    timer.timeout.connect(look)
    timer.start()
    return window
app.create_window = create_window
runpy.run_module("dae_gui", run_name="__main__")
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("what", ["nothing", "training"])
def test_the_window_ends_in_order(what: str) -> None:
    load_bundled_digits()  # which takes long for the first time
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", PROGRAM, what],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=200)
    finally:
        process.kill()
    assert process.returncode == 0, error
    assert "Traceback" not in error
    folder = AutosaveFolder()
    found = folder.find()
    assert len(found) == (what == "training")
    for one in found:
        assert load_recoverable(one.folder).run.checkpoint.iteration > 0
        folder.delete(one)
    folder.close(keep=False)

"""Closing while a thread does not come back: the process ends in order, and what was recorded is kept."""

import os
import subprocess
import sys

import pytest

from dae_gui.sessions.autosave_files import load_recoverable
from dae_gui.sessions.autosave_folder import AutosaveFolder
from helpers import stuck_window


@pytest.mark.parametrize("stuck", ["training", "job"])
@pytest.mark.parametrize("end", ["program", "script"])
def test_the_process_ends_in_order_and_the_run_is_kept(stuck: str, end: str) -> None:
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.helpers.stuck_window", stuck, end],
        env=os.environ.copy(),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "QThread" not in ended.stderr
    folder = AutosaveFolder()
    (found,) = folder.find()
    run = load_recoverable(found.folder).run
    assert (run.checkpoint.iteration, run.config) == (1, stuck_window.CONFIG)
    folder.delete(found)
    folder.close(keep=False)

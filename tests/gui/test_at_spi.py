"""The window as a real screen reader sees it on Linux: over D-Bus, under a virtual X server, where these are there."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.mark.timeout(300)
def test_the_real_window_can_be_read_through_at_spi(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    skipped = importlib.import_module("at_spi_walk").SKIPPED
    command = [sys.executable, str(TOOLS / "at_spi_walk.py")]
    walk = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)  # noqa: S603
    if walk.returncode == skipped:
        pytest.skip(walk.stderr.strip())
    assert walk.returncode == 0, walk.stdout[-2000:] + walk.stderr[-4000:]
    assert "list item | Unit 1 " in walk.stdout
    assert "Traceback" not in walk.stderr

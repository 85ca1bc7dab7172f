"""Runs a probe in a fresh interpreter, off screen and with settings of its own, and reads its JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

_SCREEN = {"name": "screen", "x": 0, "y": 0, "width": 1920, "height": 1080}
_SCREEN |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}


class ProbeError(RuntimeError):
    """The probe did not end well; the message is the last line that it wrote."""


def probe(module: str, *arguments: str, timeout: float = 300.0) -> dict[str, Any]:
    """Run ``python -m module arguments`` and return the JSON object on the last line of its output."""
    with tempfile.TemporaryDirectory(prefix="dae-bench-") as folder:
        screen = Path(folder) / "display.json"
        screen.write_text(json.dumps({"screens": [_SCREEN]}), encoding="utf-8")
        environment = os.environ | {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "DATA", "STATE")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its byte code, and so has pyqtgraph
        environment.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={screen}")
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=timeout)
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        raise ProbeError((done.stderr.strip().splitlines() or ["no output"])[-1])
    result: dict[str, Any] = json.loads(lines[-1])
    return result

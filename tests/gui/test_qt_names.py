"""PySide does not read the sources of what is imported once the window is made, and Qt's functions keep their names."""

import json
import os
import subprocess
import sys

PROGRAM = """
import json, linecache, sys
from dae_gui.app import create_window
window = create_window([])
files = [name for name in linecache.cache if name.startswith(sys.argv[1])]
from PySide6.QtWidgets import QLabel
names = [hasattr(QLabel, name) for name in ("setText", "set_text")]
print(json.dumps([len(files), *names, "dae_gui.panels" in sys.modules]))
import os; os._exit(0)
"""


def test_sources_are_not_read_and_names_stay(tmp_path):
    import dae_gui

    folder = os.path.dirname(dae_gui.__file__)
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", PROGRAM, folder],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        timeout=120,
    )
    read, has_qts, has_others, has_panels = json.loads(run.stdout.splitlines()[-1])
    assert (has_qts, has_others, has_panels) == (True, False, True)
    assert read < 30  # those that were imported before: the start of the program; there are hundreds

"""The core works where nothing of Qt is installed."""

import subprocess
import sys
from pathlib import Path

import dae_core

SCRIPT = """
import importlib, pkgutil, sys
for name in ("PySide6", "shiboken6", "pyqtgraph", "superqt", "qtpy", "dae_gui"):
    sys.modules[name] = None
import dae_core
for module in pkgutil.walk_packages(dae_core.__path__, "dae_core."):
    importlib.import_module(module.name)
    print(module.name)
"""


def run(script):
    return subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(dae_core.__path__[0]).parent,
    )


def test_every_module_imports_without_qt():
    done = run(SCRIPT)
    assert (done.returncode, done.stderr) == (0, "")
    folder = Path(dae_core.__path__[0])
    assert len(done.stdout.split()) == len([p for p in folder.rglob("*.py") if p != folder / "__init__.py"])


def test_qt_is_not_imported_where_it_is_installed():
    done = run(SCRIPT.replace("sys.modules[name] = None", "pass") + "print([m for m in sys.modules if 'Side6' in m])")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "[]"


def test_slow_libraries_are_imported_only_when_asked_for():
    """The window paints at once; numba, scikit-learn and scikit-image take a second and more to import."""
    done = run(
        "import sys, dae_core.training.trainer, dae_core.training.history\n"
        "import dae_core.sessions.model_file, dae_core.mosaic\n"
        "print(sorted({'numba', 'sklearn', 'skimage'} & set(sys.modules)))"
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")

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


TRAINING = (
    SCRIPT.split("import dae_core", 1)[0]
    + """
import numpy as np
from dae_core import DenoisingAutoencoder
from dae_core.__main__ import main
rows = np.random.default_rng(0).random((20, 9))
print(DenoisingAutoencoder(4, iterations=20).fit(rows).transform(rows).shape)
sys.exit(main(["train", "--data", "digits", "--iterations", "20", "--json"]))
"""
)


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


def test_the_estimator_and_the_command_line_train_without_qt():
    done = run(TRAINING)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "(20, 4)"), done.stderr
    assert '"test_mse"' in done.stdout


def test_qt_is_not_imported_where_it_is_installed():
    done = run(SCRIPT.replace("sys.modules[name] = None", "pass") + "print([m for m in sys.modules if 'Side6' in m])")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "[]"


def test_slow_libraries_are_imported_only_when_asked_for():
    """The window paints at once; numba, scikit-learn and scikit-image take a second and more to import."""
    done = run(
        "import sys, dae_core, dae_core.training.trainer, dae_core.training.history\n"
        "import dae_core.sessions.model_file, dae_core.mosaic\n"
        "print(sorted({'numba', 'sklearn', 'skimage'} & set(sys.modules)))"
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")

"""The start: the window is painted before anything is imported or loaded that this does not need."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dae_gui.__main__ import main
from dae_gui.app import _start_log, create_window
from helpers.windows import MakeWindow, train

# What the first paint must not wait for. Slow to import: numba 0.5 s, scikit-learn and scikit-image 0.5 s, SciPy 0.4 s,
# importlib.metadata 25 ms, pyqtgraph.exporters and the dialogs 10 ms each.
NOT_NEEDED = {
    "PIL", "joblib", "llvmlite", "numba", "onnx", "pooch", "qtpy", "requests", "scipy", "skimage", "sklearn", "ssl",
    "superqt", "threadpoolctl", "urllib3",
    "importlib.metadata", "pyqtgraph.exporters",
    "dae_core.evaluation.linear_denoiser", "dae_core.evaluation.comparison",
    "dae_core.model.gradient_check", "dae_core.model.kernels", "dae_core.model.preparing",
    "dae_core.film", "dae_core.report", "dae_core.sweeps.sweep",
    "dae_gui.window.gradient_dialog", "dae_gui.data.import_dialog", "dae_gui.panels.comparison_panel",
    "dae_gui.panels.dataset_panel", "dae_gui.panels.health_panel", "dae_gui.panels.log_panel",
    "dae_gui.panels.manifold_panel", "dae_gui.panels.mismatch_panel", "dae_gui.panels.representation_panel",
    "dae_gui.panels.runs_panel",
    "dae_gui.panels.step_panel", "dae_gui.panels.timeline_panel.film_dialog", "dae_gui.panels.unit_panel",
}  # fmt: skip

# The modules at the first paint, whether data was on its way by then, and what BLAS takes after NumPy was imported.
SCRIPT = """
import json, sys
from dae_gui.app import create_window
window = create_window([])
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget) and watched.window() is window:
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, self.report)
        return False

    def report(self):
        modules, is_loading = sorted(sys.modules), window._data.is_loading
        from threadpoolctl import threadpool_info
        threads = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
        print(json.dumps([modules, is_loading, threads]), flush=True)
        window.close()
        QApplication.quit()

first_paint = FirstPaint(window)
QApplication.instance().installEventFilter(first_paint)
window.show()
QApplication.exec()
"""


@pytest.fixture(scope="module")
def at_first_paint(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], bool, list[int]]:
    folder = str(tmp_path_factory.mktemp("home"))
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    environment = kept | {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "DATA", "STATE")}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", SCRIPT],
        capture_output=True, text=True, check=False, timeout=120, cwd=Path(__file__).parents[2],
        env=environment | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    modules, is_loading, threads = json.loads(done.stdout.splitlines()[-1])
    return set(modules), is_loading, threads


def test_the_first_paint_waits_for_no_library_that_it_does_not_need(at_first_paint) -> None:  # type: ignore[no-untyped-def]
    assert sorted(NOT_NEEDED & at_first_paint[0]) == []
    assert "pyqtgraph" in at_first_paint[0]


def test_data_is_loaded_only_when_the_window_is_painted(at_first_paint) -> None:  # type: ignore[no-untyped-def]
    assert at_first_paint[1] is False


def test_blas_takes_one_thread_without_being_looked_for(at_first_paint) -> None:  # type: ignore[no-untyped-def]
    assert set(at_first_paint[2]) == {1}


def test_a_window_that_is_never_shown_loads_its_data_too(qtbot: QtBot) -> None:
    window = create_window(())
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: window.workbench.dataset is not None)
    window.close()


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("dae-studio ")


# What is read or written at the start and while a run goes on: the variable that names its folder.
FOLDERS = {
    "settings": "XDG_CONFIG_HOME",
    "autosave and log": "XDG_STATE_HOME",
    "own data": "XDG_DATA_HOME",
    "data sets": "DAE_STUDIO_DATA",
    "bundled digits": "DAE_STUDIO_CACHE",
}


@pytest.mark.parametrize("variable", FOLDERS.values(), ids=FOLDERS)
def test_a_folder_that_cannot_be_made_ends_neither_start_nor_run(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot, variable: str
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder can be made here, not even by root")
    monkeypatch.setenv(variable, str(in_the_way))
    window = make_window()
    assert ("Not remembered until the next start" in window.banner.text()) is variable.startswith("XDG")
    train(qtbot, window)
    assert in_the_way.is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always knows a home")
def test_a_user_without_home_and_a_place_for_the_log_gets_a_window(tmp_path: Path) -> None:
    """A scheduled job or a container: no HOME, and a user of whom the system knows nothing."""
    script = (
        "import os\n"
        "def expanduser(path): return path\n"
        "os.path.expanduser = expanduser\n"
        "from PySide6.QtCore import QTimer\n"
        "import dae_gui.app as app\n"
        "make = app.create_window\n"
        "def create_window(argv):\n"
        "    window = make(argv)\n"
        "    def look():\n"
        "        if window.workbench.dataset is None: return\n"
        "        print('ready')\n"
        "        window.close()\n"
        "        app.QApplication.quit()\n"
        "    timer = QTimer(window, interval=20); timer.timeout.connect(look); timer.start()\n"
        "    return window\n"
        "app.create_window = create_window\n"
        "raise SystemExit(app.main([]))"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "HOME"))}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script],
        capture_output=True, text=True, check=False, timeout=120, cwd=tmp_path,
        env=kept | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert (done.returncode, done.stdout.split()) == (0, ["ready"]), done.stderr
    assert list(tmp_path.iterdir()) == []  # nothing is put into the folder where it was started


def test_names_make_no_lines_of_their_own_in_the_log_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("dae_gui.app._log_file", lambda: tmp_path / "log" / "dae-studio.log")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    _start_log()  # private: what `main` does first
    (handler,) = logging.getLogger().handlers
    handler.handle(
        logging.makeLogRecord({"name": "dae_core", "levelno": 30, "levelname": "WARNING", "msg": "a\nb\x1b[2J"})
    )
    handler.close()
    (line,) = (tmp_path / "log" / "dae-studio.log").read_text(encoding="utf-8").splitlines()
    assert line.endswith(r"WARNING dae_core: a\nb\x1b[2J")

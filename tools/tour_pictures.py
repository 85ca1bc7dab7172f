"""Makes the pictures of the manual anew: docks and dialogs, light and dark, after runs on the bundled digits.

.venv/bin/python -m tools.tour_pictures docs/tour
"""

from __future__ import annotations

import functools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, QRect
    from PySide6.QtWidgets import QWidget

    from dae_gui.window.main_window import MainWindow

T = TypeVar("T", bound="QObject")
_SIZE = 1440, 900
_SCREEN = {"name": "screen", "x": 0, "y": 0, "width": 1920, "height": 1080}
_LONGEST = 180.0
_LATER_DOCKS = (
    "runsDock",
    "logDock",
    "lessonDock",
    "yourCodeDock",
    "representationDock",
)  # shown after something was done
_SWEEP_ITERATIONS = 8_000


def main(folder: Path) -> None:
    """Write one PNG for each dock, dialog and theme."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        _keep_to(Path(place))
        window = _new_window()
        _show_whole(window, folder, "first")
        _train(window, while_shown=("healthDock", "unitDock"))  # they record while they are seen
        _show_leading(window, folder)
        _show_studies(window, folder)
        _show_code_uses(window, folder)
        _look_back(window, folder)
        _show_runs(window, folder)
        _show_dialogs(window, folder)
        _show_code(window, folder)
        _show_lesson(window, folder)
        window.close()  # with runs that are in no file
        _show_offer(folder)


def _keep_to(place: Path) -> None:
    """Use settings, and a screen, of its own."""
    for kind in ("CONFIG", "STATE"):
        os.environ[f"XDG_{kind}_HOME"] = str(place / kind.lower())
    display = place / "display.json"
    display.write_text(json.dumps({"screens": [_SCREEN | {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]}))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={display}"


def _new_window() -> MainWindow:
    from PySide6.QtGui import QAction

    from dae_gui.app import create_window

    window = create_window([])
    window.resize(*_SIZE)
    window.show()
    start = _find(window, QAction, "startAction")
    _wait(lambda: start.isEnabled() and window.workbench.model is not None)
    return window


def _train(window: MainWindow, while_shown: tuple[str, ...] = ()) -> None:
    for name in while_shown:
        _show(window, name)
    _press(window, "startAction")
    _wait(lambda: window.workbench.state == "FINISHED")
    _rest(0.5)


def _show_whole(window: MainWindow, folder: Path, stem: str) -> None:
    for theme in _themes(window):
        _rest(0.5)
        _save(window, folder / f"{stem}-{theme}.png")


def _show_leading(window: MainWindow, folder: Path) -> None:
    """Show the lens over the filters, the palette, and what a projector shows."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtGui import QPainter
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QDockWidget, QFrame, QLineEdit

    _find(window, QDockWidget, "denoiseDock").raise_()
    window.denoise_panel.samples.chosen.emit(4)
    view = window.filters_w_panel.view
    for index, theme in enumerate(_themes(window)):
        QTest.mouseMove(view, QPoint(60 + index, 60))
        _rest(5.0)  # until the worth of the units is known
        _save(window, folder / f"lens-{theme}.png")
    QTest.mouseMove(window.curves_panel, QPoint(5, 5))
    for theme in _themes(window):
        _press(window, "paletteAction")
        _rest(1.0)
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit):
            QTest.keyClicks(field, "noise")
        _rest(0.5)
        picture, palette = window.grab(), _find(window, QFrame, "commandPalette")
        painter = QPainter(picture)
        painter.drawPixmap(palette.pos() - window.pos(), palette.grab())  # a window of its own
        painter.end()
        picture.save(str(folder / f"palette-{theme}.png"))
        QTest.keyClick(field or window, Qt.Key.Key_Escape)
    _press(window, "presentAction")
    _rest(6.0)  # until the hint has gone
    _show_whole(window, folder, "present")
    _press(window, "presentAction")
    _rest(1.0)


def _show_studies(window: MainWindow, folder: Path) -> None:
    from PySide6.QtWidgets import QAbstractButton

    window.workbench.select_unit(37)
    _show(window, "comparisonDock")
    _find(window, QAbstractButton, "compareButton").click()
    _show(window, "mismatchDock")
    _find(window, QAbstractButton, "seriesButton").click()
    cancels = [_find(window, QAbstractButton, f"{name}CancelButton") for name in ("compare", "series")]
    _wait(lambda: not any(button.isVisibleTo(button.window()) and button.isEnabled() for button in cancels))
    for theme in _themes(window):
        for name, dock in window.studies.docks.items():
            if name not in _LATER_DOCKS:
                _show(window, name)
                _save(dock, folder / f"{name.removesuffix('Dock')}-{theme}.png")
    for dock in window.studies.docks.values():
        dock.close()


def _show_code_uses(window: MainWindow, folder: Path) -> None:
    """Show the probe measured on all images and along the run, and the map by neighbours."""
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QTabWidget

    _show(window, "representationDock")
    dock, tabs = window.studies.docks["representationDock"], _find(window, QTabWidget, "representationTabs")

    def do(name: str, longest: float = _LONGEST) -> None:
        cancel, until = _find(window, QAbstractButton, f"{name}CancelButton"), time.monotonic() + longest
        _find(window, QAbstractButton, f"{name}Button").click()
        _wait(lambda: not cancel.isVisible() or time.monotonic() > until)
        if cancel.isVisible():
            cancel.click()
        _rest(1.0)

    do("probeAlong", longest=40.0)  # what was measured until then is shown
    _find(window, QComboBox, "probeAmountComboBox").setCurrentIndex(1)
    do("probe")
    for theme in _themes(window):
        _save(dock, folder / f"probe-{theme}.png")
    tabs.setCurrentIndex(1)
    _rest(3.0)
    _find(window, QComboBox, "mapLayoutComboBox").setCurrentIndex(1)
    do("mapNeighbours")
    for theme in _themes(window):
        _rest(1.0)
        _save(dock, folder / f"map-{theme}.png")
    dock.close()


def _look_back(window: MainWindow, folder: Path) -> None:
    """Show the window at iteration 256, and the dialog that writes films."""
    from dae_gui.panels.timeline_panel.film_dialog import FilmDialog

    window.timeline_panel.show_snapshot(next(s for s in window.workbench.snapshots if s.iteration == 256))
    _rest(1.0)
    for theme in _themes(window):
        _save(window, folder / f"timeline-{theme}.png", _middle(window))
    window.timeline_panel.export_film()
    dialog = _find(window, FilmDialog, "filmDialog")
    for theme in _themes(window):
        _rest(1.0)
        _save(dialog, folder / f"film-{theme}.png")
    dialog.close()


def _show_runs(window: MainWindow, folder: Path) -> None:
    """Branch at half with another learning rate, sweep, and show what the runs come to."""
    from PySide6.QtWidgets import QDialog

    from dae_core.sweeps.plan import PRESETS, plan
    from dae_gui.panels.runs_panel import RunsPanel
    from dae_gui.panels.runs_panel.sweep_dialog import SweepPlan

    bench = window.workbench
    half = min(bench.snapshots, key=lambda s: abs(s.iteration - bench.progress.end // 2))
    window.timeline_panel.show_snapshot(half)
    window.timeline_panel.branchRequested.emit(half)
    _wait(lambda: bench.state == "PAUSED" and bench.progress.iteration == half.iteration)
    _rest(0.5)
    window.training_panel.set_learning_rate(0.0002)
    _train(window)
    _show(window, "runsDock")
    panel = _find(window, RunsPanel, "runsPanel")
    base = window.training_panel.config().replace(iterations=_SWEEP_ITERATIONS, learning_rate=0.0005)
    values = PRESETS["masking-series"]
    panel.sweeping.begin(SweepPlan(tuple(plan(base, values)), tuple(values), 2))
    _wait(lambda: not panel.sweeping.is_working)
    _rest(1.0)
    pair = [run.label.key for run in window.document.runs.runs if run.label.name.startswith("Run ")]
    panel.set_shown_keys(pair)
    panel.table.select_keys(pair)
    for theme in _themes(window):
        panel.tabs.setCurrentIndex(0)
        _rest(1.5)
        _save(window.studies.docks["runsDock"], folder / f"runs-{theme}.png")
        _save(window.curves_panel, folder / f"overlay-{theme}.png")
        for stem, tab in (("pair", panel.tabs.pair), ("chart", panel.tabs.chart)):
            panel.tabs.setCurrentWidget(tab)
            _rest(1.0)
            _save(window.studies.docks["runsDock"], folder / f"{stem}-{theme}.png")
    panel.sweeping.ask()
    dialog = _find(window, QDialog, "sweepDialog")
    for theme in _themes(window):
        _rest(0.5)
        _save(dialog, folder / f"sweep-{theme}.png")
    dialog.close()
    _show(window, "logDock")
    for theme in _themes(window):
        _save(window.studies.docks["logDock"], folder / f"log-{theme}.png")


def _show_dialogs(window: MainWindow, folder: Path) -> None:
    from PySide6.QtWidgets import QDialog

    for action, name, stem in (
        ("exportAction", "exportDialog", "export"),
        ("exportCurvesAction", "savePictureDialog", "picture"),
        ("reportAction", "reportDialog", "report"),
    ):
        _press(window, action)
        _rest(0.2 if stem != "report" else 20.0)  # the comparison in it is measured
        dialog = _find(window, QDialog, name)
        for theme in _themes(window):
            _rest(0.5)
            _save(dialog, folder / f"{stem}-{theme}.png")
        dialog.reject()
        _rest(0.2)


def _show_code(window: MainWindow, folder: Path) -> None:
    """Show what the check says of the exercise's published solution."""
    from PySide6.QtWidgets import QAbstractButton

    from dae_core.lessons.code import FUNCTIONS

    window.document.code.write("backward", FUNCTIONS["backward"].examples[0].source)
    _show(window, "yourCodeDock")
    dock = window.studies.docks["yourCodeDock"]
    check = _find(window, QAbstractButton, "codeCheckButton")
    check.click()
    _rest(1.0)
    _wait(check.isEnabled)
    for theme in _themes(window):
        _rest(0.5)
        _save(dock, folder / f"code-{theme}.png")
    dock.close()


def _show_lesson(window: MainWindow, folder: Path) -> None:
    """Show the lesson on the falling curve when it has measured."""
    from PySide6.QtWidgets import QAbstractButton

    from dae_core.lessons.bundled import bundled

    entry = next(entry for entry in bundled() if entry.lesson.key == "falling-curve")
    window.open_path(entry.path)
    panel = window.studies.panel("lessonDock")
    for name in ("idea-goOnButton", "guess-linear-choice1", "guess-linear-answerButton", "run-doButton"):
        _wait(lambda name=name: panel.findChild(QAbstractButton, name) is not None)  # type: ignore[misc]
        _rest(0.5)
        _find(window, QAbstractButton, name).click()
    _wait(lambda: window.workbench.state == "FINISHED")
    _rest(0.5)
    _find(window, QAbstractButton, "ratio-measureButton").click()
    _rest(5.0)
    _show_whole(window, folder, "lesson")


def _show_offer(folder: Path) -> None:
    """Show what the next start offers."""
    window = _new_window()
    _rest(3.0)
    for theme in _themes(window):
        _save(window, folder / f"offer-{theme}.png", window.centralWidget().geometry())
    window.close()


def _themes(window: MainWindow) -> Iterator[str]:
    """Put on each theme in turn, and give its name."""
    from PySide6.QtGui import QAction

    for name in ("light", "dark"):
        _find(window, QAction, f"{name}ThemeAction").trigger()
        _rest(0.5)
        yield name


def _middle(window: MainWindow) -> QRect:
    """Return the window's column with the curves, the time machine and the digits."""
    from PySide6.QtCore import QRect
    from PySide6.QtWidgets import QDockWidget

    docks = (_find(window, QDockWidget, name) for name in ("timelineDock", "denoiseDock"))
    return functools.reduce(QRect.united, (dock.geometry() for dock in docks), window.centralWidget().geometry())


def _save(widget: QWidget, path: Path, part: QRect | None = None) -> None:
    picture = widget.grab() if part is None else widget.grab(part)
    if not picture.save(str(path)):
        raise OSError(f"{path} could not be written.")


def _find(window: MainWindow, kind: type[T], name: str) -> T:
    found = window.findChild(kind, name)
    if found is None:
        raise LookupError(f"The window has no {kind.__name__} {name}.")
    return found


def _press(window: MainWindow, name: str) -> None:
    from PySide6.QtGui import QAction

    _find(window, QAction, name).trigger()


def _show(window: MainWindow, name: str) -> None:
    dock = window.studies.docks[name]
    dock.show()
    dock.raise_()
    _rest(2.5)  # studies follow within a second or two


def _rest(seconds: float) -> None:
    until = time.monotonic() + seconds
    _wait(lambda: time.monotonic() > until)


def _wait(condition: Callable[[], bool]) -> None:
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + _LONGEST
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("The window did not come so far.")
        QApplication.processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

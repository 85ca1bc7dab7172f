"""Makes the pictures of docs/tour.md anew: every dock, light and dark, after a run on the bundled digits.

QT_QPA_PLATFORM=offscreen .venv/bin/python tools/tour_pictures.py docs/tour
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from dae_gui.main_window import MainWindow

T = TypeVar("T", bound="QObject")
_SIZE = 1440, 900
_LONGEST = 180.0


def main(folder: Path) -> None:
    """Write one PNG for each dock and theme."""
    with tempfile.TemporaryDirectory() as settings:
        os.environ["XDG_CONFIG_HOME"] = settings
        from PySide6.QtGui import QAction
        from PySide6.QtWidgets import QAbstractButton, QApplication

        from dae_gui.app import create_window

        window = create_window()
        window.resize(*_SIZE)
        window.show()
        start = _find(window, QAction, "startAction")
        _wait(lambda: start.isEnabled() and window.controller.model is not None)
        for name in ("healthDock", "unitDock"):  # they record while they are seen
            _show(window, name)
        start.trigger()
        _wait(lambda: window.controller.state == "FINISHED")
        window._select_unit(37)
        _show(window, "comparisonDock")
        _find(window, QAbstractButton, "compareButton").click()
        _show(window, "mismatchDock")
        _find(window, QAbstractButton, "seriesButton").click()
        cancels = [_find(window, QAbstractButton, f"{name}CancelButton") for name in ("compare", "series")]
        _wait(lambda: not any(button.isVisibleTo(button.window()) and button.isEnabled() for button in cancels))
        folder.mkdir(parents=True, exist_ok=True)
        for theme in ("light", "dark"):
            _find(window, QAction, f"{theme}ThemeAction").trigger()
            for name, dock in window.studies.docks.items():
                _show(window, name)
                dock.grab().save(str(folder / f"{name.removesuffix('Dock')}-{theme}.png"))
        window.close()
        QApplication.processEvents()


def _find(window: MainWindow, kind: type[T], name: str) -> T:
    found = window.findChild(kind, name)
    if found is None:
        raise LookupError(f"The window has no {kind.__name__} {name}.")
    return found


def _show(window: MainWindow, name: str) -> None:
    dock = window.studies.docks[name]
    dock.show()
    dock.raise_()
    until = time.monotonic() + 2.5  # studies follow within a second or two
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

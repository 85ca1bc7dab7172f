"""What the tests of data in the whole window share: windows, pictures on the disk, and questions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dae_core.training.config import TrainingConfig
from dae_gui.app import create_window
from dae_gui.panels.dataset_panel import DatasetPanel
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State

W = TypeVar("W", bound=QWidget)
MakeWindow = Callable[..., MainWindow]
SLOW = 60_000


def own_data_folder(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Keep the person's own data out of a test."""
    monkeypatch.setenv("DAE_STUDIO_DATA", str(folder))


@contextmanager
def windows(qtbot: QtBot) -> Iterator[MakeWindow]:
    """Make windows that are closed in the end."""
    made: list[MainWindow] = []

    def make(*argv: str) -> MainWindow:
        window = create_window(argv)
        made.append(window)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: window.controller.model is not None, timeout=SLOW)
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()


def find(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    assert isinstance(found, kind), name
    return found


def action(window: MainWindow, name: str) -> QAction:
    found = window.findChild(QAction, name)
    assert isinstance(found, QAction), name
    return found


def click(qtbot: QtBot, parent: QWidget, name: str) -> None:
    button = find(parent, QWidget, name)
    assert button.isVisible(), name
    assert button.isEnabled(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def train(qtbot: QtBot, window: MainWindow, iterations: int = 60) -> None:
    window.training_panel.set_config(TrainingConfig(iterations=iterations, hidden_units=9))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.controller.state is State.FINISHED, timeout=SLOW)


def wait_for_shape(qtbot: QtBot, window: MainWindow, shape: tuple[int, int]) -> None:
    qtbot.waitUntil(lambda: shape_of(window) == shape, timeout=SLOW)


def shape_of(window: MainWindow) -> tuple[int, int] | None:
    dataset = window.controller.dataset
    return None if dataset is None else dataset.shape


def data_panel(qtbot: QtBot, window: MainWindow) -> DatasetPanel:
    dock = window.studies.docks["datasetDock"]
    dock.show()
    dock.raise_()
    panel = window.studies.panel("datasetDock")
    assert isinstance(panel, DatasetPanel)
    qtbot.waitUntil(panel.isVisible)
    qtbot.waitUntil(lambda: bool(panel.list.rows()) and panel.overview.dataset() is not None, timeout=SLOW)
    return panel


def answer(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Wait for a question that has this button, and click it."""
    qtbot.waitUntil(lambda: window.findChild(QPushButton, name) is not None, timeout=SLOW)
    qtbot.mouseClick(find(window, QPushButton, name), Qt.MouseButton.LeftButton)


def save_pictures(folder: Path, count: int = 12, sizes: tuple[tuple[int, int], ...] = ((40, 30), (25, 25))) -> Path:
    """Write PNGs (height, width) with a bright spot on black, each at another place."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for number in range(count):
        height, width = sizes[number % len(sizes)]
        pixels = np.zeros((height, width), np.uint8)
        y, x = int(rng.integers(2, height - 8)), int(rng.integers(2, width - 8))
        pixels[y : y + 6, x : x + 6] = 150 + 8 * number % 100
        Image.fromarray(pixels).save(folder / f"picture {number:03d}.png")
    return folder

"""The whole window in tests: made, found one's way in, trained in, saved from and opened in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dae_core import mosaic
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_gui.app import create_window
from dae_gui.panels.dataset_panel import DatasetPanel
from dae_gui.panels.filters_panel.panel import MosaicPanel
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.widgets import find

MakeWindow = Callable[..., MainWindow]


@contextmanager
def windows(qtbot: QtBot) -> Iterator[MakeWindow]:
    """Make windows that are closed in the end."""
    made: list[MainWindow] = []

    def make(*argv: str, wait: bool = True) -> MainWindow:
        window = create_window(argv)
        made.append(window)
        window.show()
        qtbot.waitExposed(window)
        if wait:
            qtbot.waitUntil(lambda: window.workbench.model is not None)
        return window

    yield make
    for window in made:
        if not window.close():  # where nothing can be autosaved it asks first
            find(window, QPushButton, "discardSessionButton").click()
        window.deleteLater()


def action(window: MainWindow, name: str) -> QAction:
    found = window.findChild(QAction, name)
    assert isinstance(found, QAction), name
    return found


def train(qtbot: QtBot, window: MainWindow, iterations: int = 60) -> None:
    window.training_panel.set_config(TrainingConfig(iterations=iterations, hidden_units=9))
    action(window, "startAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.FINISHED)


def wait_for_shape(qtbot: QtBot, window: MainWindow, shape: tuple[int, int]) -> None:
    qtbot.waitUntil(lambda: shape_of(window) == shape)


def shape_of(window: MainWindow) -> tuple[int, int] | None:
    dataset = window.workbench.dataset
    return None if dataset is None else dataset.shape


def data_panel(qtbot: QtBot, window: MainWindow) -> DatasetPanel:
    dock = window.studies.docks["datasetDock"]
    dock.show()
    dock.raise_()
    panel = window.studies.panel("datasetDock")
    assert isinstance(panel, DatasetPanel)
    qtbot.waitUntil(panel.isVisible)
    qtbot.waitUntil(lambda: bool(panel.list.rows()) and panel.overview.dataset() is not None)
    return panel


def answer(qtbot: QtBot, window: QWidget, name: str) -> None:
    """Wait for a question that has this button, and click it."""
    qtbot.waitUntil(lambda: window.findChild(QPushButton, name) is not None)
    qtbot.mouseClick(find(window, QPushButton, name), Qt.MouseButton.LeftButton)


def shows(panel: MosaicPanel, model: AutoEncoder | None) -> bool:
    """Whether a panel of filters, which is visible, has drawn these weights."""
    shown = panel.view.array()
    if model is None or shown is None:
        return False
    layer = model.W.T if panel.objectName() == "filtersWPanel" else model.V
    shape = panel.workbench.data.dataset.shape
    return np.array_equal(shown, mosaic.filters(layer, shape)[0])

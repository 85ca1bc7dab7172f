"""The window of the gradient check: table, verdict, cancelling, and its place in the menu."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_gui.app import create_window
from dae_gui.support.jobs import Jobs
from dae_gui.widgets.controls.figure_table import FigureTable
from dae_gui.window.gradient_dialog import GradientDialog
from dae_gui.workbench.facts import OpenData, RunProgress
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import make_dataset
from helpers.models import make_model
from helpers.widgets import find, text

CONFIG = TrainingConfig(hidden_units=12)


@pytest.fixture
def bench(qtbot: QtBot) -> Workbench:
    return Workbench()


@pytest.fixture
def dialog(qtbot: QtBot, bench: Workbench, jobs: Jobs) -> Iterator[GradientDialog]:
    dialog = GradientDialog(bench, jobs)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.close()


def show_run(bench: Workbench, model: AutoEncoder, config: TrainingConfig = CONFIG, iteration: int = 0) -> None:
    """Have a workbench hold weights, with data and settings."""
    bench.begin_run(config, History(), RunProgress(iteration))
    bench.set_model(model, iteration)


@pytest.fixture
def dataset(bench: Workbench) -> Dataset:
    dataset = make_dataset()
    bench.set_data(OpenData(dataset))
    return dataset


def check(qtbot: QtBot, dialog: GradientDialog, kind: str) -> list[list[str]]:
    combo = find(dialog, QComboBox, "gradientKindComboBox")
    combo.setCurrentIndex(combo.findData(kind))
    qtbot.mouseClick(find(dialog, QPushButton, "checkButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "weights of iteration" in text(dialog, "gradientVerdictLabel"))
    assert not dialog.line.is_working()
    return find(dialog, FigureTable, "gradientTable").row_texts()


def test_without_weights_there_is_nothing_to_check(dialog: GradientDialog, bench: Workbench, dataset: Dataset) -> None:
    assert not find(dialog, QPushButton, "checkButton").isEnabled()
    assert "still to be loaded" in text(dialog, "gradientVerdictLabel")
    show_run(bench, make_model(dataset))
    assert find(dialog, QPushButton, "checkButton").isEnabled()
    assert text(dialog, "gradientVerdictLabel") == ""


def test_the_exact_gradient_is_right(qtbot: QtBot, dialog: GradientDialog, bench: Workbench, dataset: Dataset) -> None:
    model = make_model(dataset)
    before = model.copy()
    show_run(bench, model, iteration=1234)
    rows = check(qtbot, dialog, "run")
    assert [row[0][0] for row in rows] == list("WBVC")
    assert [row[4] for row in rows] == ["right"] * 4
    assert [int(row[2]) + int(row[3]) for row in rows] == [200, 12, 200, 72]
    assert all(float(row[1].replace("−", "-")) < 1e-6 for row in rows)
    assert "weights of iteration 1,234" in text(dialog, "gradientVerdictLabel")
    for a, b in zip(model.parameters.values(), before.parameters.values(), strict=True):
        assert np.array_equal(a, b)
    assert model.gradient == "exact"


def test_the_published_gradient_is_wrong_and_why(
    qtbot: QtBot, dialog: GradientDialog, bench: Workbench, dataset: Dataset
) -> None:
    model = make_model(dataset)
    model.B[::2] = -5.0
    show_run(bench, model)
    rows = check(qtbot, dialog, "published")
    assert [row[4] for row in rows] == ["WRONG", "WRONG", "right", "right"]
    assert "derivative of the ReLU" in text(dialog, "gradientVerdictLabel")
    show_run(bench, model, CONFIG.replace(gradient="published"))
    assert [row[4] for row in check(qtbot, dialog, "run")][:2] == ["WRONG", "WRONG"]
    assert [row[4] for row in check(qtbot, dialog, "exact")] == ["right"] * 4


def test_a_run_with_own_code_says_what_is_checked(
    qtbot: QtBot, dialog: GradientDialog, bench: Workbench, dataset: Dataset
) -> None:
    show_run(bench, make_model(dataset), CONFIG.replace(own_backward="x = 1\n"))
    assert [row[4] for row in check(qtbot, dialog, "run")] == ["right"] * 4
    said = text(dialog, "gradientVerdictLabel")
    assert said.startswith("The run has a backward of its own, which is checked in Your code.")
    assert "Gradient: the program's exact one;" in said
    check(qtbot, dialog, "exact")
    assert "of its own" not in text(dialog, "gradientVerdictLabel")


def test_it_can_be_cancelled_and_closed(
    qtbot: QtBot, dialog: GradientDialog, bench: Workbench, dataset: Dataset
) -> None:
    show_run(bench, make_model(dataset))
    combo = find(dialog, QComboBox, "gradientEntriesComboBox")
    combo.setCurrentIndex(combo.findData(5000))
    start, cancel = find(dialog, QPushButton, "checkButton"), find(dialog, QPushButton, "checkCancelButton")
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    assert dialog.line.is_working()
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert text(dialog, "gradientVerdictLabel") == "Cancelled."
    assert start.isVisible()
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    dialog.reject()
    assert not dialog.line.is_working()


def test_weights_that_are_not_finite_are_not_called_right(
    qtbot: QtBot, dialog: GradientDialog, bench: Workbench, dataset: Dataset
) -> None:
    model = make_model(dataset)
    model.V[0, 0] = np.nan
    show_run(bench, model)
    assert "right" not in [row[4] for row in check(qtbot, dialog, "exact")]


def test_the_menu_opens_it_beside_the_window_once(qtbot: QtBot) -> None:
    window = create_window(())
    window.show()
    qtbot.waitUntil(lambda: window.workbench.model is not None)
    action = window.findChild(QAction, "checkGradientAction")
    assert isinstance(action, QAction)
    menus = [m for m in window.menuBar().findChildren(QMenu) if action in m.actions()]
    assert [m.title() for m in menus] == ["&Understand"]
    action.trigger()
    action.trigger()
    dialogs = window.findChildren(GradientDialog)
    assert len(dialogs) == 1
    assert dialogs[0].isVisible()
    assert not dialogs[0].isModal()
    rows = check(qtbot, dialogs[0], "run")
    assert [row[4] for row in rows] == ["right"] * 4
    window.close()
    window.deleteLater()

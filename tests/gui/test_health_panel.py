"""The health dock: its numbers, its diagnoses, and the remedies through the window, running and paused."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset, open_dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.diagnosis import Diagnosis, Problem, Remedy
from dae_core.inspection.health_metrics import HealthEvaluator
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from dae_core.training.config import TrainingConfig
from dae_core.training.snapshots import SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer
from dae_gui.panels.health_panel import HealthPanel
from dae_gui.panels.health_panel.diagnosis_row import DiagnosisRow
from dae_gui.support.plain_text import tip_text
from dae_gui.support.theme import DARK, LIGHT, Theme, apply_theme
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from helpers.datasets import make_dataset
from helpers.models import make_model
from helpers.widgets import Notices, find, shown_panel, text

CONFIG = TrainingConfig(hidden_units=12, corruption=Gaussian(0.5))


@pytest.fixture
def empty_panel(qtbot: QtBot) -> Iterator[HealthPanel]:
    with shown_panel(qtbot, HealthPanel) as panel:
        yield panel


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset()


def measure(qtbot: QtBot, panel: HealthPanel, model: AutoEncoder, iteration: int) -> None:
    panel.workbench.set_model(model, iteration)
    qtbot.waitUntil(lambda: is_measured(panel, iteration))


def is_measured(panel: HealthPanel, iteration: int) -> bool:
    entries = panel.log.entries
    return bool(entries) and entries[-1].iteration == iteration


def rows(panel: HealthPanel) -> list[DiagnosisRow]:
    return panel.findChildren(DiagnosisRow)


@pytest.fixture
def panel(qtbot: QtBot, empty_panel: HealthPanel, dataset: Dataset) -> HealthPanel:
    empty_panel.workbench.set_data(OpenData(dataset))
    empty_panel.workbench.set_config(CONFIG)
    measure(qtbot, empty_panel, make_model(dataset), 0)
    return empty_panel


def dead_model(dataset: Dataset, *units: int) -> AutoEncoder:
    model = make_model(dataset)
    model.B[list(units)] = -1e3
    return model


def test_before_any_data_it_says_so(empty_panel: HealthPanel) -> None:
    assert "as soon as data is loaded" in text(empty_panel, "healthStatusLabel")
    assert not find(empty_panel, QToolButton, "healthCopyButton").isEnabled()
    assert not empty_panel.grab().isNull()


def test_the_curves_show_what_is_measured_by_other_means(qtbot: QtBot, panel: HealthPanel, dataset: Dataset) -> None:
    models = [make_model(dataset), dead_model(dataset, 4)]
    measure(qtbot, panel, models[1], 700)
    held_out = HeldOut(dataset, CONFIG.corruption, 500)
    figures = [held_out.evaluate(model) for model in models]
    shown = {name: plot.values() for name, plot in panel.charts.plots.items()}
    assert panel.charts.plots["healthDeadPlot"].places().tolist() == [0, 700]
    assert shown["healthSparsityPlot"]["active"] == pytest.approx([f.sparsity for f in figures])
    assert shown["healthDeadPlot"]["dead"].tolist() == [0, 1]
    assert shown["healthBiasPlot"]["bias"] == pytest.approx([m.B.mean() for m in models])
    assert shown["healthNormPlot"]["W"] == pytest.approx([np.linalg.norm(m.W) for m in models])
    assert shown["healthNormPlot"]["V"] == pytest.approx([np.linalg.norm(m.V) for m in models])
    gradients = [m.backward(held_out.noisy[:100], held_out.clean[:100]) for m in models]
    assert shown["healthGradientPlot"]["W"] == pytest.approx([np.linalg.norm(g.W) for g in gradients], rel=1e-4)
    assert shown["healthGradientPlot"]["V"] == pytest.approx([np.linalg.norm(g.V) for g in gradients], rel=1e-4)
    rates = figures[1].firing_rates
    assert rates is not None
    shown_rates, biases = panel.charts.rates.bars(), panel.charts.biases.bars()
    assert shown_rates is not None
    assert biases is not None
    assert list(shown_rates.heights) == np.histogram(rates, 20, (0, 1))[0].tolist()
    assert sum(biases.heights) == 12
    assert biases.heights[0] == 1
    assert "60 held-out digits" in text(panel, "healthAboutLabel")


def test_new_start_weights_are_told_as_the_member_of_the_family_draws_them(qtbot: QtBot) -> None:
    row = DiagnosisRow()
    qtbot.addWidget(row)
    dead = Diagnosis(Problem.DEAD, "Dead.", "dead", Remedy.REVIVE)
    for architecture in (Architecture(), Architecture("sigmoid", tied=True)):
        fresh = AutoEncoder.random(400, 300, np.random.default_rng(0), architecture=architecture)
        row.show_diagnosis(dead, architecture, can_treat=True)
        told = re.search(r"N\(0, (.*)²\), bias (.*)", tip_text(row.button.toolTip()))
        assert told is not None
        assert float(told[1]) == pytest.approx(fresh.W.std(), rel=0.01)
        assert float(told[2]) == fresh.B[0]


def test_dead_units_are_told_and_can_be_revived_while_a_run_goes_on(
    qtbot: QtBot, panel: HealthPanel, dataset: Dataset
) -> None:
    measure(qtbot, panel, dead_model(dataset, 4, 9), 700)
    assert "2 of 12 units are dead" in rows(panel)[0].text()
    button = find(panel, QPushButton, "reviveButton")
    assert not button.isEnabled()
    assert "W and V N(0, 0.01²), bias 0.5" in tip_text(button.toolTip())
    for state in (State.RUNNING, State.PAUSED):
        panel.workbench.set_state(state)
        qtbot.waitUntil(button.isEnabled)
        with qtbot.waitSignal(panel.reviveRequested) as asked:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert asked.args == [(4, 9)]
    panel.workbench.set_state(State.FINISHED)
    qtbot.waitUntil(lambda: not button.isEnabled())
    measure(qtbot, panel, make_model(dataset), 800)
    assert rows(panel)[0].isHidden()
    assert text(panel, "healthStatusLabel") == "No sign of trouble."


def test_an_exploding_error_halves_the_rate(qtbot: QtBot, panel: HealthPanel, dataset: Dataset) -> None:
    panel.workbench.set_state(State.RUNNING)
    for iteration in (100, 200):
        bad = make_model(dataset)
        bad.C += 5
        measure(qtbot, panel, bad, iteration)
    assert "climbed" in rows(panel)[0].text()
    with qtbot.waitSignal(panel.rateScaled) as asked:
        qtbot.mouseClick(find(panel, QPushButton, "halveButton"), Qt.MouseButton.LeftButton)
    assert asked.args == [0.5]


def test_an_earlier_iteration_other_units_or_other_data_begin_anew(
    qtbot: QtBot, panel: HealthPanel, dataset: Dataset
) -> None:
    measure(qtbot, panel, make_model(dataset), 500)
    assert [v.iteration for v in panel.log.entries] == [0, 500]
    measure(qtbot, panel, make_model(dataset), 20)
    assert [v.iteration for v in panel.log.entries] == [20]
    wider = AutoEncoder.random(dataset.n_inputs, 30, np.random.default_rng(0))
    measure(qtbot, panel, wider, 40)
    assert [(v.iteration, v.n_units) for v in panel.log.entries] == [(40, 30)]
    panel.workbench.set_data(OpenData(make_dataset((5, 7))))
    assert panel.log.entries == []


def test_other_noise_is_measured_at_once(qtbot: QtBot, panel: HealthPanel, dataset: Dataset) -> None:
    panel.workbench.set_config(CONFIG.replace(corruption=Gaussian(2.0)))
    qtbot.waitUntil(lambda: panel.log.entries[-1].corruption.level == 2.0)
    error = HeldOut(dataset, Gaussian(2.0), 500).evaluate(make_model(dataset)).error
    assert panel.log.entries[-1].error == pytest.approx(error, rel=1e-5)


def test_opened_after_training_it_looks_back_at_the_snapshots(
    qtbot: QtBot, empty_panel: HealthPanel, dataset: Dataset
) -> None:
    trainer, keeper = Trainer(dataset, CONFIG), SnapshotKeeper(bytes_of(Trainer(dataset, CONFIG).model))
    while trainer.iteration < 400:
        keeper.add(trainer.iteration, trainer.model.copy())
        trainer.advance(keeper.next_due(trainer.iteration + 1) - trainer.iteration)
    panel, snapshots = empty_panel, keeper.snapshots
    assert len(snapshots) == 10
    panel.hide()
    panel.workbench.set_data(OpenData(dataset))
    panel.workbench.set_config(CONFIG)
    panel.workbench.set_snapshots(snapshots)
    panel.workbench.set_model(trainer.model, trainer.iteration)
    panel.show()
    expected = [*(snapshot.iteration for snapshot in snapshots), trainer.iteration]
    qtbot.waitUntil(lambda: [entry.iteration for entry in panel.log.entries] == expected)
    evaluator = HealthEvaluator(dataset, CONFIG.corruption)
    for entry, snapshot in zip(panel.log.entries, snapshots, strict=False):
        assert entry.norm_w == evaluator.measure(snapshot.model, snapshot.iteration, 0.0).norm_w
    assert len(panel.charts.plots["healthBiasPlot"].places()) == 11
    assert len(panel.log.entries[-1].biases) == CONFIG.hidden_units


def test_a_hidden_panel_measures_nothing(qtbot: QtBot, panel: HealthPanel, dataset: Dataset) -> None:
    panel.hide()
    panel.workbench.set_model(make_model(dataset, 3), 900)
    QTest.qWait(1)
    assert not panel.is_asking("measure")
    assert panel.log.entries[-1].iteration == 0
    panel.show()
    qtbot.waitUntil(lambda: panel.log.entries[-1].iteration == 900)


def test_diverged_weights_are_told(qtbot: QtBot, panel: HealthPanel, dataset: Dataset) -> None:
    model = make_model(dataset)
    model.W[:], model.B[:] = np.nan, np.inf
    measure(qtbot, panel, model, 100)
    assert "no longer a finite number" in rows(panel)[0].text()
    assert not panel.grab().isNull()


def test_numbers_can_be_copied_and_pictures_saved(qtbot: QtBot, panel: HealthPanel, dataset: Dataset, tmp_path) -> None:  # type: ignore[no-untyped-def]
    measure(qtbot, panel, make_model(dataset, 3), 250)
    qtbot.mouseClick(find(panel, QToolButton, "healthCopyButton"), Qt.MouseButton.LeftButton)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["iteration", "Sparsity", "Dead units"]
    assert [line.split("\t")[0] for line in lines[1:]] == ["0", "250"]
    plot = panel.charts.plots["healthNormPlot"]
    with qtbot.waitSignal(Notices(panel).saved):
        plot.pictures.save(str(tmp_path / "norms.png"))
    with qtbot.waitSignal(Notices(panel).warned):
        plot.pictures.save(str(tmp_path / "none" / "norms.png"))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_theme_and_size_is_painted(
    qtbot: QtBot, panel: HealthPanel, dataset: Dataset, restored_theme: QApplication, theme: Theme
) -> None:
    measure(qtbot, panel, dead_model(dataset, 1), 100)
    apply_theme(restored_theme, theme)
    for size in ((500, 180), (1200, 700)):
        panel.resize(*size)
        assert not panel.grab().isNull()


# Through the window


def act(window: MainWindow, name: str) -> None:
    found = window.findChild(QAction, name)
    assert isinstance(found, QAction)
    found.trigger()


def begin(qtbot: QtBot, window: MainWindow, iterations: int) -> HealthPanel:
    """Open the dock and train at a rate that kills units, then pause."""
    dock = window.studies.docks["healthDock"]
    dock.show()
    dock.raise_()
    panel = window.studies.panel("healthDock")
    assert isinstance(panel, HealthPanel)
    find(window, QSpinBox, "iterationsSpinBox").setValue(1_000_000_000)
    window.training_panel.set_learning_rate(0.002)
    act(window, "startAction")
    qtbot.waitUntil(lambda: window.workbench.progress.iteration >= iterations)
    act(window, "pauseAction")
    qtbot.waitUntil(lambda: window.workbench.state is State.PAUSED)
    qtbot.waitUntil(lambda: is_measured(panel, window.workbench.progress.iteration))
    return panel


def test_paused_units_are_revived_recorded_and_as_the_trainer_would(qtbot: QtBot, window: MainWindow) -> None:
    panel = begin(qtbot, window, 500)
    units, iteration = panel.log.entries[-1].dead, window.workbench.progress.iteration
    assert units
    config, paused = window.workbench.config, window.workbench.model
    row = next(row for row in rows(panel) if row.button.objectName() == "reviveButton")
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.workbench.model is not paused)
    assert window.workbench.state is State.PAUSED
    assert [(c.iteration, c.name) for c in window.workbench.history.changes] == [(iteration, "units revived")]
    alone = Trainer(open_dataset("digits"), config)
    while alone.iteration < iteration:
        alone.advance(iteration - alone.iteration)
    alone.revive(units)
    got = window.workbench.model
    assert got is not None
    for mine, theirs in zip(got.parameters.values(), alone.model.parameters.values(), strict=True):
        assert np.array_equal(mine, theirs)
    alone.close()
    qtbot.waitUntil(lambda: panel.log.entries[-1].n_dead < len(units))


def test_the_rate_is_halved_in_field_and_run_and_not_without_a_run(qtbot: QtBot, window: MainWindow) -> None:
    panel = begin(qtbot, window, 10)
    panel.rateScaled.emit(0.5)
    assert window.training_panel.config().learning_rate == pytest.approx(0.001)
    assert window.workbench.config.learning_rate == pytest.approx(0.001)
    act(window, "startAction")
    qtbot.waitUntil(lambda: bool(window.workbench.history.changes))
    assert [c.name for c in window.workbench.history.changes] == ["learning rate"]
    act(window, "stopAction")
    qtbot.waitUntil(lambda: not window.workbench.state.is_active)
    panel.rateScaled.emit(2.0)
    assert window.training_panel.config().learning_rate == pytest.approx(0.001)
    before = window.workbench.model
    window.controller.revive_units((0,))
    QTest.qWait(1)
    assert window.workbench.model is before

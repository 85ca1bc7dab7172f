"""Figures belong to the data and the noise that they were measured with, and nothing else is shown as theirs."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from dae_core.datasets.stand_in import StandIn, stand_in
from dae_core.evaluation.beside_linear import LinearErrors
from dae_core.model.corruption import Gaussian
from dae_core.training.config import TrainingConfig
from dae_gui.panels.curves_panel import CurvesPanel, Overlay
from dae_gui.panels.denoise_panel import DenoisePanel
from dae_gui.panels.runs_panel import RunsPanel
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import tip_text
from dae_gui.training.linear_bound import LinearBound
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import small_dataset
from helpers.models import make_model
from helpers.widgets import DrawStroke, find, on_canvas
from helpers.window_runs import CONFIG, finish
from helpers.windows import MakeWindow


@pytest.fixture(scope="module")
def missing() -> StandIn:
    return stand_in("gone", (28, 28), 33.0, 78.0)


def test_the_linear_denoiser_of_a_stand_in_is_not_that_of_the_run(qtbot: QtBot, jobs: Jobs, missing: StandIn) -> None:
    bench = Workbench()
    bound = LinearBound(bench, jobs, bench)
    told: list[LinearErrors | None] = []
    bound.found.connect(told.append)
    bench.set_data(OpenData(small_dataset()))
    bench.set_config(TrainingConfig(corruption=Gaussian(0.5)))
    qtbot.waitUntil(lambda: told[-1] is not None)
    bench.set_data(OpenData(missing, is_stand_in=True))
    bench.set_config(TrainingConfig(corruption=Gaussian(0.7)))
    assert told[-1] is None
    told.clear()
    bench.set_data(OpenData(small_dataset()))
    bench.set_config(TrainingConfig(corruption=Gaussian(0.6)))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[0] is None  # and nothing of the stand-in came meanwhile
    assert told[1] is not None


def test_digits_that_stand_in_are_marked_and_not_measured(
    qtbot: QtBot, draw_stroke: DrawStroke, missing: StandIn
) -> None:
    panel = DenoisePanel(Workbench())
    qtbot.addWidget(panel)
    panel.resize(770, 330)
    panel.show()
    qtbot.waitExposed(panel)
    panel.workbench.set_data(OpenData(missing, is_stand_in=True))
    panel.set_model(make_model(missing))
    panel.source.pick_random()
    quality = find(panel, QLabel, "qualityLabel")
    qtbot.waitUntil(lambda: "stand in" in quality.text())
    assert "MSE" not in quality.text()
    assert "Stand-in" in [label.text() for label in panel.rows.findChildren(QLabel)]
    assert "stand in" in tip_text(panel.rows.view.toolTip())
    # What the user draws is measured: it is no stand-in.
    canvas = panel.source.draw_page.canvas
    canvas.drawing.clear()
    draw_stroke(canvas, [on_canvas(canvas, row, 14.0) for row in (5.0, 14.0, 22.0)])
    qtbot.waitUntil(lambda: "MSE" in quality.text())
    panel.workbench.set_data(OpenData(small_dataset()))
    assert "Original" in [label.text() for label in panel.rows.findChildren(QLabel)]
    assert "stand in" not in tip_text(panel.rows.view.toolTip())


def test_a_run_of_other_noise_is_named_with_it(qtbot: QtBot) -> None:
    panel = CurvesPanel(Workbench())
    qtbot.addWidget(panel)
    history = panel.history()
    panel.set_overlays([Overlay("a", "Run 1", QColor("red"), history, "masking noise 0.4")])
    button = panel.legend.button("run:a")
    assert button.text() == "Run 1 (masking noise 0.4)"
    assert "best linear denoiser is not for it" in tip_text(button.toolTip())


def test_runs_are_compared_with_the_noise_of_the_present_one(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    for level in (1.0, 0.5, 1.0):
        finish(qtbot, window, CONFIG.replace(corruption=Gaussian(level)))
    panel = window.studies.panel("runsDock")
    assert isinstance(panel, RunsPanel)
    first, second = (run.label for run in window.document.runs.kept)
    panel.overlayChanged.emit([first.key, second.key])

    def texts() -> list[str]:
        try:
            return [window.curves_panel.legend.button(f"run:{label.key}").text() for label in (first, second)]
        except KeyError:
            return []

    qtbot.waitUntil(lambda: texts() == [first.name, f"{second.name} (Gaussian σ 0.5)"])
    window.controller.reset(CONFIG.replace(corruption=Gaussian(0.5)))
    qtbot.waitUntil(lambda: texts() == [f"{first.name} (Gaussian σ 1)", second.name])

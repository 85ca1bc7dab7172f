"""The best linear denoiser is left out where it would take too much memory, and whoever looks for it is told."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from dae_core.evaluation import filter_tuning, linear_memory
from dae_core.evaluation.beside_linear import LinearErrors
from dae_core.evaluation.linear_memory import needed_bytes
from dae_core.model.corruption import Gaussian, Masking
from dae_core.training.config import TrainingConfig
from dae_gui.panels.comparison_panel import ComparisonPanel
from dae_gui.panels.mismatch_panel import MismatchPanel
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import tip_text
from dae_gui.training.linear_bound import LinearBound
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import make_dataset
from helpers.models import make_model
from helpers.widgets import find, shown_panel
from helpers.windows import MakeWindow

SENTENCE = "The best linear denoiser is left out: it would need "
SMALL, LARGE = (6, 8), (9, 8)


@pytest.fixture(autouse=True)
def small_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough for the small images only; the bundled digits have more pixels too."""
    monkeypatch.setattr(linear_memory, "BUDGET", needed_bytes(SMALL[0] * SMALL[1]))
    monkeypatch.setattr(filter_tuning, "TUNING_IMAGES", 12)


def test_it_is_told_once_and_taken_back_for_smaller_images(qtbot: QtBot, jobs: Jobs) -> None:
    bench = Workbench()
    bound = LinearBound(bench, jobs, bench)
    found: list[LinearErrors | None] = []
    reasons: list[str] = []
    bound.found.connect(found.append)
    bound.leftOut.connect(reasons.append)
    bench.set_data(OpenData(make_dataset(LARGE)))
    for corruption in (Gaussian(0.5), Gaussian(1.1), Masking(0.5)):
        bench.set_config(TrainingConfig(corruption=corruption))
    assert found == [None, None, None]
    (reason,) = reasons
    assert reason.startswith(SENTENCE)
    assert reason.endswith("for images of 9x8.")
    with qtbot.waitSignals([bound.found, bound.found]):
        bench.set_data(OpenData(make_dataset(SMALL)))
        bench.set_config(TrainingConfig(corruption=Gaussian(0.5)))
    assert reasons == [reason, ""]
    assert found[-1] is not None
    assert found[-1].on_some > 0


def test_the_window_says_so_in_the_legend_and_in_the_log(make_window: MakeWindow) -> None:
    window = make_window("--data", "digits")
    entry = window.curves_panel.legend.button("linear_bound")
    assert entry.text() == "Best linear: left out"
    assert tip_text(entry.toolTip()).startswith(SENTENCE)
    assert entry.accessibleDescription() == tip_text(entry.toolTip())
    assert [event.text for event in window.event_log.since(0)].count(tip_text(entry.toolTip())) == 1
    window.curves_panel.set_bound_left_out("")
    assert entry.text() == "Best linear"
    assert "show or hide" in tip_text(entry.toolTip())


def test_the_comparison_goes_on_without(qtbot: QtBot) -> None:
    with shown_panel(qtbot, ComparisonPanel) as panel:
        dataset = make_dataset(LARGE)
        panel.workbench.set_data(OpenData(dataset))
        panel.workbench.set_config(TrainingConfig(hidden_units=12))
        panel.workbench.set_model(make_model(dataset), 1)
        panel.compare()
        qtbot.waitUntil(lambda: [method.key for method in panel.methods()][-1:] == ["network"])
        assert [method.key for method in panel.methods()] == ["noisy", "median", "blur", "tv", "nlm", "network"]
        told = find(panel, QLabel, "compareVerdictLabel").text()
        assert told.startswith("The network ")
        assert "PCA and the best linear denoiser are left out: they would need " in told


def test_other_noise_goes_on_without(qtbot: QtBot) -> None:
    with shown_panel(qtbot, MismatchPanel) as panel:
        dataset = make_dataset(LARGE)
        panel.workbench.set_data(OpenData(dataset))
        panel.workbench.set_config(TrainingConfig(hidden_units=12))
        panel.workbench.set_model(make_model(dataset), 7)
        plot = panel.curves.plot
        qtbot.waitUntil(lambda: set(plot.values()) == {"noisy input", "network"})
        told = find(panel, QLabel, "mismatchSentence").text()
        assert told.startswith("Iteration 7. ")
        assert SENTENCE in told

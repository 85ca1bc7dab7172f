"""What all study panels share: they read the workbench, wait while hidden, and ask for what takes long."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Masking
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.snapshots import Snapshot
from dae_gui.panels.comparison_panel import ComparisonPanel
from dae_gui.panels.health_panel import HealthPanel
from dae_gui.panels.step_panel import StepPanel
from dae_gui.panels.unit_panel import UnitPanel
from dae_gui.support.jobs import Jobs
from dae_gui.workbench.facts import OpenData, RunProgress
from dae_gui.workbench.state import State
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import small_dataset
from helpers.widgets import Notices, shown_panel, text


class Notebook(StudyPanel):
    """Writes down which iteration it studied, and what it was told to forget."""

    interval_ms = 0

    def __init__(self, workbench: Workbench, jobs: Jobs) -> None:
        super().__init__(workbench, jobs)
        self.studied: list[int] = []
        self.forgotten = 0
        self.answers: list[int] = []
        self.follow(workbench.weightsChanged, workbench.configChanged)

    def study(self) -> None:
        self.studied.append(self.iteration)

    def forget(self) -> None:
        self.forgotten += 1

    def on_answer(self, answer: int) -> None:
        self.answers.append(answer)


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[Notebook]:
    with shown_panel(qtbot, Notebook) as panel:
        yield panel


def model(seed: int = 0) -> AutoEncoder:
    return AutoEncoder.random(small_dataset().n_inputs, 5, np.random.default_rng(seed))


def test_it_reads_the_workbench_and_keeps_nothing_of_its_own(panel: Notebook) -> None:
    bench, dataset = panel.workbench, small_dataset()
    assert (panel.dataset, panel.model, panel.iteration, panel.unit, panel.digit) == (None, None, 0, -1, None)
    bench.set_data(OpenData(dataset))
    weights, config = model(), TrainingConfig(corruption=Masking(0.3))
    bench.begin_run(config, History(), RunProgress(20, 90, 10))
    bench.set_model(weights, 20)
    bench.set_state(State.PAUSED)
    bench.select_unit(3)
    assert panel.dataset is dataset
    assert panel.config is config
    assert panel.model is weights
    assert (panel.iteration, panel.segment, panel.unit, panel.state) == (20, (10, 90), 3, State.PAUSED)
    bench.set_data(OpenData(small_dataset()))
    assert (panel.model, panel.iteration) == (None, 0)


def test_it_studies_the_weights_that_are_shown_live_or_of_a_snapshot(panel: Notebook, qtbot: QtBot) -> None:
    bench, live, old = panel.workbench, model(0), model(1)
    bench.set_data(OpenData(small_dataset()))
    bench.set_model(live, 50)
    qtbot.waitUntil(lambda: panel.studied[-1:] == [50])
    bench.look_at(Snapshot(7, old))
    assert panel.model is old
    qtbot.waitUntil(lambda: panel.studied[-1:] == [7])
    bench.set_model(model(2), 60)
    assert (panel.model, panel.iteration) == (old, 7)
    bench.look_at(None)
    qtbot.waitUntil(lambda: panel.studied[-1:] == [60])


def test_hidden_it_does_nothing_and_catches_up_once(panel: Notebook, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(panel.studied) == 1)  # what there was when it was made
    panel.hide()
    panel.workbench.set_data(OpenData(small_dataset()))
    for iteration in (10, 20, 30):
        panel.workbench.set_model(model(), iteration)
        panel.workbench.set_config(TrainingConfig(iterations=1000 + iteration))
    # Private: that nothing is about to happen cannot be waited for.
    assert not panel._timer.isActive()
    panel.show()
    qtbot.waitUntil(lambda: panel.studied[-1] == 30)
    assert len(panel.studied) == 2


def test_it_follows_only_what_it_names(panel: Notebook, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(panel.studied) == 1)
    panel.workbench.set_state(State.RUNNING)
    panel.workbench.select_unit(2)
    assert not panel._timer.isActive()
    panel.workbench.set_config(TrainingConfig(seed=8))
    assert panel._timer.isActive()


def test_other_data_discards_what_is_on_its_way_and_has_it_forget(panel: Notebook) -> None:
    begun, released = threading.Event(), threading.Event()

    def answer(_monitor: Monitor) -> int:
        begun.set()
        released.wait(120)
        return 1

    panel.ask("something", answer, panel.on_answer)
    assert begun.wait(120)
    assert panel.is_asking("something")
    panel.workbench.set_data(OpenData(small_dataset()))
    released.set()
    assert not panel.is_asking("something")
    assert panel.forgotten == 1
    panel.discard_all()
    assert panel.answers == []


def test_what_fails_is_told_with_the_name_of_the_panel(panel: Notebook, qtbot: QtBot) -> None:
    def fail(_monitor: Monitor) -> None:
        raise ValueError("the digits are gone")

    panel.setAccessibleName("Health")
    with qtbot.waitSignal(Notices(panel).warned) as told:
        panel.ask("something", fail, panel.on_answer)
    assert told.args == ["Health could not be brought up to date: the digits are gone."]


@pytest.mark.parametrize(
    ("make", "label"),
    [(ComparisonPanel, "compareHintLabel"), (HealthPanel, "healthStatusLabel"), (StepPanel, "stepWhereLabel")],
)
def test_nothing_is_measured_on_a_stand_in(qtbot: QtBot, make: type[StudyPanel], label: str) -> None:
    with shown_panel(qtbot, make) as panel:
        panel.workbench.set_data(OpenData(small_dataset(), is_stand_in=True))
        panel.workbench.set_model(model(), 50)
        qtbot.waitUntil(lambda: "missing" in text(panel, label))
        # Private: that nothing is asked for cannot be waited for.
        qtbot.waitUntil(lambda: not panel._is_stale)
        assert not panel._asking


def test_a_unit_of_a_run_on_missing_data_is_shown_but_not_measured(qtbot: QtBot) -> None:
    with shown_panel(qtbot, UnitPanel) as panel:
        panel.workbench.set_data(OpenData(small_dataset(), is_stand_in=True))
        panel.workbench.set_model(model(), 50)
        panel.workbench.select_unit(2)
        qtbot.waitUntil(lambda: "missing" in panel.page.rates.accessible_value())
        assert panel.page.w_view.array() is not None
        assert not panel._asking

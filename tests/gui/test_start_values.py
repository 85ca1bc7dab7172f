"""The learning rate that fits the data, and the word about long runs; without the main window."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.jobs import Monitor
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.support.jobs import Jobs
from dae_gui.support.undo import UndoHistory
from dae_gui.widgets.controls.number_box import NumberBox
from dae_gui.window.long_runs import LongRuns, long_time
from dae_gui.window.start_values import StartValues
from dae_gui.workbench.facts import OpenData, RunProgress
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.widgets import find

USUAL = TrainingConfig()
UNSTABLE = "likely to diverge"


def images(side: int, seed: int = 0) -> Dataset:
    """Images of one brightness each, as unlike digits as can be."""
    rng = np.random.default_rng(seed)
    levels = rng.integers(0, 256, (60, 1, 1))
    pixels = np.clip(levels + rng.integers(-20, 20, (60, side, side)), 0, 255).astype(np.uint8)
    return Dataset(f"{side}", pixels[:50], None, pixels[50:], None, noun="images")


class Bench:
    """A training panel with its history, and what watches its settings."""

    def __init__(self, jobs: Jobs) -> None:
        self.workbench = Workbench()
        self.panel = TrainingPanel(self.workbench)
        self.history = UndoHistory(self.panel)
        self.panel.use_history(self.history)
        self.values = StartValues(self.workbench, self.panel, jobs, self.panel)

    @property
    def rate(self) -> float:
        return self.panel.config().learning_rate

    def hint(self) -> str:
        return self.panel.rate_hint.text()

    def open(self, qtbot: QtBot, dataset: Dataset) -> None:
        self.workbench.set_data(OpenData(dataset))
        # Private: that the images were measured shows nowhere while the rate fits.
        qtbot.waitUntil(lambda: self.values._moments is not None)

    def press(self, qtbot: QtBot) -> None:
        qtbot.mouseClick(find(self.panel, QToolButton, "rateHintButton"), Qt.MouseButton.LeftButton)


@pytest.fixture
def bench(qtbot: QtBot, jobs: Jobs) -> Bench:
    made = Bench(jobs)
    qtbot.addWidget(made.panel)
    made.panel.resize(280, 700)
    made.panel.show()
    return made


def test_digits_leave_the_exercises_settings_alone(qtbot: QtBot, bench: Bench) -> None:
    bench.open(qtbot, images(28))
    assert bench.panel.config() == USUAL
    assert bench.hint() == ""
    assert not bench.history.can_undo()


def test_large_images_get_a_rate_that_fits_in_words_and_it_can_be_taken_back(qtbot: QtBot, bench: Bench) -> None:
    told: list[TrainingConfig] = []
    bench.panel.configChanged.connect(told.append)
    bench.open(qtbot, images(64))
    fitting = bench.rate
    assert fitting < USUAL.learning_rate
    assert told[-1].learning_rate == fitting
    assert "for these images" in bench.hint()
    bench.history.undo()
    assert bench.rate == USUAL.learning_rate
    assert UNSTABLE in bench.hint()
    bench.press(qtbot)  # takes the rate that is offered
    assert bench.rate == fitting
    bench.press(qtbot)  # and the former one again, knowingly
    assert bench.rate == USUAL.learning_rate


def test_small_images_after_large_ones_bring_the_usual_rate_back(qtbot: QtBot, bench: Bench) -> None:
    bench.open(qtbot, images(64))
    assert bench.rate != USUAL.learning_rate
    bench.open(qtbot, images(16))
    assert bench.rate == USUAL.learning_rate
    assert bench.hint() == ""


def test_a_rate_that_the_user_has_chosen_is_not_changed_but_told(qtbot: QtBot, bench: Bench) -> None:
    field = find(bench.panel, NumberBox, "learningRateSpinBox")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.001")
    QTest.keyClick(field, Qt.Key.Key_Return)
    bench.open(qtbot, images(64))
    assert bench.rate == 0.001
    assert UNSTABLE in bench.hint()
    bench.press(qtbot)
    assert bench.rate < USUAL.learning_rate
    assert UNSTABLE not in bench.hint()


def test_nothing_is_changed_below_a_run(qtbot: QtBot, bench: Bench) -> None:
    bench.workbench.begin_run(USUAL, History(), RunProgress(iteration=5, end=100))
    bench.open(qtbot, images(64))
    assert bench.rate == USUAL.learning_rate
    assert UNSTABLE in bench.hint()


def test_an_optimizer_that_needs_another_rate_is_told_as_it_is_chosen(qtbot: QtBot, bench: Bench) -> None:
    bench.open(qtbot, images(28))
    box = find(bench.panel, QComboBox, "optimizerComboBox")
    box.setCurrentIndex(box.findData("momentum"))
    assert UNSTABLE in bench.hint()
    bench.press(qtbot)
    assert UNSTABLE not in bench.hint()
    assert bench.rate < USUAL.learning_rate


def test_more_noise_is_measured_anew(qtbot: QtBot, bench: Bench) -> None:
    bench.open(qtbot, images(28))
    find(bench.panel, NumberBox, "noiseLevelSpinBox").setValue(3.0)
    qtbot.waitUntil(lambda: UNSTABLE in bench.hint())


def test_settings_that_a_session_brings_are_looked_at_too(qtbot: QtBot, bench: Bench) -> None:
    bench.open(qtbot, images(28))
    opened = USUAL.replace(learning_rate=0.05)
    bench.workbench.begin_run(opened, History(), RunProgress(iteration=5, end=100))
    bench.panel.set_config(opened)  # after the workbench, and without a word
    qtbot.waitUntil(lambda: UNSTABLE in bench.hint())


# -- long runs -------------------------------------------------------------------------------------------------------


class Speed(QObject):
    """Stands for a measurement: what it returns, and how often it was asked."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds, self.asked = seconds, 0

    def measure(self, _dataset: Dataset, _config: TrainingConfig, _monitor: Monitor) -> float:
        self.asked += 1
        return self.seconds


@pytest.fixture
def speed() -> Speed:
    return Speed(1.0)


@pytest.fixture
def panel(qtbot: QtBot, jobs: Jobs, speed: Speed) -> Iterator[TrainingPanel]:
    workbench = Workbench()
    made = TrainingPanel(workbench)
    qtbot.addWidget(made)
    made.show()
    LongRuns(workbench, made, jobs, made, speed.measure)
    workbench.set_data(OpenData(images(28)))
    yield made
    made.close()


def change(panel: TrainingPanel, **values: object) -> None:
    panel.change_to(panel.config().replace(**values))


def test_the_exercise_is_not_measured_and_nothing_is_said(qtbot: QtBot, panel: TrainingPanel, speed: Speed) -> None:
    qtbot.wait(600)  # longer than a measurement waits for
    assert speed.asked == 0
    assert panel.time_hint.text() == ""


def test_a_run_of_hours_is_told_before_it_is_begun(qtbot: QtBot, panel: TrainingPanel, speed: Speed) -> None:
    change(panel, hidden_units=10_000)
    qtbot.waitUntil(lambda: panel.time_hint.text() == "About 7 hours on this computer")
    change(panel, iterations=50_000)
    assert panel.time_hint.text() == "About 14 hours on this computer"
    assert speed.asked == 1  # the speed is known
    change(panel, iterations=100)
    assert panel.time_hint.text() == ""


def test_it_is_brought_up_to_date_as_training_goes(qtbot: QtBot, panel: TrainingPanel) -> None:
    change(panel, hidden_units=10_000)
    qtbot.waitUntil(lambda: panel.time_hint.text() != "")
    workbench = panel.workbench
    workbench.begin_run(panel.config(), History(), RunProgress(end=25_000))
    workbench.set_state(State.RUNNING)
    workbench.set_progress(RunProgress(iteration=4, end=25_000, seconds=0.1, rate=0.01), None)  # just compiled
    assert panel.time_hint.text() == "About 7 hours left"
    workbench.set_progress(RunProgress(iteration=5_000, end=25_000, seconds=10_000.0, rate=0.5), None)
    assert panel.time_hint.text() == "About 11 hours left"
    workbench.set_progress(RunProgress(iteration=24_990, end=25_000, rate=0.5), None)
    assert panel.time_hint.text() == ""


def test_a_slow_pace_counts(qtbot: QtBot, panel: TrainingPanel) -> None:
    slider = find(panel, QSlider, "paceSlider")
    slider.setFocus()
    for _ in range(8):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    assert panel.pace() == 50
    assert panel.time_hint.text() == "About 8 minutes on this computer"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(200, "3 minutes"), (5400, "90 minutes"), (7200, "2 hours"), (28_800, "8 hours"), (3 * 86_400, "3 days")],
)
def test_times_are_told_in_one_unit(seconds: float, text: str) -> None:
    assert long_time(seconds) == text

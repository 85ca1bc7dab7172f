"""Code of the user's own in the window: trained only where it was asked for, and told where it fails."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from dae_core.jobs import Monitor
from dae_core.sandbox import CodeFault, Limits, Sandbox
from dae_core.sessions.run import Run
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.trainer import Trainer, train
from dae_gui.support.jobs import Jobs
from dae_gui.training.controller import TrainingController
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import small_dataset
from helpers.hostile_programs import PROGRAMS, Program
from helpers.own_code import EXACT, WRONG_PRODUCT
from helpers.processes import sandboxes

OWN = TrainingConfig(hidden_units=9, iterations=400, learning_rate=0.002, own_backward=EXACT)


@pytest.fixture
def controller(qtbot: QtBot) -> Iterator[TrainingController]:
    controller = TrainingController(Workbench())
    controller.set_data(OpenData(small_dataset()), OWN.without_own_code())
    qtbot.waitUntil(lambda: controller.workbench.model is not None)
    yield controller
    controller.shutdown()
    controller.deleteLater()
    assert sandboxes() == []


def wait_for(qtbot: QtBot, controller: TrainingController, state: State) -> None:
    qtbot.waitUntil(lambda: controller.workbench.state is state)


def headless() -> tuple[Trainer, History]:
    trainer, history = Trainer(small_dataset(), OWN, allows_code=EXACT), History()
    for progress in train(trainer):
        history.append(progress)
    return trainer, history


def assert_same_as_headless(controller: TrainingController) -> None:
    trainer, history = headless()
    model = controller.workbench.model
    assert model is not None
    np.testing.assert_array_equal(controller.workbench.history.error.values(), history.error.values())
    for name, array in trainer.model.parameters.items():
        np.testing.assert_array_equal(model.parameters[name], array)


def test_code_trains_only_where_it_was_asked_for(qtbot: QtBot, controller: TrainingController) -> None:
    said: list[str] = []
    controller.failureHappened.connect(said.append)
    for ask in (controller.start, controller.step):
        ask(OWN)
        assert controller.workbench.state is State.IDLE
        assert controller.workbench.config == OWN.without_own_code()
    assert len(said) == 2
    assert "code runs only when you ask for it: read it in Your code" in said[0]
    assert sandboxes() == []
    controller.allow_code(EXACT)
    controller.start(OWN)
    wait_for(qtbot, controller, State.FINISHED)
    assert len(said) == 2
    assert controller.workbench.config == OWN
    assert sandboxes() == []


def test_a_watched_paused_and_stepped_run_has_the_bits_of_a_headless_one(
    qtbot: QtBot, controller: TrainingController
) -> None:
    controller.allow_code(EXACT)
    controller.step(OWN)
    qtbot.waitUntil(lambda: controller.workbench.progress.iteration == 1)
    for count in (20, 60):
        controller.start(OWN)
        qtbot.waitUntil(lambda count=count: controller.workbench.progress.iteration >= count)
        controller.pause()
        qtbot.waitUntil(lambda: controller.workbench.state in (State.PAUSED, State.FINISHED))
    controller.start(OWN)
    wait_for(qtbot, controller, State.FINISHED)
    assert_same_as_headless(controller)


def test_a_mistake_is_told_and_the_run_stands(qtbot: QtBot, controller: TrainingController) -> None:
    said: list[str] = []
    controller.failureHappened.connect(said.append)
    controller.allow_code(WRONG_PRODUCT)
    controller.start(OWN.replace(own_backward=WRONG_PRODUCT))
    wait_for(qtbot, controller, State.FAILED)
    assert said == ["Line 6: `z` has 9 numbers, `dC` has 64 numbers: the product does not fit."]
    assert sandboxes() == []
    controller.start(OWN.without_own_code())  # and everything else goes on
    wait_for(qtbot, controller, State.FINISHED)


def test_an_opened_run_is_shown_and_goes_on_only_when_it_is_asked_for(
    qtbot: QtBot, controller: TrainingController
) -> None:
    trainer, history = Trainer(small_dataset(), OWN, allows_code=EXACT), History()
    history.append(trainer.advance(100))
    trainer.close()
    data = controller.workbench.data
    assert data is not None
    said: list[str] = []
    controller.failureHappened.connect(said.append)
    controller.restore(Run(trainer.checkpoint(), data.reference(), history.record()), history)
    wait_for(qtbot, controller, State.PAUSED)
    qtbot.waitUntil(lambda: controller.workbench.model is not None)
    controller.start(OWN)
    controller.step(OWN)
    assert controller.workbench.state is State.PAUSED
    assert len(said) == 2
    assert sandboxes() == []
    controller.allow_code(EXACT)
    controller.start(OWN)
    wait_for(qtbot, controller, State.FINISHED)
    assert_same_as_headless(controller)


class Beats(QObject):
    """Counts the beats of a timer of 10 ms."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        timer = QTimer(self)
        timer.timeout.connect(self._beat)
        timer.start(10)

    def _beat(self) -> None:
        self.count += 1


def run_program(program: Program, monitor: Monitor) -> str:
    with Sandbox(program.source, Limits(seconds=1.0)) as sandbox:
        while True:
            try:
                sandbox.call("f", np.ones(5, np.float32), monitor=monitor)
            except CodeFault as fault:
                return str(fault)


def test_the_window_goes_on_while_hostile_programs_run(qtbot: QtBot, jobs: Jobs) -> None:
    names = ("endless loop", "one long step of C", "array of 10 GB", "exit()", "fork", "prints without an end")
    programs = [program for program in PROGRAMS if program.name in names]
    assert len(programs) == len(names)
    beats, told = Beats(), list[str]()
    for program in programs:
        job = jobs.start(run_program, program, failure="The program was not told about")
        job.done.connect(told.append)
    most = 0  # of the beats that come between two results
    before, count = 0, 0
    while len(told) < len(programs):
        qtbot.waitUntil(lambda count=count: len(told) > count)
        most, before, count = max(most, beats.count - before), beats.count, len(told)
    assert all(text.endswith((".", "?")) for text in told)
    # Three of them take a second each, two at a time: a window that stood still meanwhile would have no beats.
    assert most >= 10
    assert sandboxes() == []
    beats.deleteLater()

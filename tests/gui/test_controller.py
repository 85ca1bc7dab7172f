"""The controller and its worker thread, without any widget."""

import dataclasses
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.jobs import Monitor
from dae_core.model import preparing
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.run import Label, Run
from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import Divergence
from dae_core.training.history import History
from dae_core.training.minibatches import MiniBatchTrainer
from dae_core.training.trainer import Trainer, train
from dae_gui.training import live_figures
from dae_gui.training import worker as worker_module
from dae_gui.training.controller import TrainingController
from dae_gui.training.messages import RunSetup
from dae_gui.training.worker import TrainingWorker
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

SMALL = TrainingConfig(hidden_units=9, iterations=3000, learning_rate=0.002)
ENDLESS = SMALL.replace(iterations=1_000_000_000)


@pytest.fixture
def dataset() -> Dataset:
    rng = np.random.default_rng(1)
    images = (rng.random((300, 6, 6)) * 255).astype(np.uint8)
    return Dataset("random", images[:200], None, images[200:], None)


@pytest.fixture
def controller(qtbot: QtBot, dataset: Dataset) -> Iterator[TrainingController]:
    controller = TrainingController(Workbench())
    controller.set_data(OpenData(dataset), SMALL)
    wait_for_model(qtbot, controller)
    yield controller
    controller.shutdown()
    controller.deleteLater()


def wait_for_model(qtbot: QtBot, controller: TrainingController) -> None:
    qtbot.waitUntil(lambda: controller.workbench.model is not None)


def wait_for(qtbot: QtBot, controller: TrainingController, state: State) -> None:
    qtbot.waitUntil(lambda: controller.workbench.state is state)


def wait_for_iterations(qtbot: QtBot, controller: TrainingController, count: int) -> None:
    qtbot.waitUntil(lambda: controller.workbench.progress.iteration >= count)


def headless(dataset: Dataset, config: TrainingConfig) -> tuple[Trainer, History]:
    trainer, history = Trainer(dataset, config), History()
    for progress in train(trainer):
        history.append(progress)
    return trainer, history


def assert_same_run(controller: TrainingController, trainer: Trainer, history: History) -> None:
    np.testing.assert_array_equal(controller.workbench.history.error.values(), history.error.values())
    np.testing.assert_array_equal(controller.workbench.history.sparsity.values(), history.sparsity.values())
    assert controller.workbench.model is not None
    for name, array in trainer.model.parameters.items():
        np.testing.assert_array_equal(controller.workbench.model.parameters[name], array)


def test_a_watched_run_has_the_bits_of_a_headless_one(
    qtbot: QtBot, controller: TrainingController, dataset: Dataset
) -> None:
    controller.start(SMALL)
    assert controller.workbench.state is State.RUNNING
    wait_for(qtbot, controller, State.FINISHED)
    assert controller.workbench.progress.iteration == SMALL.iterations
    assert_same_run(controller, *headless(dataset, SMALL))


def test_pauses_steps_and_paces_do_not_change_the_bits(
    qtbot: QtBot, controller: TrainingController, dataset: Dataset
) -> None:
    controller.step(SMALL)
    wait_for_iterations(qtbot, controller, 1)
    for pace in (2000.0, 300.0, 5000.0):
        before = controller.workbench.progress.iteration
        controller.set_pace(pace)
        controller.start(SMALL)
        wait_for_iterations(qtbot, controller, before + 20)
        controller.pause()
        qtbot.waitUntil(lambda: controller.workbench.state in (State.PAUSED, State.FINISHED))
        before = controller.workbench.progress.iteration
        if controller.workbench.state is State.PAUSED:
            controller.step(SMALL)
            qtbot.waitUntil(lambda before=before: controller.workbench.progress.iteration == before + 1)
    controller.set_pace(None)
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)
    assert_same_run(controller, *headless(dataset, SMALL))


def test_a_slow_pace_takes_one_digit_at_a_time(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 50.0
    monkeypatch.setattr(worker_module, "time", SimpleNamespace(perf_counter=lambda: now))
    worker = TrainingWorker()
    worker.set_pace(64.0)
    worker.prepare(RunSetup(1, dataset, ENDLESS))
    worker.go()
    worker._stop_timer()  # the test is the loop
    assert worker._run is not None
    for done in range(1, 30):
        for _ in range(3):
            worker._train()
        assert worker._run.trainer.iteration == done
        now += 1 / 64
    now += 3600.0  # the machine was asleep
    worker._train()
    after = worker._run.trainer.iteration
    assert after - done <= worker_module._LARGEST_CHUNK
    for _ in range(3):
        worker._train()
    assert worker._run.trainer.iteration == after  # what was missed is not made up for
    worker.release()


def test_pause_holds_and_start_resumes(qtbot: QtBot, controller: TrainingController) -> None:
    controller.start(ENDLESS)
    wait_for_iterations(qtbot, controller, 100)
    controller.pause()
    wait_for(qtbot, controller, State.PAUSED)
    held = controller.workbench.progress.iteration
    assert len(controller.workbench.history) == held
    controller.step(ENDLESS)
    qtbot.waitUntil(lambda: controller.workbench.progress.iteration > held)
    assert controller.workbench.progress.iteration == held + 1
    assert controller.workbench.state is State.PAUSED
    controller.start(ENDLESS)
    wait_for_iterations(qtbot, controller, held + 100)
    assert controller.workbench.state is State.RUNNING


def test_the_rate_and_the_noise_change_during_a_run_and_are_recorded(
    qtbot: QtBot, controller: TrainingController
) -> None:
    controller.start(ENDLESS)
    wait_for_iterations(qtbot, controller, 50)
    controller.set_learning_rate(0.001)
    controller.set_noise_level(0.25)
    qtbot.waitUntil(lambda: len(controller.workbench.history.changes) == 2)
    rate, noise = controller.workbench.history.changes
    assert (rate.name, rate.old, rate.new) == ("learning rate", 0.002, 0.001)
    assert (noise.name, noise.new) == ("noise level", 0.25)
    assert 50 <= rate.iteration <= controller.workbench.progress.iteration
    assert controller.workbench.config.learning_rate == 0.001
    assert controller.workbench.config.corruption.level == 0.25


def test_stop_keeps_weights_and_curves(qtbot: QtBot, controller: TrainingController) -> None:
    controller.start(ENDLESS)
    wait_for_iterations(qtbot, controller, 100)
    controller.stop()
    assert controller.workbench.state is State.STOPPING
    wait_for(qtbot, controller, State.IDLE)
    assert len(controller.workbench.history) == controller.workbench.progress.iteration >= 100
    assert controller.can_continue
    assert controller.workbench.figures is not None
    assert controller.workbench.figures.n_images == 100


def test_a_stopped_run_goes_on_to_its_end_as_if_it_had_not_been_stopped(
    qtbot: QtBot, controller: TrainingController, dataset: Dataset
) -> None:
    config = SMALL.replace(schedule="linear")
    controller.set_pace(4_000)
    controller.start(config)
    wait_for_iterations(qtbot, controller, 100)
    controller.stop()
    wait_for(qtbot, controller, State.IDLE)
    assert controller.can_go_on
    controller.set_pace(None)
    controller.go_on()
    wait_for(qtbot, controller, State.FINISHED)
    assert not controller.can_go_on
    trainer, history = headless(dataset, config)
    assert controller.workbench.model is not None
    np.testing.assert_array_equal(controller.workbench.model.W, trainer.model.W)
    np.testing.assert_array_equal(controller.workbench.history.error.values(), history.error.values())


def test_continue_adds_iterations_to_the_same_curves(qtbot: QtBot, controller: TrainingController) -> None:
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)
    history = controller.workbench.history
    controller.continue_for(500)
    qtbot.waitUntil(lambda: controller.workbench.progress.iteration == SMALL.iterations + 500)
    wait_for(qtbot, controller, State.FINISHED)
    assert controller.workbench.history is history
    assert len(history) == SMALL.iterations + 500


def test_reset_goes_back_to_the_same_start_weights(qtbot: QtBot, controller: TrainingController) -> None:
    assert controller.workbench.model is not None
    start = controller.workbench.model
    controller.start(ENDLESS)
    wait_for_iterations(qtbot, controller, 100)
    with qtbot.waitSignal(controller.workbench.historyReplaced):
        controller.reset(ENDLESS)
    assert controller.workbench.state is State.IDLE
    assert controller.workbench.progress.iteration == 0
    qtbot.waitUntil(lambda: np.array_equal(controller.workbench.model.W, start.W))
    assert len(controller.workbench.history) == 0
    assert not controller.can_continue


def test_start_after_stop_begins_again(qtbot: QtBot, controller: TrainingController, dataset: Dataset) -> None:
    controller.start(ENDLESS)
    wait_for_iterations(qtbot, controller, 100)
    controller.stop()
    wait_for(qtbot, controller, State.IDLE)
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)
    assert_same_run(controller, *headless(dataset, SMALL))


def test_divergence_is_told_and_the_last_good_weights_stay(qtbot: QtBot, controller: TrainingController) -> None:
    found: list[Divergence] = []
    controller.divergenceFound.connect(found.append)
    controller.start(SMALL.replace(learning_rate=50.0))
    wait_for(qtbot, controller, State.DIVERGED)
    assert len(found) == 1
    assert "diverged at iteration" in found[0].message
    assert controller.workbench.model is not None
    assert controller.workbench.model.is_finite()
    assert controller.can_continue


def test_an_error_in_the_worker_ends_in_a_sentence(
    qtbot: QtBot, controller: TrainingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("the disk is on fire")

    monkeypatch.setattr(Trainer, "advance", fail)
    with qtbot.waitSignal(controller.failureHappened) as failure:
        controller.start(SMALL)
    assert failure.args == ["Training stopped: the disk is on fire."]
    assert controller.workbench.state is State.FAILED
    monkeypatch.undo()
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)


def test_start_counts_while_the_loop_is_still_being_compiled(
    qtbot: QtBot, controller: TrainingController, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = threading.Event()
    monkeypatch.setattr(preparing, "prepare", lambda _monitor: compiled.wait(120))
    waits: list[bool] = []
    controller.preparing.connect(waits.append)
    controller.start(SMALL)
    qtbot.waitUntil(lambda: waits == [True])
    assert controller.workbench.state is State.RUNNING
    assert controller.workbench.progress.iteration == 0
    compiled.set()
    wait_for(qtbot, controller, State.FINISHED)
    assert waits == [True, False]
    assert_same_run(controller, *headless(dataset, SMALL))


@pytest.mark.parametrize("ask", ["pause", "shutdown", "reset"])
def test_what_is_asked_does_not_wait_for_the_loop_to_be_compiled(
    qtbot: QtBot, controller: TrainingController, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, ask: str
) -> None:
    tries: list[Monitor] = []

    def compile_until_cancelled(monitor: Monitor) -> None:
        tries.append(monitor)
        while True:
            monitor.check()

    monkeypatch.setattr(preparing, "prepare", compile_until_cancelled)
    controller.start(SMALL)
    qtbot.waitUntil(lambda: bool(tries))
    if ask == "shutdown":
        controller.shutdown()
        assert controller.workbench.progress.iteration == 0
        return
    if ask == "reset":
        controller.reset(SMALL)
        wait_for(qtbot, controller, State.IDLE)
        return
    controller.pause()
    wait_for(qtbot, controller, State.PAUSED)
    monkeypatch.setattr(preparing, "prepare", lambda _monitor: None)
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)
    assert_same_run(controller, *headless(dataset, SMALL))


def test_snapshots_are_the_weights_of_a_headless_run_at_these_iterations(
    qtbot: QtBot, controller: TrainingController, dataset: Dataset
) -> None:
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)
    snapshots = controller.workbench.snapshots
    assert [s.iteration for s in snapshots] == [(2 * k) ** 2 for k in range(28)]  # up to 54² = 2,916
    trainer = Trainer(dataset, SMALL)
    for snapshot in snapshots:
        trainer.advance(snapshot.iteration - trainer.iteration)
        for name, array in trainer.model.parameters.items():
            np.testing.assert_array_equal(snapshot.model.parameters[name], array)
    trainer.close()


# Asking for the run


class Asker:
    """Takes the answer to a request for the run."""

    def __init__(self, controller: TrainingController) -> None:
        self.runs: list[Run] = []
        self.failures: list[str] = []
        controller.request_run(self.runs.append, self.failures.append)

    @property
    def is_answered(self) -> bool:
        return len(self.runs) + len(self.failures) == 1


def test_who_asks_for_the_run_gets_it_whole_and_training_goes_on(qtbot: QtBot, controller: TrainingController) -> None:
    controller.start(ENDLESS)
    wait_for_iterations(qtbot, controller, 100)
    askers = [Asker(controller) for _ in range(3)]
    qtbot.waitUntil(lambda: all(asker.is_answered for asker in askers))
    at = [len(asker.runs[0].record.errors) for asker in askers]
    assert at == [asker.runs[0].checkpoint.iteration for asker in askers]
    assert 100 <= at[0] <= at[1] <= at[2]
    assert controller.workbench.state is State.RUNNING


def test_the_answer_is_of_the_run_that_was_asked_for(qtbot: QtBot, controller: TrainingController) -> None:
    controller.start(ENDLESS)
    wait_for_iterations(qtbot, controller, 100)
    label = controller.recorder.label
    first = Asker(controller)
    controller.reset(SMALL)
    second = Asker(controller)
    qtbot.waitUntil(lambda: second.is_answered)
    assert first.runs[0].label == label
    assert len(first.runs[0].record.errors) == first.runs[0].checkpoint.iteration >= 100
    assert second.runs[0].label == controller.recorder.label != label
    assert second.runs[0].checkpoint.iteration == 0


def test_what_is_asked_before_the_thread_ends_is_answered(
    qtbot: QtBot, controller: TrainingController, dataset: Dataset
) -> None:
    controller.start(ENDLESS)
    wait_for_iterations(qtbot, controller, 100)
    asker = Asker(controller)
    controller.shutdown()
    (run,) = asker.runs
    assert len(run.record.errors) == run.checkpoint.iteration == controller.workbench.progress.iteration >= 100
    assert Asker(controller).failures == ["The training thread has ended."]


def test_an_opened_run_that_the_thread_never_came_to_is_answered(
    qtbot: QtBot, controller: TrainingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)
    asker = Asker(controller)
    qtbot.waitUntil(lambda: asker.is_answered)
    (run,) = asker.runs
    is_busy, go_on = threading.Event(), threading.Event()

    def stay_busy(_worker: TrainingWorker) -> None:
        is_busy.set()
        go_on.wait(120)

    monkeypatch.setattr(TrainingWorker, "_train", stay_busy)
    controller.continue_for(1)
    assert is_busy.wait(120)
    controller.restore(dataclasses.replace(run, label=Label.new("opened")), run.history())
    opened = Asker(controller)
    controller.reset(SMALL)
    fresh = Asker(controller)
    # Private: the thread ends before it has taken what was asked.
    controller._thread.quit()
    go_on.set()
    controller.shutdown()
    assert [run.label.name for run in opened.runs] == ["opened"]
    assert opened.runs[0].record is run.record
    assert fresh.failures == ["The training thread ended before it had the run ready."]


def test_without_data_or_with_a_broken_run_the_asker_is_told(
    qtbot: QtBot, controller: TrainingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = TrainingController(Workbench())
    assert Asker(empty).failures == ["There is no run, for no data set is open yet."]
    empty.shutdown()
    empty.deleteLater()

    def fail(*_: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "checkpoint", fail)
        asker = Asker(controller)
        qtbot.waitUntil(lambda: asker.is_answered)
        assert asker.failures == ["Training stopped: there is not enough memory."]
        patch.setattr(Trainer, "__init__", fail)
        controller.reset(SMALL)
        asker = Asker(controller)
        qtbot.waitUntil(lambda: asker.is_answered)
        assert asker.failures == ["The training thread has no run."]
    assert controller.workbench.state is State.FAILED


def test_a_run_that_cannot_be_kept_is_told(
    qtbot: QtBot, controller: TrainingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)

    def fail(*_: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patch, qtbot.waitSignal(controller.failureHappened) as failure:
        patch.setattr(Trainer, "checkpoint", fail)
        controller.reset(SMALL)
    assert failure.args == ["Run 1 could not be kept. Training stopped: there is not enough memory."]


def test_closing_comes_to_its_end_though_the_run_cannot_be_kept(
    qtbot: QtBot, controller: TrainingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)

    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(Trainer, "checkpoint", fail)
    controller.shutdown()
    # Private: the thread is nobody else's.
    assert not controller._thread.isRunning()


def test_requests_that_do_not_fit_the_state_are_ignored(qtbot: QtBot) -> None:
    controller = TrainingController(Workbench())
    try:
        requests: list[Callable[[], None]] = [
            controller.pause,
            controller.stop,
            lambda: controller.start(SMALL),
            lambda: controller.step(SMALL),
            lambda: controller.reset(SMALL),
            lambda: controller.continue_for(10),
            lambda: controller.set_learning_rate(0.1),
        ]
        for request in requests:
            request()
            assert controller.workbench.state is State.IDLE
    finally:
        controller.shutdown()
        controller.deleteLater()


@pytest.fixture
def endless_iteration(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Have an iteration of mini-batches go on until it is left; returns what is set when one has begun."""
    begun = threading.Event()

    def step(_trainer: MiniBatchTrainer, *arguments: Any) -> tuple[float, float]:
        check = arguments[-1]
        while True:
            begun.set()
            check()

    monkeypatch.setattr(MiniBatchTrainer, "step", step)
    return begun


def test_an_iteration_is_left_for_pause_stop_reset_and_the_end(
    qtbot: QtBot, controller: TrainingController, endless_iteration: threading.Event
) -> None:
    """Each of them in the midst of an iteration that would never end."""
    config = ENDLESS.replace(batch_size=4)

    def begin() -> None:
        endless_iteration.clear()
        controller.start(config)
        qtbot.waitUntil(endless_iteration.is_set)

    begin()
    controller.pause()
    wait_for(qtbot, controller, State.PAUSED)
    begin()
    controller.pause()
    controller.stop()
    wait_for(qtbot, controller, State.IDLE)
    assert controller.workbench.progress.iteration == 0
    begin()
    controller.reset(SMALL)
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)
    begin()
    controller.shutdown()
    assert not any(thread.isRunning() for thread in controller.findChildren(QThread))


def test_a_measurement_is_left_for_the_end(
    qtbot: QtBot, controller: TrainingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def evaluate(_held_out: HeldOut, _model: object, monitor: Monitor) -> None:
        while True:
            begun.set()
            monitor.check()

    monkeypatch.setattr(HeldOut, "evaluate", evaluate)
    controller.start(ENDLESS)
    qtbot.waitUntil(begun.is_set)
    controller.shutdown()
    assert not any(thread.isRunning() for thread in controller.findChildren(QThread))


def test_slow_figures_come_after_the_run_has_stopped(
    qtbot: QtBot, controller: TrainingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user does not wait for them; who starts again meanwhile does without."""
    may_measure, evaluate = threading.Event(), HeldOut.evaluate

    def slowly(held_out: HeldOut, model: AutoEncoder, monitor: Monitor) -> Figures:
        while len(held_out) == 100 and not may_measure.wait(0.001):  # all of them
            monitor.check()
        return evaluate(held_out, model, monitor)

    monkeypatch.setattr(HeldOut, "evaluate", slowly)
    monkeypatch.setattr(live_figures, "LIVE_IMAGES", 50)
    monkeypatch.setattr(live_figures, "_QUICK", 0)
    bench = controller.workbench
    recorded: list[Run] = []
    controller.recorder.recorded.connect(recorded.append)
    controller.start(SMALL)
    wait_for(qtbot, controller, State.FINISHED)
    assert recorded[-1].figures is None
    controller.continue_for(50)
    qtbot.waitUntil(lambda: bench.progress.iteration == SMALL.iterations + 50)
    wait_for(qtbot, controller, State.FINISHED)
    assert recorded[-1].figures is None
    may_measure.set()
    qtbot.waitUntil(lambda: bench.figures is not None and bench.figures.n_images == 100)
    assert bench.state is State.FINISHED
    asked: list[Run] = []
    controller.request_run(asked.append, print)
    qtbot.waitUntil(lambda: bool(asked))
    assert bench.model is not None
    expected = evaluate(HeldOut(bench.data.dataset, SMALL.corruption), bench.model)
    assert asked[0].figures is not None
    assert asked[0].figures.mse == expected.mse


def test_a_hundred_starts_and_stops_leave_nothing(qtbot: QtBot, controller: TrainingController) -> None:
    for i in range(100):
        controller.start(ENDLESS.replace(seed=i))
        if i % 3 == 0:
            wait_for_iterations(qtbot, controller, 1)
        if i % 2 == 0:
            controller.stop()
            wait_for(qtbot, controller, State.IDLE)
        else:
            controller.reset(ENDLESS)
            assert controller.workbench.state is State.IDLE


def test_shutting_down_in_the_middle_of_a_run_leaves_nothing(qtbot: QtBot, dataset: Dataset) -> None:
    """That the process survives is what is asserted; `no_leaks` looks for threads that go on."""
    for _ in range(20):
        controller = TrainingController(Workbench())
        controller.set_data(OpenData(dataset), ENDLESS)
        controller.start(ENDLESS)
        wait_for_iterations(qtbot, controller, 1)
        controller.shutdown()
        controller.shutdown()
        controller.deleteLater()

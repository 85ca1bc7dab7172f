"""What the training thread sends becomes facts on the workbench, and whole runs; without a thread."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

from dae_core.evaluation.held_out import Figures
from dae_core.sessions.run import Label, Run
from dae_gui.training.messages import Halt, Update
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from helpers.datasets import small_dataset
from helpers.run_steps import SHORT, RunSteps


@pytest.fixture
def steps() -> Iterator[RunSteps]:
    steps = RunSteps()
    yield steps
    steps.close()


def collected(steps: RunSteps) -> tuple[list[Run], list[Run]]:
    recorded: list[Run] = []
    replaced: list[Run] = []
    steps.recorder.recorded.connect(recorded.append)
    steps.recorder.replaced.connect(replaced.append)
    return recorded, replaced


def test_an_update_is_on_the_workbench_and_in_the_run(steps: RunSteps) -> None:
    recorded, _ = collected(steps)
    steps.begin()
    run = steps.train(30)
    bench = steps.workbench
    assert recorded == [run]
    assert (bench.progress.iteration, bench.progress.end, bench.state) == (30, 100, State.PAUSED)
    assert len(run.record.errors) == run.checkpoint.iteration == 30
    assert run.snapshots == bench.snapshots
    assert run.data.name == "blobs"
    np.testing.assert_array_equal(bench.history.error.values(), run.record.errors)


def test_the_newest_figures_are_shown_and_only_final_ones_are_of_the_run(steps: RunSteps) -> None:
    steps.begin()
    trainer = steps.trainers[1]
    live, final = Figures(1.0, 0.5, 10, 64), Figures(2.0, 0.25, 90, 64)
    steps.recorder.take(Update(1, trainer.advance(5), held_out=((5, live),)), None)
    assert steps.workbench.figures is live
    assert steps.workbench.history.held_out == [(5, live.error)]
    update = Update(1, trainer.advance(0), halt=Halt.PAUSED, final=final, checkpoint=trainer.checkpoint())
    run = steps.recorder.take(update, State.PAUSED)
    assert run is not None
    assert run.figures is steps.workbench.figures is final
    run = steps.recorder.take(Update(1, trainer.advance(5), checkpoint=trainer.checkpoint(), request=1), None)
    assert run is not None
    assert run.figures is None  # those were of other weights
    assert steps.workbench.figures is live


def test_the_answer_to_a_request_is_announced_to_nobody_else(steps: RunSteps) -> None:
    recorded, _ = collected(steps)
    steps.begin()
    trainer = steps.trainers[1]
    run = steps.recorder.take(Update(1, trainer.advance(7), checkpoint=trainer.checkpoint(), request=1), None)
    assert run is not None
    assert run.checkpoint.iteration == 7
    assert recorded == []


def test_a_replaced_run_is_handed_out_when_its_final_update_is_in(steps: RunSteps) -> None:
    _, replaced = collected(steps)
    steps.begin()
    steps.train(20)
    label = steps.recorder.label
    steps.begin(SHORT.replace(seed=1), end_others=False)
    assert steps.recorder.label.key != label.key
    assert steps.recorder.is_waiting
    assert steps.recorder.name(1) == label.name
    late = steps.trainers[1]
    steps.recorder.take(Update(1, late.advance(5)), None)  # on its way when the other one began
    assert steps.workbench.progress.iteration == 0
    steps.end()
    (run,) = replaced
    assert run.label == label
    assert len(run.record.errors) == run.checkpoint.iteration == 25
    assert not steps.recorder.is_waiting


def test_a_pause_of_a_run_that_is_replaced_is_not_its_end(steps: RunSteps) -> None:
    recorded, replaced = collected(steps)
    steps.begin()
    steps.train(20)
    steps.begin(end_others=False)
    late = steps.trainers[1]
    steps.recorder.take(Update(1, late.advance(0), halt=Halt.PAUSED, checkpoint=late.checkpoint()), None)
    assert len(recorded) == 1
    assert replaced == []
    steps.end()
    assert len(replaced) == 1


@pytest.mark.parametrize("trained", [False, True])
def test_runs_without_iterations_and_discarded_ones_are_not_handed_out(steps: RunSteps, trained: bool) -> None:
    _, replaced = collected(steps)
    steps.begin()
    if trained:
        steps.train(20)
        steps.recorder.discard_all()
        assert not steps.recorder.is_trained
    steps.begin(end_others=False)
    assert not steps.recorder.is_waiting
    steps.end()
    assert replaced == []


def test_runs_whose_session_has_gone_are_not_handed_out_but_can_still_be_asked_for(steps: RunSteps) -> None:
    _, replaced = collected(steps)
    steps.begin()
    steps.train(20)
    steps.begin(end_others=False)
    steps.recorder.discard_replaced()
    late = steps.trainers[1]
    run = steps.recorder.take(Update(1, late.advance(3), checkpoint=late.checkpoint(), request=9), None)
    assert run is not None
    assert run.checkpoint.iteration == 23
    steps.end()
    assert replaced == []


def test_an_opened_run_goes_on_with_all_that_it_had(steps: RunSteps) -> None:
    begun: list[tuple[Label, Run | None]] = []
    steps.recorder.begun.connect(lambda label, run: begun.append((label, run)))
    steps.begin()
    run = dataclasses.replace(steps.train(40), figures=Figures(2.0, 0.25, 90, 64), base_iteration=7)
    steps.begin(SHORT.replace(seed=1))
    steps.open(run)
    bench = steps.workbench
    assert begun[-1] == (run.label, run)
    assert (bench.progress.iteration, bench.figures, bench.snapshots) == (40, run.figures, run.snapshots)
    assert bench.model is run.model
    again = steps.train(10)
    assert (again.label, again.base_iteration) == (run.label, 7)
    assert len(again.record.errors) == 50


def test_a_run_opened_under_its_own_key_is_not_kept_besides(steps: RunSteps) -> None:
    _, replaced = collected(steps)
    steps.begin()
    run = steps.train(40)
    steps.open(run)
    assert replaced == []


def test_a_run_that_is_only_looked_at_stays_as_it_was_opened(steps: RunSteps) -> None:
    recorded, replaced = collected(steps)
    steps.begin()
    run = steps.train(40)
    steps.begin(SHORT.replace(seed=1))
    steps.workbench.set_data(OpenData(small_dataset(), is_stand_in=True))
    steps.open(run)
    steps.recorder.label = run.label.with_texts("of old")
    assert steps.train(0).data == run.data  # and not the stand-in
    looked_at = steps.recorder.looked_at
    assert looked_at is not None
    assert looked_at.label.name == "of old"
    assert recorded[-1].record is run.record
    steps.begin()
    assert steps.recorder.looked_at is None
    assert (replaced[-1].label.name, replaced[-1].data) == ("of old", run.data)


def test_opened_runs_that_the_thread_never_came_to_are_handed_out_when_it_has_ended(steps: RunSteps) -> None:
    _, replaced = collected(steps)
    steps.begin()
    run = steps.train(40)
    steps.begin(SHORT.replace(seed=1))
    replaced.clear()
    steps.open(run, end_others=False)
    steps.begin(end_others=False)
    steps.recorder.finish()
    assert [(handed.label, handed.record) for handed in replaced] == [(run.label, run.record)]
    assert not steps.recorder.is_waiting

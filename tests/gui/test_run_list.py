"""The runs of a session: named, kept, deleted and put back, branched; without a thread."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

from dae_core.sessions.run import Label
from dae_core.training.snapshots import Snapshot, bytes_of
from dae_gui.sessions import run_list
from dae_gui.sessions.run_list import RunList
from helpers.run_steps import SHORT, RunSteps


@pytest.fixture
def steps() -> Iterator[RunSteps]:
    steps = RunSteps()
    yield steps
    steps.close()


@pytest.fixture
def runs(steps: RunSteps) -> RunList:
    return RunList(steps.recorder)


def names(runs: RunList) -> list[str]:
    return [run.label.name for run in runs.runs]


def test_every_run_that_was_trained_is_kept_under_a_name_of_its_own(steps: RunSteps, runs: RunList) -> None:
    for seed in range(3):
        steps.begin(SHORT.replace(seed=seed))
        steps.begin(SHORT.replace(seed=seed))  # a second time before anything is trained
        steps.train(10)
    assert names(runs) == ["Run 1", "Run 2", "Run 3"]
    assert [run.label.color for run in runs.runs] == [0, 1, 2]
    assert [run.config.seed for run in runs.runs] == [0, 1, 2]
    assert len({run.label.key for run in runs.runs}) == 3
    assert runs.find(runs.kept[1].label.key) is runs.kept[1]
    with pytest.raises(KeyError):
        runs.find("none")


def test_the_name_of_a_run_is_known_when_it_begins(steps: RunSteps, runs: RunList) -> None:
    told: list[str] = []
    steps.recorder.begun.connect(lambda label, _run: told.append(label.name))
    steps.begin()
    steps.train(10)
    steps.begin(end_others=False)
    assert told == ["Run 1", "Run 2"]
    assert runs.label.name == "Run 2"
    assert runs.present is None
    assert not runs.is_complete
    steps.end()
    assert names(runs) == ["Run 1"]
    assert runs.is_complete


def test_a_name_given_before_the_start_stays(steps: RunSteps, runs: RunList) -> None:
    steps.begin()
    runs.relabel(runs.label.key, name="Run 7", notes="a try")
    run = steps.train(10)
    assert (run.label.name, run.label.notes) == ("Run 7", "a try")
    steps.begin()
    assert runs.label.name == "Run 8"
    steps.train(10)
    runs.relabel(runs.label.key, name="mine")
    assert runs.present is not None
    assert runs.present.label.name == "mine"
    steps.begin()
    assert runs.label.name == "Run 9"  # 8 was taken once
    runs.relabel(runs.kept[0].label.key, notes="old")
    runs.relabel("gone", name="passed over")
    assert [(run.label.name, run.label.notes) for run in runs.kept] == [("Run 7", "old"), ("mine", "")]


def test_kept_runs_are_taken_out_and_put_back_in_their_places(steps: RunSteps, runs: RunList) -> None:
    for seed in range(4):
        steps.begin(SHORT.replace(seed=seed))
        steps.train(10)
    before = runs.kept
    removed = runs.remove([before[0].label.key, before[2].label.key, runs.label.key])
    assert runs.kept == (before[1],)
    runs.put_back(removed)
    assert runs.kept == before
    runs.put_back(removed)
    assert runs.kept == before


def test_a_run_that_is_opened_while_its_deletion_is_undone_is_there_once(steps: RunSteps, runs: RunList) -> None:
    for seed in range(2):
        steps.begin(SHORT.replace(seed=seed))
        steps.train(10)
    (first,) = runs.kept
    removed = runs.remove([first.label.key])
    steps.open(first)
    runs.put_back(removed)
    assert runs.present is first
    assert [run.label.name for run in runs.kept] == ["Run 2"]


def test_the_runs_of_another_session_take_the_place_of_all(steps: RunSteps, runs: RunList) -> None:
    steps.begin()
    run = steps.train(10)
    kept = dataclasses.replace(run, label=Label.new("Run 5"))
    replaced: list[bool] = []
    runs.replaced.connect(lambda: replaced.append(True))
    steps.open(dataclasses.replace(run, label=Label.new("Run 4")))
    runs.replace_all([kept])
    assert names(runs) == ["Run 5", "Run 4"]
    assert replaced == [True]
    steps.begin()
    assert runs.label.name == "Run 6"


def test_only_the_present_run_is_recorded_and_runs_from_elsewhere_are_added(steps: RunSteps, runs: RunList) -> None:
    steps.begin()
    run = steps.train(10)
    other = dataclasses.replace(run, label=Label.new("Run 3", color=1))
    runs.record(other)
    assert runs.runs == (run,)
    runs.keep(other)
    assert runs.runs == (other, run)
    assert runs.others_than(other) == ()
    steps.begin()
    assert runs.label.name == "Run 4"


def test_kept_runs_have_room_in_memory(steps: RunSteps, runs: RunList, monkeypatch: pytest.MonkeyPatch) -> None:
    steps.begin()
    for _ in range(12):
        run = steps.train(5)
    size = bytes_of(run.model)
    assert len(run.snapshots) > 8
    monkeypatch.setattr(run_list, "ALL_SNAPSHOT_BYTES", 10 * size)
    for number in range(1, 31):
        runs.keep(dataclasses.replace(run, label=Label.new(f"{number}")))
        snapshots = [len(kept.snapshots) for kept in runs.kept]
        assert sum(snapshots) <= 10
    assert len(runs.kept) == 30
    assert all(kept.model is run.model for kept in runs.kept)


def test_snapshots_are_all_kept_while_there_is_room_and_thinned_with_a_word(
    steps: RunSteps, runs: RunList, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    runs.thinned.connect(told.append)
    steps.begin()
    for _ in range(12):
        run = steps.train(5)
    count = len(run.snapshots)
    assert count > 8
    monkeypatch.setattr(run_list, "ALL_SNAPSHOT_BYTES", 2 * count * bytes_of(run.model))
    for number in (1, 2):
        runs.keep(dataclasses.replace(run, label=Label.new(f"Run {number}")))
        assert [len(kept.snapshots) for kept in runs.kept] == number * [count]
    assert told == []
    runs.keep(dataclasses.replace(run, label=Label.new("Run 3")))
    fewer = [len(kept.snapshots) for kept in runs.kept]
    assert sum(fewer) <= 2 * count
    assert told == [
        "Fewer snapshots are kept of earlier runs, whose snapshots share 0 MB: "
        + ", ".join(f"Run {number} {left} of {count}" for number, left in zip((1, 2, 3), fewer, strict=True))
        + "."
    ]


def test_a_branch_repeats_its_parent(steps: RunSteps, runs: RunList) -> None:
    steps.begin()
    steps.train(40)
    whole = steps.train(60)
    (_, snapshot) = whole.snapshots
    branch = runs.branch(whole, snapshot)
    assert (branch.label.name, branch.label.origin) == ("Run 2", "Run 1 at iteration 40")
    steps.open(branch)
    again = steps.train(60)
    np.testing.assert_array_equal(again.record.errors, whole.record.errors)
    for name, values in whole.model.parameters.items():
        np.testing.assert_array_equal(again.model.parameters[name], values)
    assert [run.label.name for run in runs.kept] == ["Run 1"]


def test_a_snapshot_that_was_thinned_out_while_it_was_shown_can_be_branched_from(
    steps: RunSteps, runs: RunList
) -> None:
    steps.begin()
    steps.train(37)
    snapshot = Snapshot(37, steps.trainers[1].model.copy())
    run = dataclasses.replace(steps.train(20), snapshots=())
    assert runs.branch(run, snapshot).checkpoint.iteration == 37


def test_what_cannot_be_branched_from_is_said(steps: RunSteps, runs: RunList) -> None:
    steps.begin()
    steps.train(40)
    run = steps.train(10)
    broken = run.model.copy()
    broken.W[:] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        runs.branch(run, Snapshot(20, broken))


def test_branches_that_are_not_trained_leave_nothing_unless_there_is_a_note(steps: RunSteps, runs: RunList) -> None:
    steps.begin()
    steps.train(40)
    parent = steps.train(10)
    for number in range(3):
        present = parent if number == 0 else runs.runs[-1]
        steps.open(runs.branch(present, present.snapshots[-1]))
    assert [run.label.name for run in runs.kept] == ["Run 1"]
    assert runs.label.name == "Run 4"
    runs.relabel(runs.label.key, notes="from here on slower")
    steps.begin()
    assert [run.label.name for run in runs.kept] == ["Run 1", "Run 4"]


def test_a_run_from_elsewhere_gets_a_colour_that_no_other_has(steps: RunSteps, runs: RunList) -> None:
    steps.begin()
    run = steps.train(10)
    assert run.label.color == 0
    for color in (0, 0, 1):
        runs.keep(dataclasses.replace(run, label=Label.new("elsewhere", color)))
    assert [kept.label.color for kept in runs.kept] == [1, 2, 3]
    removed = runs.remove([runs.kept[0].label.key])
    runs.keep(dataclasses.replace(run, label=Label.new("elsewhere", 1)))
    assert runs.kept[-1].label.color == 4, "the removed one may come back"
    runs.put_back(removed)
    assert sorted(kept.label.color for kept in runs.kept) == [1, 2, 3, 4]

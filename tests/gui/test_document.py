"""The open session: what of it is in a file and what is not; without a window, a file or a thread."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from dae_core.sessions.run import Label, Run
from dae_gui.sessions.document import Document
from helpers.run_steps import SHORT, RunSteps

FILE = Path("/sessions/walk.dae")


@pytest.fixture
def steps() -> Iterator[RunSteps]:
    steps = RunSteps()
    yield steps
    steps.close()


@pytest.fixture
def document(steps: RunSteps) -> Document:
    return Document(steps.workbench, steps.recorder)


def trained(steps: RunSteps, *seeds: int) -> Run:
    for seed in seeds:
        steps.begin(SHORT.replace(seed=seed))
        run = steps.train(10)
    return run


def save(document: Document) -> None:
    document.mark_saved(FILE, document.runs.runs, document.number)


def test_a_new_session_has_no_name_and_nothing_to_save(steps: RunSteps, document: Document) -> None:
    titles: list[tuple[str, bool]] = []
    document.titleChanged.connect(lambda *title: titles.append(title))
    steps.begin()
    assert (document.name, document.path, document.is_modified, document.n_unsaved) == ("", None, False, 0)
    assert titles == []
    steps.train(10)
    save(document)
    steps.train(10)
    assert titles == [("", True), ("walk", False), ("walk", True)]
    assert document.n_unsaved == 1


def test_what_counts_as_a_change(steps: RunSteps, document: Document) -> None:
    run = trained(steps, 0, 1)
    runs = document.runs
    (kept,) = runs.kept
    save(document)
    assert not document.is_modified
    runs.relabel(kept.label.key, notes="good")
    assert document.is_modified
    runs.relabel(kept.label.key, notes="")
    assert not document.is_modified
    removed = runs.remove([kept.label.key])
    assert document.is_modified
    assert document.n_unsaved == 0  # something was deleted
    runs.put_back(removed)
    assert not document.is_modified
    steps.begin()  # the run is kept, and it is in the file
    assert not document.is_modified
    steps.open(kept)
    assert not document.is_modified
    runs.keep(dataclasses.replace(run, label=Label.new("0.01")))
    assert document.is_modified


def test_a_setting_changed_in_a_pause_is_a_change_at_once(steps: RunSteps, document: Document) -> None:
    trained(steps, 0)
    save(document)
    titles: list[tuple[str, bool]] = []
    document.titleChanged.connect(lambda *title: titles.append(title))
    steps.workbench.set_config(steps.workbench.config.replace(learning_rate=0.003))
    assert titles == [("walk", True)]


def test_a_run_on_its_way_to_the_kept_ones_is_unsaved(steps: RunSteps, document: Document) -> None:
    trained(steps, 0)
    steps.begin(end_others=False)
    assert document.is_modified
    assert document.versions() == {}
    steps.end()
    assert document.is_modified
    assert document.n_unsaved == 1


def test_a_saving_that_ends_late_changes_nothing_of_the_next_session(steps: RunSteps, document: Document) -> None:
    run = trained(steps, 0)
    number = document.number
    document.replace((), Path("/sessions/other.dae"), (run,))
    assert not document.is_modified
    document.mark_saved(FILE, (), number)
    assert document.name == "other"
    assert not document.is_modified


def test_an_opened_session_is_saved_and_a_recovered_one_is_not(steps: RunSteps, document: Document) -> None:
    run = trained(steps, 0)
    kept = dataclasses.replace(run, label=Label.new("Run 5"))
    trained(steps, 1)
    steps.open(run)
    document.replace([kept], FILE, [run, kept])
    assert document.runs.kept == (kept,)
    assert not document.is_modified
    document.replace([kept], FILE, ())
    assert document.is_modified
    assert document.n_unsaved == 2


def test_a_cleared_session_forgets_what_was_trained(steps: RunSteps, document: Document) -> None:
    trained(steps, 0, 1)
    save(document)
    steps.begin(end_others=False)  # a run is on its way
    document.clear()
    steps.begin()
    assert document.runs.kept == ()
    assert document.runs.label.name == "Run 1"
    assert (document.name, document.is_modified) == ("", False)

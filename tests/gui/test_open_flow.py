"""Opening sessions in the place of the one that is open, when things happen at once, in an odd order, or not at all."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.training.trainer import Trainer, train
from dae_gui.data import loader
from dae_gui.sessions.open_flow import Answer
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from helpers.datasets import idx_folder, small_dataset
from helpers.run_steps import SHORT
from helpers.session_parts import SessionParts
from helpers.window_runs import assert_same

LONG = SHORT.replace(iterations=3_000)


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[SessionParts]:
    parts = SessionParts(qtbot, tmp_path)
    parts.use_small_data()
    yield parts
    parts.close()


@pytest.fixture
def held_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Hold the opening of data back whose source is in this set; it may end when its name is taken out."""
    sources: set[str] = set()
    end = threading.Event()
    opened = loader.open_source

    def slow(source: str, *others: Any) -> Any:
        while source in sources and not end.wait(0.01):
            pass
        return opened(source, *others)

    monkeypatch.setattr(loader, "open_source", slow)
    yield sources
    end.set()


@pytest.fixture
def mine(parts: SessionParts, tmp_path: Path) -> Path:
    """A folder of images; there is a session on them, mine.dae, and the window shows another data set again."""
    folder = idx_folder(tmp_path, "mine", (8, 8))
    parts.use(folder)
    parts.finish()
    parts.save(tmp_path / "mine.dae")
    parts.document.clear()
    parts.use(idx_folder(tmp_path, "here", (8, 8), 60))
    return folder


def test_a_paused_run_goes_on_as_if_it_had_never_stopped(parts: SessionParts, tmp_path: Path) -> None:
    config = LONG.replace(optimizer="adam", batch_size=16)
    before = parts.pause(config, 200)
    parts.save(tmp_path / "half.dae")
    parts.open(tmp_path / "half.dae")
    assert parts.wait_for(State.PAUSED).checkpoint.iteration == before.checkpoint.iteration
    assert not parts.document.is_modified
    trainer = Trainer(small_dataset(), config)
    for _ in train(trainer):
        pass
    assert_same(parts.resume().model, trainer.model)


def test_a_setting_changed_in_a_pause_is_saved_and_opened(parts: SessionParts, tmp_path: Path) -> None:
    at = parts.pause(LONG, 200).checkpoint.iteration
    parts.save(tmp_path / "s.dae")
    parts.controller.set_learning_rate(0.001)
    parts.ask_for_run()
    assert parts.document.is_modified
    parts.save(tmp_path / "s.dae")
    parts.open(tmp_path / "s.dae")
    parts.wait_for(State.PAUSED)
    assert not parts.document.is_modified
    trainer = Trainer(small_dataset(), LONG)
    trainer.advance(at)
    trainer.set_learning_rate(0.001)
    for _ in train(trainer):
        pass
    assert_same(parts.resume().model, trainer.model)


def test_a_diverged_run_is_opened_as_it_was(parts: SessionParts, tmp_path: Path) -> None:
    parts.controller.start(LONG.replace(learning_rate=5.0))
    run = parts.wait_for(State.DIVERGED)
    parts.save(tmp_path / "s.dae")
    parts.open(tmp_path / "s.dae")
    again = parts.wait_for(State.DIVERGED)
    assert again.checkpoint.divergence == run.checkpoint.divergence
    assert_same(again.model, run.model)
    assert not parts.document.is_modified
    parts.make_present(parts.runs.branch(again, again.snapshots[0]))
    assert parts.workbench.progress.divergence is None


def test_unsaved_changes_are_asked_about_and_what_is_said_is_done(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path
) -> None:
    parts.finish()
    parts.save_path = tmp_path / "first.dae"
    parts.save(parts.save_path)
    parts.flow.new()  # nothing is asked
    assert parts.names() == []
    parts.open(parts.save_path)
    parts.finish(SHORT.replace(seed=5))
    key = parts.runs.label.key
    parts.answer = Answer.CANCEL
    parts.flow.open(parts.save_path)
    parts.flow.new()
    assert parts.runs.label.key == key
    parts.answer = Answer.SAVE
    with qtbot.waitSignal(parts.flow.runOpened):
        parts.flow.open(parts.save_path)
    assert parts.workbench.config.seed == 5  # what was saved under that name just before
    assert len(parts.names()) == 2


def test_nothing_else_answers_the_question(parts: SessionParts, tmp_path: Path) -> None:
    parts.finish()
    key = parts.runs.label.key
    parts.flow.new()
    assert parts.asked is not None
    parts.save(tmp_path / "s.dae")
    assert parts.runs.label.key == key
    parts.asked(Answer.DISCARD)
    assert parts.runs.label.key != key


def test_new_begins_without_runs(parts: SessionParts, tmp_path: Path) -> None:
    parts.finish()
    parts.save(tmp_path / "s.dae")
    parts.finish(SHORT.replace(seed=1))
    parts.answer = Answer.DISCARD
    parts.flow.new()
    parts.ask_for_run()
    assert parts.names() == ["Run 1"]
    assert (parts.document.path, parts.document.is_modified) == (None, False)
    assert parts.workbench.config.seed == 1  # the settings stay


def test_runs_of_the_session_before_do_not_creep_in(parts: SessionParts, tmp_path: Path) -> None:
    parts.finish()
    at = parts.pause(LONG, 200).checkpoint.iteration
    session = parts.save(tmp_path / "half.dae")
    parts.controller.start(LONG.replace(seed=8))
    parts.controller.reset(LONG)
    parts.controller.start(LONG.replace(iterations=1_000_000))  # at full speed
    parts.open(tmp_path / "half.dae")
    run = parts.wait_for(State.PAUSED)
    assert run.checkpoint.iteration == at
    assert_same(run.model, session.run.model)
    assert parts.names() == ["Run 1", "Run 2"]
    assert not parts.document.is_modified


def test_training_begun_while_a_session_is_on_its_way_is_not_lost(parts: SessionParts, tmp_path: Path) -> None:
    parts.finish()
    parts.save(tmp_path / "s.dae")
    notes: list[str] = []
    parts.flow.statusMessage.connect(notes.append)
    parts.flow.open(tmp_path / "s.dae")
    parts.finish(SHORT.replace(seed=7))
    assert parts.workbench.config.seed == 7
    assert parts.names() == ["Run 1", "Run 2"]
    assert parts.document.is_modified
    assert notes == ["Opening s.dae …", "The session is not opened, for training goes on."]


def test_of_two_sessions_opened_at_once_the_later_one_is_there(parts: SessionParts, tmp_path: Path) -> None:
    for seed in (1, 2):
        parts.finish(SHORT.replace(seed=seed))
        parts.save(tmp_path / f"{seed}.dae")
    parts.flow.open(tmp_path / "2.dae")
    parts.open(tmp_path / "1.dae")
    parts.ask_for_run()
    assert parts.document.path == tmp_path / "1.dae"
    assert parts.names() == ["Run 1"]


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x10\x00\x00\x00\x00\x00\x00\x00{}"])
def test_a_damaged_file_is_told_and_the_session_stays(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, content: bytes
) -> None:
    parts.finish()
    path = tmp_path / "broken.dae"
    path.write_bytes(content)
    parts.answer = Answer.DISCARD
    with qtbot.waitSignal(parts.flow.failed) as failed:
        parts.flow.open(path)
    assert "broken.dae" in failed.args[0]
    assert parts.names() == ["Run 1"]
    assert parts.document.is_modified


# With data of its own


def test_a_session_on_other_data_begins_no_run_of_its_own_first(
    parts: SessionParts, tmp_path: Path, mine: Path
) -> None:
    begun: list[str] = []
    parts.controller.recorder.begun.connect(lambda label, _run: begun.append(label.name))
    run = parts.open(tmp_path / "mine.dae")
    assert begun == [run.label.name]
    assert parts.workbench.data is not None
    assert parts.workbench.data.source == str(mine)
    assert parts.workbench.can_train


def test_cancelled_loading_forgets_the_session_that_needed_the_data(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, mine: Path, held_back: set[str]
) -> None:
    first = parts.finish()
    parts.save(tmp_path / "here.dae")
    parts.finish(SHORT.replace(seed=1))
    held_back.add(str(mine))
    parts.answer = Answer.DISCARD
    parts.flow.open(tmp_path / "mine.dae")
    qtbot.waitUntil(lambda: parts.selection.is_loading)
    parts.selection.cancel_loading()
    assert not parts.opener.is_busy
    parts.make_present(first)
    assert parts.document.path == tmp_path / "here.dae"
    assert len(parts.runs.runs) == 2
    assert parts.document.is_modified


def test_other_data_chosen_while_a_session_waits_for_its_own_are_what_is_opened(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, mine: Path, held_back: set[str]
) -> None:
    held_back.add(str(mine))
    parts.flow.open(tmp_path / "mine.dae")
    qtbot.waitUntil(lambda: parts.selection.is_loading)
    parts.use(idx_folder(tmp_path, "other", (9, 7)))
    assert parts.workbench.dataset is not None
    assert parts.workbench.dataset.shape == (9, 7)
    assert parts.workbench.can_train
    assert parts.messages == []
    assert parts.document.path is None


# A run that can only be looked at


@pytest.fixture
def looked_at(qtbot: QtBot, parts: SessionParts, tmp_path: Path, mine: Path) -> Path:
    """Where the images of mine.dae are now; the session is open, and its run is only looked at."""
    moved = mine.rename(tmp_path / "moved")
    load_bundled_digits()  # what stands in for them: built here, for a background thread gets little of a busy machine
    with qtbot.waitSignal(parts.opener.missing):
        parts.flow.open(tmp_path / "mine.dae")
    parts.ask_for_run()
    return moved


def test_a_run_without_its_data_is_shown_saved_kept_and_comes_back(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, looked_at: Path
) -> None:
    assert "not trained on" in parts.messages[-1]
    assert str(tmp_path / "mine") in parts.messages[-1]
    assert not parts.workbench.can_train
    assert not parts.document.is_modified
    run = parts.runs.present
    assert run is not None
    assert len(parts.workbench.history) == run.checkpoint.iteration
    parts.runs.relabel(run.label.key, name="of old")
    assert parts.document.is_modified
    session = parts.save(tmp_path / "again.dae")
    assert session.run.label.name == "of old"
    assert session.run.data == run.data  # and not the stand-in
    assert_same(session.run.model, run.model)

    parts.use("digits")
    qtbot.waitUntil(lambda: parts.runs.is_complete)
    assert parts.runs.kept[0].data == run.data
    parts.finish()
    with qtbot.waitSignal(parts.opener.missing):
        parts.opener.open(parts.runs.kept[0])
    qtbot.waitUntil(lambda: parts.runs.is_complete)
    assert parts.names() == ["Run 2", "of old"]
    assert parts.document.is_modified  # Run 2 is in no file


def test_a_wrong_folder_then_the_right_one(qtbot: QtBot, parts: SessionParts, tmp_path: Path, looked_at: Path) -> None:
    wrong = idx_folder(tmp_path, "wrong", (8, 8), 50)
    for place in (tmp_path / "nowhere", wrong):
        with qtbot.waitSignal(parts.opener.missing):
            parts.opener.locate(str(place))
        assert not parts.workbench.can_train
        parts.ask_for_run()
        assert parts.names() == ["Run 1"]
    parts.runs.relabel(parts.runs.label.key, name="found")
    with qtbot.waitSignal(parts.opener.opened):
        parts.opener.locate(str(looked_at))
    assert parts.workbench.can_train
    parts.ask_for_run()
    assert parts.names() == ["found"]
    assert parts.save(tmp_path / "found.dae").run.data.source == str(looked_at)
    parts.controller.continue_for(20)
    assert len(parts.wait_for(State.FINISHED).record.errors) == SHORT.iterations + 20


def test_another_data_set_in_its_place_is_not_trained_on(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, mine: Path
) -> None:
    mine.rename(tmp_path / "moved")
    idx_folder(tmp_path, "mine", (8, 8), 50)
    with qtbot.waitSignal(parts.opener.missing) as missing:
        parts.flow.open(tmp_path / "mine.dae")
    assert "not the one" in missing.args[0]
    assert not parts.workbench.can_train
    assert parts.names() == ["Run 1"]


def test_a_search_for_data_that_is_cancelled_can_be_made_again(
    parts: SessionParts, looked_at: Path, held_back: set[str]
) -> None:
    held_back.add(str(looked_at))
    parts.messages.clear()
    parts.opener.locate(str(looked_at))
    parts.selection.cancel_loading()
    assert "not trained on" in parts.messages[-1]
    assert not parts.workbench.can_train


def test_new_after_a_run_without_its_data_can_train_again(qtbot: QtBot, parts: SessionParts, looked_at: Path) -> None:
    parts.flow.new()
    qtbot.waitUntil(lambda: parts.workbench.can_train)
    parts.finish()
    assert parts.names() == ["Run 1"]


def test_a_run_on_own_drawings_says_what_to_do_and_goes_on_when_they_are_there_again(
    qtbot: QtBot, parts: SessionParts, tmp_path: Path, mine: Path
) -> None:
    parts.use_small_data()  # which is in no file
    at = parts.pause(LONG, 200).checkpoint.iteration
    parts.save(tmp_path / "own.dae")
    parts.use(mine)
    with qtbot.waitSignal(parts.opener.missing) as missing:
        parts.open(tmp_path / "own.dae")
    assert "Put it together" in missing.args[0]
    assert not parts.workbench.can_train
    assert parts.opener.take(OpenData(small_dataset(), "elsewhere"))
    run = parts.wait_for(State.PAUSED)
    assert run.checkpoint.iteration == at
    assert parts.names() == ["Run 1"]

"""Several runs in one session, their labels, and files of the first version, which held one run."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from dae_core.sessions.container import read_container
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import LONGEST_NAME, LONGEST_NOTES, Label
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session, save_session
from dae_core.training.config import TrainingConfig
from dae_core.training.progress import Change
from dae_core.training.snapshots import Snapshot
from helpers.datasets import small_dataset
from helpers.sessions import SGD, assert_same, trained


def test_runs_stand_in_the_order_in_which_they_were_created(rich):
    """The time counts and not how it is written, nor which of them is the current one."""
    assert [run.label.key[:2] for run in rich.runs] == ["aa", "b", "5e"]
    other = Session(rich.kept[0], (rich.run, rich.kept[1]))
    assert [run.label.key[:2] for run in other.runs] == ["aa", "b", "5e"]
    same = [dataclasses.replace(rich.run, label=Label(key, "")) for key in "cba"]
    assert [run.label.key for run in Session(same[0], tuple(same[1:])).runs] == ["b", "a", "c"]


def test_labels_have_keys_of_their_own_and_texts_that_fit():
    labels = [Label.new(f"Run {i}", i, "from the start") for i in range(100)]
    assert len({label.key for label in labels}) == 100
    assert (labels[7].name, labels[7].color, labels[7].origin, labels[7].notes) == ("Run 7", 7, "from the start", "")
    assert abs((datetime.now(UTC) - datetime.fromisoformat(labels[0].created)).total_seconds()) < 600
    long = Label.new("n" * 300, 0, "o" * 300).with_texts(notes="x" * 30_000)
    assert (len(long.name), len(long.origin), len(long.notes)) == (LONGEST_NAME, LONGEST_NAME, LONGEST_NOTES)
    assert long.with_texts("short") == dataclasses.replace(long, name="short")


def test_a_kept_run_goes_on_bit_for_bit(tmp_path, rich):
    save_session(tmp_path / "a.dae", rich)
    for run, written in zip(load_session(tmp_path / "a.dae").kept, rich.kept, strict=True):
        one, other = run.trainer(small_dataset()), written.trainer(small_dataset())
        for trainer in (one, other):
            trainer.set_learning_rate(0.001)
            trainer.extend(100)
        np.testing.assert_array_equal(one.advance(100).errors, other.advance(100).errors)
        np.testing.assert_array_equal(one.model.W, other.model.W)
        assert len(run.history()) == len(written.history()) == len(written.record.errors)
        one.close()
        other.close()


def test_a_hundred_kept_runs_with_all_their_snapshots_fit(tmp_path):
    """The header has room for the names of all their arrays."""
    run = trained(SGD, 96).run
    run = dataclasses.replace(run, snapshots=tuple(Snapshot(i, run.model) for i in range(96)))
    kept = tuple(dataclasses.replace(run, label=Label.new(f"Run {i}")) for i in range(99))
    save_session(tmp_path / "a.dae", Session(run, kept))
    loaded = load_session(tmp_path / "a.dae")
    assert [one.label for one in loaded.kept] == [one.label for one in kept]
    assert all(len(one.snapshots) == 96 for one in loaded.runs)


def test_files_of_version_1_are_read():
    """A file that the first version of the format wrote: each value is where it was."""
    path = Path(__file__).parent / "data" / "session-v1.dae"
    assert read_container(path)[1]["version"] == "1"
    arrays = safetensors.numpy.load_file(path)
    session = load_session(path)
    c, record = session.run.checkpoint, session.run.record
    for prefix, model in [
        ("", c.model),
        ("good/", c.good[1]),
        *((f"snapshots/{i}/", s.model) for i, s in enumerate(session.run.snapshots)),
    ]:
        for name, a in model.parameters.items():
            np.testing.assert_array_equal(a, arrays[prefix + name])
    for name, a in c.engine.items():
        np.testing.assert_array_equal(a, arrays[f"engine/{name}"])
    assert len(c.engine) == 9
    assert c.engine["steps"] == 70
    np.testing.assert_array_equal(record.errors, arrays["history/errors"])
    np.testing.assert_array_equal(record.sparsities, arrays["history/sparsities"])
    config = TrainingConfig(
        hidden_units=4, iterations=120, learning_rate=0.002, schedule="cosine", seed=5, batch_size=7, optimizer="adam"
    )
    assert c.config == config.replace(corruption=config.corruption.with_level(0.25))
    assert (c.iteration, c.segment_start, c.end, c.divergence, session.run.base_iteration) == (70, 0, 120, None, 12)
    assert c.changes == (Change(70, "noise level", config.corruption.level, 0.25),)
    assert record.changes == (Change(50, "learning rate", 0.003, 0.002),)
    assert record.held_out == ((36, 20.5), (70, 1 / 3))
    assert [s.iteration for s in session.run.snapshots] == [0, 36]
    assert session.run.data == DataReference.of(small_dataset(40, 10, 6), "digits")
    np.testing.assert_array_equal(session.drawings[0], np.arange(6, dtype=np.uint8).reshape(2, 3))
    assert session.view == {"zoom": [1, 2.5, None]}
    assert (session.kept, session.run.figures) == ((), None)
    assert (session.run.label.name, session.run.label.created) == ("Run 1", "")
    trainer = session.run.trainer(small_dataset(40, 10, 6))
    progress = trainer.advance(1000)
    trainer.close()
    assert progress.finished
    assert np.isfinite(progress.errors).all()


@pytest.mark.parametrize("version", [1, 2])
def test_a_file_of_an_earlier_version_is_written_back_as_the_newest(tmp_path, version):
    session = load_session(Path(__file__).parent / "data" / f"session-v{version}.dae")
    assert session.run.config.architecture.is_exercise
    save_session(tmp_path / "a.dae", session)
    assert read_container(tmp_path / "a.dae")[1]["version"] == "3"
    assert_same(load_session(tmp_path / "a.dae"), session)

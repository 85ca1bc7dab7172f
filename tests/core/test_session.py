"""Sessions: nothing is lost, and a reopened run goes on bit for bit."""

import dataclasses
import json
import os

import numpy as np
import pytest
import safetensors.numpy

from dae_core.datasets import ImageOptions
from dae_core.model.corruption import Masking
from dae_core.sessions.container import SessionError, checksum, read_container, write_container
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.model_file import load_model
from dae_core.sessions.run import Label, Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_codec import pack, unpack
from dae_core.sessions.session_file import load_session, save_session
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History, Record
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset
from helpers.sessions import ADAM, MOMENTUM, SGD, advance, assert_same, run_of, session_of, trained


@pytest.mark.parametrize("config", [SGD, ADAM, MOMENTUM])
def test_round_trip(tmp_path, config):
    session = trained(config, 400)
    save_session(tmp_path / "a.dae", session)
    assert_same(load_session(tmp_path / "a.dae"), session)


def test_everything_comes_back(tmp_path, rich):
    save_session(str(tmp_path / "a.dae"), rich)
    loaded = load_session(str(tmp_path / "a.dae"))
    assert_same(loaded, rich)
    assert loaded.view == rich.view
    assert loaded.run.record.changes == rich.run.record.changes
    assert loaded.run.record.held_out == ((100, 61.25),)
    assert (loaded.run.record.window, loaded.run.base_iteration) == (40, 1234)
    np.testing.assert_array_equal(loaded.drawings[0], rich.drawings[0])
    np.testing.assert_array_equal(loaded.run.snapshots[0].model.W, rich.run.model.W + 1)
    assert [s.iteration for s in loaded.run.snapshots] == [0, 250]
    assert loaded.run.checkpoint.guard == rich.run.checkpoint.guard
    assert (len(loaded.run.checkpoint.guard[0]), loaded.run.checkpoint.guard[1]) == (25, 7)
    assert loaded.run.checkpoint.good[0] == rich.run.checkpoint.good[0]
    assert loaded.run.data == DataReference.of(small_dataset(), "digits")
    assert [run.label for run in (loaded.run, *loaded.kept)] == [run.label for run in (rich.run, *rich.kept)]
    for run, written in zip(loaded.runs, rich.runs, strict=True):
        assert_same_figures(run.figures, written.figures)
        assert run.checkpoint.divergence == written.checkpoint.divergence
        np.testing.assert_array_equal(run.model.W, written.model.W)
        assert (run.config, run.data, run.model_iteration) == (written.config, written.data, written.model_iteration)


def assert_same_figures(one, other):
    assert (one is None) == (other is None)
    if one is not None:
        assert dataclasses.replace(one, firing_rates=None) == dataclasses.replace(other, firing_rates=None)
        np.testing.assert_array_equal(one.firing_rates, other.firing_rates)


def test_a_run_before_its_first_iteration(tmp_path):
    session = session_of(Trainer(small_dataset(), SGD), History(), "digits")
    save_session(tmp_path / "a.dae", session)
    assert_same(load_session(tmp_path / "a.dae"), session)


def test_safetensors_and_model_files_read_it(tmp_path, rich):
    path = tmp_path / "a.dae"
    save_session(path, rich)
    tensors = safetensors.numpy.load_file(path)
    for name, a in rich.run.model.parameters.items():
        np.testing.assert_array_equal(tensors[name], a)
    np.testing.assert_array_equal(tensors["history/errors"], rich.run.record.errors)
    np.testing.assert_array_equal(tensors["snapshots/0/W"], rich.run.snapshots[0].model.W)
    assert json.loads(bytes(tensors["view"])) == rich.view
    saved = load_model(path)
    np.testing.assert_array_equal(saved.model.W, rich.run.model.W)
    assert (saved.config, saved.iteration, saved.dataset, saved.shape) == (ADAM, 300, "blobs", (8, 8))


def test_reopened_runs_go_on_bit_for_bit_50_random_cases(tmp_path):
    """Train with changes by the person, save at random moments, reopen, go on: the same bits as without any of it."""
    rng = np.random.default_rng(20_261_123)
    path = tmp_path / "a.dae"
    cases = 0
    for case in range(50):
        config = TrainingConfig(
            hidden_units=int(rng.integers(1, 24)),
            iterations=int(rng.integers(400, 1200)) if case % 2 else int(rng.integers(60, 250)),
            learning_rate=float(rng.uniform(0.0005, 0.01)),
            schedule=["constant", "linear", "cosine"][case % 3],
            corruption=[SGD.corruption, Masking(0.4)][case // 2 % 2],
            seed=case,
            **({} if case % 2 else {"batch_size": int(rng.integers(2, 60)), "optimizer": "adam"}),
        )
        whole, history = Trainer(small_dataset(), config), History()
        broken, pieces = Trainer(small_dataset(), config), History()
        at = sorted(rng.integers(1, config.iterations + 100, 3).tolist())
        saves = rng.integers(1, 120, 40)
        kept: tuple[Run, ...] = ()
        for step in range(4):
            target = at[step] if step < 3 else config.iterations + 150
            if step == 2:  # a segment more for both, at the same iteration
                whole.extend(150)
                broken.extend(150)
            advance(whole, history, target - whole.iteration)
            while broken.iteration < min(target, broken.end):
                count = int(min(saves[broken.iteration % 40] * (4 if case % 2 else 1), target - broken.iteration))
                advance(broken, pieces, count)
                current = run_of(broken, pieces, "digits")
                if len(kept) < 2:  # as they were then, they go through all later files
                    kept = (*kept, dataclasses.replace(current, label=Label.new(f"Kept {len(kept)}")))
                save_session(path, Session(current, kept))
                broken.close()
                session = load_session(path)
                for one, written in zip(session.kept, kept, strict=True):
                    assert_same(Session(one), Session(written))
                kept = session.kept
                broken, pieces = session.run.trainer(small_dataset()), session.run.history()
            rate, level = float(rng.uniform(0.0005, 0.01)), float(rng.uniform(0.1, 0.9))
            for trainer in (whole, broken):
                trainer.set_learning_rate(rate)
                trainer.set_noise_level(level)
        assert whole.iteration == broken.iteration == len(history) == len(pieces)
        one, other = session_of(whole, history, "digits"), session_of(broken, pieces, "digits")
        seconds = dataclasses.replace(other.run.checkpoint, seconds=one.run.checkpoint.seconds)
        run = dataclasses.replace(other.run, checkpoint=seconds, label=one.run.label)
        assert_same(one, dataclasses.replace(other, run=run))
        cases += 1
        whole.close()
        broken.close()
    assert cases == 50


def test_a_diverged_run_keeps_its_good_weights_and_can_go_on(tmp_path):
    session = trained(SGD.replace(learning_rate=5.0, schedule="constant"), 1500)
    assert session.run.checkpoint.divergence is not None
    save_session(tmp_path / "a.dae", session)
    loaded = load_session(tmp_path / "a.dae")
    assert loaded.run.checkpoint.divergence == session.run.checkpoint.divergence
    assert (
        loaded.run.model_iteration
        == session.run.checkpoint.divergence.good_iteration
        == load_model(tmp_path / "a.dae").iteration
    )
    trainer = loaded.run.trainer(small_dataset())
    trainer.set_learning_rate(0.001)
    trainer.extend(50)
    assert np.isfinite(trainer.advance(50).errors).all()
    trainer.close()


def test_the_history_is_restored_with_its_averages():
    session = trained(SGD, 900)
    trainer, history = Trainer(small_dataset(), SGD), History()
    advance(trainer, history, 900)
    trainer.close()
    restored = session.run.history()
    np.testing.assert_array_equal(restored.error.values(), history.error.values())
    np.testing.assert_allclose(restored.smoothed_error.series.values(), history.smoothed_error.series.values(), 1e-6)
    edges = np.array([0, 10, 333, 900])
    np.testing.assert_array_equal(restored.error.envelope(edges), history.error.envelope(edges))
    with pytest.raises(ValueError, match="3 errors and 2 sparsities"):
        History.restored(Record(np.zeros(3, np.float32), np.zeros(2, np.float32)))


def test_data_references_tell_what_differs():
    reference = DataReference.of(small_dataset(), "digits", ImageOptions(8, 8))
    assert DataReference.from_values(json.loads(json.dumps(reference.to_values()))) == reference
    reference.check(small_dataset())
    with pytest.raises(SessionError, match=r"500 training and 90 held-out images of 8x8 pixels, the session's has 400"):
        reference.check(small_dataset(500))
    other = dataclasses.replace(small_dataset(), test_images=small_dataset().test_images[::-1])
    with pytest.raises(SessionError, match="but other pixels"):
        reference.check(other)
    with pytest.raises(SessionError, match=r"does not exist.*name its new place"):
        reference.open("/nowhere/at/all")
    with pytest.raises(SessionError, match="does not say where its data set 'blobs' is"):
        dataclasses.replace(reference, source="").open("")
    assert DataReference.of(small_dataset(), "some/folder").source == os.path.abspath("some/folder")


def test_the_checksum_covers_names_texts_shapes_and_bytes():
    a = {"x": np.arange(6.0)}
    sums = {
        checksum(a, {}),
        checksum({"y": a["x"]}, {}),
        checksum({"x": a["x"].reshape(2, 3)}, {}),
        checksum({"x": a["x"].view(np.int64)}, {}),
        checksum({"x": a["x"] + 1}, {}),
        checksum(a, {"t": ""}),
    }
    assert len(sums) == 6


def test_unpack_is_the_inverse_of_pack_and_of_the_container(tmp_path, rich):
    write_container(tmp_path / "a.dae", *pack(rich))
    arrays, metadata = read_container(tmp_path / "a.dae")
    assert_same(unpack(arrays, metadata), rich)

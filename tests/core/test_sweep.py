"""Sweeps: which runs are made, that they are fair, and that processes change nothing."""

import contextlib

import numpy as np
import pytest

from dae_core.evaluation.held_out import HeldOut
from dae_core.model.corruption import Gaussian, Masking
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Label
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session, save_session
from dae_core.sweeps.sweep import PRESETS, SweepError, as_run, plan, run_sweep
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.settings import ConfigError
from dae_core.training.snapshots import SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer, train
from helpers.datasets import small_dataset

BASE = TrainingConfig(hidden_units=8, iterations=300, learning_rate=0.01, seed=4)


def test_the_plan_has_every_combination_in_order():
    configs = plan(BASE, {"corruption": [Gaussian(0.5), Gaussian(1.0)], "hidden_units": [4, 6, 8]})
    found = [(config.corruption.level, config.hidden_units) for config in configs]
    assert found == [(0.5, 4), (0.5, 6), (0.5, 8), (1.0, 4), (1.0, 6), (1.0, 8)]
    assert {config.seed for config in configs} == {4}
    assert plan(BASE, PRESETS["masking-series"])[2] == BASE.replace(corruption=Masking(0.5))


def test_what_is_no_plan():
    with pytest.raises(SweepError, match="one or two settings, not 0"):
        plan(BASE, {})
    with pytest.raises(SweepError, match="one or two settings, not 3"):
        plan(BASE, {"seed": [1], "hidden_units": [1], "iterations": [1]})
    with pytest.raises(SweepError, match="hidden units must be one or more, each only once"):
        plan(BASE, {"hidden_units": [5, 5]})
    with pytest.raises(SweepError, match="each only once"):
        plan(BASE, {"hidden_units": []})
    with pytest.raises(SweepError, match="1,600 runs"):
        plan(BASE, {"hidden_units": range(1, 41), "seed": range(40)})
    with pytest.raises(ConfigError, match="hidden units is 0"):
        plan(BASE, {"hidden_units": [0]})


def test_each_run_is_the_run_alone():
    configs = plan(BASE, {"corruption": [Masking(0.0), Masking(0.5)]})
    runs = list(run_sweep(small_dataset(), configs))
    assert [run.index for run in runs] == [0, 1]
    for run, config in zip(runs, configs, strict=True):
        trainer, history = Trainer(small_dataset(), config), History()
        for progress in train(trainer):
            history.append(progress)
        np.testing.assert_array_equal(run.checkpoint.model.W, trainer.model.W)
        np.testing.assert_array_equal(run.record.errors, history.error.values())
        for level in (0.0, 0.5):
            expected = HeldOut(small_dataset(), Masking(level)).evaluate(trainer.model).mse
            assert run.others[f"masking:{level:g}"].mse == pytest.approx(expected, rel=1e-6)
        assert run.figures == run.others[str(config.corruption)]


def test_processes_give_the_same_bits():
    configs = plan(BASE.replace(optimizer="adam", batch_size=16, iterations=40), {"hidden_units": [3, 7, 9]})
    alone = {run.index: run for run in run_sweep(small_dataset(), configs)}
    together = {run.index: run for run in run_sweep(small_dataset(), configs, jobs=2)}
    assert alone.keys() == together.keys() == {0, 1, 2}
    for index, run in alone.items():
        other = together[index]
        for name, a in run.checkpoint.model.parameters.items():
            np.testing.assert_array_equal(other.checkpoint.model.parameters[name], a)
        np.testing.assert_array_equal(other.record.errors, run.record.errors)
        assert other.figures.mse == pytest.approx(run.figures.mse, rel=1e-6)
        assert other.others == {}


def test_a_sweep_can_be_given_up():
    runs = run_sweep(small_dataset(), plan(BASE, {"seed": [1, 2, 3]}))
    assert next(runs).config.seed == 1
    runs.close()
    assert list(runs) == []


def test_a_sweep_keeps_the_snapshots_of_a_run_in_the_window_and_is_the_same_run(tmp_path):
    dataset = small_dataset()
    config = TrainingConfig(hidden_units=5, iterations=700, seed=3)
    (plain,) = run_sweep(dataset, [config])
    (kept,) = run_sweep(dataset, [config], snapshot_bytes=10**6)
    assert plain.snapshots == ()
    np.testing.assert_array_equal(plain.checkpoint.model.W, kept.checkpoint.model.W)
    np.testing.assert_array_equal(plain.record.errors, kept.record.errors)
    keeper = SnapshotKeeper(bytes_of(kept.checkpoint.model), 10**6)
    assert len(kept.snapshots) == keeper.count_at(config.iterations) > 8
    with contextlib.closing(Trainer(dataset, config)) as trainer:
        for snapshot in kept.snapshots:
            trainer.advance(snapshot.iteration - trainer.iteration)
            np.testing.assert_array_equal(snapshot.model.W, trainer.model.W)
    run = as_run(kept, DataReference.of(dataset, ""), Label.new("r"))
    save_session(tmp_path / "s.dae", Session(run))
    reopened = load_session(tmp_path / "s.dae").run
    assert [one.iteration for one in reopened.snapshots] == [one.iteration for one in kept.snapshots]

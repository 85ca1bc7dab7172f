"""Sweeps: which runs are made, that they are fair, and that processes change nothing."""

import contextlib
import threading

import joblib
import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from dae_core.evaluation.held_out import HeldOut
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.corruption import Gaussian, Masking
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Label
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session, save_session
from dae_core.sweeps.backends import InForce, Threads
from dae_core.sweeps.one_run import as_run
from dae_core.sweeps.plan import PRESETS, SweepError, plan
from dae_core.sweeps.sweep import run_sweep
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.settings import ConfigError
from dae_core.training.snapshots import SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer, train
from helpers.dask_cluster import wait_until
from helpers.datasets import small_dataset

BASE = TrainingConfig(hidden_units=8, iterations=300, learning_rate=0.01, seed=4)
ENDLESS = BASE.replace(iterations=1_000_000_000, learning_rate=1e-6)


def test_the_plan_has_every_combination_in_order():
    configs = plan(BASE, {"corruption": [Gaussian(0.5), Gaussian(1.0)], "hidden_units": [4, 6, 8]})
    found = [(config.corruption.level, config.hidden_units) for config in configs]
    assert found == [(0.5, 4), (0.5, 6), (0.5, 8), (1.0, 4), (1.0, 6), (1.0, 8)]
    assert {config.seed for config in configs} == {4}
    assert plan(BASE, PRESETS["masking-series"])[2] == BASE.replace(corruption=Masking(0.5))


def test_what_is_no_plan():
    with pytest.raises(SweepError, match="one to four settings, not 0"):
        plan(BASE, {})
    with pytest.raises(SweepError, match="one to four settings, not 5"):
        plan(BASE, {"seed": [1], "hidden_units": [1], "iterations": [1], "tied": [True], "l1": [0.0]})
    with pytest.raises(SweepError, match="hidden units must be one or more, each only once"):
        plan(BASE, {"hidden_units": [5, 5]})
    with pytest.raises(SweepError, match="each only once"):
        plan(BASE, {"hidden_units": []})
    with pytest.raises(SweepError, match="1,600 runs"):
        plan(BASE, {"hidden_units": range(1, 41), "seed": range(40)})
    with pytest.raises(ConfigError, match="hidden units is 0"):
        plan(BASE, {"hidden_units": [0]})


def test_some_combinations_are_drawn_at_random():
    values = {
        "seed": range(40),
        "hidden_units": range(1, 41),
        "kl": [(0.05, 0.1), (0.1, 0.1)],
        "activation": ["sigmoid"],
    }
    drawn = plan(BASE, values, 20)
    assert len(set(drawn)) == 20
    assert all(config.hidden_units in range(1, 41) and config.kl_weight == 0.1 for config in drawn)
    assert len({config.hidden_units for config in drawn}) > 5
    assert plan(BASE, values, 20) == drawn != plan(BASE.replace(seed=5), values, 20)
    some = {"hidden_units": [3, 4], "seed": [1, 2]}
    assert set(plan(BASE, some, 4)) == set(plan(BASE, some))
    for draws in (0, 5):
        with pytest.raises(SweepError, match="there are 4 combinations"):
            plan(BASE, some, draws)


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


def test_threads_and_the_callers_own_backend_give_the_same_bits():
    configs = plan(BASE.replace(optimizer="adam", batch_size=16, iterations=40), {"hidden_units": [3, 7, 9]})
    alone = {run.index: run.checkpoint.model.W for run in run_sweep(small_dataset(), configs)}
    with threadpool_limits(2, "blas"):
        before = threadpool_info()
        threads = list(run_sweep(small_dataset(), configs, 2, backend=Threads()))
        with joblib.parallel_config("threading"):
            own = list(run_sweep(small_dataset(), configs, 2, backend=InForce()))
        assert threadpool_info() == before, "BLAS has its threads back"
    for runs in (threads, own):
        assert sorted(run.index for run in runs) == [0, 1, 2]
        for run in runs:
            np.testing.assert_array_equal(run.checkpoint.model.W, alone[run.index])


def test_threads_end_when_the_sweep_is_cancelled():
    done, before = [], threading.active_count()
    configs, monitor = [BASE, ENDLESS, ENDLESS], Monitor(lambda: bool(done))
    with pytest.raises(Cancelled):
        done.extend(run_sweep(small_dataset(), configs, 2, monitor, backend=Threads()))
    assert [run.config for run in done] == [BASE]
    wait_until(lambda: threading.active_count() == before)


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

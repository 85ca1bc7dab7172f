"""Sweeps on a Dask cluster: the bits of a local one, and what is said when workers or the scheduler are killed."""

import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from dae_core.datasets import Dataset
from dae_core.jobs import Cancelled, Monitor
from dae_core.sweeps.cluster import DaskCluster, _Cluster, checked_address, look_at
from dae_core.sweeps.machine import Machine, this_machine
from dae_core.sweeps.plan import SweepError, plan
from dae_core.sweeps.sweep import run_sweep
from dae_core.training.config import TrainingConfig
from helpers.dask_cluster import PATIENCE, loopback_cluster, wait_until
from helpers.datasets import small_dataset

distributed = pytest.importorskip("distributed", reason="the extra “cluster” is not installed")

SHORT = TrainingConfig(hidden_units=8, iterations=200, learning_rate=0.001)
SECONDS = SHORT.replace(iterations=300_000)
ENDLESS = SHORT.replace(iterations=1_000_000_000)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with loopback_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        wait_for_workers(cluster, 2)
        yield cluster


@pytest.fixture(scope="module")
def client(cluster):
    with distributed.Client(cluster.address, set_as_default=False) as client:
        yield client


def wait_for_workers(cluster, count):
    def are_there():
        try:
            return look_at(cluster.address).workers == count
        except SweepError:
            return False

    wait_until(are_there)


class InThread:
    """A sweep on a cluster whose results are waited for in another thread, as the window does it."""

    def __init__(self, cluster, configs):
        self.cancelled = False
        self.done, self.error = [], None
        self._runs = run_sweep(
            small_dataset(), configs, -1, Monitor(lambda: self.cancelled), backend=DaskCluster(cluster.address)
        )
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            self.done.extend(self._runs)
        except (Cancelled, SweepError) as error:
            self.error = error

    def join(self):
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        return self


def training(client):
    """Return how many threads train on each worker."""
    return list(client.run(lambda dask_worker: len(dask_worker.active_threads)).values())


def test_a_cluster_gives_the_same_bits_and_gets_the_data_once(cluster, monkeypatch):
    configs = plan(SHORT, {"optimizer": ["sgd", "adam"], "hidden_units": [3, 7], "seed": [1, 2]})
    alone = list(run_sweep(small_dataset(), configs))
    pickled = []
    monkeypatch.setattr(Dataset, "__getstate__", lambda self: pickled.append(1) or self.__dict__, raising=False)
    away = list(run_sweep(small_dataset(), configs, -1, backend=DaskCluster(cluster.address)))
    assert sorted(run.index for run in away) == list(range(8))
    for run in away:
        for name, a in alone[run.index].checkpoint.model.parameters.items():
            np.testing.assert_array_equal(run.checkpoint.model.parameters[name], a)
        np.testing.assert_array_equal(run.record.errors, alone[run.index].record.errors)
        assert run.figures.mse == alone[run.index].figures.mse
    assert len(pickled) == 1


def test_a_worker_is_killed_and_its_run_is_done_again(cluster, client):
    configs = plan(SECONDS, {"seed": [1, 2, 3]})
    sweep = InThread(cluster, configs)
    wait_until(lambda: training(client) == [1, 1])
    cluster.kill_worker()
    sweep.join()
    assert sweep.error is None
    assert sorted(run.index for run in sweep.done) == [0, 1, 2]
    (alone,) = run_sweep(small_dataset(), configs[:1])
    (again,) = (run for run in sweep.done if run.index == 0)
    np.testing.assert_array_equal(again.checkpoint.model.W, alone.checkpoint.model.W)
    (away,) = run_sweep(small_dataset(), [SHORT], -1, backend=DaskCluster(cluster.address))
    assert away.config == SHORT, "one worker with one thread is enough"
    cluster.add_worker()
    wait_for_workers(cluster, 2)


def test_a_cancelled_sweep_leaves_the_workers_idle(cluster, client):
    sweep = InThread(cluster, plan(ENDLESS, {"seed": [1, 2, 3]}))
    wait_until(lambda: training(client) == [1, 1])
    sweep.cancelled = True
    assert isinstance(sweep.join().error, Cancelled)
    wait_until(lambda: training(client) == [0, 0])


def test_the_scheduler_is_killed_and_what_was_done_is_kept(cluster):
    sweep = InThread(cluster, [SHORT, *plan(ENDLESS, {"seed": [1, 2]})])
    wait_until(lambda: len(sweep.done) == 1)
    cluster.scheduler.kill()
    assert isinstance(sweep.join().error, SweepError)
    assert str(sweep.error).startswith(f"The connection to the Dask scheduler at {cluster.address} was lost")
    assert [run.config for run in sweep.done] == [SHORT]
    with pytest.raises(SweepError, match="cannot be reached: connection refused"):
        look_at(cluster.address)


def test_a_run_that_dask_gives_up_is_not_waited_for():
    """What a place says of a client one of whose futures has an error, for which joblib would wait without an end."""
    client = SimpleNamespace(status="running", ncores=dict, futures={"data": SimpleNamespace(status="finished")})
    client.scatter = lambda *_, **__: client.futures["data"]
    place = _Cluster(client, small_dataset(), "tcp://node:1")
    assert not place.is_gone()
    client.futures["a run"] = SimpleNamespace(status="error")
    assert place.is_gone()
    assert str(place.reason(TimeoutError())).startswith("Several workers of the Dask scheduler at tcp://node:1 ended")
    client.futures["data"].status = "cancelled"
    assert "the workers that had the data set are gone" in str(place.reason(TimeoutError()))


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_what_answers_need_not_be_a_scheduler(monkeypatch, greeting):
    monkeypatch.setattr("dae_core.sweeps.cluster._ANSWER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as other:
        looking = other.submit(look_at, f"127.0.0.1:{server.getsockname()[1]}")
        with server.accept()[0] as connection:
            connection.sendall(greeting)
            with pytest.raises(SweepError, match="is no Dask scheduler"):
                looking.result()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" node-1 ", "tcp://node-1:8786"),
        ("tls://node.example:90", "tls://node.example:90"),
        ("[::1]:8786", "tcp://[::1]:8786"),
        ("http://node:80", ""),
        ("node:99999", ""),
        ("node:0", ""),
        ("a b", ""),
        ("", ""),
    ],
)
def test_addresses(text, address):
    if address:
        assert checked_address(text) == address
    else:
        with pytest.raises(SweepError, match="is no address of a Dask scheduler"):
            checked_address(text)


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SweepError, match=r"install dae-studio\[cluster\]"):
        look_at("node")


def test_what_other_machines_have_is_said():
    here = this_machine()
    assert here.differences(here) == []
    other = Machine("arm64 apple-m1", here.python, "9.0", here.libraries)
    assert here.differences(other) == ["a processor of the kind arm64 apple-m1", "dae-studio 9.0"]

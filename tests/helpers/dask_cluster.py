"""A Dask scheduler and two workers on the loopback interface, in processes of their own."""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import dae_core

PATIENCE = 120.0  # seconds: processes that import the core begin within seconds, on a busy machine within many


class LoopbackCluster:
    """A scheduler with workers of one thread each; processes are ended when it is closed.

    Attributes
    ----------
    address : str
    scheduler : Popen
    workers : list of Popen
    """

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self.workers = []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--idle-timeout", "300")
        wait_until(self._file.exists)
        self.address = json.loads(self._file.read_text())["address"]
        for _ in range(workers):
            self.add_worker()

    def add_worker(self) -> None:
        self.workers.append(
            self._start("worker", "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--death-timeout", "60")
        )

    def kill_worker(self) -> None:
        worker = self.workers.pop()
        worker.kill()
        worker.wait()

    def _start(self, kind: str, *arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "dask", kind, "--scheduler-file", str(self._file), "--no-dashboard"]
        with open(self._folder / f"{kind}-{len(self.workers)}.log", "wb") as log:
            return subprocess.Popen(  # noqa: S603
                [*command, *arguments],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={
                    **os.environ,
                    "DASK_TEMPORARY_DIRECTORY": str(self._folder),
                    "PYTHONPATH": str(Path(dae_core.__path__[0]).parent),
                },
            )

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@contextlib.contextmanager
def loopback_cluster(folder: Path, workers: int = 2):
    """Start one, wait until its workers are there, and end it."""
    cluster = LoopbackCluster(folder, workers)
    try:
        yield cluster
    finally:
        cluster.close()

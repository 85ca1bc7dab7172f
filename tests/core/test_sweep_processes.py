"""The processes of a sweep: they end when it is cancelled, and when the program that began them is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import dae_core
from dae_core.jobs import Cancelled, Monitor
from dae_core.sweeps.plan import SweepError, plan
from dae_core.sweeps.sweep import run_sweep
from dae_core.training.config import TrainingConfig
from helpers.datasets import small_dataset

SHORT = TrainingConfig(hidden_units=8, iterations=200, learning_rate=0.001)
ENDLESS = SHORT.replace(iterations=1_000_000_000)
PATIENCE = 200.0  # seconds: processes that import the core begin within seconds, on a busy machine within many
proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to look at processes in")


def workers(parent):
    """Return the process ids of a process's own workers."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes()
                status = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if b"popen_loky" in command and int(status[1]) == parent and status[0] != "Z":
                found.append(int(folder.name))
    return found


def is_gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


class InThread:
    """A sweep whose results are waited for in another thread, as the window does it."""

    def __init__(self, configs, jobs):
        self.cancelled = False
        self.done, self.error = [], None
        self._configs, self._jobs = configs, jobs
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            self.done.extend(run_sweep(small_dataset(), self._configs, self._jobs, Monitor(lambda: self.cancelled)))
        except (Cancelled, SweepError) as error:
            self.error = error


@proc
def test_a_cancelled_sweep_leaves_no_process():
    sweep = InThread(plan(ENDLESS, {"seed": [1, 2, 3]}), 2)
    wait_until(lambda: len(workers(os.getpid())) == 2)
    sweep.cancelled = True
    sweep.thread.join(PATIENCE)
    assert not sweep.thread.is_alive()
    assert isinstance(sweep.error, Cancelled)
    assert workers(os.getpid()) == []


@proc
def test_a_closed_sweep_leaves_no_process():
    configs = [SHORT, *plan(ENDLESS, {"seed": [1, 2]})]
    runs = run_sweep(small_dataset(), configs, 2)
    assert next(runs).config == SHORT
    assert workers(os.getpid())
    runs.close()
    assert workers(os.getpid()) == []


@proc
def test_a_finished_sweep_leaves_no_process():
    assert len(list(run_sweep(small_dataset(), plan(SHORT, {"seed": [1, 2, 3]}), 2))) == 3
    wait_until(lambda: not workers(os.getpid()))


@proc
def test_a_killed_process_is_said():
    sweep = InThread(plan(ENDLESS, {"seed": [1, 2]}), 2)
    wait_until(lambda: len(workers(os.getpid())) == 2)
    os.kill(workers(os.getpid())[0], signal.SIGKILL)
    sweep.thread.join(PATIENCE)
    assert isinstance(sweep.error, SweepError)
    assert "was killed, or the memory did not suffice" in str(sweep.error)
    assert workers(os.getpid()) == []


def test_a_sweep_of_one_at_a_time_is_cancelled_in_the_middle_of_a_run():
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) > 3

    before = threading.active_count()
    with pytest.raises(Cancelled):
        list(run_sweep(small_dataset(), [ENDLESS], 1, Monitor(is_cancelled)))
    assert threading.active_count() == before, "the trainer's thread has ended"


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from helpers.datasets import small_dataset
from dae_core.training.config import TrainingConfig
from dae_core.sweeps.plan import plan
from dae_core.sweeps.sweep import run_sweep
print("begun", flush=True)
endless = TrainingConfig(hidden_units=8, iterations=10**9, learning_rate=0.001)
list(run_sweep(small_dataset(), plan(endless, {"seed": [1, 2]}), 2))
"""


@proc
def test_processes_end_with_a_program_that_is_killed():
    program = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", SCRIPT, str(Path(__file__).parents[1])],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what cleans up after it says so
        cwd=Path(dae_core.__path__[0]).parent,
    )
    with program:
        wait_until(lambda: len(workers(program.pid)) == 2)
        children = workers(program.pid)
        # Their last act before training is to begin watching: a worker of two threads or more does.
        wait_until(lambda: all(len(list(Path(f"/proc/{pid}/task").iterdir())) > 1 for pid in children))
        program.kill()
    wait_until(lambda: all(map(is_gone, children)))

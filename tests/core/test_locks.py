"""Locks on files: one owner at a time, gone with its process, and no obstacle where there are none."""

import errno
import os

import pytest

from dae_core.files import clear_leftovers
from dae_core.locks import FileLock
from helpers.processes import kill, running

fcntl = pytest.importorskip("fcntl")

HOLD = """
import sys, time
from dae_core.locks import FileLock
lock = FileLock(sys.argv[1])
assert lock.take("a test")
print("locked", flush=True)
time.sleep(600)
"""


@pytest.fixture
def owner(tmp_path):
    """A process that has the lock of run.dae."""
    with running(HOLD, tmp_path / "run.dae") as program:
        yield program


def test_a_file_has_one_owner_who_says_who_it_is(tmp_path, owner):
    other = FileLock(tmp_path / "run.dae")
    assert not other.take("another test")
    assert other.owner() == f"a test, process {owner.pid} on {os.uname().nodename}"
    with FileLock(tmp_path / "walk.dae") as another:
        assert another.take("it is another file")
    other.release()
    assert other.path.exists()  # it is not this one's to delete


def test_the_lock_of_a_killed_process_is_taken_over_or_cleared_away(tmp_path, owner):
    kill(owner)
    with FileLock(tmp_path / "run.dae") as mine:
        assert mine.path.exists()
        assert mine.take("a test")
        clear_leftovers(tmp_path)
        assert mine.path.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_without_a_process_is_cleared_away_unless_it_is_of_another_machine(tmp_path, owner):
    kill(owner)
    theirs = tmp_path / ".walk.dae.lock"
    theirs.write_text("dae_core resume, process 7 on another-machine")
    clear_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == [theirs]


def test_a_link_and_its_file_have_one_lock(tmp_path):
    (tmp_path / "run.dae").touch()
    (tmp_path / "link.dae").symlink_to(tmp_path / "run.dae")
    with FileLock(tmp_path / "run.dae") as one:
        assert one.take("one")
        assert not FileLock(tmp_path / "link.dae").take("two")


def test_a_lock_that_is_deleted_in_the_moment_of_locking_is_made_anew(tmp_path, monkeypatch):
    flock, calls = fcntl.flock, []

    def late(*arguments):
        calls.append(arguments)
        if len(calls) == 1:
            os.unlink(tmp_path / ".run.dae.lock")
        flock(*arguments)

    monkeypatch.setattr(fcntl, "flock", late)
    with FileLock(tmp_path / "run.dae") as lock:
        assert lock.take("a test")
        assert lock.path.exists()
        assert not FileLock(tmp_path / "run.dae").take("another")


@pytest.mark.parametrize("where", ["no locks", "no folder"])
def test_where_nothing_can_be_locked_everybody_goes_on(tmp_path, monkeypatch, where):
    def fail(*arguments):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", fail)
    path = tmp_path / "run.dae" if where == "no locks" else tmp_path / "no" / "run.dae"
    for _ in range(2):
        lock = FileLock(path)
        assert lock.take("a test")
        lock.release()

"""Atomic writing: the whole new file or the whole old one, never anything between, and no litter."""

import contextlib
import errno
import os
import subprocess

import numpy as np
import pytest

from dae_core import files
from dae_core.files import clear_leftovers, user_folder, write_atomically
from dae_core.locks import Held
from helpers.processes import kill, running


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_writes_and_replaces(tmp_path):
    path = tmp_path / "a.bin"
    write_atomically(path, b"first")
    assert path.read_bytes() == b"first"
    write_atomically(str(path), b"second, longer")
    assert path.read_bytes() == b"second, longer"
    assert names(tmp_path) == ["a.bin"]


@pytest.mark.parametrize("step", ["os.fsync", "os.replace"])
def test_a_failure_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, step):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def fail(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(step, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_the_data_is_on_the_disk_before_it_takes_the_name(tmp_path, monkeypatch):
    path = tmp_path / "a.bin"
    steps = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda number: (steps.append(os.fstat(number).st_size), fsync(number)))
    monkeypatch.setattr(os, "replace", lambda a, b: (steps.append("rename"), replace(a, b)))
    write_atomically(path, b"12345")
    assert steps == [5, "rename"]


def test_an_interruption_leaves_no_litter(tmp_path, monkeypatch):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a.bin", b"new")
    assert names(tmp_path) == []


def test_a_missing_folder_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "no" / "a.bin", b"")


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "a", b"data")
    assert names(tmp_path) == ["a"]


def test_long_names_work(tmp_path):
    path = tmp_path / ("x" * 250)
    write_atomically(path, b"data")
    assert path.read_bytes() == b"data"


@pytest.mark.skipif(os.name == "nt", reason="Windows counts characters")
def test_the_longest_names_can_be_written(tmp_path):
    for name in ("a" * 255, "\N{CJK UNIFIED IDEOGRAPH-5B57}" * 85):  # 255 bytes each
        write_atomically(tmp_path / name, b"whole")
        assert (tmp_path / name).read_bytes() == b"whole"


def test_a_user_without_a_home_has_folders_that_cannot_be_made(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("platformdirs.user_state_dir", no_home)
    if os.name != "nt":
        assert user_folder("cache") == tmp_path / "dae-studio"
    with pytest.raises(OSError, match=os.devnull.replace("\\", ".")):
        user_folder("state").mkdir(parents=True)


def no_home(*_, **__):
    raise RuntimeError("could not determine the home directory")


# What a killed process leaves

HANG = """
import sys, time
from dae_core.files import replacing
with replacing(sys.argv[1]) as stream:
    stream.write(b"half")
    stream.flush()
    print("writing", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def writing(tmp_path):
    """A process in the midst of writing a.bin."""
    with running(HANG, tmp_path / "a.bin") as program:
        yield program


def test_what_a_killed_process_left_is_cleared_away_and_nothing_of_a_living_one(tmp_path, writing):
    (left,) = names(tmp_path)
    assert left.startswith(".a.bin.")
    write_atomically(tmp_path / "b.bin", b"whole")
    assert names(tmp_path) == [left, "b.bin"]
    kill(writing)
    assert names(tmp_path) == [left, "b.bin"]
    write_atomically(tmp_path / "b.bin", b"again")
    assert names(tmp_path) == ["b.bin"]


def test_only_what_this_program_wrote_on_this_machine_is_cleared_away(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_MACHINE", "0123abcd")
    theirs = [
        ".a.bin.part",
        ".a.bin.0123abcd.part",
        "a.bin.89abcdef-01234567.part",
        ".a.89abcdef-01234567.part",
        ".x.lock",
    ]
    for name in theirs:
        (tmp_path / name).touch()
    clear_leftovers(tmp_path)
    assert names(tmp_path) == sorted(theirs)
    clear_leftovers(tmp_path / "not there")


def test_a_file_that_is_taken_for_a_leftover_before_it_is_locked_is_begun_anew(tmp_path, monkeypatch):
    lock, deleted = files.lock, []

    def late(stream):
        if not deleted:
            deleted.append(os.unlink(stream.name))
        return lock(stream)

    monkeypatch.setattr(files, "lock", late)
    write_atomically(tmp_path / "a.bin", b"whole")
    assert (names(tmp_path), len(deleted)) == (["a.bin"], 1)


def test_without_locks_files_are_written_and_nothing_is_cleared_away(tmp_path, monkeypatch, writing):
    kill(writing)
    before = names(tmp_path)
    monkeypatch.setattr(files, "lock", lambda _stream: Held.UNKNOWN)
    write_atomically(tmp_path / "b.bin", b"whole")
    assert names(tmp_path) == [*before, "b.bin"]


LOOP = """
import sys
from dae_core.files import write_atomically
print("writing", flush=True)
number = 0
while True:
    number = (number + 1) % 256
    write_atomically(sys.argv[1], bytes([number]) * 3_000_000)
"""


def test_a_process_killed_at_any_moment_of_writing_leaves_whole_files_and_no_litter(tmp_path):
    """``DAE_TEST_KILLS`` says how many."""
    path, moments = tmp_path / "a.bin", np.random.default_rng(5)
    write_atomically(path, b"\0" * 3_000_000)
    litter = 0
    for _ in range(int(os.environ.get("DAE_TEST_KILLS", "3"))):
        with running(LOOP, path) as program, contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(moments.uniform(0, 0.05))
        data = path.read_bytes()
        assert data == data[:1] * 3_000_000
        litter += len(names(tmp_path)) - 1
        write_atomically(path, data)
        assert names(tmp_path) == ["a.bin"]
    assert litter or "DAE_TEST_KILLS" not in os.environ


@pytest.mark.skipif(os.name == "nt", reason="Windows has none of them")
def test_devices_and_pipes_are_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for path in (tmp_path / "pipe", tmp_path / "link"):
        with pytest.raises(OSError, match="a device or a pipe"):
            write_atomically(path, b"x")
    assert names(tmp_path) == ["link", "pipe"]
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    write_atomically(tmp_path / "dangling", b"x")
    assert (tmp_path / "dangling").read_bytes() == b"x"

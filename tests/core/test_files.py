"""Atomic writing: the whole new file or the whole old one, never anything between, and no litter."""

import errno
import os

import pytest

from dae_core.files import user_folder, write_atomically


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

"""Compiled functions where their cache cannot be found, read or written: they run, and that is said once."""

import errno
import importlib.util
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dae_core.jobs import Cancelled, Monitor
from dae_core.model import compiled, kernels, preparing

SOURCE = """
from dae_core.model.compiled import compiled

@compiled()
def double(x):
    return 2 * x
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package's folder with a module of one compiled function."""
    monkeypatch.setattr(compiled, "_said", set())  # private: what was said before is of other tests
    (tmp_path / "doubling.py").write_text(SOURCE)
    return tmp_path


def double(folder):
    """Import the module as a program that starts does; return its compiled function."""
    spec = importlib.util.spec_from_file_location("doubling", folder / "doubling.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.double


def hits(function):
    return sum(function.stats.cache_hits.values())


def refuse(number):
    def refusing(*_, **__):
        raise OSError(number, os.strerror(number))

    return refusing


def test_a_second_start_reads_the_cache(folder, caplog):
    assert double(folder)(4) == 8
    again = double(folder)
    assert (again(4), hits(again)) == (8, 1)
    assert caplog.records == []


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT])
def test_no_folder_can_be_written(folder, monkeypatch, caplog, number):
    monkeypatch.setattr("numba.core.caching.tempfile.TemporaryFile", refuse(number))
    for _ in range(2):
        function = double(folder)
        assert (function(4), function(0.5)) == (8, 1.0)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "no folder for it can be written" in record.getMessage()
    assert function.stats.cache_path is None


def test_the_source_is_gone_or_cannot_be_read(folder, monkeypatch, caplog):
    monkeypatch.setattr("numba.core.caching._hash_source_file", refuse(errno.EACCES))
    assert double(folder)(4) == 8
    assert len(caplog.records) == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS])
def test_the_disk_is_full_while_the_function_is_cached(folder, monkeypatch, caplog, number):
    function = double(folder)
    monkeypatch.setattr("numba.core.caching.os.replace", refuse(number))
    assert (function(4), function(0.5)) == (8, 1.0)
    (record,) = caplog.records
    assert os.strerror(number) in record.getMessage()
    assert list(folder.glob("__pycache__/*.tmp.*")) == []


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def exchange_for_a_folder(path):
    path.unlink()
    path.mkdir()


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "cut": cut,
    "text": lambda path: path.write_text("not this"),
    "a pickle of something else": lambda path: path.write_bytes(b"\x80\x04K\x01."),
    "cannot be opened": exchange_for_a_folder,
    "gone": Path.unlink,
}


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_cache_is_made_anew(folder, caplog, damage, kind):
    double(folder)(4)
    (path,) = folder.glob(f"__pycache__/*.{kind}")
    damage(path)
    assert double(folder)(4) == 8
    if not path.is_dir():
        again = double(folder)
        assert (again(4), hits(again)) == (8, 1)
        assert caplog.records == []


def test_processes_that_a_program_starts_say_nothing(folder, monkeypatch, caplog):
    monkeypatch.setattr("numba.core.caching.tempfile.TemporaryFile", refuse(errno.EACCES))
    monkeypatch.setattr("multiprocessing.current_process", lambda: type("Process", (), {"name": "LokyProcess-1"}))
    assert double(folder)(4) == 8
    assert caplog.records == []


def test_no_other_process_is_asked_to_fill_a_cache_that_is_not_there(monkeypatch):
    started = []

    def refuse_to_start(*command, **_):
        started.append(command)
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuse_to_start)
    monkeypatch.setattr(preparing, "_is_cached", bool)  # private: its own matter
    preparing.prepare()
    assert len(started) == 2
    monkeypatch.setattr(type(kernels.steps._cache), "cache_path", None)
    preparing.prepare()
    assert len(started) == 2


def test_compiling_elsewhere_is_ended_where_it_is_cancelled(monkeypatch):
    processes = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: processes.append(popen(*a, **k)) or processes[-1])
    with pytest.raises(Cancelled):
        compiled.compile_elsewhere("this", [], ["that"], monitor=Monitor(lambda: bool(processes)))
    assert [process.poll() is not None for process in processes] == [True, True]


def test_the_command_line_starts_without_a_place_for_the_cache(tmp_path):
    script = (
        "import tempfile\n"
        "def refuse(*_, **__): raise PermissionError(13, 'Permission denied')\n"
        "import numba.core.caching; numba.core.caching.tempfile.TemporaryFile = refuse\n"
        "from dae_core.__main__ import main\n"
        "main(['train', '--iterations', '50', '--hidden', '5'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0
    assert "held-out MSE" in done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert "each start compiles it anew" in done.stderr

"""The bundled program, where it is started by itself: as what joblib, numba and the sandbox take for Python."""

import contextlib
import importlib.util
import os
import runpy
import sys
from pathlib import Path

import pytest

import dae_core
from dae_core.commands import frozen
from dae_core.commands.frozen import begin_if_frozen
from dae_core.model.compiled import compile_elsewhere


@pytest.fixture
def started(monkeypatch):
    """Start the bundled program with some arguments; returns the module it ran as a program, and its arguments."""

    def start(*arguments):
        ran = []
        monkeypatch.setattr(sys, "argv", ["/opt/dae-studio/dae-studio", *arguments])
        monkeypatch.setattr(runpy, "run_module", lambda name, **_: ran.append((name, sys.argv[1:])))
        with contextlib.suppress(SystemExit):
            begin_if_frozen()
        return ran

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/somewhere")
    return start


def test_what_is_compiled_elsewhere_is_compiled_by_the_program_itself(started, monkeypatch):
    root = Path(dae_core.__path__[0])
    sources = [path for path in root.rglob("*.py") if "compile_elsewhere(__name__" in path.read_text(encoding="utf-8")]
    modules = {".".join(path.relative_to(root.parent).with_suffix("").parts) for path in sources}
    assert modules == set(frozen.COMPILED_MODULES)
    commands = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **_: commands.append(command) or sys.exit())
    for module in modules:
        with pytest.raises(SystemExit):
            compile_elsewhere(module, ["relu", "squared"])
        assert started(*commands.pop()[1:]) == [(module, ["relu", "squared"])]


def test_only_modules_that_are_known_are_run(started):
    assert started("-m", "os") == []
    assert started("train", "--data", "digits") == []
    assert started("-c", "print(1)") == []


@pytest.mark.skipif(sys.platform == "win32", reason="other processes there")
def test_what_joblib_starts_is_known(monkeypatch):
    from joblib.externals.loky.backend import popen_loky_posix, resource_tracker

    commands = []
    monkeypatch.setattr(
        resource_tracker, "spawnv_passfds", lambda _, command, __: commands.append(command) or (1, None)
    )
    tracker = resource_tracker.ResourceTracker()
    tracker._launch()  # private: there is no other way to see what it would start
    os.close(tracker._fd)
    tracker._fd = tracker._pid = None  # or its end would wait for a process
    assert frozen._TRACKER.fullmatch(commands[0][-1])
    assert commands[0][-2] == "-c"
    assert popen_loky_posix.Popen.__module__ in frozen._MODULES
    assert all(importlib.util.find_spec(name) for name in frozen._MODULES)


def test_programs_of_the_system_find_its_libraries(started, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/dae-studio/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/usr/lib/mine")
    started()
    assert (os.environ["LD_LIBRARY_PATH"], "LD_LIBRARY_PATH_ORIG" in os.environ) == ("/usr/lib/mine", False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/dae-studio/_internal")
    started()
    assert "LD_LIBRARY_PATH" not in os.environ

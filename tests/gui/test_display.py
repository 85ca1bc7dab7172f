"""Where there can be no window: a sentence that says why and what to do, and never an abort in Qt."""

import ctypes
import importlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dae_gui import __main__ as program
from dae_gui.support import display
from dae_gui.support.display import missing_library, obstacle

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there Qt needs a display server")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def compositor(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a Wayland compositor that answers."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "wayland-7"))
        listening.listen()
        yield {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "wayland-7"}


@pytest.fixture(scope="module")
def x_server() -> Iterator[str]:
    """The DISPLAY of a real X server that nobody sees."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "640x480x24"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)  # noqa: S603
    os.close(writing)
    try:
        with open(reading) as stream:
            yield f":{stream.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ({"DISPLAY": "", "WAYLAND_DISPLAY": ""}, "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ({"DISPLAY": ":7654"}, "the X server of DISPLAY=:7654 does not answer"),
        ({"DISPLAY": "unix:7654.0"}, "the X server of DISPLAY=unix:7654.0 does not answer"),
        ({"DISPLAY": "127.0.0.1:59000"}, "the X server of DISPLAY=127.0.0.1:59000 does not answer"),
        ({"DISPLAY": "a desk"}, "the X server of DISPLAY=a desk does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-7654"}, "the Wayland compositor of WAYLAND_DISPLAY=wayland-7654 does not answer"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":7654"}, "does not answer. And the X server"),
        ({"QT_QPA_PLATFORM": "xcb"}, "there is no X server, for DISPLAY is not set"),
        ({"QT_QPA_PLATFORM": "wayland"}, "the Wayland compositor of WAYLAND_DISPLAY=wayland-0 does not answer"),
        ({"QT_QPA_PLATFORM": "amiga"}, "Qt knows no display of the kind “amiga” here, only"),
        ({"QT_QPA_PLATFORM": "amiga;xcb"}, "for DISPLAY is not set"),
    ],
)
def test_each_way_to_have_no_display_has_its_sentence(environment: dict[str, str], words: str) -> None:
    sentence = obstacle(environment)
    assert sentence.startswith("No window can be opened: ")
    assert words in sentence
    assert "dae-studio train" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "offscreen:configfile=/a/b", "amiga;offscreen", "vnc"])
def test_platforms_that_need_no_display_are_let_through(platform: str) -> None:
    assert obstacle({"QT_QPA_PLATFORM": platform}) == ""


def test_displays_that_answer_are_let_through(compositor: dict[str, str], x_server: str) -> None:
    assert obstacle(compositor) == ""
    assert obstacle(compositor | {"DISPLAY": ":7654"}) == ""
    assert obstacle({"DISPLAY": x_server}) == ""
    assert obstacle({"DISPLAY": x_server, "WAYLAND_DISPLAY": "wayland-7654"}) == ""
    assert obstacle({"DISPLAY": f"{x_server}.0", "QT_QPA_PLATFORM": "xcb"}) == ""


def test_other_systems_and_what_is_not_understood_are_left_to_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_reason", lambda *_: 1 / 0)
    assert obstacle({}) == ""
    monkeypatch.undo()
    monkeypatch.setattr(sys, "platform", "win32")
    assert obstacle({}) == ""


def test_a_library_that_the_plugin_lacks_is_named(x_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load = ctypes.CDLL

    def refuse(name: str) -> ctypes.CDLL:
        if name.endswith("libqxcb.so"):
            raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")
        return load(name)

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert "Qt needs libxcb-cursor.so.0, which this system lacks" in obstacle({"DISPLAY": x_server})
    assert "libxcb-cursor0)" in obstacle({"DISPLAY": x_server})


def test_the_packages_are_those_that_the_tool_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    tool = importlib.import_module("system_libraries")
    for library, package in {**tool.OFFSCREEN, **tool.XCB}.items():
        error = OSError(f"{library}: cannot open shared object file: No such file or directory")
        assert f"Qt needs {library}, which this system lacks" in missing_library(error)
        assert f"package {package})" in missing_library(error)
    assert missing_library(ImportError("cannot import name 'QtGui'")) == ""


def test_qt_that_cannot_be_imported_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Refuses:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "dae_gui.app":
                raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.delitem(sys.modules, "dae_gui.app")
    monkeypatch.delattr("dae_gui.app")
    monkeypatch.setattr(sys, "meta_path", [Refuses(), *sys.meta_path])
    assert program.main([]) == 1
    error = capsys.readouterr().err
    assert "libEGL.so.1" in error
    assert "libegl1)" in error
    assert "dae-studio train" in error


def test_the_program_ends_with_one_line_and_exit_code_1() -> None:
    left_out = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(
        [sys.executable, "-m", "dae_gui"], capture_output=True, text=True, check=False, cwd=ROOT, env=environment
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "dae-studio train" in done.stderr

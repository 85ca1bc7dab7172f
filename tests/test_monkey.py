"""What watches the monkey: faults, crashes and hangs end in another exit code than 0, and the last events are shown."""

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def monkey(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "tools"))
    return importlib.import_module("monkey")


@pytest.mark.parametrize(
    ("program", "code", "words"),
    [
        ("", 0, ""),
        ("raise SystemExit(77)", 77, "exit code 77"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGABRT)", -6, "a signal ended the window: 6"),
        ("import time; time.sleep(600)", -9, "still running after 2 seconds"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_whatever_ends_the_window_is_told_with_the_last_events(
    monkey: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str], program: str, code: int, words: str
) -> None:
    log = tmp_path / "events.log"
    log.write_text("".join(f"event {number}\n" for number in range(200)), encoding="utf-8")
    assert monkey.supervise([sys.executable, "-c", program], log, 2.0 if "sleep" in program else 120.0, {}) == code
    out = capfd.readouterr().out
    assert words in out
    assert ("event 199\n" in out) == ("event 150\n" in out) == (code != 0)
    assert "event 149\n" not in out


def test_nothing_of_the_users_is_within_its_reach(monkey: ModuleType, tmp_path: Path) -> None:
    environment = monkey.environment_in(tmp_path)
    places = [name for name in environment if name == "HOME" or (name.startswith("XDG_") and name.endswith("_HOME"))]
    assert {"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"} <= set(places)
    for name in (*places, "TMPDIR", "DAE_STUDIO_DATA"):
        assert Path(environment[name]).is_relative_to(tmp_path), name
    assert environment["PATH"] == os.environ["PATH"]

"""Ctrl+C at any moment of any command: a sentence that is true of the disk, exit code 130, and no half file."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dae_core.__main__ import main
from dae_core.datasets.fetching.catalogue import CATALOGUE
from dae_core.sessions.model_file import load_model
from dae_core.sessions.session_file import load_session
from helpers.all_commands import COMMANDS, prepare
from helpers.catalogue import entry_for, four_files
from helpers.server import serving

pytestmark = pytest.mark.usefixtures("few_tuning_images")
ROOT = Path(__file__).parents[2]
MOMENTS = {"compare": 2, "probe": 2, "sample": 2, "report": 4}  # else 7: these take long, and write one file or none
CORE = str(ROOT / "dae_core")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    prepare(folder)
    return folder


class Interrupter:
    """Counts the calls that the core makes and that are made in it, and interrupts one of them as Ctrl+C does."""

    def __init__(self, at: int | None = None) -> None:
        self.count = 0
        self._at = at

    def __enter__(self) -> "Interrupter":
        sys.setprofile(self._on_event)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _on_event(self, frame, event, _argument) -> None:
        file = frame.f_code.co_filename
        # What a lock leaves when its release is interrupted is taken over by the next; it is not sought here.
        if not file.startswith(CORE) or file.endswith(("terminal.py", "__main__.py", "locks.py")) or event == "return":
            return
        # An exception in a generator that is being deleted is ignored by Python.
        if frame.f_code.co_name in ("__del__", "<genexpr>", "carry_out") or event == "c_return":
            return
        self.count += 1
        if self.count == self._at:
            sys.setprofile(None)
            raise KeyboardInterrupt


def files(folder: Path) -> dict[Path, tuple[int, int]]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def read(path: Path) -> None:
    """Fail where a file is not whole."""
    if path.suffix == ".dae":
        load_session(path)
    elif path.suffix in ("", ".safetensors"):
        load_model(path)
    elif path.suffix == ".npz":
        with np.load(path) as archive:
            assert [archive[name].size for name in archive]
    elif path.suffix == ".jsonl":
        assert [json.loads(line) for line in path.read_text().splitlines()]
    elif path.suffix == ".html":
        assert path.read_text().rstrip().endswith("</html>")
    elif path.suffix == ".gif":
        assert path.read_bytes()[-1:] == b";"
    else:
        assert path.stat().st_size


# Between its opening and its `with`, a file is closed by the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", [name for name in COMMANDS if not name.endswith(" list")])
def test_an_interruption_at_any_moment_is_told_truly(made, tmp_path, capsys, name):
    for whole in ("first", "second"):  # the first makes more calls, to fill caches
        (tmp_path / whole).mkdir()
        with Interrupter() as counter:
            assert main(COMMANDS[name](made, tmp_path / whole)) == 0
    capsys.readouterr()
    moments = MOMENTS.get(name, 7)
    for moment in range(moments):
        folder = tmp_path / str(moment)
        folder.mkdir()
        # The last moments matter most: files are written then.
        at = 1 + int(0.99 * counter.count * (1 - (1 - moment / (moments - 1)) ** 3))
        with Interrupter(at):
            code = main(COMMANDS[name](made, folder))
        output, error = capsys.readouterr()
        written = files(folder)
        assert (code, error.count("\n"), error[:11]) == (130, 1, "Interrupted"), (at, output, error)
        assert [path for path in written if path.name[0] == "."] == []
        for path in written:
            read(path)
        if "Nothing was written" in error:
            assert written == {}
        elif "whole: " in error:
            named = error.split("whole: ")[1]
            assert f"{len(written)} files" in named or all(str(path) in named for path in written)


def test_the_last_moment_of_a_run_with_a_session_says_that_it_is_saved(made, tmp_path, capsys, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dae_core.commands.running.held_out_figures", interrupt)
    assert main(COMMANDS["train"](made, tmp_path)) == 130
    error = capsys.readouterr().err
    assert error == f"Interrupted. Written before that, and whole: {tmp_path / 'm'} and {tmp_path / 's.dae'}.\n"
    assert load_session(tmp_path / "s.dae").run.checkpoint.iteration == 60


def test_an_older_file_stays_and_is_not_said_to_be_written(made, tmp_path, capsys, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    older = tmp_path / "s.dae"
    older.write_bytes((made / "run.dae").read_bytes())
    monkeypatch.setattr("dae_core.files.os.replace", interrupt)
    assert main(COMMANDS["resume"](made, tmp_path)) == 130
    assert capsys.readouterr().err == "Interrupted. Nothing was written.\n"
    assert older.read_bytes() == (made / "run.dae").read_bytes()
    assert list(tmp_path.iterdir()) == [older]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("is_after", [False, True])
def test_a_download_is_interrupted_between_two_files(tmp_path, monkeypatch, capsys, place, is_after):
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path))
    download = sys.modules["dae_core.datasets.fetching.download"]  # the package has a function of this name
    put, calls = download._put, []  # private: the moment when a file that came gets its name

    def interrupt(path: Path, folder: Path) -> None:
        calls.append(path)
        is_it = len(calls) == place + 1
        if not is_it or is_after:
            put(path, folder)
        if is_it:
            raise KeyboardInterrupt

    monkeypatch.setattr(download, "_put", interrupt)
    with serving(four_files()) as server:
        monkeypatch.setitem(CATALOGUE, "mnist", entry_for(four_files(), server.url()))
        assert main(["data", "get", "mnist"]) == 130
    error = capsys.readouterr().err
    there = sorted(path.name for path in (tmp_path / "mnist").iterdir())
    assert len(there) == place + is_after
    assert ("Nothing was written" in error) == (there == [])
    assert all(name in error for name in there)
    assert all((tmp_path / "mnist" / name).read_bytes() == four_files()[name] for name in there)


def test_what_was_deleted_before_an_interruption_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DAE_STUDIO_DATA", str(tmp_path))
    with serving(four_files()) as server:
        monkeypatch.setitem(CATALOGUE, "mnist", entry_for(four_files(), server.url()))
        assert main(["data", "get", "mnist"]) == 0
    unlink, left = Path.unlink, [2]

    def interrupt(self: Path, **options: bool) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        unlink(self, **options)

    monkeypatch.setattr(Path, "unlink", interrupt)
    capsys.readouterr()
    assert main(["data", "remove", "mnist"]) == 130
    error = capsys.readouterr().err
    assert error.startswith("Interrupted. Deleted before that: ")
    assert error.count(".gz") == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("jobs", [0, 2])
def test_a_real_ctrl_c(made, tmp_path, jobs):
    """While it trains, and in a sweep in all of its processes, as a terminal does it."""
    run = ["--iterations", "10000000", *COMMANDS["evaluate"](made, tmp_path)[2:]]
    if jobs:
        command = ["sweep", "--set", "hidden=3,301", "--jobs", str(jobs), "--out", str(tmp_path / "sweep"), *run]
    else:
        command = ["train", "--session", str(tmp_path / "s.dae"), *run]
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", BEGUN, *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        assert process.stdout.readline() == "begun\n"
        os.killpg(process.pid, signal.SIGINT)
        output, error = process.communicate(timeout=200)
    finally:
        process.kill()
    assert (process.returncode, output, error.count("\n")) == (130, "", 1), error
    assert error.startswith("Interrupted")
    assert [read(path) for path in files(tmp_path)] == ([] if jobs else [None])
    assert ("s.dae" in error) == (not jobs)


# The program, which says when it trains: its own process, or the one that waits for those of a sweep.
# A shell starts what it runs in the background with SIGINT ignored, which all processes of the tests inherit then.
BEGUN = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from dae_core.__main__ import main
from dae_core.commands import running, sweep
def telling(function):
    said = []
    def told(*arguments):
        said or print("begun", flush=True)
        said.append(1)
        return function(*arguments)
    return told
running.Trainer.advance = telling(running.Trainer.advance) if sys.argv[1] == "train" else running.Trainer.advance
sweep.run_sweep = telling(sweep.run_sweep)
sys.exit(main(sys.argv[1:]))
"""

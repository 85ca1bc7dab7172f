"""Commands whose output goes to other encodings, to readers that leave, to full disks and to closed streams."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dae_core.__main__ import main
from dae_core.commands.progress_bar import ProgressBar
from dae_core.commands.terminal import shown
from dae_core.sessions.model_file import load_model
from helpers.all_commands import COMMANDS, SHORT, prepare

pytestmark = pytest.mark.usefixtures("few_tuning_images")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    prepare(folder)
    return folder


def encoded(encoding: str, raw: io.RawIOBase | None = None) -> io.TextIOWrapper:
    """Return a stream as Python makes it for an output that is redirected."""
    return io.TextIOWrapper(io.BufferedWriter(raw) if raw else io.BytesIO(), encoding=encoding, errors="strict")


POOREST_AND_RICHEST = [(name, encoding) for name in COMMANDS for encoding in ("ascii", "utf-8")]
OTHERS = [
    (name, encoding) for name in ("evaluate", "data list") for encoding in ("cp437", "cp1252", "utf-16", "koi8-r")
]


@pytest.mark.parametrize(("name", "encoding"), [*POOREST_AND_RICHEST, *OTHERS])
def test_every_command_ends_well_in_every_encoding(made, tmp_path, monkeypatch, name, encoding):
    streams = [encoded(encoding), encoded(encoding)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    code = main(COMMANDS[name](made, tmp_path))
    output, error = (stream.detach().getvalue().decode(encoding) for stream in streams)
    assert (code, error) == (0, "")
    if name == "train":
        assert ("数字" if encoding == "utf-8" else r"\u6570\u5b57") in output


class Refusing(io.RawIOBase):
    """A file that takes nothing."""

    def __init__(self, number: int) -> None:
        self._number = number

    def writable(self) -> bool:
        return True

    def write(self, _: object) -> int:
        raise OSError(self._number, os.strerror(self._number))


@pytest.mark.parametrize(
    ("number", "expected", "said"), [(errno.EPIPE, 141, ""), (errno.ENOSPC, 1, os.strerror(errno.ENOSPC))]
)
@pytest.mark.parametrize("name", [*COMMANDS, "--help"])
def test_every_command_survives_an_output_that_is_lost(
    made, tmp_path, monkeypatch, capsys, name, number, expected, said
):
    raw = Refusing(number)
    stream = encoded("utf-8", raw)
    monkeypatch.setattr(sys, "stdout", stream)
    code = main(COMMANDS[name](made, tmp_path) if name in COMMANDS else [name])
    assert code == expected
    error = capsys.readouterr().err
    assert (said in error and error.count("\n") == 1) if said else error == ""
    raw._number = 0  # what is buffered goes nowhere when the stream is deleted
    monkeypatch.setattr(raw, "write", len)


def test_what_was_computed_is_kept_when_nobody_reads_the_figures(tmp_path, monkeypatch):
    raw = Refusing(errno.EPIPE)
    monkeypatch.setattr(sys, "stdout", encoded("utf-8", raw))
    assert main(["train", *SHORT, "--out", str(tmp_path / "model.safetensors")]) == 141
    assert load_model(tmp_path / "model.safetensors").iteration == 60
    monkeypatch.setattr(raw, "write", len)


@pytest.mark.parametrize("name", ["check-gradient", "film"])
def test_notes_that_cannot_be_written_are_no_reason_to_fail(made, tmp_path, monkeypatch, name):
    raw = Refusing(errno.ENOSPC)
    monkeypatch.setattr(sys, "stderr", encoded("utf-8", raw))
    assert main([*COMMANDS[name](made, tmp_path)]) == 0
    assert main(["evaluate", "/there/is/none"]) == 1
    monkeypatch.setattr(raw, "write", len)


def test_closed_streams_are_no_reason_to_fail(made, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)  # as Python has it where a stream was closed
    monkeypatch.setattr(sys, "stderr", None)
    for name in ("train", "data list", "compare"):
        assert main(COMMANDS[name](made, tmp_path)) == 0


def run(*arguments: str, **streams: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment, **streams}
    command = [sys.executable, "-m", "dae_core", *arguments]
    return subprocess.run(command, text=True, check=False, **how)  # noqa: S603


@pytest.mark.parametrize("arguments", [["data", "list"], ["--help"]])
def test_a_real_pipe_that_nobody_reads(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as stream:
        done = run(*arguments, stdout=stream)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_real_full_disk():
    with open("/dev/full", "w") as full:
        done = run("data", "list", stdout=full)
        assert (done.returncode, done.stderr) == (1, "The output could not be written: No space left on device.\n")
        assert run("evaluate", "/there/is/none", stderr=full).returncode == 1


@pytest.mark.parametrize(("encoding", "bar"), [("utf-8", "███"), ("cp437", "███"), ("cp1252", "###"), ("ascii", "###")])
def test_the_progress_bar_is_drawn_with_what_the_encoding_has(monkeypatch, encoding, bar):
    clock = iter(range(100))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    stream = encoded(encoding)
    monkeypatch.setattr(stream, "isatty", lambda: True)
    with ProgressBar(10, stream) as progress:
        progress.show(1, "a name\n\x1b[31m")
    text = stream.detach().getvalue().decode(encoding)
    assert f"\r\033[K{bar}" in text
    assert len(text.split("\033[K")[1].split(" 10%")[0]) == 31
    assert r"a name\n\x1b[31m" in text


def test_text_of_others_is_one_line_and_moves_no_cursor():
    assert shown("a\x1b[2Jb\nc\u202ed\udcff") == r"a\x1b[2Jb\nc\u202ed\udcff"
    assert shown("Größe 数字 σ² ≤ 3") == "Größe 数字 σ² ≤ 3"

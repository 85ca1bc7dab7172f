"""A session's file that two programs write: the second is refused at once, and nobody's work is written over."""

import os
import subprocess
import sys
import time

import pytest

from dae_core.commands import running
from dae_core.files import FileStamp, free_path
from dae_core.locks import FileLock
from dae_core.sessions.session_file import load_session, save_session
from dae_core.training.trainer import Trainer
from helpers.commands import RUN, last_line


@pytest.mark.parametrize(
    ("command", "target"),
    [
        (["resume", "SESSION", "--iterations", "50"], "SESSION"),
        (["resume", "SESSION", "--iterations", "50", "--out", "OTHER"], "OTHER"),
        (["train", *RUN, "--iterations", "50", "--session", "OTHER"], "OTHER"),
    ],
)
def test_a_second_command_on_a_session_is_refused_before_it_computes(
    call, session, tmp_path, monkeypatch, command, target
):
    names = {"SESSION": str(session), "OTHER": str(tmp_path / "other.dae")}
    command = [names.get(word, word) for word in command]
    monkeypatch.setattr(Trainer, "advance", lambda *_: pytest.fail("it is refused first"))
    before = session.read_bytes()
    with FileLock(names[target]) as other:
        assert other.take("dae_core resume")
        code, _, error = call(*command, needs_data=command[0] == "train")
    assert code == 1
    assert f"{names[target]} is being written by dae_core resume, process {os.getpid()} on" in error
    assert "wait until that is done, or name another with --" in error
    assert session.read_bytes() == before
    assert not (tmp_path / "other.dae").exists()


def test_of_two_processes_that_resume_one_session_one_is_refused_and_none_is_lost(session, tmp_path):
    """Whichever comes first; the lock is gone afterwards, also with one that is killed."""
    command = [sys.executable, "-m", "dae_core", "resume", str(session), "--iterations"]
    start = load_session(session).run.checkpoint.iteration
    first = subprocess.Popen([*command, "100000000"], stderr=subprocess.PIPE, text=True)  # noqa: S603
    lock = FileLock(session)
    while not lock.path.exists() or not lock.path.read_bytes():
        assert first.poll() is None
        time.sleep(0.01)
    second = subprocess.run([*command, "50"], capture_output=True, text=True, check=False)  # noqa: S603
    assert second.returncode == 1
    assert f"process {first.pid} on" in second.stderr
    first.kill()
    first.communicate()
    assert lock.path.exists()
    third = subprocess.run([*command, "50"], capture_output=True, text=True, check=False)  # noqa: S603
    assert third.returncode == 0, third.stderr
    assert load_session(session).run.checkpoint.iteration >= start + 50
    assert not lock.path.exists()


def test_what_another_program_wrote_meanwhile_stays_and_the_run_gets_a_file_of_its_own(
    call, session, tmp_path, monkeypatch
):
    """A window saves into the file that ``resume`` works on."""
    before = load_session(session)
    advance, written = Trainer.advance, []

    def save_elsewhere(self, iterations):
        if not written:
            label = before.run.label.with_texts("Of the window", "")
            save_session(session, type(before)(type(before.run)(**{**vars(before.run), "label": label})))
            written.append(session.read_bytes())
        return advance(self, iterations)

    monkeypatch.setattr(Trainer, "advance", save_elsewhere)
    monkeypatch.setattr(running, "SAVE_EVERY", -1.0)  # at every chunk
    code, output, error = call("resume", session, "--iterations", 900, "--json", needs_data=False)
    other = session.with_name(f"{session.stem}-2.dae")
    assert code == 0
    assert error.count("was changed by another program meanwhile") == 1
    assert f"this run is in {other} instead" in error
    assert session.read_bytes() == written[0]
    assert last_line(output)["session"] == str(other)
    assert load_session(other).run.checkpoint.iteration == before.run.checkpoint.iteration + 900


def test_a_file_that_is_gone_meanwhile_is_written_anew(call, session, monkeypatch):
    advance = Trainer.advance
    monkeypatch.setattr(Trainer, "advance", lambda self, n: (session.unlink(missing_ok=True), advance(self, n))[1])
    code, _, error = call("resume", session, "--iterations", 50, needs_data=False)
    assert (code, error) == (0, "")
    assert session.exists()


def test_training_anew_into_a_file_replaces_it(call, session):
    assert call("train", *RUN, "--iterations", 70, "--session", session)[0] == 0
    assert load_session(session).run.checkpoint.iteration == 70
    assert sorted(path.suffix for path in session.parent.iterdir() if path.name[0] == ".") == []


@pytest.mark.parametrize("text", [b"y" * 100, b"x" * 101, b"x" * 99 + b"y", b""])
def test_a_stamp_tells_whether_a_file_holds_something_else(tmp_path, text):
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100)
    stamp = FileStamp.of(path)
    os.utime(path, ns=(1, 1))  # as after it was copied back
    assert FileStamp.of(path) == stamp == FileStamp.from_json(vars(stamp))
    path.write_bytes(text)
    assert FileStamp.of(path) != stamp


def test_what_is_no_stamp_is_none(tmp_path):
    assert FileStamp.of(tmp_path / "none") is None
    assert FileStamp.of(tmp_path) is None
    for values in ({"size": 1}, {"size": "1", "beginning": 2}, [1], None):
        assert FileStamp.from_json(values) is None


def test_any_change_of_a_session_changes_its_stamp(session):
    """The header, which its file begins with, holds the checksum of the weights at the end."""
    before, stamp = load_session(session), FileStamp.of(session)
    save_session(session, before)
    assert FileStamp.of(session) == stamp
    before.run.model.C.setflags(write=True)
    before.run.model.C[-1] += 1
    save_session(session, before)
    assert FileStamp.of(session) != stamp


def test_a_free_path_is_found_beside(tmp_path):
    path = tmp_path / "run.1.dae"
    assert free_path(path) == path
    path.touch()
    (tmp_path / "run.1-2.dae").symlink_to("nowhere")
    assert free_path(path) == tmp_path / "run.1-3.dae"

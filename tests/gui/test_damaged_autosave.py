"""What a window left is offered whatever became of the note, the lock and the runs beside it; nothing whole is lost."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dae_core.sessions.container import SessionError
from dae_core.sessions.run import Label, Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session, save_session
from dae_gui.sessions.autosave_files import load_recoverable
from dae_gui.sessions.autosave_folder import AutosaveFolder
from dae_gui.sessions.open_flow import Answer
from helpers.failing_disk import FailingDisk, fill, small_disk
from helpers.processes import kill, running
from helpers.run_steps import RunSteps
from helpers.session_parts import SessionParts


@pytest.fixture
def steps() -> Iterator[RunSteps]:
    steps = RunSteps()
    steps.begin()
    yield steps
    steps.close()


@pytest.fixture
def runs(steps: RunSteps) -> tuple[Run, Run]:
    """Two runs, at 30 and 40 iterations."""
    return replace(steps.train(30), label=Label.new("Run 0")), steps.train(10)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[AutosaveFolder]:
    folder = AutosaveFolder(tmp_path)
    yield folder
    folder.close(keep=False)


def leave(root: Path, *runs: Run) -> Path:
    """Write runs as a window that is gone by now."""
    lost = AutosaveFolder(root)
    lost.prepare()
    lost.write(runs, "")
    lost.close(keep=True)
    return lost.path


def iterations(session: Session) -> list[int]:
    return sorted(run.checkpoint.iteration for run in session.runs)


# The note

GOOD = {"present": "a", "kept": [], "name": "Run 1", "iteration": 1, "time": 1.0, "path": "", "stamp": None}
NOTES = {
    "empty": b"",
    "cut": b'{"present": "a", "kept": [',
    "zeros": bytes(500),
    "of another kind": b"[]",
    "a number": b"7",
    "null": b"null",
    "without anything": b"{}",
    "infinite": json.dumps(GOOD).replace("1.0", "1e999").encode(),
    "of an infinite iteration": json.dumps(GOOD).replace('"iteration": 1', '"iteration": 1e999').encode(),
    "not a number": json.dumps(GOOD).replace("1.0", "NaN").encode(),
    "before its time": json.dumps(GOOD).replace("1.0", "-1").encode(),
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "huge": b'{"present": "' + b"x" * 5_000_000 + b'"}',
    "of many digits": json.dumps(GOOD).replace('"iteration": 1', '"iteration": ' + "9" * 5_000).encode(),
    "of another place": json.dumps({**GOOD, "present": "../../x"}).encode(),
    "of kept runs that are none": json.dumps({**GOOD, "kept": 5}).encode(),
    "of a text with bytes that are none": b'{"present": "\xff\xfe"}',
}


@pytest.mark.parametrize("note", [*NOTES.values(), None], ids=[*NOTES, "missing"])
def test_runs_beside_a_damaged_note_are_offered_and_opened(
    runs: tuple[Run, Run], folder: AutosaveFolder, tmp_path: Path, note: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    left = leave(tmp_path, *runs)
    if note is None:
        (left / "note.json").unlink()
    else:
        (left / "note.json").write_bytes(note)
    (found,) = folder.find()
    assert found.text() == "2 runs were left unsaved a moment ago; the note on what they are is damaged."
    assert "damaged or missing" in caplog.text
    session = load_recoverable(found.folder)
    assert iterations(session) == [30, 40]
    assert session.run.label == runs[1].label  # the one that was written last
    folder.delete(found)
    assert not left.exists()


def test_a_note_that_is_a_folder_hides_nothing(runs: tuple[Run, Run], folder: AutosaveFolder, tmp_path: Path) -> None:
    left = leave(tmp_path, *runs)
    (left / "note.json").unlink()
    (left / "note.json").mkdir()
    assert len(folder.find()) == 1


def test_a_run_that_is_newer_than_the_note_is_opened_too(
    runs: tuple[Run, Run], folder: AutosaveFolder, tmp_path: Path
) -> None:
    """The window was killed, or the disk was full, between the run's file and the note that names it."""
    left = leave(tmp_path, runs[0])
    later = left / f"{runs[1].label.key}.dae"
    save_session(later, Session(runs[1]))
    written = (left / "note.json").stat().st_mtime_ns
    os.utime(later, ns=(written + 1, written + 1))
    (found,) = folder.find()
    assert found.runs == 2
    assert iterations(load_recoverable(left)) == [30, 40]
    os.utime(later, ns=(written - 1, written - 1))  # a run that was deleted, and its file not yet
    assert iterations(load_recoverable(left)) == [30]


# The lock

LOCKS = {"empty": b"", "cut": b"12", "zeros": bytes(40), "not a number": b"x\ny\nz\n", "no text": b"\xff\xfe\n"}


@pytest.mark.parametrize("content", LOCKS.values(), ids=LOCKS)
def test_runs_beside_a_damaged_lock_are_offered(
    runs: tuple[Run, Run], folder: AutosaveFolder, tmp_path: Path, content: bytes
) -> None:
    left = leave(tmp_path, *runs)
    (left / "lock").write_bytes(content)
    assert len(folder.find()) == 1
    assert AutosaveFolder(tmp_path).find() == []  # it is this window's to offer now


def test_a_process_that_got_the_number_of_one_that_is_gone_hides_nothing(
    runs: tuple[Run, Run], folder: AutosaveFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    left = leave(tmp_path, *runs)
    lock = left / "lock"
    with running("print('here', flush=True); import time; time.sleep(600)") as process:
        folder.prepare()
        lock.write_text((folder.path / "lock").read_text().replace(str(os.getpid()), str(process.pid)))
        assert len(folder.find()) == 1
        assert "of a process that is gone" in caplog.text
        kill(process)


def test_the_lock_of_another_machine_is_left_to_it(
    runs: tuple[Run, Run], folder: AutosaveFolder, tmp_path: Path
) -> None:
    left = leave(tmp_path, *runs)
    (left / "lock").write_text("7\npython\nanother-machine\n\n\n")
    assert folder.find() == []
    assert (left / "note.json").exists()


# The runs


def test_sound_runs_beside_a_damaged_one_are_opened_and_that_is_told(
    qtbot: QtBot, runs: tuple[Run, Run], tmp_path: Path
) -> None:
    parts = SessionParts(qtbot, tmp_path)
    parts.use_small_data()
    for damaged, sound in ((1, 0), (0, 1)):
        left = leave(parts.folder.path.parent, *runs)
        file = left / f"{runs[damaged].label.key}.dae"
        file.write_bytes(file.read_bytes()[:-5])
        (found,) = parts.folder.find()
        parts.answer = Answer.DISCARD
        with qtbot.waitSignal(parts.flow.sessionOpened) as opened:
            parts.flow.recover(found)
        parts.ask_for_run()
        assert [run.checkpoint.iteration for run in parts.runs.runs] == [runs[sound].checkpoint.iteration]
        warning = opened.args[0].warning()
        assert warning == f"1 of 2 runs could not be read and is missing here. Its file stays in {left}."
        qtbot.waitUntil(lambda left=left: not (left / "note.json").exists())  # the sound one is this window's now
        assert list(left.glob("*.dae")) == [file]
        file.unlink()
    parts.close()


def test_whatever_is_damaged_all_that_is_whole_is_opened_and_nothing_of_it_deleted(
    steps: RunSteps, tmp_path: Path
) -> None:
    runs = [replace(steps.train(5), label=Label.new(f"Run {n}")) for n in range(4)]
    random = np.random.default_rng(11)
    damages = (
        lambda _: b"",
        lambda data: data[: random.integers(len(data))],
        lambda data: bytes(len(data)),
        lambda data: data[:100] + random.bytes(20) + data[120:],
        None,
    )
    for number in range(30):
        left = leave(tmp_path / str(number), *runs)
        whole = set()
        for file in sorted(left.iterdir()):
            if random.random() < 0.4:
                damage = damages[random.integers(len(damages))]
                if damage is None:
                    file.unlink()
                else:
                    file.write_bytes(damage(file.read_bytes()))
            elif file.suffix == ".dae":
                whole.add(file.stem)
        window = AutosaveFolder(tmp_path / str(number))
        found = window.find()
        assert {file.stem for file in left.glob("*.dae")} >= whole
        assert len(found) == any(left.glob("*.dae"))
        if whole:
            unread: list[Path] = []
            session = load_recoverable(found[0].folder, unread)
            assert {run.label.key for run in session.runs} == whole
            assert not whole & {file.stem for file in unread}
        window.close(keep=False)


def test_where_no_run_can_be_read_that_is_told_and_all_of_it_stays(
    qtbot: QtBot, runs: tuple[Run, Run], tmp_path: Path
) -> None:
    parts = SessionParts(qtbot, tmp_path)
    parts.use_small_data()
    left = leave(parts.folder.path.parent, *runs)
    for file in left.glob("*.dae"):
        file.write_bytes(b"")
    (found,) = parts.folder.find()
    with qtbot.waitSignal(parts.flow.failed) as failed:
        parts.flow.recover(found)
    assert "is damaged or no session" in failed.args[0]
    parts.close()
    assert len(list(left.iterdir())) == 3
    with pytest.raises(SessionError, match="is not there any more"):
        load_recoverable(tmp_path)


# Disks that are full


def fails(window: AutosaveFolder, *runs: Run) -> bool:
    """Return whether writing says that it did not work."""
    try:
        window.write(runs, "")
    except (OSError, SessionError) as error:
        return "No space left" in str(error)
    return False


@pytest.mark.parametrize("lasting", [False, True])
def test_whichever_step_of_autosaving_fails_nothing_is_lost_and_it_is_told(
    runs: tuple[Run, Run], tmp_path: Path, lasting: bool
) -> None:
    """From what was there before, or from nothing, or from what is in a file of the user's."""
    before, after = runs
    for number in range(200):
        root = tmp_path / str(number)
        window = AutosaveFolder(root)
        window.prepare()
        window.write((before,), "")
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(patch, number, lasting=lasting)
            is_told = fails(window, before, after)
        window.close(keep=True)
        next_window = AutosaveFolder(root)
        (found,) = next_window.find()
        assert set(iterations(load_recoverable(found.folder))) >= ({30} if is_told else {30, 40})
        next_window.close(keep=True)
        if disk.count <= number:
            break
    assert number > 8
    assert not is_told


def test_whichever_step_of_autosaving_fails_after_all_was_saved_what_is_new_is_offered_or_told(
    runs: tuple[Run, Run], tmp_path: Path
) -> None:
    before, after = runs
    for number in range(200):
        root = tmp_path / str(number)
        window = AutosaveFolder(root)
        window.prepare()
        window.write((before,), "")
        window.clear()  # it is in a file of the user's
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(patch, number)
            is_told = fails(window, before, after)
        is_written = (window.path / f"{after.label.key}.dae").exists()
        window.close(keep=True)
        next_window = AutosaveFolder(root)
        found = next_window.find()
        assert is_told or len(found) == 1
        if is_written:
            assert 40 in iterations(load_recoverable(found[0].folder))
        next_window.close(keep=True)
        if disk.count <= number:
            break
    assert number > 8


def test_on_a_full_disk_what_was_saved_can_be_marked_as_such(runs: tuple[Run, Run], tmp_path: Path) -> None:
    window = AutosaveFolder(tmp_path)
    window.prepare()
    window.write(runs, "")
    window.clear()
    window.clear()
    window.close(keep=True)
    assert AutosaveFolder(tmp_path).find() == []
    assert not window.path.exists()


@pytest.mark.parametrize("lasting", [False, True])
def test_whichever_step_of_saving_fails_the_older_file_stays_and_it_is_told(
    runs: tuple[Run, Run], tmp_path: Path, lasting: bool
) -> None:
    path = tmp_path / "s.dae"
    save_session(path, Session(runs[0]))
    old = path.read_bytes()
    for number in range(200):
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(patch, number, lasting=lasting)
            reason = ""
            try:
                save_session(path, Session(runs[1], (runs[0],)))
            except SessionError as error:
                reason = str(error)
        if disk.count <= number:
            break
        assert reason == f"{path} could not be written: No space left on device."
        assert path.read_bytes() == old
        if not lasting:  # else what was begun could not be deleted
            assert os.listdir(tmp_path) == ["s.dae"]
    assert number > 4
    assert reason == ""
    assert iterations(load_session(path)) == [30, 40]
    assert os.listdir(tmp_path) == ["s.dae"]


def test_on_a_disk_that_is_really_full_the_older_state_stays_and_is_offered(
    runs: tuple[Run, Run], tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", 400) as disk:
        window = AutosaveFolder(disk / "recovery")
        window.prepare()
        window.write((runs[0],), "")
        fill(disk)
        with pytest.raises((OSError, SessionError), match="No space left"):
            window.write(runs, "")
        window.close(keep=True)
        next_window = AutosaveFolder(disk / "recovery")
        (found,) = next_window.find()  # though there is no room for a lock
        assert iterations(load_recoverable(found.folder)) == [30]
        assert AutosaveFolder(disk / "recovery").path != found.folder
        (disk / "filler").unlink()
        next_window.delete(found)
        assert list((disk / "recovery").iterdir()) == []
        next_window.close(keep=False)

"""The results of sweeps that were ended early: by full disks, power cuts and Ctrl+C; and whose they are."""

import errno
import json
import os
import tempfile

import pytest

from dae_core.commands import sweep
from dae_core.locks import FileLock
from dae_core.sessions.session_file import load_session
from dae_core.sweeps.sweep import run_sweep
from helpers.commands import RUN, last_line
from helpers.failing_disk import FailingDisk, fill, small_disk

PLAN = [*RUN, "--iterations", 60, "--set", "seed=1,2,3"]


@pytest.fixture
def whole(call, tmp_path):
    """The folder of a finished sweep."""
    folder = tmp_path / "whole"
    assert call("sweep", *PLAN, "--out", folder)[0] == 0
    return folder


def without_times(report):
    return {key: value for key, value in report.items() if key not in ("seconds",)}


@pytest.mark.parametrize("text", [b"", b'{"run": 1, "set": {"se', b"\x00" * 300, b"[" * 100_000])
def test_a_file_of_results_without_a_whole_line_is_begun_anew(call, tmp_path, text):
    (tmp_path / "results.jsonl").write_bytes(text)
    code, _, error = call("sweep", *PLAN, "--out", tmp_path)
    assert code == 0
    assert ("half a line, which is dropped" in error) is bool(text)
    lines = (tmp_path / "results.jsonl").read_text().splitlines()
    assert [json.loads(line)["run"] for line in lines] == [1, 2, 3]


@pytest.mark.parametrize(("cut", "jobs"), [(0, 1), (7, 2), (-1, 1)])
def test_a_sweep_that_was_ended_early_goes_on_with_the_runs_that_are_left(call, whole, tmp_path, cut, jobs):
    path = whole / "results.jsonl"
    first, second, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + second[:cut])
    (whole / "sweep.dae").unlink()
    kept = os.stat(whole / "run-001.dae").st_mtime_ns
    code, output, error = call("sweep", *PLAN, "--out", whole, "--jobs", jobs, "--json")
    assert code == 0
    assert f"1 of 3 runs are in {path} already; the others are trained now." in error
    assert ("half a line" in error) is (cut != 0)
    again = sorted(map(json.loads, path.read_text().splitlines()), key=lambda report: report["run"])
    assert [without_times(report) for report in again] == [without_times(json.loads(t)) for t in (first, second, third)]
    assert last_line(output)["runs"] == again
    assert os.stat(whole / "run-001.dae").st_mtime_ns == kept
    session = load_session(whole / "sweep.dae")
    assert [run.label.name for run in session.runs] == ["seed 1", "seed 2", "seed 3"]


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines,  # it is finished
        lambda lines: [lines[0], "half", lines[2]],  # nothing whole is dropped
        lambda _: ['{"run": 1}', '{"ru'],
        lambda _: ['{"run": true, "config": {}}'],
        lambda lines: ['{"run": 4}', *lines[:1]],
        lambda lines: [lines[0].replace('"seed": 1', '"seed": 8')],
        lambda lines: [lines[0].replace('"dataset": "', '"dataset": "other ')],
    ],
)
def test_the_results_of_another_sweep_are_not_overwritten(call, whole, change):
    path = whole / "results.jsonl"
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")
    before = {file.name: file.read_bytes() for file in whole.iterdir()}
    code, _, error = call("sweep", *PLAN, "--out", whole)
    assert code == 1
    assert "results.jsonl is there already: name another folder" in error
    assert {file.name: file.read_bytes() for file in whole.iterdir()} == before


def test_a_sweep_on_other_images_of_the_same_name_is_another_one(call, whole, monkeypatch, tmp_path):
    path = whole / "results.jsonl"
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    session = load_session(whole / "run-002.dae").run.data
    monkeypatch.setattr(
        sweep.DataReference, "of", lambda *_: type(session)(**{**vars(session), "fingerprint": "0" * 64})
    )
    code, _, error = call("sweep", *PLAN, "--out", whole)
    assert (code, "is there already" in error) == (1, True)


def test_two_sweeps_do_not_write_into_one_folder(call, tmp_path):
    with FileLock(tmp_path / "results.jsonl") as other:
        assert other.take("dae_core sweep")
        code, _, error = call("sweep", *PLAN, "--out", tmp_path)
        assert code == 1
        assert f"is being written by dae_core sweep, process {os.getpid()} on" in error
        assert "name another folder" in error


def test_an_interrupted_sweep_goes_on(call, tmp_path, monkeypatch):
    def interrupted(*arguments):
        runs = run_sweep(*arguments)
        yield next(runs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sweep, "run_sweep", interrupted)
        assert "after 1 of 3" in call("sweep", *PLAN, "--out", tmp_path)[2]
        assert "after 2 of 3" in call("sweep", *PLAN, "--out", tmp_path)[2]
    assert call("sweep", *PLAN, "--out", tmp_path)[0] == 0
    assert len(load_session(tmp_path / "sweep.dae").runs) == 3


# Full disks


def test_whichever_step_fails_a_sweep_ends_in_a_sentence_and_goes_on_later(call, tmp_path):
    arguments = [*RUN, "--iterations", 20, "--set", "seed=1,2"]
    for number in range(200):
        folder = tmp_path / str(number)
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(patch, number, lasting=True)
            code, _, error = call("sweep", *arguments, "--out", folder)
        if code == 1:
            assert "No space left on device" in error
            assert "Traceback" not in error
        else:
            assert code == 0
        if disk.count <= number:
            break
        if number % 4:  # each takes a moment
            continue
        code, _, error = call("sweep", *arguments, "--out", folder)
        assert code == 0 or "is there already" in error, error
        assert len((folder / "results.jsonl").read_text().splitlines()) == 2
        assert len(load_session(folder / "sweep.dae").runs) == 2 or "is there already" in error
    assert number > 15


def test_on_a_disk_that_is_really_full_a_sweep_ends_in_a_sentence_and_goes_on_later(call, tmp_path):
    with small_disk(tmp_path / "disk", 400) as disk:
        fill(disk, leaving=40_000)
        code, _, error = call("sweep", *PLAN, "--out", disk / "s")
        assert code == 1
        assert "could not be written: No space left on device" in error
        (disk / "filler").unlink()
        assert call("sweep", *PLAN, "--out", disk / "s")[0] == 0
        assert len((disk / "s" / "results.jsonl").read_text().splitlines()) == 3


def test_no_room_for_temporary_files_is_told(call, tmp_path, monkeypatch):
    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a/b")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    code, _, error = call("sweep", *PLAN, "--jobs", 2, "--out", tmp_path / "s")
    assert code == 1
    assert "The command could not be carried out: a/b: No space left on device." in error

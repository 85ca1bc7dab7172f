"""The file of a sweep's results, a line of JSON for each run: written as they are done, and gone on with later."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dae_core.commands import common
from dae_core.commands.errors import CommandError
from dae_core.commands.terminal import note
from dae_core.files import file_errors_as
from dae_core.locks import FileLock
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Run
from dae_core.sessions.session_file import ENDING, load_session
from dae_core.training.config import TrainingConfig

RESULTS = "results.jsonl"
Report = dict[str, Any]


class SweepResults:
    """The results in a folder, which is made; none stays that is empty.

    A file that is there already is another sweep's, and not overwritten, unless it is one of this plan that was ended
    before its last run: by Ctrl+C, a full disk or a power cut, which may have cut its last line.

    Attributes
    ----------
    path : Path
        The file.
    done : dict
        The lines of the runs that are in it already, by their places in the plan.

    Raises
    ------
    CommandError
        Here and by `add`, when it cannot be written, or is another sweep's.
    """

    def __init__(self, folder: Path, configs: Sequence[TrainingConfig], data: DataReference, last: Path) -> None:
        """``last`` is the file that is written when all runs are done."""
        self.path = folder / RESULTS
        self._last = last
        self.done: dict[int, Report] = {}
        self._folder = folder
        self._lock = FileLock(self.path)
        with file_errors_as(CommandError, folder, "made"):
            folder.mkdir(parents=True, exist_ok=True)
        if not self._lock.take("dae_core sweep"):
            raise CommandError(f"{self.path} is being written by {self._lock.owner()}: name another folder.")
        try:
            with file_errors_as(CommandError, self.path):
                self._stream = open(self.path, "a+b")  # noqa: SIM115 - it is closed at the end
            try:
                with file_errors_as(CommandError, self.path):
                    self._go_on(configs, data)
            except BaseException:
                self._stream.close()
                raise
        except BaseException:
            self._lock.release()
            raise

    def add(self, report: Mapping[str, Any]) -> None:
        """Write the line of a run."""
        with file_errors_as(CommandError, self.path):
            end = self._stream.seek(0, os.SEEK_END)
            try:
                self._stream.write(json.dumps(common.finite(report), allow_nan=False).encode() + b"\n")
                self._stream.flush()
            except OSError:
                with contextlib.suppress(OSError):  # what is in its buffer comes as well
                    self._stream.close()
                with contextlib.suppress(OSError):
                    os.truncate(self.path, end)
                raise

    def run(self, index: int) -> Run:
        """Return a run that is done already. Raises SessionError."""
        return load_session(self._folder / f"run-{index + 1:03}{ENDING}").run

    def _go_on(self, configs: Sequence[TrainingConfig], data: DataReference) -> None:
        """Take over the lines that are there, but for one that was cut."""
        self._stream.seek(0)
        text = self._stream.read()
        reports, end = _whole_lines(text)
        if b"\n" in text[end:].rstrip(b"\n") or not all(_is_of(report, configs, data) for report in reports):
            raise self._is_there()
        self.done = {report["run"] - 1: report for report in reports}
        is_finished = len(self.done) == len(configs) and self._last.exists()
        if is_finished or any(self.run(index).data.fingerprint != data.fingerprint for index in self.done):
            raise self._is_there()
        if end < len(text):
            note(f"{self.path} ended in half a line, which is dropped: that run is trained again.")
            self._stream.truncate(end)
        if self.done:
            note(f"{len(self.done)} of {len(configs)} runs are in {self.path} already; the others are trained now.")

    def _is_there(self) -> CommandError:
        return CommandError(f"{self.path} is there already: name another folder for this sweep.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # `add` has told what could not be written
            self._stream.close()
        with contextlib.suppress(OSError):
            if not self.path.stat().st_size:
                self.path.unlink()
        self._lock.release()


def _whole_lines(text: bytes) -> tuple[list[Report], int]:
    """Return the lines up to the first that is none, and how many bytes they take."""
    reports: list[Report] = []
    end = 0
    for line in text.splitlines(keepends=True):
        try:
            report = json.loads(line)
        except (ValueError, RecursionError):
            break
        if not isinstance(report, dict) or not line.endswith(b"\n"):
            break
        reports.append(report)
        end += len(line)
    return reports, end


def _is_of(report: Report, configs: Sequence[TrainingConfig], data: DataReference) -> bool:
    """Return whether a line is one that the sweep of this plan writes."""
    number = report.get("run")
    if not isinstance(number, int) or not 1 <= number <= len(configs):
        return False
    return (
        bool(report.get("config") == json.loads(configs[number - 1].to_json())) and report.get("dataset") == data.name
    )

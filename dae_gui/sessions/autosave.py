"""Autosave: every run of the window is written every few seconds, to be offered at the next start after a crash.

Nothing is written while all of it is in a file of the user's.
"""

from __future__ import annotations

import contextlib
import logging
import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from dae_core.errors import sentence
from dae_core.files import FileStamp
from dae_core.jobs import Monitor
from dae_core.sessions.container import SessionError
from dae_core.sessions.run import Run
from dae_core.sessions.user_texts import UserTexts
from dae_gui.sessions.autosave_files import RecoverableSession
from dae_gui.sessions.autosave_folder import AutosaveFolder
from dae_gui.sessions.document import Document
from dae_gui.sessions.run_version import RunVersion, versions_of
from dae_gui.support.debounce import Debounce
from dae_gui.support.jobs import Job, Jobs
from dae_gui.training.controller import TrainingController
from dae_gui.workbench.state import State

_log = logging.getLogger(__name__)

# At most ten seconds are to be lost: what it takes to write comes on top.
_INTERVAL_MS, _LONGEST_MS = 5_000, 9_000
# Within these bounds, writing takes at most this share of the time.
_SHARE = 0.02
# After a write that took long nothing is written for this many times as long, so that training is not slowed down.
_PAUSE = 4
# What changes while nothing is trained is written when it has been quiet for so long.
_SOON_MS = 500
_FAILURE = "Its file could not be written"


class Autosave(QObject):
    """Writes the document into the window's folder while something of it is in no file.

    That is whenever the present run stops, every few seconds while it is trained, and soon after other changes.

    Signals
    -------
    failed(str)
        Writing did not work; a sentence, once for each reason. It is tried again.
    """

    failed = Signal(str)

    def __init__(
        self,
        document: Document,
        controller: TrainingController,
        folder: AutosaveFolder,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._folder = folder
        self._jobs = jobs
        self._job: Job | None = None
        self._waiting: tuple[Run, ...] = ()
        self._is_to_clear = False
        self._is_stale = False
        self._adopted: list[RecoverableSession] = []
        self._rewritten: list[RecoverableSession] = []
        self._versions: dict[str, RunVersion] = {}
        self._texts = UserTexts()
        self._failure = ""
        self._begun = self._took = 0.0
        self._clock = QTimer(self)
        self._clock.setInterval(_INTERVAL_MS)
        self._clock.timeout.connect(self._on_clock_timeout)
        self._soon = Debounce(_SOON_MS, self._request_run, self)
        controller.recorder.recorded.connect(self._on_recorded)
        controller.workbench.stateChanged.connect(self._refresh_clock)
        document.runs.changed.connect(self._on_runs_changed)
        document.texts.changed.connect(self._on_runs_changed)
        document.titleChanged.connect(self._on_title_changed)

    def adopt(self, recovered: RecoverableSession) -> None:
        """Take over what was recovered and is open now: its folder goes as soon as this window has written it anew."""
        self._adopted.append(recovered)

    def obstacle(self) -> str:
        """Return why what is unsaved would be lost if the window was closed now; empty where it would not.

        It is tried: what was written last time may be gone, and what could not be written then may have room now.
        """
        if self._job is not None:
            self._job.wait()
        return self._write_all()

    def close(self) -> None:
        """Write what is unsaved, or delete the folder; nothing happens after that.

        The training thread and the threads of the background must have ended.
        """
        self._clock.stop()
        self._soon.stop()
        if not self._write_all():
            self._delete(self._adopted)
            self._delete(self._rewritten)
        self._folder.close(keep=self._is_worth_it())

    def _is_worth_it(self) -> bool:
        return bool(self._document.runs.runs) and self._document.is_modified

    def _write_all(self) -> str:
        """Write what is unsaved at once, and return a sentence where that does not work."""
        if not self._is_worth_it():
            return ""
        try:
            self._folder.prepare()
            self._folder.write(self._document.runs.runs, *self._with_runs())
        except (OSError, SessionError, MemoryError) as error:
            _log.exception("The runs could not be autosaved")
            return sentence(error, _FAILURE)
        return ""

    # When it is time

    @Slot()
    def _refresh_clock(self) -> None:
        """Have it run while there is something new from time to time, or something that could not be written."""
        is_needed = self._controller.workbench.state is State.RUNNING or self._is_stale
        if is_needed != self._clock.isActive():
            self._clock.start() if is_needed else self._clock.stop()

    @Slot()
    def _on_clock_timeout(self) -> None:
        if not self.is_writing and time.monotonic() - self._begun >= _PAUSE * self._took:
            self._request_run()

    @Slot()
    def _on_runs_changed(self) -> None:
        is_running = self._controller.workbench.state is State.RUNNING  # then it is written by the clock
        document = self._document
        is_new = document.versions() != self._versions or document.texts.value != self._texts
        if not is_running and document.is_modified and is_new:
            self._soon.start()

    @Slot()
    def _request_run(self) -> None:
        self._controller.request_run(self._on_run, self._on_no_run)

    def _on_run(self, run: Run) -> None:
        runs = self._document.runs
        runs.record(run)
        if run.label.key == runs.label.key:  # else another one has taken its place, and stops soon
            self._on_recorded(run)

    def _on_no_run(self, reason: str) -> None:
        _log.warning("Autosaving without the present run of this moment: %s", reason)
        if self._document.runs.runs:
            self._save(self._document.runs.runs)

    @Slot(object)
    def _on_recorded(self, run: Run) -> None:
        self._save((*self._document.runs.others_than(run), run))

    @Slot(str, bool)
    def _on_title_changed(self, _name: str, is_modified: bool) -> None:
        if not is_modified:
            self._clear()

    # Writing

    def _save(self, runs: tuple[Run, ...]) -> None:
        """Write the runs in the background; of what comes meanwhile, the newest is written next."""
        self._soon.stop()
        if not self._document.is_modified:
            return
        self._versions, self._texts = versions_of(runs), self._document.texts.value
        self._waiting = runs
        self._is_to_clear = False
        if not self.is_writing:
            self._write_next()

    def _clear(self) -> None:
        """Offer nothing at the next start, for everything is in a file of the user's."""
        self._versions, self._texts = {}, UserTexts()
        self._waiting = ()
        self._is_to_clear = True
        self._is_stale = False
        self._refresh_clock()
        if not self.is_writing:
            with contextlib.suppress(OSError):
                self._folder.clear()
            self._delete(self._adopted)

    def _write_next(self) -> None:
        runs, self._waiting = self._waiting, ()
        if not runs:
            return
        try:
            self._folder.prepare()
        except OSError as error:
            self._on_failed(sentence(error, _FAILURE))
            return
        # What is adopted while this is being written is not in it.
        self._rewritten, self._adopted = [*self._rewritten, *self._adopted], []
        self._begun = time.monotonic()
        self._job = self._jobs.start(_write, self._folder, runs, *self._with_runs(), lane="sessions", failure=_FAILURE)
        self._job.done.connect(self._on_written)
        self._job.failed.connect(self._on_failed)

    @property
    def is_writing(self) -> bool:
        """Whether the runs are being written."""
        return self._job is not None and self._job.is_running

    @Slot()
    def _on_written(self) -> None:
        self._took = time.monotonic() - self._begun
        rest_ms = round(1000 * self._took / _SHARE)
        self._clock.setInterval(max(_INTERVAL_MS, min(rest_ms, _LONGEST_MS)))
        self._failure = ""
        self._delete(self._rewritten)
        self._is_stale = False
        self._refresh_clock()
        if self._is_to_clear:
            self._clear()
        self._write_next()

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._adopted, self._rewritten = [*self._rewritten, *self._adopted], []
        if self._is_to_clear:
            self._clear()
            return
        self._is_stale = True
        self._refresh_clock()
        text = f"The run could not be autosaved. {text} Training goes on; it is tried again."
        if text != self._failure:
            self._failure = text
            self.failed.emit(text)

    def _with_runs(self) -> tuple[str, FileStamp | None, UserTexts]:
        """Return what is written beside the runs: the user's file, what that was like, and the user's texts."""
        document = self._document
        return str(document.path or ""), document.stamp, document.texts.value

    def _delete(self, sessions: list[RecoverableSession]) -> None:
        while sessions:
            self._folder.delete(sessions.pop())


def _write(
    folder: AutosaveFolder,
    runs: tuple[Run, ...],
    path: str,
    stamp: FileStamp | None,
    texts: UserTexts,
    _monitor: Monitor,
) -> None:
    folder.write(runs, path, stamp, texts)

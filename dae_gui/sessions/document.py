"""The session that is open: its file, its runs, and what of them is in no file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.files import FileStamp
from dae_core.sessions.run import Run
from dae_core.sessions.user_texts import UserTexts
from dae_gui.sessions.own_texts import OwnCode, OwnLessons, OwnTexts
from dae_gui.sessions.own_words import OwnWords
from dae_gui.sessions.run_list import RunList
from dae_gui.sessions.run_version import RunVersion, versions_of
from dae_gui.training.run_recorder import RunRecorder
from dae_gui.workbench.workbench import Workbench


class Document(QObject):
    """Knows what the open session consists of; it opens no file and asks nothing.

    Attributes
    ----------
    runs : RunList
        The runs.
    texts : OwnTexts
        What the user has written: `words` in the report, `code`, and answers in `lessons`.
    path : Path or None
        The file of the session; None where it is in none.
    stamp : FileStamp or None
        What that file was like when it was opened or saved; None where that is not known.
    number : int
        Tells this session from those that were open before.

    Signals
    -------
    titleChanged(str, bool)
        The session's name, empty where it has none, and whether something of it is in no file.
    fileChanged(object)
        The path of the session is this one from now on; None is none.
    """

    titleChanged = Signal(str, bool)
    fileChanged = Signal(object)

    def __init__(self, workbench: Workbench, recorder: RunRecorder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._recorder = recorder
        self.runs = RunList(recorder, self)
        self.texts = OwnTexts(self)
        self.path: Path | None = None
        self.stamp: FileStamp | None = None
        self.number = 0
        self._saved: dict[str, RunVersion] = {}
        self._saved_texts = UserTexts()
        self._title = ("", False)
        self.runs.changed.connect(self._refresh_title)
        self.texts.changed.connect(self._refresh_title)
        workbench.progressed.connect(self._refresh_title)
        workbench.configChanged.connect(self._refresh_title)

    @property
    def words(self) -> OwnWords:
        """What the user has written into the report."""
        return self.texts.words

    @property
    def code(self) -> OwnCode:
        """The functions that the user has written."""
        return self.texts.code

    @property
    def lessons(self) -> OwnLessons:
        """What was done in lessons."""
        return self.texts.lessons

    @property
    def name(self) -> str:
        """The file's name without its ending; empty for a session that is in no file."""
        return "" if self.path is None else self.path.stem

    @property
    def is_modified(self) -> bool:
        """Whether something was trained, named, written or deleted that is in no file of the user's."""
        versions = self.versions()
        is_written = self.texts.value != self._saved_texts
        return is_written or not self.runs.is_complete or (bool(versions) and versions != self._saved)

    @property
    def n_unsaved(self) -> int:
        """How many runs are in no file as they are now; 0 where something was only deleted."""
        return sum(version != self._saved.get(key) for key, version in self.versions().items())

    def versions(self) -> dict[str, RunVersion]:
        """Return the versions of all runs as they are at this moment, by their keys."""
        bench, label = self._workbench, self.runs.label
        versions = versions_of(self.runs.kept)
        if bench.progress.iteration:
            changes = len(bench.history.changes)
            versions[label.key] = RunVersion(bench.progress.iteration, bench.progress.end, bench.config, label, changes)
        return versions

    def mark_saved(
        self,
        path: Path,
        runs: Iterable[Run],
        number: int,
        stamp: FileStamp | None = None,
        texts: UserTexts | None = None,
    ) -> None:
        """Take note that these runs and texts are in this file, unless they are of a session that was open before."""
        if number == self.number:
            self._set_file(path, stamp, runs, texts or UserTexts())
            self._refresh_title()

    def clear(self) -> None:
        """Make it a session without runs: the present one is discarded as soon as another one begins."""
        self._recorder.discard_all()
        self.replace((), None, ())

    def replace(
        self,
        kept: Iterable[Run],
        path: Path | None,
        saved: Iterable[Run],
        stamp: FileStamp | None = None,
        texts: UserTexts | None = None,
    ) -> None:
        """Make it another session, whose present run has begun already.

        Parameters
        ----------
        kept
            The runs besides the present one.
        path, stamp
            The file of the session, None where it is in none, and what it is like.
        saved
            Which runs that file holds.
        texts
            What the user has written in it; the file holds that too, unless it holds no runs.
        """
        texts = texts or UserTexts()
        runs = tuple(saved)
        self._recorder.discard_replaced()
        self.number += 1
        self._set_file(path, stamp, runs, texts if runs else UserTexts())
        self.texts.replace(texts)
        self.runs.replace_all(kept)

    def _set_file(self, path: Path | None, stamp: FileStamp | None, runs: Iterable[Run], texts: UserTexts) -> None:
        is_other = path != self.path
        self.path, self.stamp, self._saved, self._saved_texts = path, stamp, versions_of(runs), texts
        if is_other:
            self.fileChanged.emit(path)

    @Slot()
    def _refresh_title(self) -> None:
        title = self.name, self.is_modified
        if title != self._title:
            self._title = title
            self.titleChanged.emit(*title)

"""Whether the monkey has lost a run: it is gone though nobody deleted it, or the next start does not find it."""

from collections.abc import Callable

from dae_core.sessions.container import SessionError
from dae_gui.sessions.autosave_files import load_recoverable
from dae_gui.window.main_window import MainWindow


class RunWatch:
    """Looks at the runs of one window.

    Parameters
    ----------
    window
        The main window.
    tell
        Gets a sentence for each run that is lost.
    """

    def __init__(self, window: MainWindow, tell: Callable[[str], object]) -> None:
        self._window = window
        self._tell = tell
        self._number = window.document.number
        self._there: set[str] = set()

    def look(self) -> None:
        """Tell of runs that were there when this was called last, in the same session, and are not now."""
        document, recorder = self._window.document, self._window.controller.recorder
        runs = document.runs
        if not runs.is_complete:
            return  # one is on its way to the kept ones
        if document.number != self._number:
            self._number, self._there = document.number, set()
        there = {run.label.key for run in runs.kept} | ({runs.label.key} if recorder.is_trained else set())
        deleted = {run.label.key for run in runs.held}
        for key in self._there - there - deleted - set(runs._unused_branches):
            self._tell(f"the run {key} is gone, and was not deleted")
        self._there = there

    def look_after_close(self) -> None:
        """Tell of runs that were in no file when the window was closed, and that the next start could not offer."""
        document, sessions = self._window.document, self._window.sessions
        iterations = {key: version.iteration for key, version in document.versions().items()}
        if not iterations or not document.is_modified or sessions._is_given_up:
            return
        try:
            session = load_recoverable(sessions._folder.path)
        except SessionError as error:
            self._tell(f"{len(iterations)} runs were left unsaved, and cannot be recovered: {error}")
            return
        found = {run.label.key: run.checkpoint.iteration for run in session.runs}
        for key, iteration in iterations.items():
            if found.get(key, -1) < iteration:
                self._tell(f"the run {key} was left unsaved at iteration {iteration}, and is found at {found.get(key)}")

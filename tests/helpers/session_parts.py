"""All that a window's session is made of, without a window: what passes between its parts is tested with these."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from dae_core.sessions.run import Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session
from dae_core.training.config import TrainingConfig
from dae_gui.data.loader import LoadedData
from dae_gui.data.selection import DataSelection
from dae_gui.sessions.autosave import Autosave
from dae_gui.sessions.autosave_folder import AutosaveFolder
from dae_gui.sessions.document import Document
from dae_gui.sessions.open_flow import Answer, OpenFlow
from dae_gui.sessions.run_opener import RunOpener
from dae_gui.sessions.saver import Saver
from dae_gui.support.jobs import Jobs
from dae_gui.support.settings import Settings
from dae_gui.training.controller import TrainingController
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench
from helpers.datasets import small_dataset
from helpers.holding import held
from helpers.run_steps import SHORT
from helpers.waiting import SLOW


class ShownView:
    """What the window shows of a session, as values."""

    def __init__(self) -> None:
        self.shown: dict[str, Any] = {}
        self.drawn: tuple[NDArray[np.uint8], ...] = ()

    def values(self) -> dict[str, Any]:
        return dict(self.shown)

    def drawings(self) -> tuple[NDArray[np.uint8], ...]:
        return self.drawn

    def restore(self, values: dict[str, Any], drawings: tuple[NDArray[np.uint8], ...]) -> None:
        self.shown, self.drawn = values, drawings


class SessionParts(QObject):
    """The parts, connected as the window connects them; a question is answered with ``answer``, or waits there."""

    def __init__(self, qtbot: QtBot, root: Path) -> None:
        super().__init__()
        self._qtbot = qtbot
        self.workbench = Workbench(self)
        self.controller = TrainingController(self.workbench, self)
        self.document = Document(self.workbench, self.controller.recorder, self)
        self.runs = self.document.runs
        self.jobs = Jobs(self)
        self.selection = DataSelection(Settings(root / "settings.ini"), self.jobs, self)
        self.opener = RunOpener(self.controller, self.selection, self.jobs, self)
        self.view = ShownView()
        self.saver = Saver(self.document, self.controller, self.view, self.jobs, self)
        self.folder = AutosaveFolder(root / "autosaved")
        self.autosave = Autosave(self.document, self.controller, self.folder, self.jobs, self)
        self.flow = OpenFlow(self.document, self.workbench, self.opener, self.jobs, self._ask, self._save, self)
        self.flow.sessionOpened.connect(lambda loaded: loaded.recovered and self.autosave.adopt(loaded.recovered))
        self.selection.opened.connect(self._on_data_opened)
        self.messages: list[str] = []
        for part in (self.saver, self.flow, self.autosave, self.selection):
            part.failed.connect(self.messages.append)
        self.opener.missing.connect(self.messages.append)
        self.answer: Answer | None = None
        self.asked: Callable[[Answer], None] | None = None
        self.save_path = root / "session.dae"
        self._is_closed = False

    def _ask(self, on_answer: Callable[[Answer], None]) -> None:
        self.asked = on_answer
        if self.answer is not None:
            on_answer(self.answer)

    def _save(self, then: Callable[[], None]) -> None:
        self.saver.save(self.save_path, then)

    def _on_data_opened(self, loaded: LoadedData) -> None:
        data = loaded.open_data()
        if not self.opener.take(data):
            self.controller.set_data(data, SHORT)

    # What tests do with them

    def use_small_data(self) -> None:
        """Train on a data set that is in no file."""
        self.controller.set_data(OpenData(small_dataset()), SHORT)

    def use(self, source: str | Path) -> None:
        """Open a data set, and wait until there is a run on it."""
        self.selection.open(str(source))
        bench = self.workbench
        self._qtbot.waitUntil(lambda: bench.data is not None and bench.data.source == str(source))
        self.ask_for_run()

    def finish(self, config: TrainingConfig = SHORT) -> Run:
        """Train a run to its end, and return it."""
        self.controller.start(config)
        return self.wait_for(State.FINISHED)

    def pause(self, config: TrainingConfig, least: int) -> Run:
        """Train, and pause before the end; returns the run."""
        with held(least) as is_there:
            self.controller.start(config)
            self._qtbot.waitUntil(is_there.is_set)
            self.controller.pause()
        return self.wait_for(State.PAUSED)

    def resume(self) -> Run:
        """Go on to the end, and return the run."""
        self.controller.start(self.workbench.config)
        return self.wait_for(State.FINISHED)

    def wait_for(self, state: State) -> Run:
        """Wait until the run is in this state and recorded, and return it."""

        def is_recorded() -> bool:
            run = self.runs.present
            return run is not None and run.checkpoint.iteration == self.workbench.progress.iteration

        self._qtbot.waitUntil(lambda: self.workbench.state is state and is_recorded())
        return self.ask_for_run()

    def ask_for_run(self) -> Run:
        """Ask for the present run, and return the answer."""
        answers: list[Run | str] = []
        self.controller.request_run(answers.append, answers.append)
        self._qtbot.waitUntil(lambda: bool(answers))
        assert isinstance(answers[0], Run), answers
        return answers[0]

    def save(self, path: Path) -> Session:
        """Save, and return what is in the file then."""
        with self._qtbot.waitSignal(self.saver.saved):
            self.saver.save(path)
        return load_session(path)

    def open(self, path: Path) -> Run:
        """Open a session, discarding unsaved changes, and return its present run."""
        self.answer = Answer.DISCARD
        with self._qtbot.waitSignal(self.flow.runOpened) as opened:
            self.flow.open(path)
        run: Run = opened.args[0]
        return run

    def make_present(self, run: Run) -> None:
        """Go on with another run."""
        with self._qtbot.waitSignal(self.opener.opened):
            self.opener.open(run)
        self.ask_for_run()  # the one before is kept by then

    def names(self) -> list[str]:
        """Return the names of all runs, the present one last."""
        return [run.label.name for run in self.runs.runs]

    def end_thread(self) -> None:
        """End the training thread, as closing does; what it has sent by then waits to be taken."""
        # Private: only closing ends the thread, and that empties it first.
        self.controller._thread.quit()
        assert self.controller._thread.wait(SLOW)

    def close(self) -> None:
        """Close, as the window does."""
        if self._is_closed:
            return
        self._is_closed = True
        self.selection.cancel()
        self.opener.cancel()
        self.controller.shutdown()
        self.jobs.shutdown()
        self.saver.finish()
        self.autosave.close()
        self.deleteLater()

"""What is opened, and what happens in which order when data, a session or a model is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.sessions.run import Run
from dae_core.training.config import TrainingConfig
from dae_gui.data.commands import DataCommands
from dae_gui.data.loader import LoadedData
from dae_gui.data.selection import DataSelection
from dae_gui.exports.model_commands import ModelCommands
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.sessions.commands import SessionCommands
from dae_gui.sessions.run_opener import RunOpener
from dae_gui.support.event_log import Kind
from dae_gui.support.file_dialogs import SESSION, ask_for_file
from dae_gui.support.file_kinds import HAND_IN_ENDING, LESSON_ENDING, SESSION_ENDING
from dae_gui.training.controller import TrainingController
from dae_gui.window.messages import Messages
from dae_gui.workbench.workbench import Workbench

MODEL_ENDING = ".safetensors"
_SESSION_ENDINGS = (SESSION_ENDING, HAND_IN_ENDING)


class PathOpener(QObject):
    """Opens whatever a path names, and what the window begins with.

    Parameters
    ----------
    window
        Over which dialogs stand.
    workbench
        Whether there is a data set yet.
    sessions, models, data
        What opens sessions, models, and data with a preview.
    selection
        What opens data without questions.

    Signals
    -------
    lessonChosen(Path)
        The file of a lesson is to be opened.
    """

    lessonChosen = Signal(object)

    def __init__(
        self,
        window: QWidget,
        workbench: Workbench,
        sessions: SessionCommands,
        models: ModelCommands,
        data: DataCommands,
        selection: DataSelection,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workbench = workbench
        self._sessions = sessions
        self._models = models
        self._data = data
        self._selection = selection
        self._source = ""
        self._model: Path | None = None
        self._has_begun = False
        self._path: Path | None = None
        sessions.failed.connect(self._on_session_failed)

    def begin(self, source: str, path: Path | None, lesson: Path | None = None) -> None:
        """Open the first thing: a session, or else a data set, and a model or a lesson when that is there.

        Parameters
        ----------
        source
            The data set to train on, as `open_dataset` knows it.
        path
            A session, a hand-in, a model or a lesson; None for none. One that ``open`` was asked for before goes first.
        lesson
            A lesson, besides; None for none.
        """
        self._has_begun = True
        self._source = source
        path = self._path or path
        if path is not None and path.suffix.lower() == LESSON_ENDING:
            path, lesson = None, lesson or path
        if path is not None and path.suffix.lower() in _SESSION_ENDINGS:
            self._sessions.open(path)  # which opens its data set
        else:
            self._model = path
            self._selection.open(source)
        if lesson is not None:
            self.lessonChosen.emit(lesson)
        self._sessions.look_for_lost_work()

    def open(self, path: Path) -> None:
        """Open a session, a hand-in, a model, a lesson, or data, as the path's ending says."""
        suffix = path.suffix.lower()
        if not self._has_begun and suffix in (*_SESSION_ENDINGS, MODEL_ENDING, LESSON_ENDING):
            self._path = path  # macOS names the file at once, but after the start
        elif suffix in _SESSION_ENDINGS:
            self._sessions.open(path)
        elif suffix == MODEL_ENDING:
            self._models.open_path(path)
        elif suffix == LESSON_ENDING:
            self.lessonChosen.emit(path)
        else:
            self._data.open_path(str(path))

    @Slot()
    def open_waiting_model(self) -> None:
        """Open the model that the window begins with, now that there is data."""
        if self._model is not None:
            path, self._model = self._model, None
            self._models.open_path(path)

    @Slot()
    def ask_and_open(self) -> None:
        """Let the user choose a session, a hand-in, a model or a lesson, and open it."""
        path = ask_for_file(SESSION, self._window)
        if path is not None:
            self.open(path)

    @Slot()
    def _on_session_failed(self) -> None:
        """Open data where the session that was to be the first one could not be opened."""
        if self._workbench.data is None and not self._selection.is_loading:
            self._selection.open(self._source)


class OpenedPresenter(QObject):
    """Puts what was opened onto the workbench and into the panels, in the order that they need.

    Signals
    -------
    dataShown()
        A data set is there, with a run on it.
    """

    dataShown = Signal()

    def __init__(
        self,
        controller: TrainingController,
        selection: DataSelection,
        opener: RunOpener,
        training: TrainingPanel,
        messages: Messages,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._opener = opener
        self._training = training
        self._messages = messages
        selection.opened.connect(self.show_data)

    @Slot(object)
    def show_data(self, loaded: LoadedData) -> None:
        """Go on with the run that waits for this data set, or begin a new one on it."""
        data, dataset = loaded.open_data(), loaded.dataset
        if not self._opener.take(data):
            self._controller.set_data(data, self._training.config())
        for sentence in loaded.notes:
            self._messages.note(sentence, Kind.DATA)
        skipped = f", {len(loaded.skipped):,} files skipped" if loaded.skipped else ""
        self._messages.note(
            f"{dataset.name}: {len(dataset.train_images):,} {dataset.noun} to train on, "
            f"{len(dataset.test_images):,} held out{skipped}",
            Kind.DATA,
        )
        self.dataShown.emit()

    @Slot(object)
    def show_run(self, run: Run) -> None:
        """Show the settings of the present run of a session that was opened."""
        self._training.set_config(run.config)
        if self._controller.workbench.can_train:
            self._messages.end_all()
        text = f"{run.label.name}: {run.checkpoint.iteration:,} iterations on {run.data.name}"
        self._messages.note(text, Kind.SESSION)

    @Slot(object)
    def show_model(self, config: TrainingConfig) -> None:
        """Show the settings of a model that was opened."""
        self._training.set_config(config)

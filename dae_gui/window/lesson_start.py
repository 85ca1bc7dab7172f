"""The settings that a lesson starts with: set as soon as no run is under way and its data set is open."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.lessons.starting import config_for, student_seed
from dae_gui.lessons.lesson.lesson_state import LessonState
from dae_gui.lessons.lesson.open_lesson import OpenLesson
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.window.lesson_actions import LessonActions
from dae_gui.workbench.workbench import Workbench


class LessonStart(QObject):
    """Watches a lesson that was begun until its settings are set; one that is taken up again is left as it is.

    Signals
    -------
    changed()
        Something else stands against setting them, or nothing.
    """

    changed = Signal()

    def __init__(
        self, lesson: OpenLesson, workbench: Workbench, training: TrainingPanel, actions: LessonActions, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._lesson, self._workbench = lesson, workbench
        self._training, self._actions = training, actions
        self._is_waiting = self._takes_any_data = False
        self._student = ""
        lesson.opened.connect(self._on_opened)
        lesson.closed.connect(self._on_closed)
        lesson.changed.connect(self._on_changed)
        workbench.stateChanged.connect(self._try)
        workbench.dataChanged.connect(self._try)

    @property
    def is_on_wrong_data(self) -> bool:
        """Whether the lesson is meant for other data than what is open, and that was not accepted."""
        state = self._lesson.state
        has_data = self._workbench.data is not None
        return state is not None and has_data and not state.fits_data and not self._takes_any_data

    @property
    def is_waiting_for_run(self) -> bool:
        """Whether the settings are not set only because a run is under way."""
        return self._is_waiting and not self.is_on_wrong_data and self._workbench.state.is_active

    def take_this_data(self) -> None:
        """Solve the lesson on the data set that is open, though it is meant for another one."""
        self._takes_any_data = True
        self._try()

    @Slot(object)
    def _on_opened(self, state: LessonState) -> None:
        self._is_waiting, self._takes_any_data = not state.record.entries, False
        self._student = state.record.student
        self._try()

    @Slot()
    def _on_closed(self) -> None:
        self._is_waiting = False

    @Slot(object)
    def _on_changed(self, state: LessonState | None) -> None:
        """Take the seed of a student who has just given a name."""
        if state is None or state.record.student == self._student:
            return
        self._student = state.record.student
        if not self._is_waiting and self._student and not self._workbench.state.is_active:
            seed = student_seed(state.lesson, self._student)
            self._actions.set_start(self._training.config().replace(seed=seed), state.lesson)

    @Slot()
    def _try(self) -> None:
        state = self._lesson.state
        is_free = self._workbench.can_train and not self._workbench.state.is_active
        if state is not None and self._is_waiting and is_free and not self.is_on_wrong_data:
            self._is_waiting = False
            self._actions.set_start(config_for(state.lesson, state.data, state.record.student), state.lesson)
        self.changed.emit()

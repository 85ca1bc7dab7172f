"""The way into the lessons, whose parts are made when the first of them is wanted: not at the start."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from dae_gui.support.why_not import allow
from dae_gui.window.dock_switch import bring_dock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDockWidget

    from dae_core.lessons.code import CheckResult
    from dae_gui.lessons.lesson import LessonPanel
    from dae_gui.lessons.lesson.lesson_state import LessonState
    from dae_gui.lessons.lesson.open_lesson import OpenLesson
    from dae_gui.lessons.teacher.commands import PrepareCommands
    from dae_gui.window.lesson_presenter import LessonPresenter
    from dae_gui.window.main_window import MainWindow

_EXERCISE = "the-exercise"


class Lessons(QObject):
    """Opens lessons in a window.

    Parameters
    ----------
    window
        The window, whose docks are made already.
    docks
        All of them, by object name.

    Signals
    -------
    told(str)
        A sentence for the user.
    """

    told = Signal(str)

    def __init__(self, window: MainWindow, docks: dict[str, QDockWidget]) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self._presenter: LessonPresenter | None = None
        window.sessions.opened.connect(self._on_session_opened)
        self._hand_in = window.actions_by_name["handInAction"]
        self._allow_hand_in(None)
        self._prepare: PrepareCommands | None = None
        window.actions_by_name["prepareLessonAction"].triggered.connect(self.prepare)

    @property
    def presenter(self) -> LessonPresenter:
        """All that lessons consist of, made now if that was never needed."""
        if self._presenter is None:
            self._presenter = self._make()
            self._presenter.told.connect(self.told)
            self._connect_hand_in(self._presenter.lesson)
        return self._presenter

    @Slot(object)
    def open_path(self, path: Path) -> None:
        """Open the lesson in a file."""
        self.presenter.opener.open_path(path)

    def open_exercise(self, otherwise: Callable[[], object]) -> None:
        """Open the lesson that leads through the exercise, or do something else where this copy has no such lesson."""
        self.presenter.opener.open_key(_EXERCISE, otherwise)

    def connect_panel(self, panel: LessonPanel) -> None:
        """Fill the panel, which was made just now, and do what is asked for there."""
        self.presenter.connect_panel(panel)
        panel.list.prepareRequested.connect(self.prepare)
        panel.page.finish.handInRequested.connect(self._hand_in.trigger)
        panel.page.finish.reportRequested.connect(self._window.actions_by_name["reportAction"].trigger)

    @Slot(str, object)
    def take_check(self, function: str, result: CheckResult) -> None:
        """Take what was found of a function in Your code: a step of the lesson may ask for it."""
        if self._presenter is not None:
            self._presenter.steps.checking.take(function, result)

    @Slot()
    def _on_session_opened(self) -> None:
        """Take up what locks something and was neither finished nor left: closing the program is no way out of it."""
        if self._window.document.lessons.value:
            self.presenter.opener.take_up_locked()

    def _make(self) -> LessonPresenter:
        from dae_gui.window.lesson_actions import LessonTools
        from dae_gui.window.lesson_data import LessonData
        from dae_gui.window.lesson_locks import Lockable
        from dae_gui.window.lesson_presenter import LessonPresenter

        window, docks = self._window, self._docks
        tools = LessonTools(
            window.controller,
            window.run_commands,
            window.training_panel,
            window.curves_panel,
            window.denoise_panel,
            window.studies,
            docks,
            window.undo_history,
            window.jobs,
        )
        lockable = Lockable(window.training_panel, window.data_commands, window.models, window.actions_by_name, docks)
        show_data_sets = partial(bring_dock, docks["datasetDock"])
        data = LessonData(window.data_commands, window.workbench, show_data_sets, window)
        return LessonPresenter(window, window.document, tools, lockable, data)

    def _connect_hand_in(self, lesson: OpenLesson) -> None:
        from dae_gui.lessons.handing_in.commands import HandInCommands

        window = self._window
        commands = HandInCommands(lesson, window.document, window.controller.request_run, window.jobs, window)
        self._hand_in.triggered.connect(commands.ask)
        lesson.changed.connect(self._allow_hand_in)

    @Slot()
    def prepare(self) -> None:
        """Have a lesson made of the present window."""
        if self._prepare is None:
            from dae_gui.lessons.teacher.commands import PrepareCommands

            window = self._window
            titles = {name: dock.windowTitle() for name, dock in self._docks.items()}
            what = window.controller, window.document.runs, window.training_panel
            self._prepare = PrepareCommands(*what, titles, window.jobs, window)
        self._prepare.ask()

    @Slot(object)
    def _allow_hand_in(self, state: LessonState | None) -> None:
        allow(self._hand_in, state is not None, "no lesson is open")

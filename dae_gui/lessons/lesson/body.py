"""What stands below the text of a step: the base of all kinds."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dae_gui.lessons.lesson.lesson_state import LessonState, StepState
from dae_gui.support.jobs import Job

NO_MARGINS = (0, 0, 0, 0)


class Body(QWidget):
    """Base of what stands below a step's text.

    Signals
    -------
    wanted(Request)
        The student asks for something.
    """

    wanted = Signal(object)

    def show_state(self, state: StepState, lesson: LessonState) -> None:
        """Show how far the step is; for subclasses to override."""

    def show_job(self, job: Job) -> None:
        """Show how far a job of this step is; for subclasses that have such."""

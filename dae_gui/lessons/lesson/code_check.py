"""Checks the student's functions for the steps of a lesson in the background, and takes what Your code found."""

from __future__ import annotations

import functools

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.jobs import Monitor
from dae_core.lessons.code import FUNCTIONS, CheckResult
from dae_core.lessons.steps import Code
from dae_gui.lessons.code.quoting import quoted
from dae_gui.sessions.document import Document
from dae_gui.support.jobs import Job, Jobs


class CodeCheck(QObject):
    """One check at a time. Code runs only here and in Your code, and only when the student asks for it.

    Signals
    -------
    begun(Code, Job)
        A function is being checked.
    checked(str, str, bool)
        What there is to say of a function, and whether it is right.
    """

    begun = Signal(object, object)
    checked = Signal(str, str, bool)

    def __init__(self, document: Document, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._jobs = document, jobs
        self._job: Job | None = None

    def check(self, step: Code) -> None:
        """Check the function of a step as it is written now."""
        self.discard()
        name = step.function
        source = self._document.code.value.get(name, FUNCTIONS[name].stub)
        self._job = self._jobs.start(_check, name, source, failure="The code could not be checked")
        self._job.done.connect(functools.partial(self._on_done, name))
        self.begun.emit(step, self._job)

    def discard(self) -> None:
        """Forget the check under way."""
        if self._job is not None:
            self._job.discard()
            self._job = None

    @Slot(str, object)
    def take(self, function: str, result: CheckResult) -> None:
        """Take what was found in Your code."""
        self.checked.emit(function, quoted(result.text), result.ok)

    def _on_done(self, function: str, result: CheckResult) -> None:
        self.take(function, result)


def _check(function: str, source: str, monitor: Monitor) -> CheckResult:
    from dae_core.lessons.code import check_code  # with all that runs it: only when it is asked for

    return check_code(function, source, monitor=monitor)

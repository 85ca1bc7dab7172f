"""Has a lesson prepared: begins it with what the window shows, measures, opens other lessons, and writes the file."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from dae_core.files import file_errors_as, write_atomically
from dae_core.jobs import Monitor
from dae_core.lessons.bundled import LessonEntry, bundled
from dae_core.lessons.errors import LessonError
from dae_core.lessons.expected import Expected
from dae_core.lessons.faults import Faults, Table
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.measure import Measured
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.names import ANY_DATA, DOCKS, LESSON_SETTINGS
from dae_core.lessons.reading import read_lesson
from dae_core.lessons.starting import data_name
from dae_core.lessons.steps import Measure
from dae_core.texts import plain
from dae_core.typed_numbers import NumberError, read_number
from dae_gui.lessons.lesson.measuring import Measuring
from dae_gui.lessons.teacher.dialog import PrepareLessonDialog
from dae_gui.lessons.teacher.draft import Draft, DraftStep, Finding
from dae_gui.lessons.teacher.head_page import HeadPage
from dae_gui.lessons.teacher.spelling import expected_line
from dae_gui.lessons.teacher.step_page import StepPage
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.sessions.run_list import RunList
from dae_gui.support import notices
from dae_gui.support.file_dialogs import LESSON, NEW_LESSON, ask_for_file, open_save_dialog
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.plain_text import menu_text
from dae_gui.training.controller import TrainingController


class PrepareCommands(QObject):
    """One lesson at a time is prepared; the window stays usable beside it.

    Parameters
    ----------
    controller, runs
        What is measured.
    training
        Where the present settings stand.
    docks
        The titles of the docks, by their names.
    jobs
        Measure, read and write.
    window
        Over which the dialog stands.
    """

    def __init__(
        self,
        controller: TrainingController,
        runs: RunList,
        training: TrainingPanel,
        docks: Mapping[str, str],
        jobs: Jobs,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workbench, self._training, self._jobs, self._window = controller.workbench, training, jobs, window
        self._docks = {name: docks[name] for name in DOCKS}
        self._dialog: PrepareLessonDialog | None = None
        self._measured_page: StepPage | HeadPage | None = None
        self._tolerance = ""
        self._measuring = Measuring(controller, runs, jobs, self)
        self._measuring.begun.connect(self._on_begun)
        self._measuring.measured.connect(self._on_measured)
        self._measuring.failed.connect(self._on_not_measured)

    @Slot()
    def ask(self) -> None:
        """Show the dialog; one that is open comes to the front."""
        if self._dialog is None:
            dialog = self._dialog = PrepareLessonDialog(self._settings, self._docks, self._window)
            dialog.finished.connect(self._on_closed)
            dialog.saveRequested.connect(self._ask_where)
            dialog.startWanted.connect(self._ask_which)
            dialog.measureWanted.connect(self._measure)
            job = self._jobs.start(_bundled, lane="sessions", failure="The lessons of the program could not be read")
            job.done.connect(functools.partial(self._offer, dialog))
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _settings(self) -> dict[str, object]:
        config = self._training.config().without_own_code()
        return {name: getattr(config, name) for name in LESSON_SETTINGS if name != "seed"}

    @Slot()
    def _on_closed(self) -> None:
        self._measuring.discard()
        self._dialog = None

    # Other lessons

    def _offer(self, dialog: PrepareLessonDialog, entries: tuple[LessonEntry, ...]) -> None:
        if dialog is not self._dialog:
            return
        for entry in entries:
            action = dialog.menu.addAction(menu_text(entry.lesson.title))
            action.triggered.connect(functools.partial(self._begin_with, entry.lesson))

    @Slot()
    def _ask_which(self) -> None:
        path = None if self._dialog is None else ask_for_file(LESSON, self._dialog)
        if path is not None:
            job = self._jobs.start(_read, path, lane="sessions", failure=f"{path.name} could not be opened")
            job.done.connect(self._begin_with)
            job.failed.connect(functools.partial(notices.warn, self))

    @Slot(object)
    def _begin_with(self, lesson: Lesson, *_checked: object) -> None:
        if self._dialog is not None:
            self._dialog.begin_with(Draft.of(lesson))

    # Measuring

    @Slot(object, str)
    def _measure(self, draft: DraftStep, tolerance: str) -> None:
        findings: list[Finding] = []
        step = draft.step(findings)
        faults = [one.line for one in findings if one.name != "expected"]
        self._measured_page, self._tolerance = None if self._dialog is None else self._dialog.page, tolerance
        if isinstance(step, Measure):  # parameters left empty have values, too
            read = Faults({})
            table = Table(step.parameters, (), read)
            step = replace(step, parameters=MEASUREMENTS[step.measurement].read(table))
            faults += [f"{one.field}: {one.text}" for one in read.found]
        if faults or not isinstance(step, Measure):
            self._tell(" ".join(faults))
        else:
            self._measuring.measure(step)

    @Slot(object, object)
    def _on_begun(self, _step: Measure, job: Job) -> None:
        page = self._page()
        if page is not None:
            job.show_in(page.line, "measuring")

    @Slot(object, object)
    def _on_measured(self, _step: Measure, measured: Measured) -> None:
        dialog, page = self._dialog, self._page()
        if dialog is None or page is None:
            return
        try:
            wanted = Expected(float(f"{measured.value:.4g}"), _tolerance(self._tolerance, measured.value))
        except NumberError as error:
            self._tell(str(error))
            return
        dataset = self._workbench.dataset
        name = ANY_DATA if dataset is None else data_name(dataset)
        column = name if name in dialog.draft.data else ANY_DATA
        dialog.expect(column, expected_line(column, wanted))
        self._tell(f"Measured at iteration {measured.iteration:,}: {measured.text}")

    @Slot(object, str)
    def _on_not_measured(self, _step: Measure, text: str) -> None:
        self._tell(text)

    def _page(self) -> StepPage | None:
        """Return the page of the step that is measured; None where another one is shown by now."""
        page = None if self._dialog is None else self._dialog.page
        return page if isinstance(page, StepPage) and page is self._measured_page else None

    def _tell(self, text: str) -> None:
        page = self._page()
        if page is not None:
            page.tell(plain(text))

    # The file

    @Slot(object)
    def _ask_where(self, lesson: Lesson) -> None:
        if self._dialog is not None:
            on_chosen = functools.partial(self._write, lesson)
            dialog = open_save_dialog(NEW_LESSON, f"{lesson.key}.lesson", self._dialog, on_chosen)
            dialog.setObjectName("lessonFileDialog")

    def _write(self, lesson: Lesson, path: Path) -> None:
        job = self._jobs.start(_write, lesson.text, path, lane="sessions", failure="The lesson was not written")
        job.done.connect(functools.partial(self._on_written, lesson))
        job.failed.connect(functools.partial(notices.warn, self))

    def _on_written(self, lesson: Lesson, path: Path) -> None:
        if self._dialog is not None:
            self._dialog.mark_saved(lesson)
        notices.note_saved(self, path)


def _tolerance(text: str, value: float) -> float:
    """Return a tolerance from a number, or from a share of a value as in "5%". Raises NumberError."""
    share = text.strip().removesuffix("%")
    found = read_number(share)
    return float(f"{abs(found * value / 100 if text.strip().endswith('%') else found):.2g}")


def _bundled(_monitor: Monitor) -> tuple[LessonEntry, ...]:
    return bundled()


def _read(path: Path, _monitor: Monitor) -> Lesson:
    return read_lesson(path)


def _write(text: str, path: Path, _monitor: Monitor) -> Path:
    with file_errors_as(LessonError, path, "written"):
        write_atomically(path, text.encode())
    return path

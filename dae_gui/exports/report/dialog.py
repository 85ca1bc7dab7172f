"""The report before it is written: the user's own words and the choices at the left, its pages at the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QSplitter, QWidget

from dae_core.report.options import OPTIONS, ReportOptions
from dae_gui.exports.report.making import FORMATS, MeasuredRun, ReportFormat, page_pictures
from dae_gui.exports.report.preview import PagesView
from dae_gui.exports.report.words_form import WordsForm
from dae_gui.sessions.own_words import OwnWords
from dae_gui.support.debounce import Debounce
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import check_box, named

_SOON_MS = 350
_WIDTH, _HEIGHT = 1080, 760
_BEGINNING = "The pages appear here as soon as the run is measured."
_CANCELLED = "Nothing is measured yet, and without that there is no report."


class ReportDialog(QDialog):
    """A window beside the main one, which stays usable; the pages follow what is typed.

    Parameters
    ----------
    words
        What the user has written, and writes here.
    jobs
        Draw the pages.
    start
        Begins to measure the run as it is now; what comes of it is shown with ``show_measured``.
    parent
        Over which window it stands.

    Signals
    -------
    comparisonWanted(MeasuredRun)
        The comparison with other methods is to be measured too.
    saveRequested(MeasuredRun, ReportOptions, list of ReportFormat)
        The report is to be written.
    """

    comparisonWanted = Signal(object)
    saveRequested = Signal(object, object, object)

    left_out: ClassVar[frozenset[str]] = frozenset()
    """The formats that were not ticked last time."""

    def __init__(self, words: OwnWords, jobs: Jobs, start: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("reportDialog")
        self.setWindowTitle("Report")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._words, self._jobs = words, jobs
        self._measured: MeasuredRun | None = None
        self._job: Job | None = None
        self._form = WordsForm(words.value, self)
        self._form.written.connect(words.write)
        words.changed.connect(self._form.show_words)
        words.changed.connect(self._refresh_soon)
        self._options: dict[str, QCheckBox] = {
            row.field: self._box(row.field, row.label, row.about, getattr(ReportOptions(), row.field))
            for row in OPTIONS
        }
        self._pages = PagesView(self)
        self._pages.show_text(_BEGINNING)
        self._pages.resized.connect(self._refresh_soon)
        self.line = JobLine("report", "&Measure again", "Measure the run as it is now", self)
        self.line.started.connect(start)
        self._about = named(PlainLabel(parent=self), "reportAboutLabel", "What the report is on")
        self._about.setWordWrap(True)
        self._formats = {one.suffix: self._format_box(one) for one in FORMATS}
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._save = buttons.addButton("&Save…", QDialogButtonBox.ButtonRole.AcceptRole)
        named(self._save, "reportSaveButton", "Save the report", "Choose where the report is written")
        buttons.accepted.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        for side in (
            vbox((self._form, 1), *self._options.values(), spacing=6, margins=(0, 0, 0, 0)),
            vbox((self._pages, 1), hbox((self._about, 2), (self.line, 3)), spacing=6, margins=(0, 0, 0, 0)),
        ):
            holder = QWidget(splitter)
            holder.setLayout(side)
            splitter.addWidget(holder)
        splitter.setSizes([_WIDTH * 2 // 5, _WIDTH * 3 // 5])
        formats = hbox(PlainLabel("Write it as", self), *self._formats.values(), (buttons, 1))
        self.setLayout(vbox((splitter, 1), formats, spacing=10))
        self._soon = Debounce(_SOON_MS, self._refresh, self)
        available = self.screen().availableSize()
        self.resize(min(_WIDTH, available.width() - 40), min(_HEIGHT, available.height() - 60))
        self._refresh_save()

    def options(self) -> ReportOptions:
        """Return what is chosen."""
        return ReportOptions(**{field: box.isChecked() for field, box in self._options.items()})

    def formats(self) -> list[ReportFormat]:
        """Return what is to be written."""
        return [one for one in FORMATS if self._formats[one.suffix].isChecked()]

    def _box(self, name: str, text: str, about: str, checked: bool) -> QCheckBox:
        box = check_box(f"report-{name}-option", text, f"{about[:1].upper()}{about[1:]}", self)
        box.setChecked(checked)
        box.toggled.connect(self._on_option_toggled)
        return box

    def _format_box(self, one: ReportFormat) -> QCheckBox:
        box = check_box(f"report{one.suffix}", one.name, f"Write the report as a {one.suffix} file", self)
        box.setChecked(one.suffix not in ReportDialog.left_out)
        box.toggled.connect(self._on_format_toggled)
        return box

    @Slot()
    def _on_option_toggled(self) -> None:
        self._show_state()
        self._refresh_soon()

    # What was measured

    @Slot(object)
    def show_measured(self, measured: MeasuredRun) -> None:
        """Make the report one on this."""
        self._measured = measured
        self._show_state()
        self._refresh()

    @Slot()
    def show_cancelled(self) -> None:
        """Do without what was not measured."""
        self._pages.show_text(_CANCELLED)
        if self._measured is not None and self._measured.lacks(self.options()):
            self._options["comparison"].setChecked(False)

    def _show_state(self) -> None:
        """Say what the report is on, and have what it lacks measured."""
        measured = self._measured
        self._refresh_save()
        if measured is None:
            return
        about = measured.about
        lacks = measured.lacks(self.options())
        more = "; the comparison with other denoisers follows" if lacks else ""
        self._about.setText(f"On the run at iteration {about.iteration:,}{more}")
        if lacks:
            self.comparisonWanted.emit(measured)

    @Slot(str)
    def show_failure(self, text: str) -> None:
        """Say why there is no report."""
        self._pages.show_text(text)
        if self._measured is not None:
            self._about.setText(text)

    # The pages

    @Slot()
    def _refresh_soon(self) -> None:
        self._soon.start()

    @Slot()
    def _refresh(self) -> None:
        """Draw the pages anew, in the background."""
        self._soon.stop()
        if self._measured is None:
            return
        if self._job is not None:
            self._job.discard()
        width = self._pages.page_width()
        self._job = self._jobs.start(
            page_pictures, self._measured, self._words.value, self.options(), width, failure="The pages were not drawn"
        )
        self._job.done.connect(self._show_pages)
        self._job.failed.connect(self.show_failure)

    @Slot(object)
    def _show_pages(self, pictures: list[QImage]) -> None:
        self._pages.show_pages(pictures)

    # Writing

    @Slot()
    def _on_save(self) -> None:
        if self._measured is not None and self.formats():
            self.saveRequested.emit(self._measured, self.options(), self.formats())

    @Slot()
    def _on_format_toggled(self) -> None:
        ReportDialog.left_out = frozenset(suffix for suffix, box in self._formats.items() if not box.isChecked())
        self._refresh_save()

    @Slot()
    def _refresh_save(self) -> None:
        measured = self._measured
        self._save.setEnabled(measured is not None and not measured.lacks(self.options()) and bool(self.formats()))

    def done(self, result: int) -> None:
        """Close, and draw nothing any more."""
        self._soon.stop()
        if self._job is not None:
            self._job.discard()
        super().done(result)

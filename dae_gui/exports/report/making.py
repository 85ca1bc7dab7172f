"""What is done in the background for a report: measuring, drawing its pages, and writing its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from dae_core.datasets import Dataset
from dae_core.errors import UserError
from dae_core.files import file_errors_as, write_atomically
from dae_core.jobs import Monitor
from dae_core.sessions.report_words import ReportWords
from dae_core.sessions.run import Run
from dae_core.sessions.user_texts import UserTexts

if TYPE_CHECKING:  # SciPy, which it needs, is imported when the first report is asked for
    from dae_core.report.document import Document
    from dae_core.report.measurements import Measured, ReportInput
    from dae_core.report.options import ReportOptions


@dataclass(frozen=True)
class ReportFormat:
    """One kind of file that a report is written as: its ending, what people call it, and what makes its contents."""

    suffix: str
    name: str
    contents: Callable[[Document], bytes]


def _pdf(document: Document) -> bytes:
    from dae_gui.exports.report.pages import lay_out, pdf_bytes

    return pdf_bytes(lay_out(document))


def _html(document: Document) -> bytes:
    from dae_core.report.web_page import html

    return html(document).encode("utf-8", "replace")


FORMATS = (ReportFormat(".pdf", "PDF", _pdf), ReportFormat(".html", "Web page", _html))
"""In the order in which they are offered; what is written first is what is opened."""


@dataclass(frozen=True, eq=False)
class MeasuredRun:
    """A run and what was measured of it: all that a report needs besides words and choices."""

    about: ReportInput
    found: Measured

    def lacks(self, options: ReportOptions) -> bool:
        """Whether something is still to be measured for a report with these choices."""
        return options.comparison and not self.found.methods

    def document(self, words: ReportWords, options: ReportOptions) -> Document:
        """Return the report."""
        from dae_core.report.compose import compose

        return compose(self.about, self.found, words, options)


def measure_run(
    run: Run, dataset: Dataset, runs: tuple[Run, ...], texts: UserTexts, when: str, monitor: Monitor
) -> MeasuredRun:
    """Measure a run on its data set, but for the comparison; ``runs`` are those of its session, and so are ``texts``.

    Raises Cancelled.
    """
    from dae_core.lessons.own_work import own_work
    from dae_core.lessons.starting import data_name
    from dae_core.report.measurements import ReportInput, measure

    monitor.report(0.0, "reading the curves")
    work = own_work(texts.lessons, texts.code, data_name(dataset))
    about = ReportInput.of_run(run, dataset, runs, when=when, own_work=work)
    return MeasuredRun(about, measure(about, monitor, compares=False))


def compare_run(measured: MeasuredRun, monitor: Monitor) -> MeasuredRun:
    """Return what was measured with the comparison with other methods, which takes most of the time.

    Raises Cancelled.
    """
    from dae_core.report.measurements import compare

    return MeasuredRun(measured.about, compare(measured.about, measured.found, monitor))


def page_pictures(
    measured: MeasuredRun, words: ReportWords, options: ReportOptions, width: int, monitor: Monitor
) -> list[QImage]:
    """Return the pages of a report as pictures of so many pixels across. Raises Cancelled."""
    from dae_gui.exports.report.pages import lay_out, page_picture

    document = measured.document(words, options)
    monitor.check()
    report = lay_out(document)
    pictures = []
    for number in range(len(report.pages)):
        monitor.check()
        pictures.append(page_picture(report, number, width))
    return pictures


def write_report(
    measured: MeasuredRun,
    words: ReportWords,
    options: ReportOptions,
    formats: Sequence[ReportFormat],
    path: Path,
    monitor: Monitor,
) -> Path:
    """Write a report in some formats, each beside the others, and return the first file.

    Raises
    ------
    UserError
        When a file cannot be written; none is written in part.
    Cancelled
        When ``monitor`` says so.
    """
    document = measured.document(words, options)
    files = []
    for place, one in enumerate(formats):
        monitor.report(0.2 + 0.7 * place / len(formats), f"drawing the {one.name}")
        files.append((path.with_suffix(one.suffix), one.contents(document)))
    monitor.report(0.9, "writing")
    for file, contents in files:
        with file_errors_as(UserError, file):
            write_atomically(file, contents)
    return files[0][0]

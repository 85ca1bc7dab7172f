"""Is it any good? The network beside the classical denoisers, on the same held-out digits with the same noise."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHeaderView,
    QStackedWidget,
    QWidget,
)

from dae_core.datasets import Dataset
from dae_core.datasets.dataset import PIXEL_UNITS
from dae_core.evaluation.comparison import Bench, Judged, comparison_csv, judge_others, verdict
from dae_core.files import write_atomically
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_gui.panels.comparison_panel.picture_strip import PictureStrip
from dae_gui.panels.comparison_panel.tables import class_table, means_table
from dae_gui.support import notices
from dae_gui.support.file_dialogs import COMPARISON, ask_where_to_save
from dae_gui.support.jobs import Jobs
from dae_gui.widgets.controls.count_box import CountBox
from dae_gui.widgets.controls.figure_table import FigureTable
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import check_box, combo_box, named, push_button, text_label
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

_COUNTS = (200, 500, 1000)
_DEFAULT_COUNT = 500
_SHARE = 1 / 15  # of the time, at most, is spent on judging the network
_SHORT = {
    "noisy": "noisy",
    "median": "median",
    "blur": "blur",
    "tv": "TV",
    "nlm": "NL means",
    "pca": "PCA",
    "linear": "linear",
    "network": "network",
}
_VIEWS = (
    ("Table", "table", "The means over all images"),
    ("MSE by class", "mse", f"Mean squared error in {PIXEL_UNITS}, for each class"),
    ("PSNR by class", "psnr", "Peak signal-to-noise ratio in dB, mean over the images of each class"),
    ("SSIM by class", "ssim", "Structural similarity, mean over the images of each class"),
    ("Pictures", "pictures", "A few images as each method leaves them"),
)
_CLIP_TIP = (
    "Cut the noisy images off at black and white, as a camera would, before any method gets them.\n"
    "Only Gaussian noise goes beyond; the network was trained on noise that is not cut off."
)
_TABLE_TIP = (
    "All methods get the same held-out images with the same noise. Bold: the best of its column.\n"
    f"MSE in {PIXEL_UNITS}; PSNR for a peak of 1, mean over images of each image's PSNR;\n"
    "SSIM of the pictures as seen, mean. Filters are tuned for the least MSE on training images.\n"
    "Ctrl+C copies the selected cells, or all."
)


@dataclass(frozen=True)
class _Request:
    """What a comparison is of."""

    dataset: Dataset
    corruption: Corruption
    count: int
    clip: bool


class ComparisonPanel(StudyPanel):
    """A table of methods, pictures of a few digits, and one sentence that says who wins.

    The classical methods are tuned and measured once for each data set and noise, when the user asks for it; after
    that only the network's row follows the weights. Results that no longer fit data or noise are dropped.
    """

    interval_ms: ClassVar[int] = 1000

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("comparisonPanel")
        self._request: _Request | None = None  # of the work that goes on
        self._done: _Request | None = None  # of the results that are shown
        self._bench: Bench | None = None
        self._others: tuple[Judged, ...] = ()
        self._network: Judged | None = None
        self._judged_iteration = -1
        self._was_dropped = False
        self._make_controls()
        self._lay_out()
        self._connect()
        self._offer_counts()
        self.follow(workbench.configChanged, workbench.weightsChanged)
        self._show()

    def _offer_counts(self) -> None:
        if self.dataset is not None:
            self._count.offer(len(self.dataset.test_images))

    def _make_controls(self) -> None:
        self.line = JobLine(
            "compare",
            "Compare",
            "Tune the classical denoisers on training images, and measure all (half a minute)",
            self,
        )
        tip = "On how many held-out images all methods are measured"
        self._count = CountBox("compareCountComboBox", "Number of held-out images", tip, _COUNTS, _DEFAULT_COUNT, self)
        self._clip = check_box("compareClipCheckBox", "Clip", _CLIP_TIP, self, "Clip the noisy images")
        self._view = combo_box(
            "compareViewComboBox",
            "What is shown",
            "The means, the figures of each class, or pictures",
            [(text, data) for text, data, _ in _VIEWS],
            self,
            [tip for _, _, tip in _VIEWS],
        )
        self._export = push_button(
            "compareExportButton",
            "CSV…",
            "Write all figures, those of each class too, into a CSV file",
            self,
            "Export the comparison as CSV",
        )
        self.table = named(FigureTable(self), "compareTable", "Figures of all methods", _TABLE_TIP)
        self.strip = named(PictureStrip(self), "comparePictures", "Digits as each method leaves them")
        self._hint = text_label("compareHintLabel", "What to do", self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setMargin(24)
        self._verdict = text_label("compareVerdictLabel", "Verdict", self)

    def _lay_out(self) -> None:
        controls = FlowLayout()
        controls.setSpacing(6)
        for widget in (self._count, self._clip, self.line, self._view, self._export):
            controls.addWidget(widget)
        self._pages = QStackedWidget(self)
        for page in (self._hint, self.table, self.strip):
            self._pages.addWidget(page)
        self.setLayout(vbox(controls, (self._pages, 1), self._verdict, spacing=4, margins=(6, 4, 6, 4)))

    def _connect(self) -> None:
        self.line.started.connect(self.compare)
        self._count.currentIndexChanged.connect(self._on_choice_changed)
        self._clip.toggled.connect(self._on_choice_changed)
        self._view.currentIndexChanged.connect(self._show)
        self._export.clicked.connect(self._on_export)

    # -- the work ------------------------------------------------------------------------------------------------

    def methods(self) -> tuple[Judged, ...]:
        """Return the figures that are shown, those of the network last; empty before a comparison."""
        return self._others if self._network is None else (*self._others, self._network)

    @Slot()
    def compare(self) -> None:
        """Tune and measure everything anew in the background."""
        request = self._wanted()
        if request is None:
            return
        self._request = request
        job = self.ask("compare", _compare, self._on_compared, request)
        job.failed.connect(self._on_compare_failed)
        job.cancelled.connect(self._on_cancelled)
        job.show_in(self.line)
        self._show()

    def study(self) -> None:
        """Drop what no longer fits, and bring the network's row up to date."""
        wanted = self._wanted()
        if self._request not in (None, wanted):
            self._stop()
        if self._done not in (None, wanted):
            self._drop_results()
            self._was_dropped = True
        if self._bench is not None and self.model is not None and not self.is_asking("network"):
            if self.iteration != self._judged_iteration or self._network is None:
                self.ask("network", _judge, self._on_judged, self._bench, self.model, self.iteration)
            return
        self._show()

    def forget(self) -> None:
        """Forget what was found on the data set before."""
        self._offer_counts()
        self._stop()
        self._drop_results()
        self._was_dropped = False
        self._show()

    def _wanted(self) -> _Request | None:
        if self.dataset is None:
            return None
        corruption = self.config.corruption
        clip = self._clip.isChecked() and not corruption.is_bounded
        return _Request(self.dataset, corruption, self._count.count_of_images(), clip)

    def _stop(self) -> None:
        self.discard("compare")
        self._request = None

    def _drop_results(self) -> None:
        self.discard("network")
        self._done, self._bench, self._others, self._network = None, None, (), None
        self._judged_iteration = -1

    @Slot()
    def _on_cancelled(self) -> None:
        self._stop()
        notices.note(self, "The comparison was cancelled.")
        self._show()

    @Slot(object)
    def _on_compared(self, result: tuple[Bench, tuple[Judged, ...]]) -> None:
        request, self._request = self._request, None
        self._drop_results()
        self._done = request
        self._bench, self._others = result
        self._was_dropped = False
        self._show()
        self.invalidate()

    @Slot()
    def _on_compare_failed(self) -> None:
        self._request = None
        self._show()

    @Slot(object)
    def _on_judged(self, result: tuple[Judged, int, float]) -> None:
        self._network, self._judged_iteration, seconds = result
        self.rest(seconds, _SHARE)
        self._show()
        if self._judged_iteration != self.iteration:
            self.invalidate()

    @Slot()
    def _on_choice_changed(self) -> None:
        self.study()

    # -- what is shown -------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        bench, methods = self._bench, self.methods()
        self._clip.setEnabled(not self.config.corruption.is_bounded)
        self.line.start_button.setEnabled(self.dataset is not None)
        self._export.setEnabled(bool(methods))
        view = str(self._view.currentData())
        has_classes = bench is not None and bench.labels is not None
        if bench is None or (view in ("mse", "psnr", "ssim") and not has_classes):
            self._hint.setText(self._hint_text() if bench is None else "The classes of these digits are not known.")
            self._pages.setCurrentWidget(self._hint)
        elif view == "pictures":
            self.strip.show_columns(
                ["clean", *(_SHORT[method.key] for method in methods)],
                [bench.clean_pictures(), *(method.pictures for method in methods)],
            )
            self._pages.setCurrentWidget(self.strip)
        else:
            if view == "table" or bench.labels is None:
                titles, rows = means_table(methods)
            else:
                titles, rows = class_table(methods, view, bench.labels)  # type: ignore[arg-type]  # one of METRICS
            is_new = self.table.columnCount() != len(titles) or self.table.rowCount() != len(rows)
            self.table.show_rows(titles, rows)
            if is_new:
                self._divide_columns(is_means=view == "table")
            self._pages.setCurrentWidget(self.table)
        self._verdict.setText(self._verdict_text())
        self._verdict.setVisible(bool(self._verdict.text()))

    def _divide_columns(self, *, is_means: bool) -> None:
        header = self.table.horizontalHeader()
        for column in range(self.table.columnCount()):
            to_contents = column == 0 or is_means
            mode = QHeaderView.ResizeMode.ResizeToContents if to_contents else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
        if is_means:
            header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def _hint_text(self) -> str:
        if self.dataset is None:
            return self.no_data_text
        if self._request is not None:
            return "The classical denoisers are tuned on training images; the results come here."
        if self._was_dropped:
            return "The noise or the choice of digits has changed, so the old results were dropped. Compare again."
        return (
            "Is the network better than a median, non-local means or a straight line? “Compare” tunes the classical "
            "denoisers on training images, and measures all of them and the network on the same held-out images."
        )

    def _verdict_text(self) -> str:
        bench = self._bench
        if bench is None:
            return ""
        level = f"{bench.corruption.level_name} {bench.corruption.level:g}"
        clip = ", clipped" if bench.clip else ""
        about = (
            f"{len(bench):,} of {len(bench.dataset.test_images):,} held-out {bench.dataset.noun}, "
            f"{bench.corruption.name} noise, {level}{clip}; PSNR is the mean over images."
        )
        when = "" if self._network is None else f"Iteration {self._judged_iteration:,}. "
        return f"{verdict(self.methods())} {when}{about} {bench.left_out}".strip()

    # -- files ---------------------------------------------------------------------------------------------------

    def export_csv(self, path: str | Path) -> bool:
        """Write all figures into a CSV file; on failure emit `failed` and return False."""
        if self._bench is None:
            return False
        try:
            write_atomically(path, comparison_csv(self._bench, self.methods()).encode("utf-8"))
        except OSError as error:
            notices.warn(self, f"{path} could not be written: {error.strerror or error}.")
            return False
        notices.note_saved(self, path)
        return True

    @Slot()
    def _on_export(self) -> None:
        path = ask_where_to_save(COMPARISON, "comparison.csv", self)
        if path is not None:
            self.export_csv(path)


def _compare(request: _Request, monitor: Monitor) -> tuple[Bench, tuple[Judged, ...]]:
    bench = Bench(request.dataset, request.corruption, request.count, request.clip)
    return bench, judge_others(bench, monitor)


def _judge(bench: Bench, model: AutoEncoder, iteration: int, _monitor: Monitor) -> tuple[Judged, int, float]:
    started = time.perf_counter()
    return bench.judge_network(model), iteration, time.perf_counter() - started

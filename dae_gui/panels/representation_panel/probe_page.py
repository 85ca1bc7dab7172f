"""The probe: how many held-out digits a linear classifier mistakes that reads the code, beside what it has to beat."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from dae_core.model.autoencoder import AutoEncoder
from dae_core.representation.confusions import confusions
from dae_core.representation.linear_classifier import NAME
from dae_core.representation.probe import CONTENDERS, Probe, Reading, reason_against
from dae_core.training.snapshots import Snapshot
from dae_gui.panels.representation_panel.confusion_pictures import ConfusionPictures
from dae_gui.panels.representation_panel.probe_readings import (
    CODE,
    QUICK,
    Readings,
    Result,
    Subject,
    in_halves,
    read,
    read_all,
)
from dae_gui.support import notices
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.elided_label import ElidedLabel
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import check_box, combo_box, named
from dae_gui.widgets.plots.interval_chart import Bar, Group, IntervalChart
from dae_gui.widgets.plots.trend_plot import Trend, TrendPlot
from dae_gui.workbench.state import State
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

_SHARE = 0.1  # of the time, at most, is spent on measuring beside a run
_CLEAN, _NOISY = "clean", "noisy"
_SERIES = ((_CLEAN, "accent"), (_NOISY, "sparsity"))
_TREND = "code, clean"
_CHART_TIP = (
    f"Share of the held-out images that a linear classifier ({NAME}) mistakes. It is fitted to training images, of "
    "which some decide how strongly its weights are penalized; held-out images decide nothing.\n"
    "PCA: as many principal components as there are hidden units. Start weights: the code before any training.\n"
    "The line is the 95 % confidence interval (Wilson 1927). Noisy: fitted to noisy images, measured on noisy ones.\n"
    "Ctrl+C copies the numbers."
)
_NOT_YET = "Press “Measure all”: a classifier for each kind of features, fitted to all training images"


class ProbePage(StudyPanel):
    """Bars of errors, the commonest confusions as pictures, and the error along the run.

    A quick measurement, of some images, follows the weights; one of all images is made when it is asked for.
    """

    interval_ms: ClassVar[int] = 300

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("probePage")
        self._probe: Probe | None = None
        self._quick, self._whole = Readings(), Readings()
        self._trend: dict[int, float] = {}  # error in percent by iteration
        self._due: list[Snapshot] = []
        self._n_due = 0
        self._refused: tuple[AutoEncoder, str] | None = None  # weights that cannot be probed, and why
        self._make_controls()
        self.chart = IntervalChart("probeChart", "Mistaken", _SERIES, "%", self)
        self.chart.setToolTip(plain_tip(_CHART_TIP))
        self.pictures = ConfusionPictures(self)
        self.trend = TrendPlot("probeTrendPlot", "Along the run (%)", "iteration", [Trend(_TREND)], self, dots=True)
        self.trend.setToolTip(
            plain_tip(
                f"The error on the clean code at the snapshots of the run, of a classifier that is fitted to {QUICK:,} "
                "images. Ctrl+C copies the numbers."
            )
        )
        self._text = named(ElidedLabel("", self), "probeTextLabel", "What was measured")
        self._lay_out()
        workbench.historyReplaced.connect(self._on_run_replaced)
        self.follow(workbench.weightsChanged, workbench.configChanged, workbench.stateChanged)
        self._show()

    def _make_controls(self) -> None:
        self._amount = combo_box(
            "probeAmountComboBox",
            "Measured on",
            "The quick measurement follows the weights; that of all images is made when you ask for it",
            [("", False), ("all images", True)],
            self,
        )
        self._tell_amount()
        self._amount.currentIndexChanged.connect(self._show)
        tip = "Fit classifiers to all training images, and measure them on all held-out ones (MNIST: a minute or two)"
        self.line = JobLine("probe", "Measure all", tip, self)
        self.line.started.connect(self.measure)
        self._live = check_box(
            "probeLiveCheckBox",
            "Live",
            f"Measure again and again while training goes on; that takes at most {_SHARE:.0%} of the time",
            self,
            "Measure while training",
        )
        self._live.setChecked(True)
        self._live.toggled.connect(self.invalidate)
        tip = "Measure the snapshots of the run quickly, one after another"
        self.along = JobLine("probeAlong", "Along the run", tip, self)
        self.along.started.connect(self.measure_snapshots)
        self.along.cancelled.connect(self._on_along_cancelled)

    def _lay_out(self) -> None:
        top = FlowLayout()
        for widget in (self._amount, self.line, self._live, self.along):
            top.addWidget(widget)
        right = vbox((self.pictures, 1), (self.trend, 1), spacing=6)
        middle = hbox((self.chart, 1), (right, 1), spacing=12)
        self.setLayout(vbox(top, (middle, 1), self._text, spacing=3, margins=(6, 3, 6, 3)))

    # -- what there is to study -----------------------------------------------------------------------------------

    def forget(self) -> None:
        """Forget what was found on the data set before."""
        self._probe, self._refused = None, None
        self._quick, self._whole, self._trend = Readings(), Readings(), {}
        self._stop_along()
        self._tell_amount()
        if self.isVisible():
            self._show()

    def _tell_amount(self) -> None:
        """Say how many images the quick measurement takes, which are no more than there are."""
        count = QUICK if self.dataset is None else min(QUICK, len(self.dataset.train_images))
        self._amount.setItemText(0, f"{count:,} images, quick")

    @Slot()
    def _on_run_replaced(self) -> None:
        """Begin the curve anew."""
        self._trend = {}
        self._stop_along()
        self.invalidate()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the quick measurements; what was asked for goes on."""
        super().hideEvent(event)
        self.discard("quick")
        self.invalidate()

    def _subject(self) -> Subject | None:
        return None if self.model is None else Subject(self.model, self.config, self.iteration)

    # -- measuring -----------------------------------------------------------------------------------------------

    def study(self) -> None:
        """Have measured quickly what is not known of the present weights, one thing after another."""
        self._show()
        dataset, subject = self.dataset, self._subject()
        if dataset is None or subject is None or self._hint() or self._due or self.is_asking("quick"):
            return
        item = self._quick.next(subject)
        if item is not None and (self._live.isChecked() or self.state is not State.RUNNING):
            self.ask("quick", read, self._on_quick, dataset, self._probe, item, subject)

    @Slot(object)
    def _on_quick(self, result: Result) -> None:
        self._take(result, self._quick)
        if self.state is State.RUNNING:
            self.rest(result.seconds, _SHARE)
        self._show()
        self.invalidate()

    def _take(self, result: Result, readings: Readings) -> None:
        self._probe = result.probe
        if result.refusal:
            self._refused = result.subject.model, result.refusal
            return
        readings.put(result.item, result.subject, result.reading)
        if result.item == CODE and result.reading is not None:
            self._trend[result.subject.iteration] = 100 * result.reading.error

    @Slot()
    def measure(self) -> None:
        """Measure everything on all images in the background."""
        dataset, subject = self.dataset, self._subject()
        if dataset is not None and subject is not None:
            job = self.ask("whole", read_all, self._on_whole, dataset, subject)
            job.cancelled.connect(self._on_cancelled)
            job.show_in(self.line)

    @Slot(object)
    def _on_whole(self, readings: Readings) -> None:
        self._whole = readings
        self._amount.setCurrentIndex(self._amount.findData(True))
        self._show()

    @Slot()
    def _on_cancelled(self) -> None:
        notices.note(self, "The measurement was cancelled.")

    # -- the curve along the run ---------------------------------------------------------------------------------

    @Slot()
    def measure_snapshots(self) -> None:
        """Measure the snapshots that are not measured yet, one after another, so that the curve grows."""
        missing = [snapshot for snapshot in self.workbench.snapshots if snapshot.iteration not in self._trend]
        self._due = [missing[place] for place in in_halves(len(missing))]
        self._n_due = len(self._due)
        if self._due:
            self.discard("quick")
            self.along.begin()
            self._go_along()
        else:
            notices.note(self, "All snapshots of the run are measured.")

    def _go_along(self) -> None:
        dataset = self.dataset
        if dataset is None or not self._due:
            self._stop_along()
            self.invalidate()
            return
        snapshot = self._due[0]
        done = self._n_due - len(self._due)
        self.along.show_progress(done / self._n_due, f"{done:,} of {self._n_due:,} snapshots")
        subject = Subject(snapshot.model, self.config, snapshot.iteration)
        self.ask("along", read, self._on_snapshot, dataset, self._probe, CODE, subject)

    @Slot(object)
    def _on_snapshot(self, result: Result) -> None:
        self._take(result, Readings())
        self._due = self._due[1:]
        self._show()
        self._go_along()

    def _stop_along(self) -> None:
        self.discard("along")
        self._due = []
        self.along.end()

    @Slot()
    def _on_along_cancelled(self) -> None:
        self._stop_along()
        self.invalidate()

    # -- what is shown -------------------------------------------------------------------------------------------

    def _hint(self) -> str:
        """Return why nothing can be measured, in a sentence; empty where it can be."""
        if self.dataset is None:
            return self.no_data_text
        if self.model is None:
            return "The probe begins as soon as there are weights."
        refused = self._refused
        return reason_against(self.dataset) or (refused[1] if refused and refused[0] is self.model else "")

    @Slot()
    def _show(self) -> None:
        hint = self._hint()
        for line in (self.line, self.along):
            line.start_button.setEnabled(not hint)
        readings = self._whole if self._amount.currentData() else self._quick
        code = readings.get(CODE)
        steps = sorted(self._trend)
        self.trend.show_trends(steps, {_TREND: [self._trend[step] for step in steps]} if steps else {})
        if hint or code is None or readings.subject is None:
            waiting = _NOT_YET if self._amount.currentData() else "Measuring …"
            self.chart.show_groups((), hint or waiting)
            self.pictures.show_confusions((), None, "")
            self._text.clear()
            return
        self.chart.show_groups([_group(key, readings) for key in CONTENDERS if not readings.is_left_out((key, False))])
        self.pictures.show_confusions(confusions(code), self.dataset, "None is mistaken.")
        self._text.setText(self._about(code, readings.subject, left_out=readings.is_left_out(("pca", False))))

    def _about(self, code: Reading, subject: Subject, *, left_out: bool) -> str:
        dataset = self.dataset
        if dataset is None:
            return ""
        trained = f"{code.train_images:,} of {len(dataset.train_images):,} training {dataset.noun}"
        text = (
            f"Iteration {subject.iteration:,}: fitted to {trained}, measured on {code.count:,} held-out ones. "
            f"Noisy: {subject.noise.describe()}, as in training."
        )
        return f"{text} PCA is left out: the images have too many pixels for it." if left_out else text


def _group(key: str, readings: Readings) -> Group:
    """Return the bars of one kind of features; what is not measured yet is NaN."""
    bars = []
    for series, noisy in zip((_CLEAN, _NOISY), (False, True), strict=True):
        reading = readings.get((key, noisy))
        if reading is None:
            bars.append(Bar(series))
        else:
            low, high = reading.interval
            tip = f"{reading.wrong:,} of {reading.count:,}, by {reading.size:,} features ({CONTENDERS[key].title})"
            bars.append(Bar(series, 100 * reading.error, 100 * low, 100 * high, tip))
    return Group(CONTENDERS[key].short, tuple(bars))

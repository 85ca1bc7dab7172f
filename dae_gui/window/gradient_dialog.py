"""The window that holds the gradient against finite differences, block by block, beside the main window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QAbstractScrollArea, QDialog, QDialogButtonBox, QSizePolicy, QWidget

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import add_noise
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder, Gradient
from dae_core.model.gradient_check import BlockCheck, check_gradient, explain, in_doubles
from dae_core.training.config import TrainingConfig
from dae_gui.panels.gradient_table import GradientTable
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import combo_box, text_label
from dae_gui.workbench.workbench import Workbench

_KINDS = (("The run's gradient", "run"), ("Exact gradient", "exact"), ("As published (faulty)", "published"))
_ENTRIES = (50, 200, 1000, 5000)
_DEFAULT_ENTRIES = 200
_INTRODUCTION = (
    "Each entry θ of a block is moved up and down by s = 10⁻⁴ in float64, and (E(θ + s) − E(θ − s)) / 2s is held "
    "against what backward gives, on one random training digit. The run is not touched."
)


@dataclass(frozen=True, eq=False)
class _Request:
    dataset: Dataset
    model: AutoEncoder
    config: TrainingConfig
    kind: str
    gradient: Gradient
    entries: int
    seed: int
    iteration: int


@dataclass(frozen=True, eq=False)
class _Result:
    checks: dict[str, BlockCheck]
    digit: int
    request: _Request


class GradientDialog(QDialog):
    """Checks the gradient at the weights of this moment, in the background.

    Parameters
    ----------
    workbench
        Holds the data and the weights.
    jobs
        Do the work.
    parent
        The main window; the dialog does not block it.
    """

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gradientDialog")
        self.setWindowTitle("Check the gradient")
        self._workbench = workbench
        self._jobs = jobs
        self._job: Job | None = None
        self._seed = 0
        self._has_result = False
        introduction = PlainLabel(_INTRODUCTION, self)
        introduction.setWordWrap(True)
        tip = "The gradient to check: that of the run, or one of the two"
        self._kind = combo_box("gradientKindComboBox", "Gradient to check", tip, _KINDS, self)
        tip = "Random entries of each block that are checked; of a smaller block all"
        items = ((f"{count:,} entries a block", count) for count in _ENTRIES)
        self._entries = combo_box("gradientEntriesComboBox", "Entries of each block", tip, items, self)
        self._entries.setCurrentIndex(_ENTRIES.index(_DEFAULT_ENTRIES))
        self.line = JobLine("check", "Check", "Check on another random training digit", self)
        self.line.started.connect(self.check)
        self.table = GradientTable(self)
        self.table.setSizeAdjustPolicy(QAbstractScrollArea.SizeAdjustPolicy.AdjustToContents)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._verdict = text_label("gradientVerdictLabel", "Verdict", self)
        self._verdict.setMinimumHeight(5 * self.fontMetrics().height())
        self._verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        choices = hbox(self._kind, self._entries, (self.line, 1))
        self.setLayout(vbox(introduction, choices, self.table, (self._verdict, 1), buttons, spacing=10))
        self.finished.connect(self._on_finished)
        workbench.weightsChanged.connect(self._show_what_is_there)
        self.table.show_checks({})
        self._show_what_is_there()

    def sizeHint(self) -> QSize:
        """Return room for the table and the verdict."""
        return QSize(620, 400)

    @Slot()
    def _show_what_is_there(self) -> None:
        has_model = self._workbench.model is not None
        self.line.start_button.setEnabled(has_model)
        if not self.line.is_working() and not self._has_result:
            self._verdict.setText("" if has_model else "There is nothing to check yet: data is still to be loaded.")

    @Slot()
    def check(self) -> None:
        """Check on another digit, in the background."""
        bench = self._workbench
        if bench.dataset is None or bench.model is None:
            return
        kind = self._kind.currentData()
        gradient: Gradient = bench.config.gradient if kind == "run" else kind
        self._seed += 1
        self.table.show_checks({})
        self._verdict.clear()
        request = _Request(
            bench.dataset,
            bench.model,
            bench.config,
            kind,
            gradient,
            int(self._entries.currentData()),
            self._seed,
            bench.progress.iteration,
        )
        self._job = self._jobs.start(_check, request, failure="The gradient could not be checked")
        self._job.done.connect(self._on_done)
        self._job.failed.connect(self._verdict.setText)
        self._job.cancelled.connect(self._on_cancelled)
        self._job.show_in(self.line)

    @Slot(object)
    def _on_done(self, result: _Result) -> None:
        self._has_result = True
        request = result.request
        self.table.show_checks(result.checks)
        gradient, note = str(request.gradient), ""
        if request.config.own_backward and request.kind == "run":
            gradient = "the program's exact one"
            note = "The run has a backward of its own, which is checked in Your code. "
        self._verdict.setText(
            f"{note}{explain(result.checks, request.gradient)}\n"
            f"Gradient: {gradient}; weights of iteration {request.iteration:,}; "
            f"training digit no. {result.digit:,} with {request.config.corruption.describe()} noise."
        )

    @Slot()
    def _on_cancelled(self) -> None:
        self._verdict.setText("Cancelled.")

    @Slot()
    def _on_finished(self) -> None:
        if self._job is not None:
            self._job.cancel()


def _check(request: _Request, monitor: Monitor) -> _Result:
    config = request.config
    rng = np.random.default_rng([config.seed, request.seed])
    images = request.dataset.train_images
    digit = int(rng.integers(len(images)))
    clean, noisy = add_noise(request.dataset, images[digit], config.corruption, request.seed)
    model = in_doubles(request.model)
    model.gradient = request.gradient
    checks = check_gradient(
        model,
        noisy.astype(np.float64),
        clean.astype(np.float64),
        samples_per_block=request.entries,
        rng=rng,
        monitor=monitor,
    )
    return _Result(checks, digit, request)

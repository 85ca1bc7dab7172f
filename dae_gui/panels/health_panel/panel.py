"""The health of the run: live curves, what is wrong in a sentence, and what can be done about it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QToolButton, QWidget

from dae_core.datasets import Dataset
from dae_core.datasets.dataset import PIXEL_UNITS
from dae_core.inspection.diagnosis import Remedy, diagnose
from dae_core.inspection.health_metrics import GRADIENT_DIGITS, HealthEvaluator, HealthLog, HealthMetrics
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.training.snapshots import Snapshot
from dae_gui.panels.health_panel.charts import Charts
from dae_gui.panels.health_panel.diagnosis_row import DiagnosisRow
from dae_gui.support import notices
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.elided_label import ElidedLabel
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named, text_label
from dae_gui.workbench.facts import Weights
from dae_gui.workbench.state import State
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

# At most so much of the time is spent on measuring; the fastest measurements come four times a second.
_SHARE = 0.12
_ROWS = 2
_AT_ONCE = 12  # snapshots
_NO_MODEL = "The health of a run is shown as soon as data is loaded."
_NOT_TRAINED = "These are the start weights. Press Start: the curves grow while this panel is open."
_WELL = "No sign of trouble."
_WELL_TIP = (
    "Looked for: dead units, an error or a gradient that explodes, a learning rate that is too large or too small, "
    "overfitting. Each has a stated criterion, shown with the diagnosis."
)


@dataclass(frozen=True, eq=False)
class _Result:
    evaluator: HealthEvaluator
    model: AutoEncoder
    metrics: HealthMetrics
    seconds: float


class HealthPanel(StudyPanel):
    """Measures the weights while it is visible, and keeps what it found for the length of the run.

    Signals
    -------
    reviveRequested(object)
        The user wants these hidden units, a tuple of int, to get new start weights.
    rateScaled(float)
        The user wants the learning rate multiplied by this.
    """

    interval_ms: ClassVar[int] = 250

    reviveRequested = Signal(object)
    rateScaled = Signal(float)

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("healthPanel")
        self._evaluator: HealthEvaluator | None = None
        self._measured: AutoEncoder | None = None
        self.log = HealthLog()
        self._rows = [DiagnosisRow(self) for _ in range(_ROWS)]
        self._status = text_label("healthStatusLabel", "How the run does", self, wraps=False)
        self._about = named(ElidedLabel(parent=self), "healthAboutLabel", "What was measured")
        name = "Copy all curves of the health panel"
        self._copy = named(QToolButton(self), "healthCopyButton", name, "Copy all curves as one table")
        self._copy.setText("Copy numbers")
        self._copy.setAutoRaise(True)
        self._copy.clicked.connect(self._on_copy_clicked)
        self.charts = Charts(self)
        for row in self._rows:
            row.remedyChosen.connect(self._on_remedy_chosen)
            row.hide()
        bottom = hbox((self._about, 1), self._copy)
        self.setLayout(vbox(*self._rows, self._status, (self.charts, 1), bottom, spacing=3, margins=(6, 4, 6, 2)))
        workbench.weightsChanged.connect(self._on_weights_changed)
        self.follow(workbench.weightsChanged, workbench.configChanged, workbench.stateChanged)
        self._show()

    # -- what there is to study -----------------------------------------------------------------------------------

    def forget(self) -> None:
        """Forget what was measured on the data set before."""
        self._evaluator = self._measured = None
        self.log = HealthLog()
        if self.isVisible():
            self._show()

    @Slot(object)
    def _on_weights_changed(self, weights: Weights | None) -> None:
        """Begin anew with weights of an earlier iteration or of another size: they are of another run."""
        last = self.log.entries[-1] if self.log.entries else None
        if weights is None or last is None:
            return
        if weights.iteration < last.iteration or weights.model.n_hidden != last.n_units:
            self.discard("measure")
            self.log = HealthLog()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop measuring."""
        super().hideEvent(event)
        self.discard_all()
        self.invalidate()

    # -- measuring -----------------------------------------------------------------------------------------------

    def study(self) -> None:
        """Have the newest weights measured, if they are not yet."""
        self._show()
        dataset, model = self.dataset, self.model
        if dataset is None or model is None or self.is_asking("measure"):
            return
        evaluator = self._evaluator
        if evaluator is not None and evaluator.corruption != self.config.corruption.with_range(
            evaluator.dataset.black, evaluator.dataset.white
        ):
            evaluator = None
        if evaluator is not None and model is self._measured:
            self._fill(evaluator)
        else:
            self.ask(
                "measure",
                _measure,
                self._on_measured,
                evaluator or (dataset, self.config.corruption),
                model,
                self.iteration,
                self.config.learning_rate,
            )

    @Slot(object)
    def _on_measured(self, result: _Result) -> None:
        self._evaluator, self._measured = result.evaluator, result.model
        self.log.add(result.metrics)
        self._rest_beside_training(result.seconds)
        self._show()
        self.invalidate()  # there may be other weights by now, or snapshots to look back at

    def _fill(self, evaluator: HealthEvaluator) -> None:
        """Have snapshots measured from before the panel was opened, some at a time."""
        by_iteration = {snapshot.iteration: snapshot for snapshot in self.workbench.snapshots}
        gaps = self.log.gaps(sorted(by_iteration))
        wanted = [by_iteration[iteration] for iteration in gaps[:: -(-len(gaps) // _AT_ONCE) or 1]]
        if wanted:
            self.ask("measure", _measure_back, self._on_measured_back, evaluator, wanted, self.config.learning_rate)

    @Slot(object)
    def _on_measured_back(self, result: tuple[list[HealthMetrics], float]) -> None:
        entries, seconds = result
        self.log.insert(entries)
        self._rest_beside_training(seconds)
        self._show()
        self.invalidate()

    def _rest_beside_training(self, seconds: float) -> None:
        if self.state is State.RUNNING:
            self.rest(seconds, _SHARE)

    # -- showing -------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        entries = self.log.entries
        found = diagnose(entries, self.config)
        can_treat = self.state in (State.RUNNING, State.PAUSED)
        for place, row in enumerate(self._rows):
            diagnosis = found[place] if place < len(found) else None
            row.show_diagnosis(diagnosis, self.config.architecture, can_treat=can_treat)
        self._status.setVisible(not found)
        self._status.setToolTip(plain_tip(_WELL_TIP))
        self._copy.setEnabled(bool(entries))
        self.charts.show_metrics(entries)
        if not entries:
            hint = self.no_data_text if self.dataset is None else "Measuring …"
            self._status.setText(_NO_MODEL if self.model is None else hint)
            self._about.clear()
            return
        now = entries[-1]
        self._status.setText(_WELL if now.iteration or len(entries) > 1 else _NOT_TRAINED)
        noun = "images" if self.dataset is None else self.dataset.noun
        gradients = min(GRADIENT_DIGITS, now.n_images)
        text = (
            f"Iteration {now.iteration:,} · {now.n_images:,} held-out {noun} ({now.corruption.describe()}), "
            f"gradients on {gradients:,} of them"
        )
        self._about.setText(text)
        self._about.setToolTip(
            plain_tip(
                f"{text}.\nMean |y − x0|² in {PIXEL_UNITS}: {now.error:,.1f} held out, "
                f"{now.training_error:,.1f} on {now.n_training:,} training {noun}, "
                f"{now.mean_error:,.1f} for the mean digit."
            )
        )

    # -- what the user does ------------------------------------------------------------------------------------

    @Slot(Remedy)
    def _on_remedy_chosen(self, remedy: Remedy) -> None:
        if remedy is Remedy.REVIVE:
            units = self.log.entries[-1].dead if self.log.entries else ()
            if units:
                self.reviveRequested.emit(units)
                notices.note(self, f"{len(units):,} dead units get new start weights")
        else:
            self.rateScaled.emit(0.5 if remedy is Remedy.HALVE else 2.0)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.charts.as_text())
        notices.note(self, f"Copied {len(self.log.entries):,} measurements")


def _measure(
    known: HealthEvaluator | tuple[Dataset, Corruption],
    model: AutoEncoder,
    iteration: int,
    rate: float,
    monitor: Monitor,
) -> _Result:
    evaluator = known if isinstance(known, HealthEvaluator) else HealthEvaluator(*known)
    started = time.perf_counter()
    metrics = evaluator.measure(model, iteration, rate, monitor)
    return _Result(evaluator, model, metrics, time.perf_counter() - started)


def _measure_back(
    evaluator: HealthEvaluator, snapshots: Sequence[Snapshot], rate: float, monitor: Monitor
) -> tuple[list[HealthMetrics], float]:
    started = time.perf_counter()
    entries = [evaluator.measure(one.model, one.iteration, rate, monitor) for one in snapshots]
    return entries, time.perf_counter() - started

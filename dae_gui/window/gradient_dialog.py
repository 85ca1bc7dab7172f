"""The window that holds the gradient against finite differences, block by block, beside the main window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import add_noise
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder, Gradient
from dae_core.model.gradient_check import TOLERANCE, BlockCheck, check_gradient, explain, in_doubles
from dae_core.training.config import TrainingConfig
from dae_gui.support.background import Background, Task
from dae_gui.widgets.controls.figure_table import Cell, FigureTable, number_cell
from dae_gui.widgets.controls.work_line import WorkLine

_ENTRIES = (50, 200, 1000, 5000)
_DEFAULT_ENTRIES = 200
_INTRODUCTION = (
    "Each entry θ of a block is moved up and down by s = 10⁻⁴ in float64, and (E(θ + s) − E(θ − s)) / 2s is held "
    "against what backward gives, on one random training digit. The run is not touched."
)
_TITLES = ("Block", "Worst relative error", "Entries checked", "Skipped at kinks", "Verdict")
_SHAPES = {"W": "W, inputs × units", "B": "B, units", "V": "V, units × inputs", "C": "C, inputs"}


@dataclass(frozen=True)
class _Result:
    checks: dict[str, BlockCheck]
    gradient: Gradient
    digit: int
    iteration: int


class GradientDialog(QDialog):
    """Checks the gradient at the weights of this moment, in the background.

    Parameters
    ----------
    background
        Where the work is done.
    parent
        The main window; the dialog does not block it.
    """

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gradientDialog")
        self.setWindowTitle("Check the gradient")
        self._background = background
        self._task: Task | None = None
        self._work = Monitor()
        self._seed = 0
        self._has_result = False
        self._dataset: Dataset | None = None
        self._model: AutoEncoder | None = None
        self._iteration = 0
        self._config = TrainingConfig()
        introduction = QLabel(_INTRODUCTION, self)
        introduction.setWordWrap(True)
        self._kind = QComboBox(self)
        self._kind.setObjectName("gradientKindComboBox")
        self._kind.setAccessibleName("Gradient to check")
        self._kind.setToolTip("The gradient to check: that of the run, or one of the two")
        for text, value in (
            ("The run's gradient", "run"),
            ("Exact gradient", "exact"),
            ("As published (faulty)", "published"),
        ):
            self._kind.addItem(text, value)
        self._entries = QComboBox(self)
        self._entries.setObjectName("gradientEntriesComboBox")
        self._entries.setAccessibleName("Entries of each block")
        self._entries.setToolTip("Random entries of each block that are checked; of a smaller block all")
        for count in _ENTRIES:
            self._entries.addItem(f"{count:,} entries a block", count)
        self._entries.setCurrentIndex(_ENTRIES.index(_DEFAULT_ENTRIES))
        self.line = WorkLine("check", "Check", "Check on another random training digit", self)
        self.line.started.connect(self.check)
        self.line.cancelled.connect(self._on_cancelled)
        self.table = FigureTable(self, sortable=False)
        self.table.setObjectName("gradientTable")
        self.table.setAccessibleName("Worst relative error of each block")
        self.table.setToolTip(
            f"Relative to the entry, or to the block's mean where that is larger; at most {TOLERANCE:.0e} is right.\n"
            "At a kink a unit switches on or off between the two evaluations. Ctrl+C copies the numbers."
        )
        self.table.verticalHeader().setVisible(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self._verdict = QLabel(self)
        self._verdict.setObjectName("gradientVerdictLabel")
        self._verdict.setAccessibleName("Verdict")
        self._verdict.setWordWrap(True)
        self._verdict.setMinimumHeight(5 * self.fontMetrics().height())
        self._verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._verdict.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        choices = QHBoxLayout()
        choices.addWidget(self._kind)
        choices.addWidget(self._entries)
        choices.addWidget(self.line, 1)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(introduction)
        layout.addLayout(choices)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._verdict)
        layout.addWidget(buttons)
        self.finished.connect(self._on_finished)
        self._show_rows({})
        self._say_what_is_there()

    def sizeHint(self) -> QSize:
        """Return room for the table and the verdict."""
        return QSize(620, 400)

    # -- what the window hands in --------------------------------------------------------------------------------

    def set_run(
        self, dataset: Dataset | None, model: AutoEncoder | None, config: TrainingConfig, iteration: int
    ) -> None:
        """Take data, weights and settings of this moment; they are only read."""
        fits = dataset is not None and model is not None and model.n_inputs == dataset.n_inputs
        self._dataset, self._model = (dataset, model) if fits else (None, None)
        self._config, self._iteration = config, iteration
        self._say_what_is_there()

    def _say_what_is_there(self) -> None:
        has_model = self._model is not None
        self.line.start_button.setEnabled(has_model)
        if not self.line.is_working() and not self._has_result:
            self._verdict.setText("" if has_model else "There is nothing to check yet: data is still to be loaded.")

    # -- the work ------------------------------------------------------------------------------------------------

    @Slot()
    def check(self) -> None:
        """Check on another digit, in the background."""
        if self._dataset is None or self._model is None:
            return
        kind = self._kind.currentData()
        gradient: Gradient = self._config.gradient if kind == "run" else kind
        self._seed += 1
        self._work = Monitor()
        self._show_rows({})
        self._verdict.clear()
        self.line.begin(self._progress)
        job = _Job(
            self._dataset,
            self._model,
            self._config,
            gradient,
            int(self._entries.currentData()),
            self._seed,
            self._iteration,
            self._work,
        )
        self._task = self._background.run(job, self._on_done, self._on_failed)

    def _progress(self) -> tuple[float, str]:
        return self._work.progress.fraction, self._work.progress.what

    @Slot(object)
    def _on_done(self, result: _Result | None) -> None:
        self.line.end()
        if result is None:
            return
        self._has_result = True
        self._show_rows(result.checks)
        self._verdict.setText(
            f"{explain(result.checks, result.gradient)}\n"
            f"Gradient: {result.gradient}; weights of iteration {result.iteration:,}; "
            f"training digit no. {result.digit:,} with {self._config.corruption} noise."
        )

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.line.end()
        self._verdict.setText(f"The gradient could not be checked: {error or type(error).__name__}.")

    @Slot()
    def _on_cancelled(self) -> None:
        self._drop()
        self._verdict.setText("Cancelled.")

    @Slot()
    def _on_finished(self) -> None:
        self._drop()

    def _drop(self) -> None:
        if self._task is not None and self.line.is_working():
            self._task.drop()
        self._task = None
        self.line.end()

    def _show_rows(self, checks: dict[str, BlockCheck]) -> None:
        rows = []
        for name, title in _SHAPES.items():
            check = checks.get(name)
            if check is None:
                rows.append([Cell(title), *(Cell("–", float("nan")) for _ in range(3)), Cell("")])
                continue
            verdict = "right" if check.ok else "WRONG" if check.checked else "not checked"
            rows.append(
                [
                    Cell(title),
                    number_cell(check.worst if check.checked else float("nan"), ".1e", bold=not check.ok),
                    number_cell(float(check.checked), ",.0f"),
                    number_cell(float(check.skipped), ",.0f"),
                    Cell(verdict, bold=not check.ok),
                ]
            )
        self.table.show_rows(_TITLES, rows)


@dataclass(frozen=True, eq=False)
class _Job:
    dataset: Dataset
    model: AutoEncoder
    config: TrainingConfig
    gradient: Gradient
    entries: int
    seed: int
    iteration: int
    work: Monitor

    def __call__(self, task: Task) -> _Result | None:
        """Check in a thread; None where it was cancelled."""
        self.work.is_cancelled = lambda: task.dropped
        rng = np.random.default_rng([self.config.seed, self.seed])
        images = self.dataset.train_images
        digit = int(rng.integers(len(images)))
        clean, noisy = add_noise(self.dataset, images[digit], self.config.corruption, self.seed)
        model = in_doubles(self.model)
        model.gradient = self.gradient
        try:
            checks = check_gradient(
                model,
                noisy.astype(np.float64),
                clean.astype(np.float64),
                samples_per_block=self.entries,
                rng=rng,
                monitor=self.work,
            )
        except Cancelled:
            return None
        return _Result(checks, self.gradient, digit, self.iteration)

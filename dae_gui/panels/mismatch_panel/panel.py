"""Noise that the network was not trained on: its quality over the level, and networks trained at other levels."""

from __future__ import annotations

import time
from typing import ClassVar

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QWidget

from dae_core.evaluation.held_out import Figures
from dae_core.evaluation.noise_mismatch import (
    NoiseLadder,
    Series,
    parse_levels,
    train_series,
)
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import KINDS, Corruption
from dae_gui.panels.mismatch_panel.curve_side import CurveSide
from dae_gui.panels.mismatch_panel.series_side import SeriesSide, about
from dae_gui.support import notices
from dae_gui.support.jobs import Jobs
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import combo_box
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

_CURVE_IMAGES = 300
_SERIES_IMAGES = 500
_SHARE = 1 / 15  # of the time, at most, is spent on measuring the network
_KIND_TEXTS = {"gaussian": "Gaussian noise", "masking": "Masking", "salt-and-pepper": "Salt and pepper"}


class MismatchPanel(StudyPanel):
    """Curves at the left, which follow the weights; at the right a series of networks, trained when asked for.

    Curves and series belong to the kind of noise that is chosen; it is the training's until another is chosen.
    """

    interval_ms: ClassVar[int] = 2000

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("mismatchPanel")
        self._ladders: dict[str, NoiseLadder] = {}
        self._series: dict[str, Series] = {}
        self._figures: tuple[Figures, ...] | None = None
        self._figures_of: tuple[str, int] = ("", -1)  # kind and iteration
        self._follows_training = True
        kinds = [(_KIND_TEXTS.get(kind, kind), kind) for kind in KINDS]
        tip = "The kind of noise of the curves and of the series"
        self._kind = combo_box("mismatchKindComboBox", "Kind of noise", tip, kinds, self)
        self.curves = CurveSide(self)
        self.series = SeriesSide(self)
        left = vbox(hbox(self._kind, 1), (self.curves, 1), spacing=4)
        self.setLayout(hbox((left, 1), (self.series, 1), spacing=12, margins=(6, 4, 6, 4)))
        self._kind.activated.connect(self._on_kind_chosen)
        self.series.line.started.connect(self.train)
        workbench.configChanged.connect(self._follow_kind)
        self.follow(workbench.configChanged, workbench.weightsChanged)
        self._follow_kind()
        self._show_kind()
        self._show()

    def kind(self) -> str:
        """Return the kind of noise that is chosen."""
        return str(self._kind.currentData())

    # -- what there is to study -----------------------------------------------------------------------------------

    def forget(self) -> None:
        """Forget what was found on the data set before."""
        self._ladders, self._series, self._figures = {}, {}, None
        self._figures_of = ("", -1)
        self._show()

    @Slot()
    def _follow_kind(self) -> None:
        """Take the training's kind of noise, unless another was chosen here."""
        kind = self.config.corruption.kind
        if self._follows_training and kind != self.kind():
            with QSignalBlocker(self._kind):
                self._kind.setCurrentIndex(self._kind.findData(kind))
            self._show_kind()

    # -- the work ------------------------------------------------------------------------------------------------

    def study(self) -> None:
        """Bring the network's curve up to date; the other curves are computed once."""
        self._show()
        if self.dataset is None:
            return
        ladder = self._ladders.get(self.kind())
        if ladder is None:
            if not self.is_asking("ladder"):
                kind = KINDS[self.kind()]()
                self.ask("ladder", NoiseLadder, self._on_ladder, self.dataset, kind, kind.curve_levels, _CURVE_IMAGES)
        elif (
            self.model is not None
            and not self.is_asking("network")
            and self._figures_of != (self.kind(), self.iteration)
        ):
            self.ask("network", _evaluate, self._on_figures, ladder, self.model, self.iteration)

    @Slot()
    def train(self) -> None:
        """Train a series in the background."""
        if self.dataset is None:
            return
        corruption = self._corruption()
        try:
            levels = parse_levels(self.series.levels.text(), corruption)
        except ValueError as error:
            notices.warn(self, str(error))
            return
        config = self.config.without_own_code().replace(
            corruption=corruption, iterations=self.series.iterations.value()
        )
        job = self.ask("series", train_series, self._on_series, self.dataset, config, levels, _SERIES_IMAGES)
        job.cancelled.connect(self._on_cancelled)
        job.show_in(self.series.line)

    def _corruption(self) -> Corruption:
        own = self.config.corruption
        return own if own.kind == self.kind() else KINDS[self.kind()]()

    @Slot(object)
    def _on_ladder(self, ladder: NoiseLadder) -> None:
        self._ladders[ladder.kind] = ladder
        self._show()
        self.study()

    @Slot(object)
    def _on_figures(self, result: tuple[str, int, tuple[Figures, ...], float]) -> None:
        kind, iteration, self._figures, seconds = result
        self._figures_of = (kind, iteration)
        self.rest(seconds, _SHARE)
        self._show()
        if self._figures_of != (self.kind(), self.iteration):
            self.invalidate()

    @Slot(object)
    def _on_series(self, series: Series) -> None:
        self._series[series.config.corruption.kind] = series
        self._show()

    @Slot()
    def _on_cancelled(self) -> None:
        notices.note(self, "The series was cancelled.")

    @Slot()
    def _on_kind_chosen(self) -> None:
        self._follows_training = self.kind() == self.config.corruption.kind
        self.discard("ladder")
        self.discard("network")
        self._show_kind()
        self.study()

    # -- what is shown -------------------------------------------------------------------------------------------

    def _show_kind(self) -> None:
        self.series.levels.setText(", ".join(f"{level:g}" for level in KINDS[self.kind()].series_levels))
        self.series.levels.setCursorPosition(0)  # where it is too narrow, the first levels are seen and not the last

    def _show(self) -> None:
        self.series.line.start_button.setEnabled(self.dataset is not None)
        ladder = self._ladders.get(self.kind())
        if ladder is None:
            has_data = self.dataset is not None
            self.curves.show_hint("The linear denoisers are being fitted …" if has_data else self.no_data_text)
        else:
            figures = self._figures if self._figures_of[0] == self.kind() else None
            self.curves.show_figures(ladder, figures, self.config.corruption, self._figures_of[1])
        series = self._series.get(self.kind())
        if series is None:
            self.series.show_series(
                None,
                "A network for one level of noise, used at another: train a small series, one network for each "
                "level, and see how each does at all of them. Your run is not touched.",
            )
        else:
            self.series.show_series(series, about(series, self.config))


def _evaluate(
    ladder: NoiseLadder, model: AutoEncoder, iteration: int, monitor: Monitor
) -> tuple[str, int, tuple[Figures, ...], float]:
    started = time.perf_counter()
    figures = ladder.evaluate(model, monitor)
    return ladder.kind, iteration, figures, time.perf_counter() - started

"""Layers: the stack that the run is the top of, in pictures; the next layer; and fine-tuning with labels."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core import mosaic
from dae_core.datasets import Dataset
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.representation.stacking.present import (
    Below,
    Looks,
    below_of,
    fine_tune_both,
    look,
    make_next_data,
)
from dae_core.representation.stacking.stack import Stack
from dae_core.training.config import TrainingConfig
from dae_gui.panels.representation_panel.layers_words import (
    fine_tuned_text,
    layer_lines,
    next_obstacle,
    projection_text,
    tune_obstacle,
)
from dae_gui.support import notices
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.elided_label import ElidedLabel
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named, text_label
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.workbench.facts import OpenData
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

_DIGITS = 8
_SEED = 5
_ROWS = ("Clean", "Noisy", "Cleaned by the whole stack")


class LayersPage(StudyPanel):
    """The stack as a column of layers, its filters and what it makes of digits, the next layer, and fine-tuning.

    Signals
    -------
    nextLayerReady(str)
        The codes that the next layer is to be trained on are written: the source that opens them.
    """

    interval_ms: ClassVar[int] = 1000
    nextLayerReady = Signal(str)

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("layersPage")
        self._below: Below | None = None
        self._problem = ""
        self.filters = named(MosaicView(self), "stackFiltersView", "Filters of the top layer in pixels")
        self.filters.set_color_map("diverging")
        self.filters.set_picture_name("stack-filters")
        self.filters.set_tile_names(lambda unit: f"Unit {unit}")
        self.filters.tileClicked.connect(workbench.select_unit)
        self._caption = text_label("stackFiltersLabel", "How the filters come to be pixels", self)
        self.digits = named(MosaicView(self), "stackDigitsView", "Held-out images: " + ", ".join(_ROWS).lower())
        self.digits.set_picture_name("stack-digits")
        self.digits.set_tile_names(lambda tile: _ROWS[min(tile // max(1, self._columns()), len(_ROWS) - 1)])
        self._quality = ElidedLabel(parent=self)
        self._quality.setObjectName("stackQualityLabel")
        self.layers = text_label("stackLayersLabel", "The layers of the stack", self)
        tip = "Encode all images with the present weights, and train a further layer on this code: a run of its own"
        self.next_line = JobLine("nextLayer", "Train the next layer", tip, self)
        tip = "Train the stack with labels as a classifier, and the same network from random weights beside it"
        self.tune_line = JobLine("fineTune", "Fine-tune with labels", tip, self)
        self.result = text_label("fineTuneResultLabel", "Errors of the classifiers", self)
        pictures = hbox((self.filters, 4), (self.digits, 5), spacing=12)
        left = vbox((pictures, 1), self._caption, self._quality, spacing=2)
        right = vbox(self.layers, self.next_line, self.tune_line, self.result, 1, spacing=6)
        self.setLayout(hbox((left, 9), (right, 4), spacing=12, margins=(6, 4, 6, 4)))
        self.next_line.started.connect(self.make_next)
        self.tune_line.started.connect(self.fine_tune)
        self.follow(workbench.weightsChanged, workbench.configChanged, workbench.stateChanged)
        workbench.unitSelected.connect(self._on_unit_selected)
        self._show_state()

    def forget(self) -> None:
        """Forget the layers below: there is another data set."""
        self._below, self._problem = None, ""
        self.result.setText("")
        self.filters.clear()
        self.digits.clear()

    def stack(self) -> Stack | None:
        """Return the stack with the weights that are shown on top; None before it is known."""
        if self._below is None or self.model is None or self.dataset is None:
            return None
        return self._below.stack(self.model, self.config, self.dataset)

    def study(self) -> None:
        """Find the layers below, then show the stack with the weights of this moment."""
        self._show_state()
        data, model = self.workbench.data, self.model
        if data is None or self.dataset is None or model is None:
            return
        if self._below is None:
            if not self._problem and not self.is_asking("below"):
                job = self.ask("below", _find_below, self._on_below, data)
                job.failed.disconnect()  # it is said on the page, and not as a passing notice
                job.failed.connect(self._on_below_failed)
        elif not self.is_asking("looks"):
            self.ask("looks", _look, self._on_looks, self._below, model, self.config, self.dataset)

    @Slot()
    def make_next(self) -> None:
        """Write the data of the next layer in the background."""
        stack = self.stack()
        if stack is not None and self._below is not None:
            job = self.ask("next", make_next_data, self._on_next, stack, self._below)
            job.show_in(self.next_line, "Encoding")

    @Slot()
    def fine_tune(self) -> None:
        """Fine-tune the stack, and the same network from random weights, in the background."""
        stack = self.stack()
        if stack is not None and self._below is not None:
            from dae_core.representation.stacking.fine_tuning import FineTuning

            how = FineTuning(seed=self.config.seed)
            job = self.ask("tune", fine_tune_both, self._on_tuned, stack, self._below.pixels, how, lane="sweeps")
            job.cancelled.connect(self._on_tuning_cancelled)
            job.show_in(self.tune_line, "Fine-tuning")

    # -- what comes back -----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_below(self, below: Below) -> None:
        self._below = below
        self.invalidate()

    @Slot(str)
    def _on_below_failed(self, message: str) -> None:
        self._problem = message
        self._show_state()

    @Slot(object)
    def _on_looks(self, looks: Looks) -> None:
        below, stack = self._below, self.stack()
        if below is None or stack is None or stack.top.model.n_hidden * below.pixels.n_inputs > looks.filters.size:
            return  # of a run before
        shape, units = below.pixels.shape, stack.top.model.n_hidden
        self.filters.set_tiles(looks.filters, shape, units, (-looks.level, looks.level))
        self.filters.set_selected(self.unit if self.unit >= 0 else None)
        count = len(looks.rows) // len(_ROWS)
        self.digits.set_tiles(mosaic.tile(looks.rows, count), shape, len(looks.rows), (0.0, 1.0))
        mse = f"MSE {looks.mse:.3f} on these {count}"
        self._quality.setText(f"At the right: clean, noisy, cleaned by the whole stack ({mse})")

    @Slot(object)
    def _on_next(self, made: tuple[str, float]) -> None:
        source, loss = made
        notices.note(self, f"The code is kept in 256 levels, which lose {loss:.2%} of its variance.")
        self.nextLayerReady.emit(source)

    @Slot(object)
    def _on_tuned(self, tuned: object) -> None:
        self.result.setText(fine_tuned_text(*tuned))  # type: ignore[misc]

    @Slot()
    def _on_tuning_cancelled(self) -> None:
        notices.note(self, "Fine-tuning was cancelled.")

    @Slot(int)
    def _on_unit_selected(self, unit: int) -> None:
        self.filters.set_selected(unit if unit >= 0 else None)

    # -- what is shown -------------------------------------------------------------------------------------------

    def _columns(self) -> int:
        return self.digits.count() // len(_ROWS)

    def _show_state(self) -> None:
        """Show the layers in words, and what can be done with them."""
        stack = self.stack()
        if stack is None or self._below is None:
            waiting = self.no_data_text if self.dataset is None else "The layers below are being opened …"
            text = self._problem or waiting
            self.layers.setText(text)
            self.filters.set_empty_text(text if self._problem else "The filters in pixels appear here")
            self.digits.set_empty_text("What the whole stack makes of digits appears here")
            obstacles = (text, text)
        else:
            self.layers.setText("\n".join(layer_lines(stack, self._below.pixels)))
            self._caption.setText(projection_text(stack))
            obstacles = (next_obstacle(stack, self.iteration), tune_obstacle(stack, self._below.pixels))
        for line, obstacle in zip((self.next_line, self.tune_line), obstacles, strict=True):
            line.start_button.setEnabled(not obstacle)
            line.setToolTip(plain_tip(obstacle))


def _find_below(data: OpenData, monitor: Monitor) -> Below:
    return below_of(data.dataset, data.source, data.options, monitor)


def _look(below: Below, model: AutoEncoder, config: TrainingConfig, dataset: Dataset, _monitor: Monitor) -> Looks:
    stack = below.stack(model, config, dataset)
    count = min(_DIGITS, len(below.pixels.test_images))
    indices = np.random.default_rng(_SEED).choice(len(below.pixels.test_images), count, replace=False)
    return look(stack, below.pixels, indices, stack.layers[0].config.corruption, _SEED)

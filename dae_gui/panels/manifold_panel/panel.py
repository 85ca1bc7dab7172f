"""Where does it lead: the path of pictures when a network reconstructs again and again, with or without noise."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_core.datasets import Dataset
from dae_core.evaluation.denoising import NoisyDigit
from dae_core.inspection.manifold import HeldOutDigits, pure_noise
from dae_core.inspection.sampling import SAMPLERS
from dae_gui.panels.manifold_panel.path_job import Request, Result, find_path, write_path
from dae_gui.panels.manifold_panel.path_row import PathRow
from dae_gui.panels.manifold_panel.words import SCORE_TIP, path_text, score_text
from dae_gui.support import notices
from dae_gui.support.file_dialogs import FileKind, ask_where_to_save
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import combo_box, named, push_button, text_label
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.plots.trend_plot import Trend, TrendPlot
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

Start = Literal["noisy", "clean", "noise"]

STEPS = (8, 16, 32, 64, 128, 256, 512)
_DEFAULT_STEPS = 64
_SHARE = 0.08  # of the time, at most, is spent on paths
_STARTS: dict[Start, str] = {
    "noisy": "Denoise panel's digit, noisy",
    "clean": "Denoise panel's digit, clean",
    "noise": "Pure noise",
}
_NO_MODEL = "The path is shown as soon as data is loaded"
_NO_DIGIT = "The canvas of the Denoise panel is blank: draw a digit there, or start from pure noise"
_LEVEL_SHARE = 0.995
_FILM = FileKind("Save the path as a film", "films", "Animated GIF (*.gif);;Animated WebP (*.webp)", (".gif", ".webp"))
_STEP_LENGTH, _FROM_START, _NEAREST = "step", "start", "digit"


class ManifoldPanel(StudyPanel):
    """Pictures, lengths and the difference r(x) − x of one path, anew whenever the weights, its start or way change."""

    interval_ms: ClassVar[int] = 400

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("manifoldPanel")
        self._digits: HeldOutDigits | None = None
        self._result: Result | None = None
        self._place = 0
        self._noises = 0  # how often another noise was asked for
        self._level = 1.0
        self._sampler = combo_box(
            "manifoldSamplerComboBox",
            "How the path goes on",
            "How one picture becomes the next",
            [(row.title, row.key) for row in SAMPLERS.values()],
            self,
            [row.tip for row in SAMPLERS.values()],
        )
        self._sampler.currentIndexChanged.connect(self._on_changed)
        starts = [(text, start) for start, text in _STARTS.items()]
        self._start = combo_box(
            "manifoldStartComboBox", "Where the path starts", "Where the path starts: x₀", starts, self
        )
        self._start.currentIndexChanged.connect(self._on_start_changed)
        tip = "Start and go on with other random numbers"
        self._another = push_button("manifoldNoiseButton", "Another noise", tip, self, "Start from another noise")
        self._another.clicked.connect(self._on_another_clicked)
        tip = "How often the network reconstructs"
        counts = [(f"{steps} steps", steps) for steps in STEPS]
        self._steps = combo_box("manifoldStepsComboBox", "Number of steps", tip, counts, self)
        self._steps.setCurrentIndex(STEPS.index(_DEFAULT_STEPS))
        self._steps.currentIndexChanged.connect(self._on_changed)
        tip = "Save every step of this path as an animated GIF or WebP; a click with the right button saves the strip"
        self._film = IconButton("manifoldFilmButton", "film", "Save film…", tip, self)
        self._film.clicked.connect(self.save_film)
        self.row = PathRow(self)
        self.row.chosen.connect(self._on_place_chosen)
        self.lengths = TrendPlot(
            "manifoldStepPlot", "Step length", "step", [Trend(_STEP_LENGTH)], self, log=True, spec=".3g"
        )
        self.lengths.setToolTip(
            "|x(t+1) − x(t)| over t; logarithmic, in the units of the pixels.\nCtrl+C copies the numbers."
        )
        self.distances = TrendPlot(
            "manifoldDistancePlot",
            "Distance",
            "step",
            [Trend(_NEAREST, "held_out"), Trend(_FROM_START, "sparsity")],
            self,
            dots=True,
            log=True,
        )
        self.distances.setToolTip(
            plain_tip(
                "Euclidean distance of the pictures above to the start, and to the nearest clean held-out digit; "
                "logarithmic, in the units of the pixels. Ctrl+C copies the numbers."
            )
        )
        self.difference = named(ImageView(self), "manifoldDifferenceView")
        self.difference.set_color_map("diverging")
        self.difference.set_picture_name("r-of-x-minus-x")
        self.difference.set_caption("r(x) − x")
        self._score = text_label("manifoldScoreLabel", "What r(x) − x is", self)
        self._score.setToolTip(plain_tip(SCORE_TIP))
        self._score.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._score.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._text = text_label("manifoldTextLabel", "What becomes of the path", self)
        self._lay_out()
        workbench.digitChanged.connect(self._on_digit_changed)
        self.follow(workbench.weightsChanged, workbench.configChanged, workbench.digitChanged)
        self._show()

    def _lay_out(self) -> None:
        top = FlowLayout()
        for widget in (self._sampler, self._start, self._another, self._steps, self._film):
            top.addWidget(widget)
        below = hbox((self.lengths, 3), (self.distances, 3), (self.difference, 2), (self._score, 4), spacing=10)
        self.setLayout(vbox(top, (self.row, 1), (below, 1), self._text, spacing=4, margins=(6, 4, 6, 4)))

    # -- what there is to study -----------------------------------------------------------------------------------

    def forget(self) -> None:
        """Forget the path on the data set before."""
        self._digits = self._result = None
        if self.isVisible():
            self._show()

    @Slot()
    def _on_digit_changed(self) -> None:
        """Start from another digit, with the noise that the denoise panel shows."""
        if self.start() != "noise":
            self._noises = 0

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop computing."""
        super().hideEvent(event)
        self.discard_all()
        self.invalidate()

    def start(self) -> Start:
        """Return where the path starts, as the user has chosen."""
        return next(start for start in _STARTS if start == self._start.currentData())

    # -- computing -----------------------------------------------------------------------------------------------

    def study(self) -> None:
        """Have the path computed, unless the last one is still right."""
        request = self._request()
        if request is None:
            self.discard_all()
            self._result = None
        elif not self.is_asking("path") and not (self._result and request.is_same_as(self._result.request)):
            self.ask("path", find_path, self._on_result, request, self._digits)
        self._show()

    def _request(self) -> Request | None:
        dataset, model = self.workbench.dataset, self.model
        if dataset is None or model is None:
            return None
        x = self._first(dataset)
        if x is None:
            return None
        sampler, steps = SAMPLERS[self._sampler.currentData()], int(self._steps.currentData())
        noise = self.config.corruption
        return Request(dataset, model, self.iteration, x, sampler, steps, noise, self._noises)

    def _first(self, dataset: Dataset) -> NDArray[np.float32] | None:
        start, digit = self.start(), self.digit
        if start == "noise":
            return pure_noise(dataset, self._noises)
        if digit is None or digit.image.shape != dataset.shape:
            return None
        clean, noisy = NoisyDigit(digit.image, digit.corruption, digit.seed + self._noises).rows(dataset)
        return clean if start == "clean" else noisy

    @Slot(object)
    def _on_result(self, result: Result) -> None:
        if result.request.dataset is not self.workbench.dataset:
            return
        self._result, self._digits = result, result.digits
        self.rest(result.seconds, _SHARE)
        self._show()
        request = self._request()
        if request is not None and not request.is_same_as(result.request):
            self.invalidate()

    # -- showing -------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        result = self._result
        self._another.setEnabled(self.start() != "clean" or SAMPLERS[self._sampler.currentData()].is_random)
        self._film.setEnabled(result is not None)
        if result is None:
            has_digit = self.start() == "noise" or self.digit is not None
            self.row.clear(_NO_MODEL if self.model is None else "…" if has_digit else _NO_DIGIT)
            for plot in (self.lengths, self.distances):
                plot.show_trends([], {})
            self.difference.clear()
            self._text.clear()
            self._score.setText(score_text(self.config.corruption, 0))
            return
        path, steps = result.path, result.steps
        shown = result.request.dataset.to_pixels(path.points[list(steps)])
        self.row.show_pictures(shown, steps)
        self.lengths.show_trends(np.arange(path.steps), {_STEP_LENGTH: path.step_lengths})
        self.distances.show_trends(
            steps, {_NEAREST: result.neighbours.distances, _FROM_START: path.from_start[list(steps)]}
        )
        self._text.setText(path_text(result))
        self._show_difference(result)

    def _show_difference(self, result: Result) -> None:
        self._place = min(self._place, len(result.steps) - 1)
        step = min(result.steps[self._place], result.path.steps - 1)
        self.row.view.set_selected(self._place)
        self.difference.set_caption(f"r(x) − x, {'start' if step == 0 else f'step {step:,}'}")
        self._score.setText(score_text(self.config.corruption, step))
        with np.errstate(all="ignore"):
            x = result.path.points[step]
            difference = result.request.model.reconstruct(x) - x
        magnitudes = np.abs(difference[np.isfinite(difference)])
        level = float(np.quantile(magnitudes, _LEVEL_SHARE)) if len(magnitudes) else 1.0
        self._level = level or 1.0
        self.difference.set_array(difference.reshape(result.request.dataset.shape), (-self._level, self._level))
        self.difference.setToolTip(
            plain_tip(
                f"Full colour at ±{self._level:.2g} {result.request.dataset.units}; the scale is this picture's own"
            )
        )

    # -- what the user does ------------------------------------------------------------------------------------

    @Slot()
    def _on_start_changed(self) -> None:
        self._noises = 0
        self._on_changed()

    @Slot()
    def _on_another_clicked(self) -> None:
        self._noises += 1
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self.discard("path")
        self._timer.stop()
        self._timer.setInterval(0)
        self.invalidate()

    @Slot()
    def save_film(self) -> None:
        """Ask for a file, and write every step of the path there in the background."""
        result = self._result
        if result is None:
            return
        file = ask_where_to_save(_FILM, f"path-{result.request.sampler.key}.gif", self)
        if file is None:
            return
        job = self._jobs.start(write_path, file, result, failure="The film was not written")
        job.done.connect(self._on_film_written)
        job.failed.connect(functools.partial(notices.warn, self))

    @Slot(object)
    def _on_film_written(self, file: Path) -> None:
        notices.note_saved(self, file)

    @Slot(int)
    def _on_place_chosen(self, place: int) -> None:
        self._place = place
        if self._result is not None:
            self._show_difference(self._result)

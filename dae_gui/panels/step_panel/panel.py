"""The step dock's content: the iteration that the run takes next, in pictures and in the order in which it happens."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.datasets import Dataset
from dae_core.inspection.step import Place, Step, next_step
from dae_core.inspection.step_pictures import StagePicture, stage_pictures
from dae_core.inspection.step_stages import stages
from dae_core.jobs import Monitor
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_gui.panels.step_panel.card_row import CardRow
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.elided_label import ElidedLabel
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named, push_button
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.workbench.state import State
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

_MARGIN = 6
# Below so many iterations since the last picture the eye can follow; a run that is faster is only sampled.
_FOLLOWED = 20
_FOLLOWING_MS, _SAMPLING_MS = 50, 500


@dataclass(frozen=True, eq=False)
class _Result:
    step: Step
    pictures: dict[str, StagePicture]
    gradient: str
    architecture: Architecture
    place: Place


class StepPanel(StudyPanel):
    """One iteration under the lens: the step that comes next, computed from the run's own example, weights and rate.

    Signals
    -------
    stepRequested()
        The user wants the run to take one step.
    """

    interval_ms = _FOLLOWING_MS

    stepRequested = Signal()

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("stepPanel")
        self._shown_iteration = -1
        tip = "Take this step: train for exactly one iteration (F7)"
        self.step_button = push_button("stepForwardButton", "&Step", tip, self, "Take this step")
        self.step_button.clicked.connect(self.stepRequested)
        self._where = named(ElidedLabel(parent=self), "stepWhereLabel")
        self.row = CardRow(stages(self.config.corruption, self.config.gradient, self.config.architecture), self)
        for mosaic in self.row.findChildren(MosaicView):
            mosaic.tileClicked.connect(workbench.select_unit)

        top = hbox(self.step_button, (self._where, 1))
        self.setLayout(vbox(top, (self.row, 1), spacing=4, margins=(_MARGIN, 4, _MARGIN, 4)))
        workbench.unitSelected.connect(self._outline)
        workbench.stateChanged.connect(self._offer_step)
        self.follow(workbench.weightsChanged, workbench.configChanged, workbench.segmentChanged, workbench.stateChanged)
        self._show_nothing()

    # What there is to study

    def forget(self) -> None:
        """Forget the step on the data set before."""
        self._show_nothing()

    @Slot(int)
    def _outline(self, unit: int) -> None:
        """Outline a unit in all pictures that have tiles."""
        for card in self.row.cards.values():
            card.set_selected(unit)

    @Slot()
    def _offer_step(self) -> None:
        """Offer the step while the run stands."""
        can_step = self.workbench.can_train and self.state not in (State.RUNNING, State.STOPPING)
        self.step_button.setEnabled(can_step)

    # Computing

    def study(self) -> None:
        """Compute the step that comes next, in the background."""
        model, dataset = self.model, self.dataset
        if model is None or dataset is None:
            self._show_nothing()
            return
        is_fast = self.state is State.RUNNING and abs(self.iteration - self._shown_iteration) > _FOLLOWED
        self._timer.setInterval(_SAMPLING_MS if is_fast else _FOLLOWING_MS)
        if self.is_asking("step"):  # let it come: cancelling it again and again would show nothing
            self.invalidate()
            return
        place = Place(self.iteration, *self.segment)
        self.ask("step", _compute, self._on_result, model, dataset, self.config, place)

    @Slot(object)
    def _on_result(self, result: _Result) -> None:
        self._shown_iteration = result.place.iteration
        self.row.set_stages(stages(self.config.corruption, result.gradient, result.architecture))
        for key, picture in result.pictures.items():
            self.row.cards[key].show_picture(picture)
        self.row.fit()
        self._outline(self.unit)
        self._offer_step()
        text = self._sentence(result)
        self._where.setText(text)
        self._where.setToolTip(plain_tip(text))

    def _sentence(self, result: _Result) -> str:
        step, place = result.step, result.place
        notes = []
        if self.state is State.RUNNING:
            start = f"Iteration {step.number:,} of {place.end:,}, caught while training"
        elif place.is_at_end:
            start = f"The run of {place.end:,} iterations is over; this is what a further step would compute"
        else:
            start = f"Iteration {step.number:,} of {place.end:,} comes next"
        notes.append(f"learning rate η = {step.learning_rate:.3g}")
        if step.batch_size > 1:
            notes.append(f"the first of a batch of {step.batch_size:,}, gradients averaged over it")
        if not step.is_exact:
            notes.append(f"{self.config.optimizer} also uses earlier gradients: Δ is that of plain gradient descent")
        if result.gradient == "published":
            notes.append("published gradient")
        if not result.architecture.is_exercise:
            notes.append(result.architecture.describe())
        if result.architecture.kl_weight:
            notes.append("ρ̂ measured on 1,000 images; the run averages it on its way")
        if self.config.own_backward:
            notes.append("the program's exact gradient: the run has a backward of its own")
        return " · ".join([start, *notes])

    def _show_nothing(self) -> None:
        self._shown_iteration = -1
        for card in self.row.cards.values():
            card.clear()
        self._where.setText(
            self.no_data_text if self.dataset is None else "One iteration appears here with the first weights."
        )
        self._offer_step()


def _compute(model: AutoEncoder, dataset: Dataset, config: TrainingConfig, place: Place, monitor: Monitor) -> _Result:
    """Compute a step and its pictures. Raises Cancelled."""
    step = next_step(model, dataset, config, place)
    monitor.check()
    return _Result(step, stage_pictures(step, model, dataset), model.gradient, model.architecture, place)

"""Works out which units are seen in which order: measures them in the background, and sorts by that."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.unit_orders import UnitSurvey, arrange, find_order, find_selection, survey_units
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_gui.support.debounce import Debounce
from dae_gui.support.jobs import Job, Jobs
from dae_gui.workbench.arrangement import Arrangement, UnitChoice
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

_LIVE_DIGITS = 1000  # so many held-out images are measured while a run goes on
_LIVE_PAUSE, _LIVE_SHARE = 3.0, 0.05  # at least so many seconds apart, and at most this share of the time
_MOST_AT_ONCE = 5_000_000  # units times images that nobody has asked for
_SOON_MS = 250


@dataclass(frozen=True, eq=False)
class SurveyRequest:
    """Survey the units of a model of some iteration, with their activity where there is a corruption."""

    model: AutoEncoder
    iteration: int
    dataset: Dataset
    corruption: Corruption | None
    count: int | None = None

    @property
    def needs_activity(self) -> bool:
        """Whether the units are measured on held-out images."""
        return self.corruption is not None


@dataclass(frozen=True, eq=False)
class SurveyResult:
    """What was found, and how many seconds that took."""

    request: SurveyRequest
    survey: UnitSurvey
    seconds: float


class UnitSorter(QObject):
    """Sorts and selects the units as the workbench's choice says, and puts the arrangement there.

    While a run goes on, tiles that change places could not be followed: then it sorts only when that is chosen. Where a
    run stands, or a snapshot is looked at, the arrangement follows the weights.

    Signals
    -------
    begun(Job)
        The units are being measured because the user wants them sorted.
    surveyed(SurveyResult)
        The units have been measured.
    refused(str)
        Why they cannot be sorted as wanted.
    """

    begun = Signal(object)
    surveyed = Signal(object)
    refused = Signal(str)

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._jobs = jobs
        self._job: Job | None = None
        self._result: SurveyResult | None = None
        self._next_at = 0.0
        self._soon = Debounce(_SOON_MS, self._follow, self)
        workbench.unitsChosen.connect(self._on_units_chosen)
        workbench.weightsChanged.connect(self._on_weights_changed)
        workbench.stateChanged.connect(self._soon.start_unless_active)
        workbench.dataChanged.connect(self._on_data_changed)

    def result(self) -> SurveyResult | None:
        """Return what was found last, if it is about a network of as many units as there are now."""
        weights, result = self._workbench.weights, self._result
        if weights is None or result is None or result.request.model.n_hidden != weights.model.n_hidden:
            return None
        return result

    def is_measuring(self) -> bool:
        """Whether a result is on its way."""
        return self._job is not None

    @Slot()
    def measure(self) -> None:
        """Have the units measured, quietly, for these weights; while a run goes on only now and then."""
        weights, result = self._workbench.weights, self.result()
        if self._job is not None or weights is None:
            return
        if result is not None and result.request.needs_activity:
            is_too_soon = self._is_running() and time.monotonic() < self._next_at
            if is_too_soon or result.request.model is weights.model:
                return
        dataset = self._workbench.dataset
        is_large = dataset is not None and weights.model.n_hidden * len(dataset.test_images) > _MOST_AT_ONCE
        self._start(needs_activity=True, count=_LIVE_DIGITS if is_large else None)

    @Slot()
    def sort(self) -> None:
        """Sort by the weights of this moment."""
        choice = self._workbench.unit_choice
        self._discard()
        if choice.is_plain:
            self._soon.stop()
            self._workbench.arrange_units(Arrangement())
        elif self._is_current(choice.needs_activity):
            self._arrange()
        elif self._start(needs_activity=choice.needs_activity):
            self.begun.emit(self._job)
        else:
            self.refused.emit("The units cannot be measured: the data set of this run is missing.")
            self._take_back()

    @Slot(object)
    def _on_units_chosen(self, choice: UnitChoice) -> None:
        if choice != self._workbench.arrangement.choice:
            self.sort()
        else:
            self._discard()

    @Slot()
    def _on_weights_changed(self) -> None:
        weights, arrangement = self._workbench.weights, self._workbench.arrangement
        if weights is None:
            return
        is_other_network = arrangement.places is not None and arrangement.n_units != weights.model.n_hidden
        if is_other_network or not weights.is_live or not self._is_running():
            self._soon.start_unless_active()

    @Slot()
    def _on_data_changed(self) -> None:
        self._discard()
        self._soon.stop()
        self._result = None

    @Slot()
    def _follow(self) -> None:
        """Sort anew where nothing changes soon, or the network is another one."""
        weights, arrangement = self._workbench.weights, self._workbench.arrangement
        choice = self._workbench.unit_choice
        if choice.is_plain or weights is None or self._is_current(choice.needs_activity, shown=True):
            return
        is_resting = not (weights.is_live and self._is_running())
        if is_resting or arrangement.n_units != weights.model.n_hidden:
            self._discard()
            self._start(needs_activity=choice.needs_activity)

    def _is_running(self) -> bool:
        return self._workbench.state in (State.RUNNING, State.STOPPING)

    def _is_current(self, needs_activity: bool, *, shown: bool = False) -> bool:
        """Whether the last result is about the weights of this moment, and if asked, the arrangement is by it."""
        weights, result = self._workbench.weights, self._result
        if weights is None or result is None or result.request.model is not weights.model:
            return False
        if shown and self._workbench.arrangement.iteration != weights.iteration:
            return False
        is_enough = result.request.needs_activity and (result.request.count is None or self._is_running())
        return is_enough or not needs_activity

    def _start(self, *, needs_activity: bool, count: int | None = None) -> bool:
        """Begin a survey; return whether one is possible."""
        bench = self._workbench
        weights, dataset = bench.weights, bench.dataset
        if weights is None or dataset is None or (needs_activity and not bench.can_train):
            return False
        if self._is_running() and len(dataset.test_images) > _LIVE_DIGITS:
            count = _LIVE_DIGITS
        corruption = bench.config.corruption if needs_activity else None
        request = SurveyRequest(weights.model, weights.iteration, dataset, corruption, count)
        job = self._job = self._jobs.start(_survey, request, lane="studies", failure="The units could not be measured")
        job.done.connect(self._on_surveyed)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._take_back)
        return True

    def _discard(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.discard()

    @Slot(object)
    def _on_surveyed(self, result: SurveyResult) -> None:
        self._job, self._result = None, result
        self._next_at = time.monotonic() + max(_LIVE_PAUSE, result.seconds / _LIVE_SHARE)
        choice = self._workbench.unit_choice
        if not choice.is_plain and (result.request.needs_activity or not choice.needs_activity):
            self._arrange()
        self.surveyed.emit(result)

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self._take_back()
        self.refused.emit(text)

    @Slot()
    def _take_back(self) -> None:
        """Want what is seen already."""
        self._job = None
        bench = self._workbench
        if bench.unit_choice != bench.arrangement.choice:
            bench.choose_units(bench.arrangement.choice)

    def _arrange(self) -> None:
        result, choice = self.result(), self._workbench.unit_choice
        if result is not None:
            order, selection = find_order(choice.order), find_selection(choice.selection)
            places = arrange(result.survey, order, selection, choice.rate)
            n_units = result.request.model.n_hidden
            self._workbench.arrange_units(Arrangement(choice, places, n_units, result.request.iteration))


def _survey(request: SurveyRequest, monitor: Monitor) -> SurveyResult:
    held_out, begun = None, time.perf_counter()
    if request.corruption is not None:
        held_out = HeldOut(request.dataset, request.corruption, request.count)
    survey = survey_units(request.model, request.dataset.shape, held_out, monitor)
    return SurveyResult(request, survey, time.perf_counter() - begun)

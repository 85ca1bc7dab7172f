"""A word about runs that take long, before they are begun: how long, measured on this computer."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, Slot

from dae_core.datasets import Dataset
from dae_core.jobs import Monitor
from dae_core.training.config import TrainingConfig
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.support.debounce import Debounce
from dae_gui.support.jobs import Job, Jobs
from dae_gui.workbench.facts import RunProgress
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

Measure = Callable[[Dataset, TrainingConfig, Monitor], float]

_SETTLE_MS = 400
_WORTH_MEASURING = 20.0  # seconds that a slow machine would take
_WORTH_A_WORD = 180.0  # seconds
_UNDER_WAY = 1.0  # seconds of training: before these the rate counts how long the loop took to be compiled


class LongRuns(QObject):
    """Says below the number of iterations how long the run will take, once that is over some minutes.

    The speed is that of the present run where it has the same size; else a job trains for a moment to find it.

    Parameters
    ----------
    workbench
        The data set, and how far the present run is.
    panel
        Where the settings are shown.
    jobs
        Measures.
    measure
        Returns the seconds that one iteration takes.
    """

    def __init__(
        self, workbench: Workbench, panel: TrainingPanel, jobs: Jobs, parent: QObject, measure: Measure | None = None
    ) -> None:
        super().__init__(parent)
        self._workbench, self._panel, self._jobs = workbench, panel, jobs
        self._measure = measure or _measured
        self._seconds: dict[Hashable, float] = {}
        self._job: Job | None = None
        self._asked: Hashable = None
        self._soon = Debounce(_SETTLE_MS, self._ask, self)
        workbench.dataChanged.connect(self._on_data_changed)
        for signal in (panel.configChanged, panel.paceChanged, workbench.stateChanged):
            signal.connect(self._refresh)
        self._later = Debounce(_SETTLE_MS, self._refresh, self)
        workbench.configChanged.connect(self._later.start)  # of an opened session, which the panel shows after that
        workbench.progressed.connect(self._on_progressed)

    @Slot()
    def _on_data_changed(self) -> None:
        self._seconds.clear()  # which keeps the former data set
        self._asked = None
        self._refresh()

    @Slot(object)
    def _on_progressed(self, progress: RunProgress) -> None:
        """Take the speed of this moment over any other."""
        is_free = self._workbench.state is State.RUNNING and self._panel.pace() is None
        if is_free and progress.rate > 0 and progress.seconds >= _UNDER_WAY:
            self._seconds[self._key(self._workbench.config)] = 1.0 / progress.rate
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        self._panel.time_hint.show_hint(self._text())

    def _text(self) -> str:
        """Return what there is to say; has the speed measured where that is not known and matters."""
        bench = self._workbench
        if bench.dataset is None or not bench.can_train:
            return ""
        is_active = bench.state.is_active
        config = bench.config if is_active else self._panel.config()
        seconds, pace = self._seconds.get(self._key(config)), self._panel.pace()
        if seconds is None and not is_active:
            from dae_core.training.timing import guessed_seconds

            if guessed_seconds(bench.dataset.n_inputs, config) >= _WORTH_MEASURING:
                self._soon.start_unless_active()
        count = bench.progress.end - bench.progress.iteration if is_active else config.iterations
        total = count * max(seconds or 0.0, 0.0 if pace is None else 1.0 / pace)
        if total < _WORTH_A_WORD:
            return ""
        return f"About {long_time(total)} {'left' if is_active else 'on this computer'}"

    def _key(self, config: TrainingConfig) -> Hashable:
        """Return what the time of an iteration depends on."""
        return self._workbench.dataset, config.hidden_units, config.batch_size, config.optimizer, config.own_backward

    @Slot()
    def _ask(self) -> None:
        """Measure in the background, unless something is trained meanwhile, from which it would take its time."""
        dataset, config = self._workbench.dataset, self._panel.config()
        key = self._key(config)
        if config.own_backward:  # which runs only when the user starts it
            return
        if dataset is None or self._workbench.state is State.RUNNING or key in self._seconds or key == self._asked:
            return
        if self._job is not None:
            self._job.discard()
        self._asked = key
        self._job = self._jobs.start(self._measure, dataset, config, failure="The time could not be measured")
        self._job.done.connect(self._on_measured)

    @Slot(object)
    def _on_measured(self, seconds: float) -> None:
        self._seconds[self._asked] = seconds
        self._refresh()


def _measured(dataset: Dataset, config: TrainingConfig, monitor: Monitor) -> float:
    from dae_core.training.timing import seconds_per_iteration

    return seconds_per_iteration(dataset, config, monitor)


def long_time(seconds: float) -> str:
    """Return a time of minutes and more in the unit in which it is easily read: ``12 minutes``, ``8 hours``."""
    for unit, name in ((86_400, "days"), (3_600, "hours")):
        if seconds >= 1.95 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds / 60:.0f} minutes"

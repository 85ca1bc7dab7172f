"""A learning rate that fits the data: set when data is opened, unless the user has chosen one, and said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from dae_core.datasets import Dataset
from dae_core.jobs import Monitor
from dae_core.model.corruption import Corruption
from dae_core.training.config import TrainingConfig
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.support.debounce import Debounce
from dae_gui.support.jobs import Job, Jobs
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from dae_core.training.stable_rate import InputMoments

_SETTLE_MS = 200
_USUAL = TrainingConfig().learning_rate


class StartValues(QObject):
    """Watches whether training with the settings that are shown is expected to stay stable on the open data.

    Where it is not, the line below the learning rate says so and offers a rate that is. When other data is opened and
    nothing is trained yet, a rate that the user has not chosen is changed at once; the line then offers the former one.

    Parameters
    ----------
    workbench
        Whose data set is looked at.
    panel
        Where the settings are shown.
    jobs
        Measures the images.
    """

    def __init__(self, workbench: Workbench, panel: TrainingPanel, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench, self._panel, self._jobs = workbench, panel, jobs
        self._job: Job | None = None
        self._wanted: tuple[Dataset, Corruption] | None = None
        self._moments: InputMoments | None = None
        self._is_new = False
        self._set: float | None = None  # the rate that was set here, for the present data or for those before
        self._offered: float | None = None
        self._soon = Debounce(_SETTLE_MS, self._on_settled, self)
        workbench.dataChanged.connect(self._on_data_changed)
        workbench.configChanged.connect(self._soon.start)  # of an opened session, which the panel shows after that
        panel.configChanged.connect(self._on_config_changed)
        panel.rate_hint.taken.connect(self._on_taken)

    @Slot()
    def _on_data_changed(self) -> None:
        self._is_new = True
        self._measure()

    @Slot()
    def _on_config_changed(self) -> None:
        if self._wanted is not None and self._wanted[1] != self._panel.config().corruption:
            self._soon.start()
        self._refresh()

    @Slot()
    def _on_settled(self) -> None:
        self._measure()
        self._refresh()

    @Slot()
    def _measure(self) -> None:
        """Measure the images with the corruption that is shown, unless that is done or on its way."""
        data, config = self._workbench.data, self._panel.config()
        wanted = None if data is None or data.is_stand_in else (data.dataset, config.corruption)
        if wanted == self._wanted:
            return
        self._wanted, self._moments = wanted, None
        if self._job is not None:
            self._job.discard()
        self._refresh()
        if wanted is not None:
            self._job = self._jobs.start(_moments, wanted[0], config, failure="The images could not be measured")
            self._job.done.connect(self._on_measured)

    @Slot(object)
    def _on_measured(self, moments: InputMoments) -> None:
        self._moments = moments
        is_new, self._is_new = self._is_new, False
        if is_new:
            self.adapt()
        self._refresh()

    def adapt(self) -> None:
        """Set a rate that is expected to be stable, unless the user has chosen one or something is trained."""
        bench, rate = self._workbench, self._panel.config().learning_rate
        is_chosen = rate not in (_USUAL, self._set)
        if self._moments is None or is_chosen or bench.state is not State.IDLE or bench.progress.iteration:
            return
        from dae_core.training.stable_rate import is_stable, stable_rate

        config = self._panel.config().replace(learning_rate=_USUAL)
        fitting = _USUAL if is_stable(self._moments, config) else stable_rate(self._moments, config)
        self._set = fitting
        if fitting != rate:
            self._panel.set_learning_rate(fitting)

    @Slot()
    def _on_taken(self) -> None:
        if self._offered is not None:
            self._panel.set_learning_rate(self._offered)

    @Slot()
    def _refresh(self) -> None:
        text, self._offered = self._advice()
        self._panel.rate_hint.show_hint(text, f"Take {self._offered:g}" if self._offered is not None else "")

    def _advice(self) -> tuple[str, float | None]:
        """Return what there is to say of the rate that is shown, and which rate to offer."""
        if self._moments is None:
            return "", None
        from dae_core.training.stable_rate import is_stable, stable_rate

        config = self._panel.config()
        if not is_stable(self._moments, config):
            return "With these settings, training on these images is likely to diverge.", stable_rate(
                self._moments, config
            )
        usual = config.replace(learning_rate=_USUAL)
        if config.learning_rate == self._set != _USUAL and not is_stable(self._moments, usual):
            return f"Set for these images, on which {_USUAL:g} is likely to diverge.", _USUAL
        return "", None


def _moments(dataset: Dataset, config: TrainingConfig, monitor: Monitor) -> InputMoments:
    from dae_core.training.stable_rate import InputMoments

    return InputMoments.of(dataset, config, monitor)

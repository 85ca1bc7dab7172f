"""What a measurement looks at: the present run, those beside it, and the data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.linear_memory import TooLargeError
from dae_core.jobs import Monitor
from dae_core.lessons.errors import MeasureError
from dae_core.lessons.measuring.known_bounds import known_bound
from dae_core.model import corruption
from dae_core.model.corruption import Corruption
from dae_core.sessions.run import Run
from dae_core.training.scaling import scaled_for


@dataclass(frozen=True, eq=False)
class Subject:
    """The runs, of which the first is the present one, their data, and the parameters of the measurement.

    ``given`` is the data of the runs, whatever its pixels are; ``dataset`` has those that the present run takes.
    """

    runs: Sequence[Run]
    given: Dataset
    parameters: Mapping[str, Any]
    monitor: Monitor

    @property
    def run(self) -> Run:
        """The present run."""
        return self.runs[0]

    @cached_property
    def dataset(self) -> Dataset:
        """The data with the pixels that the present run is trained on."""
        return scaled_for(self.given, self.run.config)

    @property
    def noise(self) -> Corruption:
        """The noise of the parameter `noise`; that of the run where it is empty."""
        given = self.parameters["noise"]
        return corruption.parse(given) if given else self.run.config.corruption

    def held_out(self, noise: Corruption | None = None) -> HeldOut:
        """Return all held-out images with a noise, that of the run if None."""
        self.monitor.check()
        return HeldOut(self.dataset, noise or self.run.config.corruption)

    def bound(self, held_out: HeldOut) -> float:
        """Return the MSE of the best linear denoiser. Raises MeasureError where the images are too large for it."""
        try:
            return known_bound(self.dataset, held_out, self.monitor)
        except TooLargeError as error:
            raise MeasureError(str(error)) from None

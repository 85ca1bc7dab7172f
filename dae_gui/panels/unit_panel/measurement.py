"""The measuring of all units in a background thread: what is requested, and what comes back."""

from __future__ import annotations

import time
from dataclasses import dataclass

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.units import UnitActivity, UnitWeights, measure_units, unit_weights
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption


@dataclass(frozen=True, eq=False)
class Request:
    """Measure the units of a model of some iteration on ``count`` held-out digits (None: all), some units off."""

    dataset: Dataset
    corruption: Corruption
    count: int | None
    off: frozenset[int]
    model: AutoEncoder
    iteration: int

    def has_digits_of(self, other: Request) -> bool:
        """Whether both are about the same digits with the same noise."""
        return self.dataset is other.dataset and (self.corruption, self.count) == (other.corruption, other.count)

    def differs_in_weights_only(self, other: Request) -> bool:
        """Whether both ask the same of two moments of a run, or of the same one."""
        return self.has_digits_of(other) and self.off == other.off

    def is_same_as(self, other: Request) -> bool:
        """Whether both have the same result."""
        return self.differs_in_weights_only(other) and self.model is other.model


@dataclass(frozen=True, eq=False)
class Result:
    """What was measured, on which digits, and how many seconds it took."""

    request: Request
    held_out: HeldOut
    weights: UnitWeights
    activity: UnitActivity
    seconds: float


def measure(request: Request, last: Result | None, monitor: Monitor) -> Result:
    """Measure what is requested, on the digits of the last result where they are the same. Raises Cancelled."""
    if last is not None and last.request.has_digits_of(request):
        held_out = last.held_out
    else:
        held_out = HeldOut(request.dataset, request.corruption, request.count)
    start = time.perf_counter()
    activity = measure_units(request.model, held_out, request.off, monitor)
    weights = unit_weights(request.model)
    return Result(request, held_out, weights, activity, time.perf_counter() - start)

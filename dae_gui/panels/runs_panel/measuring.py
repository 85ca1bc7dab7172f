"""Held-out figures of runs that have none, and of the best linear denoiser beside them, in a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.evaluation.linear_denoiser import PixelStatistics, linear_bound
from dae_core.evaluation.linear_memory import reason_to_leave_out
from dae_core.jobs import Monitor
from dae_core.sessions.run import Run
from dae_core.training.scaling import scaled_for

Place = tuple[str, int]
"""A run's key, and the iteration that it stands at."""
Noise = tuple[str, str, str]
"""The fingerprint of a data set, and a noise as text."""


@dataclass(frozen=True, eq=False)
class Measurements:
    """What was measured on a data set.

    Parameters
    ----------
    figures
        Of runs on all held-out images, each with its own noise, by the run's key and iteration.
    bounds
        The MSE of the best linear denoiser on the same images, by data set and noise.
    statistics
        Of the data set's pixels, for further noises; None where they were not needed.
    """

    figures: Mapping[Place, Figures] = field(default_factory=dict)
    bounds: Mapping[Noise, float] = field(default_factory=dict)
    statistics: PixelStatistics | None = None


class Measured:
    """Remembers what was measured of which runs, and what was asked for: nothing is measured twice."""

    def __init__(self) -> None:
        self._asked: set[Place] = set()
        self._figures: dict[Place, Figures] = {}
        self._noises: set[Noise] = set()
        self._bounds: dict[Noise, float] = {}
        self.statistics: PixelStatistics | None = None

    def forget_asked(self) -> None:
        """Ask again for what could not be measured, for there is another data set."""
        self._asked = set(self._figures)
        self._noises = set(self._bounds)
        self.statistics = None

    def wanted(self, runs: Sequence[Run]) -> tuple[Run, ...]:
        """Return those runs that have no figures and were not asked for, and count them as asked for."""
        found = tuple(run for run in runs if run.figures is None and place_of(run) not in self._asked)
        self._asked |= set(map(place_of, found))
        return found

    def wanted_noises(self, runs: Sequence[Run]) -> tuple[Run, ...]:
        """Return a run for each noise whose best linear denoiser was not asked for, and count that as asked for."""
        found = {noise_of(run): run for run in runs if noise_of(run) not in self._noises}
        self._noises |= set(found)
        return tuple(found.values())

    def add(self, measured: Measurements) -> None:
        """Take what was measured."""
        self._figures |= measured.figures
        self._bounds |= measured.bounds
        self.statistics = measured.statistics

    def figures_of(self, runs: Sequence[Run]) -> dict[str, Figures]:
        """Return the figures by key, of runs that stand where they were measured; all others are forgotten."""
        places = set(map(place_of, runs))
        self._figures = {place: found for place, found in self._figures.items() if place in places}
        return {key: found for (key, _), found in self._figures.items()}

    def bounds_of(self, runs: Sequence[Run]) -> dict[str, float]:
        """Return the error of the best linear denoiser for each run of which it is known, by the run's key."""
        noises = {run.label.key: noise_of(run) for run in runs}
        return {key: self._bounds[noise] for key, noise in noises.items() if noise in self._bounds}


def place_of(run: Run) -> Place:
    """Return a run's key and iteration."""
    return run.label.key, run.checkpoint.iteration


def noise_of(run: Run) -> Noise:
    """Return what decides how good a linear denoiser can be at best."""
    return run.data.fingerprint, str(run.config.corruption), run.config.loss


def measure(
    dataset: Dataset, runs: Sequence[Run], noises: Sequence[Run], statistics: PixelStatistics | None, monitor: Monitor
) -> Measurements:
    """Return the figures of ``runs``, and the errors of the best linear denoiser for the noises of other runs.

    Runs on another data set are left out, and so is the denoiser where it would need too much memory. What has the same
    noise shares its images, so that comes one after another.
    """
    mine = {id(run): run for run in (*runs, *noises) if run.data.matches(dataset)}
    runs, noises = ([run for run in some if id(run) in mine] for some in (runs, noises))
    if reason_to_leave_out(dataset.shape):
        noises = []
    noises = [run for run in noises if run.config.architecture.output.is_squared]  # whose best it is
    if noises and statistics is None:
        statistics = PixelStatistics.of(scaled_for(dataset, noises[0].config), monitor)
    figures: dict[Place, Figures] = {}
    bounds: dict[Noise, float] = {}
    for noise in dict.fromkeys(map(noise_of, (*noises, *runs))):
        alike = [run for run in mine.values() if noise_of(run) == noise]
        held_out = HeldOut(scaled_for(dataset, alike[0].config), alike[0].config.corruption)
        for run in runs:
            if noise_of(run) == noise:
                monitor.check()
                figures[place_of(run)] = held_out.evaluate(run.model, monitor)
        if statistics is not None and noise in map(noise_of, noises):
            monitor.check()
            bounds[noise] = linear_bound(statistics, held_out)
    return Measurements(figures, bounds, statistics)

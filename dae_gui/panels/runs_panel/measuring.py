"""Held-out figures of runs that have none, in a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.jobs import Monitor
from dae_core.sessions.run import Run

Place = tuple[str, int]
"""A run's key, and the iteration that it stands at."""


class Measured:
    """Remembers what was measured of which runs, and what was asked for: nothing is measured twice."""

    def __init__(self) -> None:
        self._asked: set[Place] = set()
        self._figures: dict[Place, Figures] = {}

    def forget_asked(self) -> None:
        """Ask again for what could not be measured, for there is another data set."""
        self._asked = set(self._figures)

    def wanted(self, runs: Sequence[Run]) -> tuple[Run, ...]:
        """Return those runs that have no figures and were not asked for, and count them as asked for."""
        found = tuple(run for run in runs if run.figures is None and place_of(run) not in self._asked)
        self._asked |= set(map(place_of, found))
        return found

    def add(self, figures: Mapping[Place, Figures]) -> None:
        """Take what was measured."""
        self._figures |= figures

    def figures_of(self, runs: Sequence[Run]) -> dict[str, Figures]:
        """Return the figures by key, of runs that stand where they were measured; all others are forgotten."""
        places = set(map(place_of, runs))
        self._figures = {place: found for place, found in self._figures.items() if place in places}
        return {key: found for (key, _), found in self._figures.items()}


def place_of(run: Run) -> Place:
    """Return a run's key and iteration."""
    return run.label.key, run.checkpoint.iteration


def measure(dataset: Dataset, runs: Sequence[Run], monitor: Monitor) -> dict[Place, Figures]:
    """Return the figures of runs by key and iteration, on all held-out images with each run's own noise.

    Runs on another data set are left out. Runs with the same noise share its images, so they come one after another.
    """
    found: dict[Place, Figures] = {}
    mine = [run for run in runs if run.data.matches(dataset)]
    held_out: HeldOut | None = None
    last = None
    for run in sorted(mine, key=lambda run: str(run.config.corruption)):
        monitor.check()
        if held_out is None or run.config.corruption != last:
            last = run.config.corruption
            held_out = HeldOut(dataset, last)
        found[place_of(run)] = held_out.evaluate(run.model)
    return found

"""Carries out a step that measures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dae_core.datasets import Dataset
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.lessons.errors import MeasureError
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.measuring.subject import Subject
from dae_core.lessons.steps import Measure
from dae_core.sessions.run import Run
from dae_core.training.settings import SETTINGS


@dataclass(frozen=True)
class Measured:
    """A value, as the user reads it, and of which run at which iteration it is."""

    value: float
    text: str
    run_key: str
    iteration: int


def measure(step: Measure, runs: Sequence[Run], dataset: Dataset, monitor: Monitor = UNWATCHED) -> Measured:
    """Measure what a step asks for; the same runs always give the same value.

    Parameters
    ----------
    runs : sequence of Run
        The present run first, then the others of the session.
    dataset : Dataset
        What they were trained on.

    Raises
    ------
    MeasureError
        When there is no such run, or nothing to be measured on it; the message says what to do.
    SessionError
        When the data set is another one.
    Cancelled
        When the monitor says so.
    """
    check_run(step, runs)
    run = runs[0]
    run.data.check(dataset)
    monitor.check()
    row = MEASUREMENTS[step.measurement]
    value = float(row.function(Subject(runs, dataset, step.parameters, monitor)))
    if not math.isfinite(value):
        raise MeasureError(f"The {row.title} is not a finite number: has the run diverged?")
    return Measured(value, row.text(value), run.label.key, run.model_iteration)


def check_run(step: Measure, runs: Sequence[Run]) -> None:
    """Raise MeasureError, with what to do, unless the present run is one that a step can be measured on."""
    if not runs:
        raise MeasureError("There is no run yet: start one first.")
    config = runs[0].config
    for name, wanted in step.needs.items():
        if getattr(config, name) != wanted:
            setting = SETTINGS[name]
            found = setting.text(getattr(config, name))
            raise MeasureError(f"This is measured on a run with {setting.name} {setting.text(wanted)}, not {found}.")
    done = runs[0].checkpoint.iteration
    if done < step.from_iteration and runs[0].checkpoint.divergence is None:
        raise MeasureError(f"The run has {done:,} iterations; train it to {step.from_iteration:,} first.")

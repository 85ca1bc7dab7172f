"""What a run did, as facts that a script can repeat: start values, and what was changed at which iteration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dae_core.exporting.errors import ExportError
from dae_core.model.penalties import PENALTIES, PenaltyName
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Run
from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import DivergenceGuard

Steps = tuple[tuple[int, Any], ...]

# The changes that a script repeats, or that change nothing but the time it takes.
_STRENGTHS = {row.title: name for name, row in PENALTIES.items()}
_REPEATED = ("learning rate", "noise level", "end of the run", "pace", "averaged weights", *_STRENGTHS)


@dataclass(frozen=True)
class Recipe:
    """A run from its seed to the present iteration.

    ``rates``, ``levels`` and ``segments`` are pairs (iteration from which on, value): the learning rate, the noise
    level, and the end of the schedule, which starts anew with each segment. ``strengths`` are such pairs for each
    penalty that ever had one, by the name of its setting. ``result`` is the iteration whose
    parameters the session holds; ``window`` the iterations that its smoothed curves average over; ``expected`` its
    figures, for comparing: smoothed error, smoothed sparsity, and further ones.
    """

    config: TrainingConfig
    data: DataReference
    iterations: int
    result: int
    rates: Steps
    levels: Steps
    segments: Steps
    window: int
    expected: dict[str, float]
    strengths: dict[PenaltyName, Steps]

    @property
    def batch_size(self) -> int:
        """Examples of one iteration."""
        return self.config.batch_size


def recipe_of(run: Run, expected: dict[str, float] | None = None) -> Recipe:
    """Return how to repeat a session's run; ``expected`` are further figures of it, such as the held-out MSE.

    Raises
    ------
    ExportError
        When it cannot be repeated: it has a backward of its own, started from a file's weights, diverged and went on,
        or did nothing yet.
    """
    c, record = run.checkpoint, run.record
    if not len(record.errors):
        raise ExportError("The run has no iterations yet: there is nothing to rebuild.")
    if run.config.own_backward:
        raise ExportError(
            "The run was trained with a backward of its own, which the script lacks: export its weights or its curves, "
            "or keep the session, which has the code."
        )
    if run.base_iteration is not None:
        raise ExportError("The run started from the weights of a model file: it cannot be rebuilt from its settings.")
    bad = DivergenceGuard().first_bad(record.errors)
    if bad is not None and (c.divergence is None or bad[0] + 1 != c.iteration):
        raise ExportError(
            f"The run diverged at iteration {bad[0] + 1:,} and went on from earlier weights: it cannot be rebuilt "
            "from its settings alone."
        )
    strange = [change for change in (*record.changes, *c.changes) if change.name not in _REPEATED]
    if strange:
        raise ExportError(
            f"The run was changed at iteration {strange[0].iteration:,} in a way that a script cannot repeat "
            f"({strange[0].name})."
        )
    segments = tuple((at, int(str(end).replace(",", ""))) for at, end in _steps(run, "end of the run", f"{c.end:,}"))
    if segments[-1] != (c.segment_start, c.end):
        raise ExportError("The history of the run does not say when it was extended: it cannot be rebuilt.")
    error, sparsity = run.history().latest()
    figures = {f"error, mean of the last {record.window} iterations": error}
    figures[f"sparsity, mean of the last {record.window} iterations"] = sparsity
    return Recipe(
        c.config,
        run.data,
        c.iteration,
        run.model_iteration,
        _steps(run, "learning rate", c.config.learning_rate),
        _steps(run, "noise level", c.config.corruption.level),
        segments,
        record.window,
        figures | (expected or {}),
        _strengths(run),
    )


def _strengths(run: Run) -> dict[PenaltyName, Steps]:
    """Return the strengths of every penalty that ever had one."""
    all_of = {name: _steps(run, row.title, getattr(run.config, name)) for name, row in PENALTIES.items()}
    return {name: steps for name, steps in all_of.items() if any(value for _, value in steps)}


def _steps(run: Run, name: str, now: Any) -> Steps:
    """Return the values that something had, from iteration 0 on; the last of several at one iteration counts."""
    changes = [c for c in (*run.record.changes, *run.checkpoint.changes) if c.name == name]
    steps = {0: changes[0].old if changes else now}
    for change in changes:
        steps[change.iteration] = change.new
    return tuple(steps.items())

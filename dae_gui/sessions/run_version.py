"""The version of a run: it differs when anything has changed that the file should hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dae_core.sessions.run import Label, Run
from dae_core.training.config import TrainingConfig


class RunVersion(NamedTuple):
    """Differs between two states of a run that a file must tell apart; ``changes`` counts the settings changed."""

    iteration: int
    end: int
    config: TrainingConfig
    label: Label
    changes: int

    @classmethod
    def of(cls, run: Run) -> RunVersion:
        """Return the version of a run."""
        checkpoint = run.checkpoint
        changes = len(run.record.changes) + len(checkpoint.changes)
        return cls(checkpoint.iteration, checkpoint.end, checkpoint.config, run.label, changes)


def versions_of(runs: Iterable[Run]) -> dict[str, RunVersion]:
    """Return the versions of those runs that have iterations, by their keys."""
    return {run.label.key: RunVersion.of(run) for run in runs if run.checkpoint.iteration}

"""What the window's thread and the training thread send each other: frozen values, with arrays of their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures
from dae_core.training.config import TrainingConfig
from dae_core.training.progress import Checkpoint, Progress
from dae_core.training.snapshots import Snapshot


class Halt(StrEnum):
    """Why the training loop is not running."""

    READY = "ready"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    DIVERGED = "diverged"
    ENDED = "ended"
    """Nothing more comes of this run: another one takes its place, or the thread has ended."""


@dataclass(frozen=True)
class RunSetup:
    """A run to make ready for training.

    Parameters
    ----------
    number
        Tells the updates of this run from those of earlier ones.
    dataset, config
        What it is trained on, and how.
    checkpoint
        What it goes on from; None for a run from its start.
    snapshots
        Those of the run so far.
    is_stand_in
        Whether the data set only stands in for one that is missing, so that nothing is measured on it.
    allows_code
        The code of the user's own that may run; see `Trainer`.
    """

    number: int
    dataset: Dataset
    config: TrainingConfig
    checkpoint: Checkpoint | None = None
    snapshots: tuple[Snapshot, ...] = ()
    is_stand_in: bool = False
    allows_code: str = ""


@dataclass(frozen=True)
class Update:
    """What has happened in a run since its previous update.

    Parameters
    ----------
    number
        Of the run: see `RunSetup`.
    progress
        All iterations since then.
    held_out
        Pairs (iteration, figures) measured on some of the held-out images.
    averaged
        The same of the averaged weights, where the settings ask for them.
    rate
        Iterations per second of wall-clock time.
    halt
        Why the loop has stopped; None while it runs.
    final
        The figures of these weights on all held-out images; None where they were not measured.
    snapshots
        All of the run, where there are others than before; else None.
    checkpoint
        The trainer's at the end of ``progress``; there with ``halt`` and with ``request``.
    request
        The number of the request for the run that this update answers; None where it answers none.
    """

    number: int
    progress: Progress
    held_out: tuple[tuple[int, Figures], ...] = ()
    averaged: tuple[tuple[int, Figures], ...] = ()
    rate: float = 0.0
    halt: Halt | None = None
    final: Figures | None = None
    snapshots: tuple[Snapshot, ...] | None = None
    checkpoint: Checkpoint | None = None
    request: int | None = None

"""What the window's thread and the training thread tell each other: frozen values, with arrays of their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures
from dae_core.training.config import TrainingConfig
from dae_core.training.progress import Checkpoint, Progress
from dae_core.training.snapshots import Snapshot


class Halt(StrEnum):
    """Why the loop stands still."""

    READY = "ready"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    DIVERGED = "diverged"
    LEFT = "left"
    """Another run takes its place."""


@dataclass(frozen=True)
class Job:
    """A run to prepare. ``number`` tells its answers from those of earlier runs.

    ``snapshots`` are those of the run so far. With ``look_only`` the data set only stands in for one that is missing:
    nothing is measured on it.
    """

    number: int
    dataset: Dataset
    config: TrainingConfig
    checkpoint: Checkpoint | None = None
    snapshots: tuple[Snapshot, ...] = ()
    look_only: bool = False


@dataclass(frozen=True)
class Update:
    """What happened since the last update.

    ``held_out`` are (iteration, figures) pairs on the live subset; ``halt`` is set when the loop came to a stand, and
    then ``final`` are the figures on all held-out images. ``rate`` is iterations per second of the clock on the wall.
    ``snapshots`` are all of the run, when there are others than before. ``checkpoint``, at each stand and on request,
    is the trainer's at the end of ``progress``.
    """

    number: int
    progress: Progress
    held_out: tuple[tuple[int, Figures], ...] = ()
    rate: float = 0.0
    halt: Halt | None = None
    final: Figures | None = None
    snapshots: tuple[Snapshot, ...] | None = None
    checkpoint: Checkpoint | None = None

"""What the film window has done in a thread: one frame to look at, or the whole film as a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.film import Film, FilmLook, write_film
from dae_core.jobs import Cancelled, Monitor
from dae_core.training.config import TrainingConfig
from dae_core.training.snapshots import Snapshot
from dae_gui.support.background import Task


@dataclass(frozen=True, eq=False)
class FilmOrder:
    """A film as it is wanted: the snapshots in it, how it looks, and the data and settings of the run."""

    snapshots: tuple[Snapshot, ...]
    look: FilmLook
    dataset: Dataset
    config: TrainingConfig

    def film(self) -> Film:
        """Return the film. Raises FilmError."""
        return Film(self.snapshots, self.look, self.dataset.shape, self.dataset, self.config.corruption)


@dataclass(frozen=True, eq=False)
class Preview:
    """Makes one frame of a film, in a thread."""

    order: FilmOrder
    index: int

    def __call__(self, task: Task) -> NDArray[np.uint8] | None:
        """Return the frame (h, w, 3); None where nobody wants it any more."""
        return None if task.dropped else self.order.film().frame(self.index)


@dataclass(frozen=True, eq=False)
class Writing:
    """Writes a film, in a thread; ``quality`` is that of a smaller WebP, None of an exact one."""

    order: FilmOrder
    path: Path
    per_second: int
    quality: int | None
    work: Monitor = field(default_factory=Monitor)

    def __call__(self, task: Task) -> int | None:
        """Return the size of the file in bytes; None where it was cancelled. Raises FilmError."""
        self.work.is_cancelled = lambda: task.dropped
        try:
            self.work.check()
            film = self.order.film()
            write_film(self.path, film, self.per_second, self.work, self.quality)
            return self.path.stat().st_size
        except Cancelled:
            return None

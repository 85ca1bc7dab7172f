"""What the film window has done in a thread: one frame to look at, or the whole film as a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.film import Film, FilmLook, write_film
from dae_core.jobs import Monitor
from dae_core.training.config import TrainingConfig
from dae_core.training.snapshots import Snapshot


@dataclass(frozen=True, eq=False)
class FilmRequest:
    """What a film is made of: the snapshots in it, how it looks, and the data and settings of the run."""

    snapshots: tuple[Snapshot, ...]
    look: FilmLook
    dataset: Dataset
    config: TrainingConfig

    def film(self) -> Film:
        """Return the film. Raises FilmError."""
        return Film(self.snapshots, self.look, self.dataset.shape, self.dataset, self.config.corruption)


def make_frame(request: FilmRequest, index: int, monitor: Monitor) -> NDArray[np.uint8]:
    """Return one frame of a film (h, w, 3). Raises FilmError and Cancelled."""
    monitor.check()
    return request.film().frame(index)


def write_to(path: Path, request: FilmRequest, per_second: int, quality: int | None, monitor: Monitor) -> int:
    """Write a film, and return the size of the file in bytes.

    ``quality`` is that of a smaller WebP, None of an exact one. Raises FilmError and Cancelled.
    """
    write_film(path, request.film(), per_second, monitor, quality)
    return path.stat().st_size

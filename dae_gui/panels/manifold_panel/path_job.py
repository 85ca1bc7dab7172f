"""What the manifold panel has done in a thread: a path of pictures with what is near them, and its film as a file."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path as File

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.film import PictureFilm, write_film
from dae_core.inspection.manifold import HeldOutDigits, Neighbours, Outcome, Path, outcome, shown_steps
from dae_core.inspection.sampling import Sampler, follow
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption

_FRAMES_A_SECOND = 8.0


@dataclass(frozen=True, eq=False)
class Request:
    """A path that is wanted: the network and its noise, where the path starts, how it goes on and how far."""

    dataset: Dataset
    model: AutoEncoder
    iteration: int
    x: NDArray[np.float32]
    sampler: Sampler
    steps: int
    corruption: Corruption
    seed: int

    def is_same_as(self, other: Request) -> bool:
        """Whether both have the same result."""
        noise = (self.corruption, self.seed) if self.sampler.is_random else None
        same = (self.sampler, self.steps) == (other.sampler, other.steps)
        same = same and noise == ((other.corruption, other.seed) if other.sampler.is_random else None)
        return same and self.model is other.model and np.array_equal(self.x, other.x)


@dataclass(frozen=True, eq=False)
class Result:
    """A path with what becomes of it; ``steps`` are those shown, and ``neighbours`` belong to them."""

    request: Request
    path: Path
    outcome: Outcome
    steps: tuple[int, ...]
    neighbours: Neighbours
    digits: HeldOutDigits
    seconds: float


def find_path(request: Request, digits: HeldOutDigits | None, monitor: Monitor) -> Result:
    """Follow a path. Raises Cancelled."""
    if digits is None or digits.dataset is not request.dataset:
        digits = HeldOutDigits(request.dataset)
    started = time.perf_counter()
    path = follow(
        request.model,
        request.x,
        request.sampler,
        request.steps,
        request.corruption,
        request.dataset,
        request.seed,
        monitor,
    )
    steps = shown_steps(path.steps)
    neighbours = digits.nearest(path.points[list(steps)], monitor)
    seconds = time.perf_counter() - started
    return Result(request, path, outcome(path), steps, neighbours, digits, seconds)


def write_path(file: File, result: Result, monitor: Monitor) -> File:
    """Write all pictures of a path as a film, and return its file. Raises FilmError and Cancelled."""
    pictures = result.request.dataset.to_pixels(result.path.points)[:, None]
    captions = ["start", *(f"step {step:,} of {result.path.steps:,}" for step in range(1, len(pictures)))]
    write_film(file, PictureFilm(pictures, captions), _FRAMES_A_SECOND, monitor)
    return file

"""The plain values that a trainer reports: progress, changes made during the run, and checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import Divergence


@dataclass(frozen=True)
class Change:
    """Something that the user changed during the run, in effect from ``iteration`` on."""

    iteration: int
    name: str
    old: float | str | None
    new: float | str | None

    def __str__(self) -> str:
        old, new = (f"{v:g}" if isinstance(v, float) else str(v) for v in (self.old, self.new))
        return f"{self.name}: {old} → {new}"


@dataclass(frozen=True)
class Progress:
    """What a chunk of iterations brought. All arrays are the receiver's own.

    ``iteration`` counts the iterations done so far; ``errors`` and ``sparsities`` (float32, (n,)) belong to the last n
    of them. ``seconds`` is the time spent training over the whole run. ``model`` is a copy, present on request, and
    ``average`` with it, a copy of the averaged weights, where the settings ask for them.
    """

    iteration: int
    end: int
    errors: NDArray[np.float32]
    sparsities: NDArray[np.float32]
    seconds: float
    learning_rate: float
    changes: tuple[Change, ...] = ()
    divergence: Divergence | None = None
    model: AutoEncoder | None = None
    average: AutoEncoder | None = None

    @property
    def finished(self) -> bool:
        """Whether the run has reached its end."""
        return self.iteration >= self.end

    @staticmethod
    def merged(parts: Sequence[Progress]) -> Progress:
        """Return consecutive progress as one: all points and changes, the newest of all else."""
        last = parts[-1]
        return Progress(
            last.iteration,
            last.end,
            np.concatenate([p.errors for p in parts]),
            np.concatenate([p.sparsities for p in parts]),
            last.seconds,
            last.learning_rate,
            tuple(change for p in parts for change in p.changes),
            last.divergence,
            next((p.model for p in reversed(parts) if p.model is not None), None),
            next((p.average for p in reversed(parts) if p.average is not None), None),
        )


@dataclass(frozen=True)
class Checkpoint:
    """All that a run needs to go on, bit for bit, as if it had never stopped.

    ``average`` is the mean of ``averaged`` weights, where the settings ask for it; if it is missing it begins with
    ``model``.
    """

    config: TrainingConfig
    model: AutoEncoder
    iteration: int
    segment_start: int
    end: int
    seconds: float
    guard: tuple[list[float], int] = field(default_factory=lambda: ([], 0))
    good: tuple[int, AutoEncoder] | None = None
    divergence: Divergence | None = None
    changes: tuple[Change, ...] = ()
    engine: dict[str, NDArray[np.floating[Any]]] = field(default_factory=dict)
    average: AutoEncoder | None = None
    averaged: int = 0

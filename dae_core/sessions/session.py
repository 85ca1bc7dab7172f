"""A session: runs with all they need to go on, their curves, and what was kept along the way, in one ``.dae`` file.

What comes next in a run is a function of what is kept: the parameters, the optimizer's moments, the divergence guard,
and the iteration. There is no state of a random generator among them, for the examples and the noise of iteration i
are a function of (seed, i): see ``examples.py``. So a reopened run goes on bit for bit as if it had never stopped.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset, ImageOptions
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Run
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History, Record
from dae_core.training.progress import Checkpoint
from dae_core.training.snapshots import Snapshot
from dae_core.training.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Session:
    """A run that goes on and those that are kept beside it; all arrays are only read.

    Parameters
    ----------
    run : Run
        The current one.
    kept : tuple of Run
        The others, in any order; no two runs of a session have the same key.
    drawings : tuple of uint8 arrays (h, w)
        A person's own images, grey levels 0 (black) to 255.
    view : dict
        A JSON object that the core keeps and does not interpret.
    """

    run: Run
    kept: tuple[Run, ...] = ()
    drawings: tuple[NDArray[np.uint8], ...] = ()
    view: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        trainer: Trainer,
        history: History,
        source: str | os.PathLike[str],
        options: ImageOptions | None = None,
        *,
        kept: tuple[Run, ...] = (),
        drawings: tuple[NDArray[np.uint8], ...] = (),
        view: dict[str, Any] | None = None,
        **further: Any,
    ) -> Session:
        """Return the session of a trainer; ``further`` are the other fields of its run: see `Run.of`."""
        return cls(Run.of(trainer, history, source, options, **further), kept, drawings, view or {})

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs as they were created, whichever of them is the current one.

        Those of the same time stay in the order of ``kept``, with the current one after them.
        """
        return tuple(sorted((*self.kept, self.run), key=lambda run: _moment(run.label.created)))

    @property
    def checkpoint(self) -> Checkpoint:
        """What the current run goes on from."""
        return self.run.checkpoint

    @property
    def data(self) -> DataReference:
        """What the current run is trained on."""
        return self.run.data

    @property
    def record(self) -> Record:
        """The curves of the current run."""
        return self.run.record

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """Earlier parameters of the current run."""
        return self.run.snapshots

    @property
    def base_iteration(self) -> int | None:
        """The iterations of the weights of a file that the current run started from; None where it did not."""
        return self.run.base_iteration

    @property
    def model(self) -> AutoEncoder:
        """The present parameters of the current run."""
        return self.run.model

    @property
    def config(self) -> TrainingConfig:
        """The settings now in force in the current run."""
        return self.run.config

    @property
    def model_iteration(self) -> int:
        """The iteration of the current run that its parameters are of."""
        return self.run.model_iteration

    def history(self) -> History:
        """Return a new history that goes on where the current run's record ends."""
        return self.run.history()

    def trainer(self, dataset: Dataset) -> Trainer:
        """Return a trainer of the current run. Raises SessionError when the data set is not its own."""
        return self.run.trainer(dataset)


def _moment(created: str) -> float:
    """Return the seconds since 1970 of a label's time; what has none comes first."""
    return datetime.fromisoformat(created).timestamp() if created else -math.inf

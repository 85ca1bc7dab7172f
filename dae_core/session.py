"""A session: a run with all that it needs to go on, its curves, and what was kept along the way, in one ``.dae`` file.

What comes next in a run is a function of what is kept: the parameters, the optimizer's moments, the divergence guard,
and the iteration. There is no state of a random generator among them, for the examples and the noise of iteration i
are a function of (seed, i): see ``examples.py``. So a reopened run goes on bit for bit as if it had never stopped.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.autoencoder import AutoEncoder
from dae_core.config import TrainingConfig
from dae_core.data_reference import DataReference
from dae_core.datasets import Dataset, ImageOptions
from dae_core.history import History, Record
from dae_core.session_format import SessionError, read_container, write_container
from dae_core.training import Checkpoint, Trainer

ENDING = ".dae"


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The parameters at one iteration of a run; ``model`` is only read."""

    iteration: int
    model: AutoEncoder


@dataclass(frozen=True, eq=False)
class Session:
    """A run at one moment, with what was recorded and kept; all arrays are only read.

    Parameters
    ----------
    checkpoint : Checkpoint
        What the run goes on from.
    data : DataReference
        What it is trained on.
    record : Record
        Its curves, as many points as the run has iterations.
    snapshots : tuple of Snapshot
        Earlier parameters, by ascending iteration; may be empty.
    drawings : tuple of uint8 arrays (h, w)
        A person's own images, grey levels 0 (black) to 255.
    view : dict
        A JSON object that the core keeps and does not interpret.
    base_iteration : int or None
        None where the weights started from the seed; else the run started from weights of a file, and these had been
        trained for so many iterations.
    """

    checkpoint: Checkpoint
    data: DataReference
    record: Record
    snapshots: tuple[Snapshot, ...] = ()
    drawings: tuple[NDArray[np.uint8], ...] = ()
    view: dict[str, Any] = field(default_factory=dict)
    base_iteration: int | None = None

    @classmethod
    def of(
        cls,
        trainer: Trainer,
        history: History,
        source: str | os.PathLike[str],
        options: ImageOptions | None = None,
        **further: Any,
    ) -> Session:
        """Return the session of a trainer, whose progress is all in ``history``, on a data set from ``source``.

        ``further`` are the other fields.
        """
        data = DataReference.of(trainer.dataset, source, options)
        return cls(trainer.checkpoint(), data, history.record(), **further)

    @property
    def model(self) -> AutoEncoder:
        """The present parameters."""
        return self.checkpoint.model

    @property
    def config(self) -> TrainingConfig:
        """The settings now in force."""
        return self.checkpoint.config

    @property
    def model_iteration(self) -> int:
        """The iteration of this run that the parameters are of: an earlier one, where the run has diverged."""
        divergence = self.checkpoint.divergence
        return self.checkpoint.iteration if divergence is None else divergence.good_iteration

    def history(self) -> History:
        """Return a new history that goes on where the record ends."""
        return History.restored(self.record)

    def trainer(self, dataset: Dataset) -> Trainer:
        """Return a trainer that goes on. Raises SessionError when the data set is not the session's."""
        self.data.check(dataset)
        return Trainer.resume(dataset, self.checkpoint)


def save_session(path: str | Path, session: Session) -> None:
    """Write a session; an existing file is replaced only when the new one is whole and on the disk.

    Raises
    ------
    SessionError
        When the file cannot be written, or the session is not consistent (a mistake of the program).
    """
    from dae_core.session_parts import pack

    try:
        arrays, metadata = pack(session)
    except ValueError as error:
        raise SessionError(f"{path} could not be written: {error}") from None
    write_container(path, arrays, metadata)


def load_session(path: str | Path) -> Session:
    """Read a session. No code in the file is run; every value is checked.

    Raises
    ------
    SessionError
        When it cannot be read, is no session, is damaged, or is of a newer version.
    """
    from dae_core.config import ConfigError
    from dae_core.session_parts import unpack

    arrays, metadata = read_container(path)
    try:
        return unpack(arrays, metadata)
    except (ConfigError, ValueError, RecursionError) as error:
        raise SessionError(f"{path} is damaged: {error}") from None

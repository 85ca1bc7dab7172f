"""A session: runs with all they need to go on, their curves, and what was kept along the way, in one ``.dae`` file.

What comes next in a run is a function of what is kept: the parameters, the optimizer's moments, the divergence guard,
and the iteration. There is no state of a random generator among them, for the examples and the noise of iteration i
are a function of (seed, i): see ``examples.py``. So a reopened run goes on bit for bit as if it had never stopped.
"""

from __future__ import annotations

import dataclasses
import math
import os
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.autoencoder import AutoEncoder
from dae_core.config import TrainingConfig
from dae_core.data_reference import DataReference
from dae_core.datasets import Dataset, ImageOptions
from dae_core.evaluation import Figures
from dae_core.history import History, Record
from dae_core.session_format import SessionError, read_container, write_container
from dae_core.snapshots import Snapshot
from dae_core.training import Checkpoint, Trainer

__all__ = [
    "ENDING",
    "LONGEST_NAME",
    "LONGEST_NOTES",
    "Label",
    "Run",
    "Session",
    "SessionError",
    "Snapshot",
    "load_session",
    "save_session",
]

ENDING = ".dae"
FIRST_NAME = "Run 1"
"""What a run is called that nobody named."""
LONGEST_NAME, LONGEST_NOTES = 200, 20_000
"""Characters of a run's name or origin, and of its notes, that a file keeps."""


@dataclass(frozen=True)
class Label:
    """What tells a run from the others of its session, for people.

    Parameters
    ----------
    key : str
        Lower-case hexadecimal digits that no other run has; the same as long as the run lives.
    name, notes : str
        What a person calls it, and wrote about it; at most 200 and 20,000 characters are kept in a file.
    color : int
        An index into the palette of runs.
    created : str
        When it was begun: ISO 8601 with the offset of UTC ("2026-11-23T23:44:47.123456+00:00"); empty where nobody
        knows.
    origin : str
        Where it came from, such as "Run 2 at iteration 12,500"; empty for a run from its start.
    """

    key: str
    name: str
    notes: str = ""
    color: int = 0
    created: str = ""
    origin: str = ""

    @classmethod
    def new(cls, name: str, color: int = 0, origin: str = "") -> Label:
        """Return a label with a key of its own, and the present time."""
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        return cls(uuid.uuid4().hex, name[:LONGEST_NAME], "", color, now, origin[:LONGEST_NAME])

    def with_texts(self, name: str | None = None, notes: str | None = None) -> Label:
        """Return a copy with another name or other notes, cut where they are longer than a file keeps them."""
        name, notes = self.name if name is None else name, self.notes if notes is None else notes
        return dataclasses.replace(self, name=name[:LONGEST_NAME], notes=notes[:LONGEST_NOTES])


@dataclass(frozen=True, eq=False)
class Run:
    """A run at one moment, with what was recorded and kept along it; all arrays are only read.

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
    base_iteration : int or None
        None where the weights started from the seed; else the run started from weights of a file, and these had been
        trained for so many iterations.
    label : Label
        Its name and what else people see of it; a new one by default.
    figures : Figures or None
        Measured of ``model`` on the held-out images with the run's own noise; None where nobody did.
    """

    checkpoint: Checkpoint
    data: DataReference
    record: Record
    snapshots: tuple[Snapshot, ...] = ()
    base_iteration: int | None = None
    label: Label = field(default_factory=lambda: Label.new(FIRST_NAME))
    figures: Figures | None = None

    @classmethod
    def of(
        cls,
        trainer: Trainer,
        history: History,
        source: str | os.PathLike[str],
        options: ImageOptions | None = None,
        **further: Any,
    ) -> Run:
        """Return the run of a trainer, whose progress is all in ``history``, on a data set from ``source``.

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
        """Return a trainer that goes on. Raises SessionError when the data set is not the run's."""
        self.data.check(dataset)
        return Trainer.resume(dataset, self.checkpoint)


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

"""A run at one moment: all it needs to go on, its curves, its snapshots, and its label.

What comes next in a run is a function of its checkpoint: the parameters, the optimizer's moments, the divergence guard,
and the iteration. There is no state of a random generator among them, for the examples and the noise of iteration i
are a function of (seed, i): see `dae_core.training.examples`. So a reopened run goes on bit for bit as if it had never
stopped.
"""

from __future__ import annotations

import dataclasses
import itertools
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.model_file import SavedModel
from dae_core.texts import plain
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History, Record
from dae_core.training.progress import Checkpoint
from dae_core.training.snapshots import Snapshot, bytes_of, thinned
from dae_core.training.trainer import Trainer

FIRST_NAME = "Run 1"
"""The name of a run until it gets another one."""
LONGEST_NAME, LONGEST_NOTES = 200, 20_000
"""Characters of a run's name or origin, and of its notes, that a file keeps."""


def shown_name(text: str) -> str:
    """Return a name as the program keeps it: with all that does not show written out, and no longer than a file's."""
    return plain(text, LONGEST_NAME)[:LONGEST_NAME]


def free_colors(used: Iterable[int]) -> Iterator[int]:
    """Yield the colours that no run has, the smallest first, so that the first runs of a session are never alike."""
    taken = set(used)
    return (color for color in itertools.count() if color not in taken)


@dataclass(frozen=True)
class Label:
    """What identifies a run among the others of its session.

    Parameters
    ----------
    key : str
        Lower-case hexadecimal digits that no other run has; the same as long as the run lives.
    name, notes : str
        Given and written by the user; at most 200 and 20,000 characters are kept in a file.
    color : int
        An index into the palette of runs.
    created : str
        When it was begun: ISO 8601 with the offset of UTC ("2026-11-23T23:44:47.123456+00:00"); empty where unknown.
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
        return cls(uuid.uuid4().hex, shown_name(name), "", color, now, shown_name(origin))

    def with_texts(self, name: str | None = None, notes: str | None = None) -> Label:
        """Return a copy with another name or other notes, cut where they are longer than a file keeps them."""
        name, notes = self.name if name is None else name, self.notes if notes is None else notes
        return dataclasses.replace(self, name=shown_name(name), notes=notes[:LONGEST_NOTES])


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
        Its name, notes and colour; a new one by default.
    figures : Figures or None
        Of ``model`` on the held-out images with the run's own noise; None where they were not measured.
    """

    checkpoint: Checkpoint
    data: DataReference
    record: Record
    snapshots: tuple[Snapshot, ...] = ()
    base_iteration: int | None = None
    label: Label = field(default_factory=lambda: Label.new(FIRST_NAME))
    figures: Figures | None = None

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

    def saved_model(self) -> SavedModel:
        """Return what a model file keeps of the run."""
        return SavedModel(
            self.model,
            self.config,
            self.model_iteration,
            self.data.name,
            self.data.shape,
            self.data.scale,
            self.checkpoint.average,
        )

    def history(self) -> History:
        """Return a new history that goes on where the record ends."""
        return History.restored(self.record)

    def trainer(self, dataset: Dataset, allows_code: str = "") -> Trainer:
        """Return a trainer that goes on, with code of the user's own only where it is the one that is allowed.

        Raises SessionError when the data set is not the run's.
        """
        self.data.check(dataset)
        return Trainer.resume(dataset, self.checkpoint, allows_code=allows_code)


def slim(run: Run, budget: int, most: int) -> Run:
    """Return a run with at most ``most`` snapshots, of which no more are kept than a budget in bytes allows."""
    fitting = min(most, budget // max(1, bytes_of(run.model)))
    return run if len(run.snapshots) <= fitting else dataclasses.replace(run, snapshots=thinned(run.snapshots, fitting))

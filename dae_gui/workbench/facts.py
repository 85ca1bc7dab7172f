"""What the workbench holds, as frozen values: the data set with its origin, how far a run is, and the weights shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dae_core.datasets import Dataset, ImageOptions
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.data_reference import DataReference
from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import Divergence
from dae_core.training.scaling import scaled_for


@dataclass(frozen=True, eq=False)
class OpenData:
    """A data set with where it came from.

    Parameters
    ----------
    dataset
        The images.
    source
        What `open_dataset` opened it from; empty for one that was put together in the window and is in no file.
    options
        How pictures were brought to one size; None as they are.
    is_stand_in
        Whether it only stands in for the missing data set of a run that is looked at: nothing is trained or measured
        on it.
    """

    dataset: Dataset
    source: str = ""
    options: ImageOptions | None = None
    is_stand_in: bool = False
    _siblings: dict[str, OpenData] = field(default_factory=dict, init=False, repr=False)

    def scaled_for(self, config: TrainingConfig) -> OpenData:
        """Return the same data with the pixels that settings train on: itself, or its one sibling of the other scale.

        The sibling of the sibling is this again, so that what is known of either data set is not found anew.
        """
        dataset = scaled_for(self.dataset, config)
        if dataset is self.dataset:
            return self
        sibling = self._siblings.get("other")
        if sibling is None:
            sibling = replace(self, dataset=dataset)
            self._siblings["other"], sibling._siblings["other"] = sibling, self
        return sibling

    def reference(self) -> DataReference:
        """Return what a session keeps of it."""
        return DataReference.of(self.dataset, self.source, self.options)


@dataclass(frozen=True)
class RunProgress:
    """How far the present run is.

    Parameters
    ----------
    iteration, end
        Iterations done, and of all.
    segment_start
        The iteration at which the schedule's present segment began; the segment ends at ``end``.
    seconds
        Spent training.
    rate
        Iterations per second of wall-clock time; 0 while it is not known.
    learning_rate
        Of this moment.
    divergence
        Why the run ended early; None where it did not.
    """

    iteration: int = 0
    end: int = 0
    segment_start: int = 0
    seconds: float = 0.0
    rate: float = 0.0
    learning_rate: float = 0.0
    divergence: Divergence | None = None

    @property
    def segment(self) -> tuple[int, int]:
        """From and to which iteration the learning rate's schedule goes."""
        return self.segment_start, self.end


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights that the panels show, which must not be changed, and the iteration that they are of.

    ``is_live`` is False for those of a snapshot, ``is_average`` True for the averaged ones of a run.
    """

    model: AutoEncoder
    iteration: int
    is_live: bool = True
    is_average: bool = False

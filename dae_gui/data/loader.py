"""Opening a data set: what is asked for, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from dae_core.datasets import (
    Dataset,
    ImageOptions,
    OwnSet,
    Skipped,
    SourceScan,
    add_to_training,
    open_source,
    use_as_held_out,
)
from dae_core.jobs import Monitor
from dae_core.sessions.known_data import remember
from dae_gui.workbench.facts import OpenData


@dataclass(frozen=True)
class DataRequest:
    """What to open: a source as ``open_dataset`` knows it, and how.

    Parameters
    ----------
    source
        "digits", a name of the catalogue, "own:NAME", or a path.
    options
        How pictures are made equal; None as they are, or as suggested.
    scan
        What was found in a folder of pictures before, so that it is not looked through again.
    own, as_held_out
        Name of an own set that takes the place of the held-out images, or else is added to the training images.
    base
        The data set that ``source`` stands for, where it is loaded already.
    """

    source: str
    options: ImageOptions | None = None
    scan: SourceScan | None = None
    own: str = ""
    as_held_out: bool = True
    base: Dataset | None = None


@dataclass(frozen=True)
class LoadedData:
    """A data set, what was asked for, the files that were skipped, and how the source was understood."""

    dataset: Dataset
    request: DataRequest
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()

    def open_data(self) -> OpenData:
        """Return the data set with its origin, as the workbench holds it."""
        if self.request.own:
            return OpenData(self.dataset)  # a mixture with drawings: no source opens it again
        return OpenData(self.dataset, self.request.source, self.request.options)


def load(request: DataRequest, monitor: Monitor) -> LoadedData:
    """Open what is asked for. Raises DataError and Cancelled."""
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    if request.base is not None:
        dataset = request.base
    else:
        result = open_source(request.scan or request.source, request.options, monitor)
        dataset, skipped, notes = result.dataset, result.skipped, result.notes
    if request.own:
        combine = use_as_held_out if request.as_held_out else add_to_training
        dataset = combine(dataset, OwnSet.load(request.own))
    monitor.check()
    _ = dataset.mean, dataset.fingerprint()  # measured here and not at the first use, in the window
    if request.base is None and not request.own:
        remember(dataset.fingerprint(), request.source)
    return LoadedData(dataset, request, skipped, notes)

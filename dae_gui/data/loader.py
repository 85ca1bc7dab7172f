"""Data sets and what is computed of them once, off the GUI thread."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.datasets import (
    DataError,
    Dataset,
    ImageOptions,
    OwnSet,
    Skipped,
    SourceScan,
    add_to_training,
    open_dataset,
    open_images,
    use_as_held_out,
)
from dae_core.jobs import Monitor
from dae_gui.support.background import Background
from dae_gui.support.jobs import Job
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
    """A data set, what was asked for, and the files that were skipped."""

    dataset: Dataset
    request: DataRequest
    skipped: tuple[Skipped, ...] = ()

    def open_data(self) -> OpenData:
        """Return the data set with its origin, as the workbench holds it."""
        if self.request.own:
            return OpenData(self.dataset)  # a mixture with drawings: no source opens it again
        return OpenData(self.dataset, self.request.source, self.request.options)


class DataLoader(QObject):
    """Opens data sets in the background; of several requests only the newest is answered.

    Signals
    -------
    loaded(LoadedData)
    failed(str, DataRequest)
        A sentence for the person, and what was asked for.
    progressed(JobProgress)
        How far the newest request is.
    """

    loaded = Signal(object)
    failed = Signal(str, object)
    progressed = Signal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._job: Job | None = None
        self._request: DataRequest | None = None

    @property
    def is_loading(self) -> bool:
        """Whether a data set is on its way."""
        return self._job is not None

    def load(self, request: DataRequest) -> None:
        """Open what is asked for."""
        self.cancel()
        self._request = request
        self._job = Job(functools.partial(_open, request), self._background, self)
        self._job.progressed.connect(self.progressed)
        self._job.done.connect(self._on_done)
        self._job.failed.connect(self._on_failed)

    def cancel(self) -> None:
        """Forget what is on its way."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot(object)
    def _on_done(self, answer: LoadedData) -> None:
        self._job = None
        self.loaded.emit(answer)

    @Slot(str, object)
    def _on_failed(self, text: str, error: Exception) -> None:
        self._job = None
        source = "" if self._request is None else self._request.source
        if isinstance(error, MemoryError):
            text = f"There is not enough memory for the images of {source}."
        elif not isinstance(error, DataError):
            text = f"{source} could not be opened: {error}."
        self.failed.emit(text, self._request)


def _open(request: DataRequest, monitor: Monitor) -> LoadedData:
    skipped: tuple[Skipped, ...] = ()
    if request.base is not None:
        dataset = request.base
    elif request.scan is not None:
        result = open_images(request.scan, request.options, monitor)
        dataset, skipped = result.dataset, result.skipped
    else:
        dataset = open_dataset(request.source, request.options, monitor)
    if request.own:
        combine = use_as_held_out if request.as_held_out else add_to_training
        dataset = combine(dataset, OwnSet.load(request.own))
    monitor.check()
    _ = dataset.mean, dataset.fingerprint()  # measured here and not at the first use, in the window
    return LoadedData(dataset, request, skipped)

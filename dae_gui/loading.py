"""Data sets and what is computed of them once, off the GUI thread."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.corruption import Corruption
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
from dae_core.datasets.progress import LoadProgress
from dae_core.linear_memory import reason_to_leave_out
from dae_gui.background import Background, Task
from dae_gui.jobs import Job
from dae_gui.live_figures import LIVE_IMAGES


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


class DataLoader(QObject):
    """Opens data sets in the background; of several requests only the newest is answered.

    Signals
    -------
    loaded(LoadedData)
    failed(str, DataRequest)
        A sentence for the person, and what was asked for.
    progressed(LoadProgress)
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


def _open(
    request: DataRequest, on_progress: Callable[[LoadProgress], None], is_cancelled: Callable[[], bool]
) -> LoadedData:
    skipped: tuple[Skipped, ...] = ()
    if request.base is not None:
        dataset = request.base
    elif request.scan is not None:
        result = open_images(request.scan, request.options, on_progress, is_cancelled)
        dataset, skipped = result.dataset, result.skipped
    else:
        dataset = open_dataset(request.source, request.options, on_progress, is_cancelled)
    if request.own:
        combine = use_as_held_out if request.as_held_out else add_to_training
        dataset = combine(dataset, OwnSet.load(request.own))
    if not is_cancelled():
        _ = dataset.mean, dataset.fingerprint()  # measured here and not at the first use, in the window
    return LoadedData(dataset, request, skipped)


class Warmer(QObject):
    """Imports and compiles in the background what the window will need soon, so that nobody waits for it.

    Signals
    -------
    ready()
        A run can start without a delay.
    """

    ready = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background

    def start(self) -> None:
        """Begin."""
        self._background.run(_warm_up, self._on_done, self._on_failed)

    @Slot(object)
    def _on_done(self, _result: Any) -> None:
        self.ready.emit()

    @Slot(object)
    def _on_failed(self, _error: Exception) -> None:
        self.ready.emit()  # whatever it was will be met again where it is used, and told there


def _warm_up(task: Task) -> None:
    from dae_core import kernels

    if not task.dropped:
        kernels.prepare()


class LinearBound(QObject):
    """The error of the best linear denoiser on the digits that the held-out curve is measured on.

    Signals
    -------
    found(object)
        The mean of |y - x0|² as a float, or None while it is not known.
    leftOut(str)
        It is not computed, as it would need too much memory: a sentence. Empty: for these images it is.
    """

    found = Signal(object)
    leftOut = Signal(str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._task: Task | None = None
        self._wanted: tuple[Dataset, Corruption] | None = None
        self._statistics: dict[Dataset, Any] = {}
        self._left_out = ""

    def request(self, dataset: Dataset, corruption: Corruption) -> None:
        """Find the bound for this data and corruption; an older request is forgotten."""
        if self._wanted == (dataset, corruption):
            return
        self._wanted = (dataset, corruption)
        if self._task is not None:
            self._task.drop()
            self._task = None
        self.found.emit(None)
        left_out = reason_to_leave_out(dataset.shape)
        if left_out != self._left_out:  # told once, and not at every change of the noise
            self._left_out = left_out
            self.leftOut.emit(left_out)
        if left_out:
            self._statistics = {}
            return
        known = self._statistics.get(dataset)
        self._task = self._background.run(
            functools.partial(_linear_bound, dataset, corruption, known), self._on_done, self._on_failed
        )

    @Slot(object)
    def _on_done(self, answer: tuple[Dataset, Any, float] | None) -> None:
        self._task = None
        if answer is not None:
            dataset, statistics, error = answer
            self._statistics = {dataset: statistics}  # of the newest data set only
            self.found.emit(error)

    @Slot(object)
    def _on_failed(self, _error: Exception) -> None:
        self._task = None


def _linear_bound(
    dataset: Dataset, corruption: Corruption, known: Any, task: Task
) -> tuple[Dataset, Any, float] | None:
    from dae_core.baselines import PixelStatistics, linear_bound
    from dae_core.evaluation import HeldOut

    statistics = known or PixelStatistics.of(dataset, lambda: task.dropped)
    if task.dropped:
        return None
    held_out = HeldOut(dataset, corruption, LIVE_IMAGES)
    return dataset, statistics, linear_bound(statistics, held_out) * dataset.n_inputs

"""Data sets and what is computed of them once, off the GUI thread."""

from __future__ import annotations

import functools
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.corruption import Corruption
from dae_core.datasets import DataError, Dataset, open_dataset
from dae_gui.background import Background, Task
from dae_gui.worker import LIVE_IMAGES


class DataLoader(QObject):
    """Opens data sets in the background; of several requests only the newest is answered.

    Signals
    -------
    loaded(Dataset, str)
        The data set and the source that it was opened from.
    failed(str, str)
        A sentence for the person, and the source.
    """

    loaded = Signal(object, str)
    failed = Signal(str, str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._task: Task | None = None
        self._source = ""

    @property
    def is_loading(self) -> bool:
        """Whether a data set is on its way."""
        return self._task is not None

    def load(self, source: str) -> None:
        """Open a source as ``open_dataset`` knows it."""
        self.cancel()
        self._source = source
        self._task = self._background.run(functools.partial(_open, source), self._on_done, self._on_failed)

    def cancel(self) -> None:
        """Forget what is on its way."""
        if self._task is not None:
            self._task.drop()
            self._task = None

    @Slot(object)
    def _on_done(self, dataset: Dataset) -> None:
        self._task = None
        self.loaded.emit(dataset, self._source)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._task = None
        if isinstance(error, DataError):
            text = str(error)
        elif isinstance(error, MemoryError):
            text = f"There is not enough memory for the images of {self._source}."
        else:
            text = f"{self._source} could not be opened: {error}."
        self.failed.emit(text, self._source)


def _open(source: str, task: Task) -> Dataset | None:
    dataset = open_dataset(source)
    if not task.dropped:
        _ = dataset.mean  # measured here and not at the first use, in the window
    return dataset


class Warmer(QObject):
    """Imports and compiles in the background what the window will need soon, so that nobody waits for it.

    Signals
    -------
    ready()
        Pictures can be compared without a delay.
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
    import numpy as np

    from dae_core import kernels, metrics

    picture = np.zeros((8, 8))
    metrics.ssim(picture, picture)
    if not task.dropped:
        kernels.prepare()


class LinearBound(QObject):
    """The error of the best linear denoiser on the digits that the held-out curve is measured on.

    Signals
    -------
    found(object)
        The mean of |y - x0|² as a float, or None while it is not known.
    """

    found = Signal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._task: Task | None = None
        self._wanted: tuple[Dataset, Corruption] | None = None
        self._statistics: dict[Dataset, Any] = {}

    def request(self, dataset: Dataset, corruption: Corruption) -> None:
        """Find the bound for this data and corruption; an older request is forgotten."""
        if self._wanted == (dataset, corruption):
            return
        self._wanted = (dataset, corruption)
        if self._task is not None:
            self._task.drop()
        self.found.emit(None)
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
    from dae_core.baselines import PixelStatistics, linear_bound  # SciPy takes 0.4 s to import
    from dae_core.evaluation import HeldOut

    statistics = known or PixelStatistics.of(dataset, lambda: task.dropped)
    if task.dropped:
        return None
    held_out = HeldOut(dataset, corruption, LIVE_IMAGES)
    return dataset, statistics, linear_bound(statistics, held_out) * dataset.n_inputs

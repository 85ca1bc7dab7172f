"""What a probe has measured so far, and what is to be measured next; no widgets here."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass

from dae_core.datasets import Dataset
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.representation.probe import CONTENDERS, Probe, ProbeError, Reading, read_contender
from dae_core.training.config import TrainingConfig
from dae_core.training.scaling import scaled_for

QUICK = 2000
"""So many training images, and held-out ones, a measurement is of that follows the weights."""

Item = tuple[str, bool]
"""The key of a contender, and whether its images are noisy."""
ITEMS: tuple[Item, ...] = tuple((key, noisy) for noisy in (False, True) for key in CONTENDERS)
CODE: Item = ("code", False)


@dataclass(frozen=True, eq=False)
class Subject:
    """The weights that are probed, their settings, and the iteration that they are of."""

    model: AutoEncoder
    config: TrainingConfig
    iteration: int

    @property
    def noise(self) -> Corruption:
        """The noise of noisy images: that of the training."""
        return self.config.corruption


@dataclass(frozen=True, eq=False)
class _Kept:
    reading: Reading | None
    reason: Hashable  # what it depends on, but for the weights
    model: AutoEncoder | None  # None where it does not depend on the weights

    def is_of(self, item: Item, subject: Subject) -> bool:
        is_of_these = self.model is None or self.model is subject.model
        return is_of_these and self.reason == _reason(item, subject)


class Readings:
    """Readings by what they are of, and what they belong to.

    ``subject`` are the newest weights of which the clean code was read; None before there are any.
    """

    def __init__(self) -> None:
        self.subject: Subject | None = None
        self._kept: dict[Item, _Kept] = {}

    def put(self, item: Item, subject: Subject, reading: Reading | None) -> None:
        """Keep a reading; None where it could not be."""
        follows = CONTENDERS[item[0]].depends is None
        self._kept[item] = _Kept(reading, _reason(item, subject), subject.model if follows else None)
        if item == CODE:
            self.subject = subject

    def get(self, item: Item) -> Reading | None:
        """Return the newest reading; None where there is none."""
        return self._kept[item].reading if item in self._kept else None

    def is_left_out(self, item: Item) -> bool:
        """Whether it could not be read."""
        return item in self._kept and self._kept[item].reading is None

    def next(self, subject: Subject) -> Item | None:
        """Return what is to be read next; None: nothing.

        What the weights do not decide comes before what they do, once that has been read: they change all the time.
        """
        stale = [item for item in ITEMS if item not in self._kept or not self._kept[item].is_of(item, subject)]
        return min(stale, key=lambda item: item in self._kept and self._kept[item].model is not None, default=None)


def _reason(item: Item, subject: Subject) -> Hashable:
    key, noisy = item
    depends = CONTENDERS[key].depends
    of = None if depends is None else depends(subject.model, subject.config)
    return of, subject.noise if noisy else None, subject.config.loss


@dataclass(frozen=True, eq=False)
class Result:
    """What was read quickly of one thing, or why it could not be, with the probe to go on with, and the time it took.

    ``reading`` is None where PCA is left out.
    """

    probe: Probe
    item: Item
    subject: Subject
    reading: Reading | None
    refusal: str
    seconds: float


def read(dataset: Dataset, probe: Probe | None, item: Item, subject: Subject, monitor: Monitor) -> Result:
    """Read one thing quickly, in a thread; with another probe where that one does not fit. Raises Cancelled."""
    started = time.perf_counter()
    dataset = scaled_for(dataset, subject.config)
    noise = subject.noise.with_range(dataset.black, dataset.white)
    if probe is None or probe.dataset.scale != dataset.scale or probe.corruption != noise:
        probe = Probe(dataset, noise, QUICK, QUICK)
    key, noisy = item
    reading, refusal = None, ""
    try:
        reading = read_contender(probe, key, subject.model, subject.config, noisy=noisy, monitor=monitor)
    except ProbeError as error:
        refusal = str(error)
    return Result(probe, item, subject, reading, refusal, time.perf_counter() - started)


def read_all(dataset: Dataset, subject: Subject, monitor: Monitor) -> Readings:
    """Read everything on all images, in a thread. Raises ProbeError and Cancelled."""
    probe, readings = Probe(scaled_for(dataset, subject.config), subject.noise), Readings()
    for place, (key, noisy) in enumerate(ITEMS):
        monitor.stage(place / len(ITEMS), (place + 1) / len(ITEMS), CONTENDERS[key].title)
        reading = read_contender(probe, key, subject.model, subject.config, noisy=noisy, monitor=monitor.part())
        readings.put((key, noisy), subject, reading)
    return readings


def in_halves(count: int) -> list[int]:
    """Return the places 0 … count - 1, so that the first ones tell of the whole: both ends, then middles of middles."""
    order = [0, count - 1] if count > 1 else list(range(count))
    spans = [(0, count - 1)]
    while spans:
        middles = [(low, (low + high) // 2, high) for low, high in spans if high - low > 1]
        order += [middle for _, middle, _ in middles]
        spans = [span for low, middle, high in middles for span in ((low, middle), (middle, high))]
    return order

"""What a unit is like, in its own network and in another run's, found in a thread: the request and the result."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.similar_units import Counterparts, Examples, Likes, counterparts, examples, most_similar
from dae_core.inspection.unit_profiles import LIKENESSES, UnitCodes, unit_codes
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption
from dae_core.training.config import TrainingConfig
from dae_core.training.scaling import scaled_for

SIMILAR = 8
"""So many similar units are shown."""


@dataclass(frozen=True, eq=False)
class OtherRun:
    """Another run of the session: its key and name, its weights and of which iteration, its images and its settings."""

    key: str
    name: str
    model: AutoEncoder
    iteration: int
    shape: tuple[int, int]
    config: TrainingConfig

    def refusal(self, shape: tuple[int, int]) -> str:
        """Say why it cannot be compared with a network for images of a shape; empty where it can."""
        if self.shape == shape:
            return ""
        there, here = (f"{height} × {width} pixels" for height, width in (self.shape, shape))
        return f"{self.name} is trained on images of {there}, this run on images of {here}: they cannot be compared."


@dataclass(frozen=True, eq=False)
class LikenessRequest:
    """What a unit of a model is like, on ``count`` noisy held-out images (None: all), and in another run if any."""

    dataset: Dataset
    corruption: Corruption
    count: int | None
    model: AutoEncoder
    unit: int
    other: OtherRun | None = None

    def differs_in_weights_only(self, last: LikenessRequest) -> bool:
        """Whether both ask the same of two moments of a run, or of the same one."""
        images = self.dataset is last.dataset and (self.corruption, self.count) == (last.corruption, last.count)
        other = (None, None) if self.other is None else (self.other.key, self.other.model)
        of_last = (None, None) if last.other is None else (last.other.key, last.other.model)
        same = other[0] == of_last[0] and other[1] is of_last[1]
        return images and same and self.unit == last.unit and self.model.n_hidden == last.model.n_hidden

    def is_same_as(self, last: LikenessRequest) -> bool:
        """Whether both have the same result."""
        return self.differs_in_weights_only(last) and self.model is last.model


@dataclass(frozen=True, eq=False)
class LikenessResult:
    """What was found, by the keys of `LIKENESSES`, and how many seconds it took.

    ``there`` is empty without another run. The images and codes are kept for the next unit.
    """

    request: LikenessRequest
    likes: Mapping[str, Likes]
    examples: Examples
    there: Mapping[str, Counterparts]
    held_out: HeldOut
    codes: UnitCodes
    other_codes: UnitCodes | None
    seconds: float


def find_likes(request: LikenessRequest, last: LikenessResult | None, monitor: Monitor) -> LikenessResult:
    """Find what a unit is like. Raises Cancelled."""
    start = time.perf_counter()
    old = None if last is None else last.request
    same_images = old is not None and replace(request, model=old.model, unit=old.unit, other=old.other).is_same_as(old)
    held_out = last.held_out if last is not None and same_images else _images(request, None)
    reuses = last is not None and same_images and last.request.model is request.model
    codes = last.codes if last is not None and reuses else unit_codes(request.model, held_out, monitor)
    other, other_codes = request.other, None
    if other is not None:
        known = None if last is None or not same_images else last.other_codes
        if known is not None and known.model is other.model:
            other_codes = known
        else:
            other_codes = unit_codes(other.model, _images(request, other), monitor)
    there = {}
    for row in LIKENESSES.values():
        monitor.check()
        if other_codes is not None:
            there[row.key] = counterparts(codes, request.unit, other_codes, row, SIMILAR, monitor)
    likes = {row.key: most_similar(codes, request.unit, row, SIMILAR) for row in LIKENESSES.values()}
    found = examples(codes, request.unit)
    seconds = time.perf_counter() - start
    return LikenessResult(request, likes, found, there, held_out, codes, other_codes, seconds)


def _images(request: LikenessRequest, other: OtherRun | None) -> HeldOut:
    """Return the held-out images with the noise, and in the units, that a network was trained with."""
    if other is None:
        return HeldOut(request.dataset, request.corruption, request.count)
    return HeldOut(scaled_for(request.dataset, other.config), other.config.corruption, request.count)

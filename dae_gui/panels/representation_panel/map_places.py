"""Where the digits are on the map: what is requested of a thread, and what comes back."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder, Floats
from dae_core.model.corruption import Corruption
from dae_core.representation.codes import codes, decoding_errors
from dae_core.representation.map import Plane, principal_plane, rotation_onto


@dataclass(frozen=True, eq=False)
class Request:
    """Place the first ``count`` held-out digits of a fixed random order, clean or with noise, as a model codes them."""

    dataset: Dataset
    corruption: Corruption
    count: int
    is_noisy: bool
    model: AutoEncoder
    iteration: int

    def has_digits_of(self, other: Request) -> bool:
        """Whether both are about the same digits, which the network sees alike."""
        same = self.dataset is other.dataset and (self.count, self.is_noisy) == (other.count, other.is_noisy)
        return same and (self.corruption == other.corruption or not self.is_noisy)

    def is_same_as(self, other: Request) -> bool:
        """Whether both have the same result."""
        return self.has_digits_of(other) and self.model is other.model


@dataclass(frozen=True, eq=False)
class Result:
    """The digits with their clean pictures (n, h, w), codes (n, h), errors (n,) and places in the plane (n, 2).

    ``plane`` is None where the codes are not finite: the weights have diverged.
    """

    request: Request
    held_out: HeldOut
    pictures: NDArray[np.uint8]
    codes: Floats
    errors: NDArray[np.float64]
    plane: Plane | None
    places: NDArray[np.float64]
    seconds: float

    @property
    def rows(self) -> NDArray[np.float32]:
        """What the network sees of the digits, (n, d)."""
        return self.held_out.noisy if self.request.is_noisy else self.held_out.clean


def place_digits(request: Request, last: Result | None, monitor: Monitor) -> Result:
    """Place digits in the plane, turned as those of the last result where they are the same. Raises Cancelled."""
    if last is not None and last.request.has_digits_of(request):
        held_out, pictures = last.held_out, last.pictures
    else:
        last, held_out = None, HeldOut(request.dataset, request.corruption, request.count)
        pictures = request.dataset.test_images[held_out.indices]
    started = time.perf_counter()
    found = codes(request.model, held_out.noisy if request.is_noisy else held_out.clean, monitor)
    errors = decoding_errors(request.model, found, held_out.clean, monitor)
    plane, places = None, np.full((len(found), 2), np.nan)
    if np.isfinite(found).all():
        plane = principal_plane(found)
        places = plane.place(found)
        if last is not None and last.plane is not None:
            rotation = rotation_onto(places, last.places)
            plane, places = plane.turned(rotation), places @ rotation
    return Result(request, held_out, pictures, found, errors, plane, places, time.perf_counter() - started)

"""Trains with a user's own ``backward``: the loop runs in the sandbox's process, a piece of the run at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sandbox import CodeFault, Limits, Sandbox, Value
from dae_core.training.engine import Engine

Floats = NDArray[np.floating[Any]]

FUNCTION = "backward"
_DRIVER = "dae_core.training.own_loop:train"
_SECONDS = 10.0  # for an iteration, and for a piece of some
_PIECE_SECONDS = 0.1
_PATIENCE = 0.3  # seconds for a piece to come to its end where the run is to stop; else the process is killed
_MOST_GROWTH = 4
_MEMORY = 2**30


class OwnBackward(Engine):
    """Single examples and plain SGD with the gradients of a user's code.

    An iteration that the code fails in changes nothing. The iterations before it count; then ``run`` raises
    `CodeFault` when it is called again.
    """

    def __init__(self, model: AutoEncoder, source: str) -> None:
        self._model = model
        self._bytes = sum(array.nbytes for array in model.parameters.values())
        limits = Limits(_SECONDS, _MEMORY + 8 * self._bytes, self._bytes + 2**20)
        self._sandbox = Sandbox(source, limits, _DRIVER)
        self._is_known = False  # whether the process has these parameters
        self._fault: CodeFault | None = None
        self._piece = 1
        self._one_by_one = 0  # iterations of a piece that took too long, though each of them may not

    def run(
        self, clean: Floats, noisy: Floats, rates: Floats, errors: Floats, sparsities: Floats, monitor: Monitor
    ) -> int:
        """Train one example after another, in pieces that take a tenth of a second."""
        if self._fault is not None:
            fault, self._fault = self._fault, None
            raise fault
        done, patience = 0, _patient(monitor)
        while done < len(rates) and not monitor.is_cancelled():
            tried = min(1 if self._one_by_one else self._piece, len(rates) - done)
            rows = slice(done, done + tried)
            piece = clean[rows], noisy[rows], rates[rows]
            try:
                count = self._train(*piece, errors[rows], sparsities[rows], patience)
            except Cancelled:
                break
            except CodeFault as fault:
                if fault.kind == "time" and tried > 1:
                    self._one_by_one = tried
                    continue
                if not done:
                    raise
                self._fault = fault
                break
            done += count
            self._one_by_one = max(0, self._one_by_one - count)
        return done

    def forget_units(self, units: Sequence[int]) -> None:  # noqa: ARG002 - all parameters are sent anew
        """Take note that parameters have changed here."""
        self._is_known, self._fault = False, None

    def close(self) -> None:
        """End the process."""
        self._sandbox.close()

    def _train(
        self, clean: Floats, noisy: Floats, rates: Floats, errors: Floats, sparsities: Floats, monitor: Monitor
    ) -> int:
        model, started = self._model, time.perf_counter()
        was_open = self._sandbox.is_open
        parameters = () if was_open and self._is_known else tuple(model.parameters.values())
        returned = self._sandbox.call(FUNCTION, clean, noisy, rates, *parameters, monitor=monitor)
        new_errors, new_sparsities, *changed = self._checked(returned, len(rates))
        count = np.size(new_errors)
        errors[:count], sparsities[:count] = new_errors, new_sparsities
        for parameter, value in zip(model.parameters.values(), changed, strict=True):
            parameter[...] = value
        self._is_known = True
        if was_open:
            fitting = int(_PIECE_SECONDS * count / max(time.perf_counter() - started, 1e-9))
            self._piece = max(1, min(fitting, _MOST_GROWTH * self._piece))
        return count

    def _checked(self, values: tuple[Value, ...], most: int) -> tuple[Value, ...]:
        """Return what came back, unless the code has broken the loop around it."""
        shapes = [np.shape(value) for value in values]
        fitting = [array.shape for array in self._model.parameters.values()]
        count = shapes[0][0] if shapes and len(shapes[0]) == 1 else 0
        is_single = all(isinstance(value, np.ndarray) and value.dtype == np.float32 for value in values)
        if not (1 <= count <= most and is_single and shapes == [(count,), (count,), *fitting]):
            raise CodeFault("Your code has changed what runs it; nothing of that was taken.", "ended")
        return values


def _patient(monitor: Monitor) -> Monitor:
    """Return a monitor that says a little later that something is cancelled."""
    since: list[float] = []

    def is_cancelled() -> bool:
        if not monitor.is_cancelled():
            since.clear()
            return False
        since.append(time.monotonic())
        return since[-1] - since[0] > _PATIENCE

    return Monitor(is_cancelled)

"""Training one example after another with the compiled loops: the exercise's on two cores, where that is faster."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.activity import RunningActivity
from dae_core.training.crew import Crew, Job, spare_cores, threads, usable_cores
from dae_core.training.engine import Engine

Floats = NDArray[np.floating[Any]]

_WORTH_SHARING = 20_000
"""Weights of W that are worth a thread: with fewer, threads wait for one another longer than they work."""


class SingleSampleSGD(Engine):
    """The exercise's own way, every digit a step, with the compiled loop: the exercise's, or that of another member."""

    def __init__(self, model: AutoEncoder) -> None:
        self._model = model
        self._activity = RunningActivity(model)
        is_shared = threads() > 1 and usable_cores() - spare_cores() > 1 and model.W.size >= _WORTH_SHARING
        self._pair = Pair() if is_shared and model.architecture.is_exercise else None

    def run(
        self, clean: Floats, noisy: Floats, rates: Floats, errors: Floats, sparsities: Floats, monitor: Monitor
    ) -> int:
        """Train one digit after another, all of them unless it is to stop before the first."""
        if monitor.is_cancelled():
            return 0
        model, kind = self._model, self._model.architecture
        examples, parameters = (clean, noisy, rates), (model.W.T, model.B, model.V, model.C)
        if not kind.is_exercise:
            from dae_core.model.family_kernels import loop_for, strengths_of  # numba takes 0.4 s to import

            loop, added = loop_for(kind.activation, kind.loss), (strengths_of(kind), kind.kl_target)
            loop(*examples, *parameters, kind.tied, kind.k_sparse, *added, self._activity.values, errors, sparsities)
        elif self._pair is not None:
            self._pair.run(examples, parameters, model.gradient == "published", (errors, sparsities))
        else:
            from dae_core.model.kernels import sgd_steps

            sgd_steps(*examples, *parameters, model.gradient == "published", errors, sparsities)
        return len(rates)

    def state(self) -> dict[str, Floats]:
        """Return the mean activity of the hidden units, where the KL penalty may need it."""
        return self._activity.state()

    def restore(self, state: dict[str, Floats]) -> None:
        """Go on with the mean activity."""
        super().restore(self._activity.restore(state))

    def forget_units(self, units: Sequence[int]) -> None:
        """Let their mean activity begin at its target."""
        self._activity.forget_units(units)

    def take_along(self, job: Job[Any]) -> bool:
        """Have it done between two pieces of training, where two threads train: a third one would interrupt both."""
        return self._pair is not None and self._pair.take_along(job)

    def close(self) -> None:
        """End the second thread."""
        if self._pair is not None:
            self._pair.close()


class Pair:
    """Two threads that share every iteration, as long as that is faster than one thread alone.

    The results are the same bits. Two threads that wait for each other are slow where other programs keep a core busy,
    so what they take is compared with what one takes, again and again.
    """

    def __init__(self) -> None:
        self._crew = Crew(2)
        self._choice = Choice()
        self._jobs: list[Job[Any]] = []

    def close(self) -> None:
        """End the second thread; the next run starts another."""
        self._crew.close()
        self._jobs.clear()

    def take_along(self, job: Job[Any]) -> bool:
        """Have a job done with the next one, before a piece of training; False while one thread trains alone."""
        if self._choice.is_shared:
            self._jobs.append(job)
        return self._choice.is_shared

    def run(
        self,
        examples: tuple[Floats, Floats, Floats],
        parameters: tuple[Floats, Floats, Floats, Floats],
        published: bool,
        found: tuple[Floats, Floats],
    ) -> None:
        """Train with all examples: clean, noisy and rates. See `kernels.sgd_steps`, whose arguments these are."""
        from dae_core.model.kernels import PARTS, Meeting, sgd_steps  # numba takes 0.4 s to import

        (clean, noisy, rates), (*weights, C), (errors, sparsities) = examples, parameters, found
        started = time.perf_counter()
        done = 0
        if self._choice.is_shared:
            meeting, own_C, ends = Meeting(len(C), C.dtype), [C, C.copy()], [0] * PARTS
            has_jobs = len(self._jobs) >= PARTS  # one for each thread, or one thread would wait for the other
            jobs = self._jobs[:PARTS] if has_jobs else []
            del self._jobs[: len(jobs)]

            def train(part: int) -> None:
                if jobs:
                    jobs[part].run()
                WT, B, V = weights
                ends[part] = sgd_steps(*examples, WT, B, V, own_C[part], published, *found, part, meeting)

            self._crew.do(train, PARTS)
            done = ends[0]
        if done < len(clean):
            rest = clean[done:], noisy[done:], rates[done:]
            sgd_steps(*rest, *parameters, published, errors[done:], sparsities[done:])
        self._choice.note((time.perf_counter() - started) / len(clean))


class Choice:
    """Whether two threads are to share the work, by what pieces of it took with two and with one.

    Attributes
    ----------
    is_shared : bool
        Whether the next piece is to be shared.
    """

    _ALONE, _SHARED = 4, 16
    """Pieces whose mean time counts."""
    _GAIN = 0.9
    """What sharing may take of one thread's best time; near it, the second core is better left to others."""
    _FIRST_ROUNDS, _MOST_ROUNDS = 4, 64
    """How often sharing is to be faster until one thread is tried again; twice as often each time."""
    _FIRST_REST, _LONGEST_REST = 64, 8192
    """Pieces that one thread does alone after sharing was slower; twice as many each time."""

    def __init__(self) -> None:
        self.is_shared = False
        self._pieces = self._left = self._ALONE
        self._seconds = 0.0
        self._best_alone = math.inf
        self._rounds, self._until_alone = 0, self._FIRST_ROUNDS
        self._rest = self._FIRST_REST

    def note(self, seconds: float) -> None:
        """Take note of what an iteration of the last piece took."""
        self._seconds += seconds
        self._left -= 1
        if self._left > 0:
            return
        mean = self._seconds / self._pieces
        if not self.is_shared:
            self._best_alone = min(self._best_alone, mean)
            self._go_on(True, self._SHARED)
        elif mean > self._GAIN * self._best_alone:
            self._go_on(False, self._rest)
            self._rest = min(2 * self._rest, self._LONGEST_REST)
            self._rounds, self._until_alone = 0, self._FIRST_ROUNDS
        else:
            self._rest = self._FIRST_REST
            self._rounds += 1
            if self._rounds < self._until_alone:
                self._go_on(True, self._SHARED)
            else:
                self._go_on(False, self._ALONE)
                self._rounds, self._until_alone = 0, min(2 * self._until_alone, self._MOST_ROUNDS)

    def _go_on(self, is_shared: bool, pieces: int) -> None:
        self.is_shared = is_shared
        self._pieces = self._left = pieces
        self._seconds = 0.0

"""Held-out figures of the run under way: on some images while it runs, on all of them when it has stopped."""

from __future__ import annotations

import contextlib
import time

from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.jobs import Cancelled
from dae_core.training.trainer import Trainer

LIVE_IMAGES = 500
"""Held-out images that are measured while the run goes on."""
# Evaluating takes at most a fortieth of the time.
_EVERY = 0.1
_SHARE = 40
_QUICK = 2 * 10**10  # multiplications, which take less than a second


class LiveFigures:
    """Measures a trainer's weights, in its thread, unless its monitor says that something else is to be done.

    Parameters
    ----------
    trainer : Trainer
        What is measured, on the held-out images of its data set.
    is_wanted : bool
        False where the data set only stands in for one that is missing: then nothing is measured.
    """

    def __init__(self, trainer: Trainer, *, is_wanted: bool) -> None:
        self._trainer = trainer
        self._is_wanted = is_wanted
        self._some: HeldOut | None = None
        self._all: HeldOut | None = None
        self._final: tuple[int, Figures] | None = None
        self._pending: list[tuple[int, Figures]] = []
        self._averaged: list[tuple[int, Figures]] = []
        self._last = self._seconds = 0.0
        self._iteration = -1

    def forget_noise(self) -> None:
        """Take note that the noise level has changed, for the held-out images too."""
        self._some = self._all = self._final = None

    def forget_weights(self) -> None:
        """Take note that the weights have changed without an iteration."""
        self._final = None

    def measure_if_due(self, *, at_once: bool = False) -> None:
        """Measure on some images, when that is due or wanted at once."""
        trainer, now = self._trainer, time.perf_counter()
        if not self._is_wanted or trainer.iteration == self._iteration:
            return
        # The error falls fastest at the beginning: there, also whenever the iterations have doubled.
        has_doubled = trainer.iteration >= 2 * self._iteration
        if not (at_once or has_doubled or now - self._last >= max(_EVERY, _SHARE * self._seconds)):
            return
        if self._some is None:
            self._some = HeldOut(trainer.dataset, trainer.config.corruption, LIVE_IMAGES)
        started = time.perf_counter()
        with contextlib.suppress(Cancelled):
            self._pending.append((trainer.iteration, self._some.evaluate(trainer.model, trainer.monitor)))
            if trainer.average is not None:
                self._averaged.append((trainer.iteration, self._some.evaluate(trainer.average, trainer.monitor)))
        self._last = time.perf_counter()
        self._seconds = self._last - started
        self._iteration = trainer.iteration

    def take(self) -> tuple[tuple[tuple[int, Figures], ...], tuple[tuple[int, Figures], ...]]:
        """Return (iteration, figures) of all measurements since the last call: of the weights, and of their average."""
        taken = tuple(self._pending), tuple(self._averaged)
        self._pending.clear()
        self._averaged.clear()
        return taken

    @property
    def is_slow(self) -> bool:
        """Whether ``on_all`` would keep the user waiting: more than 1,000 units on MNIST's 10,000 held-out digits."""
        model, n_images = self._trainer.model, len(self._trainer.dataset.test_images)
        return self.known() is None and 2 * n_images * model.n_inputs * model.n_hidden > _QUICK

    def on_all(self) -> Figures | None:
        """Return the figures on all held-out images, measured once for one state.

        None before the first iteration, and where the measurement was left for something else.
        """
        trainer = self._trainer
        if not self._is_wanted or not trainer.iteration:
            return None
        if self.known() is None:
            if self._all is None:
                self._all = HeldOut(trainer.dataset, trainer.config.corruption)
            with contextlib.suppress(Cancelled):
                self._final = trainer.iteration, self._all.evaluate(trainer.model, trainer.monitor)
                if trainer.iteration >= trainer.end:
                    self._all = None  # 63 MB for MNIST, which most runs do not need again; made anew in 0.2 s
        return self.known()

    def known(self) -> Figures | None:
        """Return what ``on_all`` has measured of these weights, if it has."""
        return self._final[1] if self._final is not None and self._final[0] == self._trainer.iteration else None

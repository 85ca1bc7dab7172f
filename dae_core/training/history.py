"""Everything that a run recorded: error and sparsity of every iteration, and what was changed when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dae_core.training.averages import SMOOTHING_WINDOW, MovingAverage
from dae_core.training.progress import Change, Progress
from dae_core.training.series import Series, Singles

_AT_ONCE = 200_000  # iterations, some 10 ms


@dataclass(frozen=True, eq=False)
class Record:
    """What a history holds at one moment, without what follows from it: to be kept in a file.

    ``errors`` and ``sparsities`` are float32 (n,); the rest is as in ``History``. Later appends do not show in it.
    """

    errors: Singles
    sparsities: Singles
    changes: tuple[Change, ...] = ()
    held_out: tuple[tuple[int, float], ...] = ()
    window: int = SMOOTHING_WINDOW
    averaged: tuple[tuple[int, float], ...] = ()


class History:
    """The record of a run: error and sparsity of every iteration, their moving averages, changes, held-out errors.

    ``error`` is what the loss records of the iteration's own example, |y - x0|² in standardized units in the exercise;
    ``sparsity`` the fraction of active hidden units. ``held_out`` are pairs (iteration, mean error over the held-out
    images), ``averaged`` the same of the averaged weights, where the settings ask for them.
    Memory: about 21 bytes an iteration.
    """

    def __init__(self, window: int = SMOOTHING_WINDOW) -> None:
        self.error = Series()
        self.sparsity = Series()
        self.smoothed_error = MovingAverage(window)
        self.smoothed_sparsity = MovingAverage(window)
        self.changes: list[Change] = []
        self.held_out: list[tuple[int, float]] = []
        self.averaged: list[tuple[int, float]] = []

    def __len__(self) -> int:
        return len(self.error)

    @property
    def window(self) -> int:
        """Iterations that the moving averages average over."""
        return self.smoothed_error.window

    def append(self, progress: Progress) -> None:
        """Add what a chunk of iterations brought."""
        self.error.append(progress.errors)
        self.sparsity.append(progress.sparsities)
        self.smoothed_error.append(progress.errors)
        self.smoothed_sparsity.append(progress.sparsities)
        self.changes.extend(progress.changes)

    def change_window(self, window: int) -> Iterator[None]:
        """Average over another number of iterations, in slices of some 10 ms between which it yields.

        Iterations may be appended meanwhile. The old averages stay, and grow, until the new ones are there.
        """
        averages, done = (MovingAverage(window), MovingAverage(window)), 0
        while done < len(self):
            some = slice(done, done + _AT_ONCE)
            for series, average in zip((self.error, self.sparsity), averages, strict=True):
                average.append(series.values()[some])
            done += _AT_ONCE
            if done < len(self):
                yield
        self.smoothed_error, self.smoothed_sparsity = averages

    def latest(self) -> tuple[float, float]:
        """Return smoothed error and smoothed sparsity of the newest iteration; NaN before the first."""
        if not len(self):
            return float("nan"), float("nan")
        return float(self.smoothed_error.series.values()[-1]), float(self.smoothed_sparsity.series.values()[-1])

    def record(self) -> Record:
        """Return all that was recorded, without copying the curves: for the thread that appends."""
        errors, sparsities = self.error.values(), self.sparsity.values()
        return Record(errors, sparsities, tuple(self.changes), tuple(self.held_out), self.window, tuple(self.averaged))

    @classmethod
    def restored(cls, record: Record) -> History:
        """Return a history that goes on where a record was made; a million iterations take about a tenth of a second.

        Raises ValueError where errors and sparsities are not equally many.
        """
        if len(record.errors) != len(record.sparsities):
            raise ValueError(f"There are {len(record.errors):,} errors and {len(record.sparsities):,} sparsities.")
        history = cls(record.window)
        for series, average, values in (
            (history.error, history.smoothed_error, record.errors),
            (history.sparsity, history.smoothed_sparsity, record.sparsities),
        ):
            series.append(values)
            average.append(values)
        history.changes, history.held_out = list(record.changes), list(record.held_out)
        history.averaged = list(record.averaged)
        return history

"""What the table of runs says of a run in each column: text, what it is sorted by, and a longer text."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from dae_core.evaluation.held_out import Figures
from dae_core.sessions.run import Run
from dae_core.texts import plain
from dae_core.training.settings import SETTINGS
from dae_gui.widgets.controls.number_text import number_text


class Column(IntEnum):
    """The columns, from left to right."""

    CURVE = 0
    NAME = 1
    MSE = 2
    STATE = 3
    NOISE = 4
    HIDDEN = 5
    RATE = 6
    METHOD = 7
    SEED = 8
    SPARSITY = 9
    SECONDS = 10
    DATA = 11
    NOTES = 12
    ORIGIN = 13
    BEGUN = 14


TITLES: Mapping[Column, tuple[str, str]] = {
    Column.CURVE: ("Curve", "Tick a run to lay its curves over those of the current one"),
    Column.NAME: ("Name", "Double click or F2 to rename"),
    Column.MSE: (
        "Held-out MSE",
        "Mean squared error per pixel, in standardized units, on held-out images with the run's own noise: "
        "lower is better. Compare runs with the same noise.",
    ),
    Column.STATE: ("Iterations", "How far the run has come"),
    Column.NOISE: ("Noise", "Kind and level of the noise that the run is trained with"),
    Column.HIDDEN: ("Units", "Hidden units"),
    Column.RATE: ("Rate", "Learning rate at the start of the schedule, and the schedule"),
    Column.METHOD: ("Method", "Optimizer, batch size and what else is not plain single-digit SGD"),
    Column.SEED: ("Seed", "Of start weights, images and noise"),
    Column.SPARSITY: ("Sparsity", "Mean fraction of the hidden units that are active on held-out images"),
    Column.SECONDS: ("Time", "Seconds spent training"),
    Column.DATA: ("Data set", "What the run is trained on"),
    Column.NOTES: ("Notes", "Your own words; double click or F2 to write"),
    Column.ORIGIN: ("Origin", "Where the run came from; empty for a run from its start"),
    Column.BEGUN: ("Begun", "When the run was begun"),
}
NUMBERS = frozenset({Column.MSE, Column.HIDDEN, Column.SEED, Column.SPARSITY, Column.SECONDS, Column.STATE})


@dataclass(frozen=True)
class Live:
    """What is newest of the current run: iterations, seconds of training, and figures on some held-out digits."""

    iteration: int
    seconds: float
    mse: float | None
    sparsity: float | None


@dataclass(frozen=True, eq=False)
class Row:
    """A run as the table shows it; ``live`` where newer figures than those in the run are known."""

    run: Run
    figures: Figures | None
    is_current: bool
    live: Live | None = None

    @property
    def iteration(self) -> int:
        """How many iterations it has been trained for."""
        return self.run.checkpoint.iteration if self.live is None else self.live.iteration

    @property
    def seconds(self) -> float:
        """Seconds spent training."""
        return self.run.checkpoint.seconds if self.live is None else self.live.seconds

    @property
    def mse(self) -> float | None:
        """Held-out MSE per pixel; None where it was not measured."""
        if self.live is not None:
            return self.live.mse
        return None if self.figures is None else self.figures.mse

    @property
    def sparsity(self) -> float | None:
        """Mean fraction of active hidden units; None where it was not measured."""
        if self.live is not None:
            return self.live.sparsity
        return None if self.figures is None else self.figures.sparsity

    def text(self, column: Column) -> str:
        """Return what stands in a column."""
        return _TEXTS[column](self)

    def key(self, column: Column) -> float | str | None:
        """Return what a column is sorted by; None comes last in either direction."""
        return _KEYS[column](self) if column in _KEYS else self.text(column).casefold() or None

    def tip(self, column: Column) -> str:
        """Return a longer text for a column."""
        if column == Column.MSE:
            return self._mse_tip()
        if column == Column.NAME:
            return self.run.label.name + (" – the current run" if self.is_current else "")
        if column == Column.NOTES:
            return self.run.label.notes
        if column == Column.STATE:
            return f"{self.iteration:,} of {self.run.checkpoint.end:,} iterations" + _end_of(self.run)
        if column == Column.DATA:
            data = self.run.data
            return f"{data.name}: {data.train_images:,} training and {data.test_images:,} held-out images"
        if column == Column.BEGUN:
            begun = _begun(self.run)
            return "" if begun is None else f"{begun:%A %d %B %Y, %H:%M:%S}"
        return self.text(column)

    def _mse_tip(self) -> str:
        noise = self.run.config.corruption.describe()
        if self.mse is None:
            return "Not measured: the run's data set is not open."
        if self.live is not None:
            return f"Live, on some of the held-out digits, with {noise}"
        n = "?" if self.figures is None else f"{self.figures.n_images:,}"
        return f"{self.mse:.6g}: mean over the pixels of {n} held-out digits, with {noise}"


def _begun(run: Run) -> datetime | None:
    try:
        return datetime.fromisoformat(run.label.created).astimezone()
    except ValueError:
        return None


def _end_of(run: Run) -> str:
    return "" if run.checkpoint.divergence is None else f"; {run.checkpoint.divergence.message}"


def _state(row: Row) -> str:
    checkpoint = row.run.checkpoint
    if checkpoint.divergence is not None and row.live is None:
        return f"diverged at {checkpoint.divergence.iteration:,}"
    if row.iteration < checkpoint.end:
        return f"{row.iteration:,} of {checkpoint.end:,}"
    return f"{row.iteration:,}"


def _rate(row: Row) -> str:
    config = row.run.config
    schedule = "" if config.schedule == "constant" else f" {SETTINGS['schedule'].text(config.schedule)}"
    return SETTINGS["learning_rate"].text(config.learning_rate) + schedule


def _method(row: Row) -> str:
    config = row.run.config
    parts = [SETTINGS["optimizer"].text(config.optimizer)]
    if config.batch_size > 1:
        parts.append(f"batch {config.batch_size:,}")
    if config.gradient != "exact":
        parts.append("published gradient")
    if config.decoder_start != "random":
        parts.append("V from Wᵀ")
    return ", ".join(parts)


def _short_time(row: Row) -> str:
    begun = _begun(row.run)
    if begun is None:
        return "–"
    return f"{begun:%H:%M}" if begun.date() == datetime.now().astimezone().date() else f"{begun:%Y-%m-%d %H:%M}"


def _mse_text(row: Row) -> str:
    text = number_text(row.mse, ".4f")
    return f"≈ {text}" if row.live is not None and row.mse is not None else text


def _finite(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _begun_key(row: Row) -> float | None:
    begun = _begun(row.run)
    return None if begun is None else begun.timestamp()


_TEXTS: Mapping[Column, Callable[[Row], str]] = {
    Column.CURVE: lambda _row: "",
    Column.NAME: lambda row: row.run.label.name,
    Column.MSE: _mse_text,
    Column.STATE: _state,
    Column.NOISE: lambda row: row.run.config.corruption.describe(),
    Column.HIDDEN: lambda row: f"{row.run.config.hidden_units:,}",
    Column.RATE: _rate,
    Column.METHOD: _method,
    Column.SEED: lambda row: str(row.run.config.seed),
    Column.SPARSITY: lambda row: number_text(row.sparsity, ".3f"),
    Column.SECONDS: lambda row: f"{row.seconds:,.1f} s",
    Column.DATA: lambda row: row.run.data.name,
    Column.NOTES: lambda row: plain(" ".join(row.run.label.notes.split()), 1000),
    Column.ORIGIN: lambda row: row.run.label.origin,
    Column.BEGUN: _short_time,
}
_KEYS: Mapping[Column, Callable[[Row], float | str | None]] = {
    Column.CURVE: lambda row: float(row.run.label.color),
    Column.MSE: lambda row: _finite(row.mse),
    Column.STATE: lambda row: float(row.iteration),
    Column.NOISE: lambda row: f"{row.run.config.corruption.kind} {row.run.config.corruption.level:012.6f}",
    Column.HIDDEN: lambda row: float(row.run.config.hidden_units),
    Column.RATE: lambda row: row.run.config.learning_rate,
    Column.SEED: lambda row: float(row.run.config.seed),
    Column.SPARSITY: lambda row: _finite(row.sparsity),
    Column.SECONDS: lambda row: row.seconds,
    Column.BEGUN: _begun_key,
}

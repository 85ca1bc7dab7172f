"""The columns of a table of runs: one row each, which the table, its copies, CSV, charts and commands read alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from dae_core.evaluation.beside_linear import times_linear
from dae_core.glossary import by_label, meaning
from dae_core.sessions.run import Run
from dae_core.sweeps.run_row import RunRow
from dae_core.texts import number_text, plain
from dae_core.training.settings import SETTINGS

Value = float | int | str | None
"""What stands in a cell: None where it is not known."""
_LONGEST_HEAD = 4  # characters of a unit that has room in a head


class Kind(StrEnum):
    """What a column tells of a run."""

    ABOUT = "about"
    SETTING = "settings"
    FIGURE = "figures"


class Shown(StrEnum):
    """When a column stands in the table unless the user says otherwise."""

    ALWAYS = "always"
    DIFFERING = "differing"
    """Where the runs differ in it."""
    KNOWN = "known"
    """Where it is known of a run."""
    ASKED = "asked"


@dataclass(frozen=True)
class RunColumn:
    """A column.

    Parameters
    ----------
    key : str
        Its name in files: a field of TrainingConfig for a setting.
    title : str
    kind : Kind
    value : function of RunRow
        What stands in it: a number, a text, or None.
    unit : str
        Of its numbers; a short one stands in the head.
    spec : str
        How a number is written; empty for texts.
    tip : str
        What it means, in a sentence.
    shown : Shown
    report : str
        The key of the same figure in the JSON of commands; empty where there is none.
    order : function of RunRow
        What it is sorted by where that is not its value.
    """

    key: str
    title: str
    kind: Kind
    value: Callable[[RunRow], Value]
    unit: str = ""
    spec: str = ""
    tip: str = ""
    shown: Shown = Shown.ASKED
    report: str = ""
    order: Callable[[RunRow], Any] | None = None

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return bool(self.spec)

    @property
    def head(self) -> str:
        """Its title, with a short unit."""
        return f"{self.title}, {self.unit}" if self.unit and len(self.unit) <= _LONGEST_HEAD else self.title

    @property
    def long_head(self) -> str:
        """Its title with its unit, as it stands in files and beside axes."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    def text(self, value: Value) -> str:
        """Return a value as the user reads it; a dash for what is not known."""
        return value if isinstance(value, str) else number_text(value, self.spec)

    def rank(self, row: RunRow) -> Any:
        """Return what a run is sorted by; None, for what is not known, comes last in either direction."""
        if self.order is not None:
            return self.order(row)
        value = self.value(row)
        if isinstance(value, str):
            return value.casefold() or None
        return None if value is None or math.isnan(value) else value


def shown_by_themselves(rows: Sequence[RunRow], columns: Iterable[RunColumn] | None = None) -> tuple[str, ...]:
    """Return the keys of the columns that say something of these runs: all figures, and the settings that differ."""
    found = []
    for column in COLUMNS.values() if columns is None else columns:
        if column.shown is Shown.DIFFERING:
            says = len({column.value(row) for row in rows}) > 1
        elif column.shown is Shown.KNOWN:
            says = any(column.value(row) is not None for row in rows)
        else:
            says = column.shown is Shown.ALWAYS
        if says:
            found.append(column.key)
    return tuple(found)


def begun(run: Run) -> datetime | None:
    """Return when a run was begun, in local time; None where that is unknown."""
    try:
        return datetime.fromisoformat(run.label.created).astimezone()
    except ValueError:
        return None


def _begun_text(row: RunRow) -> str | None:
    at = begun(row.run)
    return None if at is None else f"{at:%Y-%m-%d %H:%M}"


def _begun_rank(row: RunRow) -> float | None:
    at = begun(row.run)
    return None if at is None else at.timestamp()


def _setting(field: str, row: RunRow) -> Value:
    value = getattr(row.run.config, field)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_number else SETTINGS[field].text(value)


def _noise_rank(row: RunRow) -> tuple[str, float]:
    return row.run.config.corruption.kind, row.run.config.corruption.level


def _from_linear(row: RunRow) -> float | None:
    if row.whole is None or row.bound is None:
        return None
    ratio = times_linear(row.whole.mse, row.bound)
    return None if ratio is None else 100.0 * (ratio - 1.0)


def _dead_units(row: RunRow) -> int | None:
    return None if row.whole is None or row.whole.firing_rates is None else row.whole.dead_units


def _diverged_at(row: RunRow) -> int | None:
    divergence = row.run.checkpoint.divergence
    return None if divergence is None or row.live is not None else divergence.iteration


def _speed(row: RunRow) -> float | None:
    return row.iteration / row.seconds if row.seconds > 0 else None


_TITLES = {"iterations": "Length", "corruption": "Noise"}
_UNITS = {"iterations": "iterations"}
_MEANINGS = by_label()
_TIPS = {
    "corruption": f"{meaning('corruption')} Its kind and level in training.",
    "learning_rate": f"{meaning('learning rate')} At the start of the schedule.",
    "iterations": "Iterations that the run is to have in all",
    "kl_target": f"ρ: {meaning('ρ')}",
}


def _setting_column(field: str) -> RunColumn:
    """Return the column of a field of TrainingConfig."""
    setting = SETTINGS[field]
    title = _TITLES.get(field, setting.name[0].upper() + setting.name[1:])
    spec = ""
    if setting.range is not None:
        whole = isinstance(setting.range[0], int)
        spec = ("," if setting.is_count else "d") if whole else ".6g"
    order = _noise_rank if field == "corruption" else None
    unit, tip = (
        _UNITS.get(field, ""),
        _TIPS.get(field, _MEANINGS.get(title, f"The setting “{setting.name}”")),
    )
    return RunColumn(
        field, title, Kind.SETTING, partial(_setting, field), unit, spec, tip, Shown.DIFFERING, order=order
    )


_ABOUT, _SETTINGS, _FIGURES = Kind.ABOUT, Kind.SETTING, Kind.FIGURE
_MSE_TIP = (
    f"{meaning('held-out MSE')} In standardized units, with the run's own noise: compare runs with the same noise."
)
_ALL = (
    RunColumn(
        "name",
        "Run",
        _ABOUT,
        lambda r: r.run.label.name,
        tip=f"{meaning('run')} Double click or F2 to rename.",
        shown=Shown.ALWAYS,
    ),
    RunColumn(
        "mse",
        "Held-out MSE",
        _FIGURES,
        lambda r: r.mse,
        "per pixel, standardized",
        ".4f",
        _MSE_TIP,
        Shown.ALWAYS,
        "test_mse",
    ),
    RunColumn(
        "linear",
        "vs linear",
        _FIGURES,
        _from_linear,
        "%",
        "+.1f",
        "How far the held-out MSE is from that of the best linear denoiser on the same images with the same noise: "
        "below 0 is better than any linear method",
        Shown.KNOWN,
    ),
    *map(_setting_column, SETTINGS),
    RunColumn(
        "level",
        "Noise level",
        _SETTINGS,
        lambda r: r.run.config.corruption.level,
        spec=".6g",
        tip=meaning("noise level"),
    ),
    RunColumn(
        "data",
        "Data set",
        _SETTINGS,
        lambda r: r.run.data.name,
        tip="What the run is trained on",
        shown=Shown.DIFFERING,
    ),
    RunColumn(
        "error",
        "Held-out error",
        _FIGURES,
        lambda r: None if r.whole is None else r.whole.error,
        "|y − x0|², standardized",
        ",.2f",
        "Mean over the held-out images of the squared error summed over the pixels: the unit of the curves",
    ),
    RunColumn(
        "psnr",
        "PSNR",
        _FIGURES,
        lambda r: None if r.whole is None else r.whole.psnr,
        "dB",
        ".2f",
        f"{meaning('PSNR')} The mean over the held-out images.",
        report="test_psnr",
    ),
    RunColumn(
        "sparsity",
        "Sparsity",
        _FIGURES,
        lambda r: r.sparsity,
        "fraction active",
        ".3f",
        f"{meaning('sparsity')} The mean over held-out images.",
        Shown.ALWAYS,
        "sparsity",
    ),
    RunColumn(
        "dead_units",
        "Dead units",
        _FIGURES,
        _dead_units,
        "units",
        ",",
        meaning("dead unit"),
        Shown.KNOWN,
        "dead_units",
    ),
    RunColumn(
        "iteration",
        "Iterations",
        _FIGURES,
        lambda r: r.iteration,
        "",
        ",",
        f"{meaning('iteration')} How many of them the run has done.",
        Shown.ALWAYS,
        "iterations",
    ),
    RunColumn(
        "seconds",
        "Time",
        _FIGURES,
        lambda r: r.seconds,
        "s",
        ",.1f",
        "Seconds spent training",
        Shown.ALWAYS,
        "seconds",
    ),
    RunColumn("speed", "Speed", _FIGURES, _speed, "iterations/s", ",.0f", "Iterations for each second spent training"),
    RunColumn(
        "diverged_at",
        "Diverged at",
        _FIGURES,
        _diverged_at,
        "iteration",
        ",",
        "The iteration at which the run diverged; its figures are those of its last good weights",
        Shown.KNOWN,
        "diverged_at",
    ),
    RunColumn(
        "notes",
        "Note",
        _ABOUT,
        lambda r: plain(" ".join(r.run.label.notes.split()), 1000),
        tip="Your own words; double click or F2 to write",
    ),
    RunColumn("origin", "Origin", _ABOUT, lambda r: r.run.label.origin, tip="Where the run came from"),
    RunColumn("begun", "Begun", _ABOUT, _begun_text, tip="When the run was begun", order=_begun_rank),
)
COLUMNS: dict[str, RunColumn] = {column.key: column for column in _ALL}
"""All columns by their keys, from left to right."""

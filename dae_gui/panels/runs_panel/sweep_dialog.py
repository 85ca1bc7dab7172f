"""The window in which a sweep is put together: up to four settings, their values, where, and what that comes to."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QWidget,
)

from dae_core.sessions.run import Run
from dae_core.sweeps.plan import MOST_RUNS, MOST_SETTINGS, PRESETS, SweepError, combinations, plan
from dae_core.texts import format_seconds
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import SETTINGS, ConfigError
from dae_gui.panels.runs_panel.place_box import PlaceBox
from dae_gui.panels.runs_panel.snapshot_box import SnapshotBox
from dae_gui.panels.runs_panel.sweep_form import SettingLine
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import combo_box, named
from dae_gui.widgets.controls.whole_box import WholeBox

_PRESET_TEXTS = {"masking-series": "The exercise's series: 0, 25 and 50 % of the pixels masked"}
_OWN = "Own values"
# Where no run was timed yet: seconds of an iteration for each weight of one layer, and of any iteration.
_SECONDS_PER_WEIGHT, _SECONDS_AT_LEAST = 1.7e-10, 5e-6


@dataclass(frozen=True)
class SweepPlan:
    """What was chosen: the settings of each run, the fields that differ, and how many run at a time.

    ``snapshot_bytes`` is what the snapshots of each run may take, 0 for none; ``scheduler`` the address of the Dask
    scheduler whose workers train them, empty for this computer.
    """

    configs: tuple[TrainingConfig, ...]
    fields: tuple[str, ...]
    jobs: int
    snapshot_bytes: int = 0
    scheduler: str = ""

    def names(self) -> list[str]:
        """Return a name for each run."""
        return [config.short_name(self.fields) for config in self.configs]


class SweepDialog(QDialog):
    """Asks for a sweep; it goes away when Start is pressed.

    Parameters
    ----------
    base
        The settings that all runs share but for what is swept.
    n_inputs
        Pixels of an image.
    cores
        How many runs can go on at a time at most.
    timed
        Runs from whose times it is estimated how long the sweep takes.
    parent
        The widget that it belongs to.
    jobs
        Look for a scheduler; those of the parent's window by default.

    Signals
    -------
    sweepRequested(SweepPlan)
        Start was pressed.
    """

    sweepRequested = Signal(object)

    def __init__(
        self,
        base: TrainingConfig,
        n_inputs: int,
        cores: int,
        timed: Sequence[Run] = (),
        parent: QWidget | None = None,
        jobs: Jobs | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sweepDialog")
        self.setWindowTitle("Sweep")
        self._base = base
        self._n_inputs = n_inputs
        self._per_weight = _measured(timed)
        self._plan: SweepPlan | None = None
        presets = [(_OWN, ""), *((_PRESET_TEXTS.get(key, key), key) for key in PRESETS)]
        tip = "A prepared sweep, or one of your own"
        self._presets = combo_box("sweepPresetComboBox", "Prepared sweeps", tip, presets, self)
        self.lines = tuple(SettingLine(number, base, self) for number in range(1, MOST_SETTINGS + 1))
        tip = "Train every combination of the values, or only some of them, drawn at random with the seed"
        self._draw = combo_box(
            "sweepDrawComboBox", "Combinations", tip, [("every one", False), ("at random", True)], self
        )
        tip = "How many combinations are drawn"
        self._draws = named(WholeBox(1, MOST_RUNS, 20, parent=self), "sweepDrawsSpinBox", "Runs drawn at random", tip)
        self.place = PlaceBox(lambda: jobs or Jobs.of(parent or self), self)
        tip = "Each takes a core; fewer leave more of the machine to the run in the window"
        self._jobs = named(WholeBox(1, cores, cores, parent=self), "sweepJobsSpinBox", "Runs at a time", tip)
        self.snapshots = SnapshotBox(n_inputs, self)
        self._message = named(PlainLabel(parent=self), "sweepMessageLabel", "What the sweep comes to")
        self._message.setWordWrap(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        tip = "Train all runs in the background; each appears in the list when it is done"
        start = self._buttons.addButton("Start", QDialogButtonBox.ButtonRole.AcceptRole)
        self._start = named(start, "sweepStartButton", "Start the sweep", tip)
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        about = PlainLabel(
            "The same run with each of some values. All start from the same seed and see the same images with the same "
            f"random numbers.\nAll else as now: {_base_text(self._base)}.",
            self,
        )
        about.setObjectName("sweepAboutLabel")
        about.setWordWrap(True)
        self._form = form = QFormLayout()
        form.addRow("&Prepared", self._presets)
        for place, line in enumerate(self.lines):
            form.addRow("and" if place else "&Vary", line)
        combined = hbox(self._draw, self._draws, 1, margins=(0, 0, 0, 0))
        form.addRow(self._label("&Combinations", self._draw), combined)
        form.addRow(self._label("&Where", self.place.choice), self.place)
        form.addRow("&Runs at a time", self._jobs)
        form.addRow("", self.snapshots)
        self.setLayout(vbox(about, form, (self._message, 1), self._buttons))

    def _label(self, text: str, field: QWidget) -> PlainLabel:
        """Return the label of a row that begins with a field, which its key leads to."""
        label = PlainLabel(text, self)
        label.setBuddy(field)
        return label

    def _connect(self) -> None:
        self._presets.activated.connect(self._on_preset_chosen)
        for line in self.lines:
            line.changed.connect(self._on_values_changed)
        for changed in (
            self._draw.currentIndexChanged,
            self._draws.valueChanged,
            self._jobs.valueChanged,
            self.snapshots.changed,
        ):
            changed.connect(self._refresh)
        self.place.changed.connect(self._on_place_changed)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.finished.connect(self.place.leave)

    def sizeHint(self) -> QSize:
        """Return room for long values and two lines of message."""
        return QSize(560, max(300, super().sizeHint().height()))

    def plan(self) -> SweepPlan | None:
        """Return what is chosen; None while it makes no sweep."""
        return self._plan

    def accept(self) -> None:
        """Ask for the sweep, unless it makes none."""
        if self._plan is not None:
            self.sweepRequested.emit(self._plan)
            super().accept()

    # What is chosen

    @Slot(int)
    def _on_preset_chosen(self, index: int) -> None:
        key = self._presets.itemData(index)
        if key:
            for line in self.lines[len(PRESETS[key]) :]:
                line.set("", "")
            for line, (field, values) in zip(self.lines, PRESETS[key].items(), strict=False):
                line.set(field, ", ".join(map(str, values)))
            self._presets.setCurrentIndex(index)
            self._refresh()

    @Slot()
    def _on_values_changed(self) -> None:
        self._presets.setCurrentIndex(0)
        self._refresh()

    @Slot()
    def _on_place_changed(self) -> None:
        self._form.setRowVisible(self._jobs, self.place.is_here)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Say what the sweep comes to, or why it is none."""
        self._draws.setEnabled(self._draws_some)
        for before, line in itertools.pairwise(self.lines):
            self._form.setRowVisible(line, bool(line.field or before.field))
        try:
            self._plan = self._make_plan()
            text = self._what_it_comes_to(self._plan)
        except (SweepError, ConfigError) as error:
            self._plan, text = None, str(error)
        self._start.setEnabled(self._plan is not None)
        color = "" if self._plan is not None else f"color: {current_theme(self.palette()).warning};"
        self._message.setStyleSheet(color)
        self._message.setText(text[0].upper() + text[1:])
        if self.isVisible():  # it does not grow by itself for what is said
            self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))

    @property
    def _draws_some(self) -> bool:
        return bool(self._draw.currentData())

    def _values(self) -> dict[str, list[Any]]:
        """Return the values of each field. Raises SweepError."""
        pairs = [line.read() for line in self.lines if line.field]
        if len({field for field, _ in pairs}) < len(pairs):
            raise SweepError("Two lines vary the same setting: choose another in one of them, or nothing.")
        return dict(pairs)

    def _make_plan(self) -> SweepPlan:
        values = self._values()
        draws = min(self._draws.value(), combinations(values)) if self._draws_some else None
        configs = plan(self._base, values, draws)
        scheduler = self.place.scheduler()
        jobs = min(self._jobs.value() if self.place.is_here else self.place.threads, len(configs))
        return SweepPlan(tuple(configs), tuple(values), jobs, self.snapshots.budget(configs), scheduler)

    def _what_it_comes_to(self, chosen: SweepPlan) -> str:
        count = len(chosen.configs)
        seconds = sum(self._estimate(config) for config in chosen.configs) / chosen.jobs
        at_a_time = f", {chosen.jobs} at a time" if count > 1 else ""
        names = chosen.names()
        listed = "; ".join(names if count <= 6 else [*names[:3], "…", names[-1]])
        total = combinations(self._values())
        drawn = f" of {total:,} combinations, drawn with seed {self._base.seed}" if self._draws_some else ""
        return (
            f"{count:,} run{'' if count == 1 else 's'}{drawn}{at_a_time}: roughly {format_seconds(seconds)}, "
            f"and a few seconds to begin.\n{listed}"
        )

    def _estimate(self, config: TrainingConfig) -> float:
        """Return about how many seconds a run takes."""
        weights = self._n_inputs * config.hidden_units
        return config.iterations * config.batch_size * (_SECONDS_AT_LEAST + self._per_weight * weights)


def _measured(runs: Sequence[Run]) -> float:
    """Return the seconds that an iteration takes for each weight of a layer, from the longest of some runs."""
    longest = max(runs, key=lambda run: run.checkpoint.seconds, default=None)
    if longest is None or longest.checkpoint.iteration < 1000:
        return _SECONDS_PER_WEIGHT
    checkpoint, config = longest.checkpoint, longest.config
    each = checkpoint.seconds / checkpoint.iteration / config.batch_size
    return max(each - _SECONDS_AT_LEAST, 0.0) / (longest.data.n_inputs * config.hidden_units)


def _base_text(base: TrainingConfig) -> str:
    schedule = "" if base.schedule == "constant" else f" {SETTINGS['schedule'].text(base.schedule)}"
    return (
        f"{base.corruption.describe()}, {base.hidden_units:,} hidden units, rate {base.learning_rate:g}{schedule}, "
        f"{base.iterations:,} iterations, seed {base.seed}"
    )

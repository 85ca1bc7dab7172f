"""Writes into the event log what the training run does, in words."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Slot

from dae_core.model.penalties import PENALTIES
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.settings import SETTINGS
from dae_gui.support.event_log import EventLog, Kind
from dae_gui.workbench.facts import RunProgress
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench


class RunLog(QObject):
    """Logs when a run starts, pauses, goes on and ends, and what was changed on the way.

    Parameters
    ----------
    log
        Where it is written; owns this object.
    workbench
        Whose run it is.
    """

    def __init__(self, log: EventLog, workbench: Workbench) -> None:
        super().__init__(log)
        self._log = log
        self._workbench = workbench
        self._state = workbench.state
        self._changes = 0
        workbench.stateChanged.connect(self._on_state_changed)
        workbench.historyReplaced.connect(self._on_history_replaced)
        workbench.progressed.connect(self._on_progressed)

    @Slot(State)
    def _on_state_changed(self, state: State) -> None:
        before, self._state = self._state, state
        text = self._text(before, state)
        if text:
            self._log.add(Kind.RUN, text)

    def _text(self, before: State, state: State) -> str:
        bench, progress = self._workbench, self._workbench.progress
        at = f"at iteration {progress.iteration:,}"
        match state:
            case State.RUNNING if before is State.PAUSED:
                return f"Resumed {at}"
            case State.RUNNING if progress.iteration > 0:
                return f"Training continued {at}: {settings_text(bench.config)}"
            case State.RUNNING:
                return f"Training started: {settings_text(bench.config)}"
            case State.PAUSED if before is State.RUNNING:
                return f"Paused {at}{self._figures()}"
            case State.PAUSED | State.FINISHED | State.DIVERGED if before is State.IDLE and progress.iteration > 0:
                return ""  # a run was opened, which its opener logs
            case State.PAUSED:
                return "Stepping by hand from the start on"
            case State.IDLE if before is State.STOPPING:
                return f"Stopped {at}{self._figures()}"
            case State.IDLE if before.is_active:
                return "The run under way was left"
            case State.FINISHED:
                return f"Finished {at}, after {progress.seconds:,.1f} s of training{self._figures()}"
            case State.DIVERGED:
                return f"Diverged {at}"
            case State.FAILED:
                return f"Failed {at}"
        return ""

    def _figures(self) -> str:
        bench = self._workbench
        text = ""
        error, _ = bench.history.latest()
        if math.isfinite(error):
            count = min(bench.history.window, bench.progress.iteration)
            text += f"; error {error:.1f} (mean of {count:,})"
        figures = bench.figures
        if figures is not None and math.isfinite(figures.mse):
            text += f"; held-out MSE {figures.mse:.4f}"
        return text

    @Slot(object)
    def _on_history_replaced(self, history: History) -> None:
        self._changes = len(history.changes)

    @Slot(object)
    def _on_progressed(self, _progress: RunProgress) -> None:
        changes = self._workbench.history.changes
        for change in changes[self._changes :]:
            self._log.add(Kind.SETTING, f"{change}, from iteration {change.iteration:,} on")
        self._changes = len(changes)


def settings_text(config: TrainingConfig) -> str:
    """Return a run's settings in one line."""
    parts = [
        f"{config.hidden_units:,} hidden units",
        f"{config.corruption.kind} noise ({config.corruption.level_name} {config.corruption.level:.6g})",
        f"learning rate {config.learning_rate:.6g} ({config.schedule})",
        f"{config.iterations:,} iterations",
        f"seed {config.seed}",
    ]
    usual, kind = TrainingConfig(), config.architecture
    if not kind.is_exercise:
        strengths = [SETTINGS[row.name].label.format(f"{strength:g}") for row, strength in kind.penalties]
        none: dict[str, Any] = dict.fromkeys(PENALTIES, 0.0)
        parts.append(f"model {', '.join([replace(kind, **none).describe(), *strengths])}")
    if config.average:
        parts.append(SETTINGS["average"].text(True))
    if config.gradient != usual.gradient:
        parts.append(f"{config.gradient} gradient")
    if config.own_backward:
        parts.append(SETTINGS["own_backward"].text(config.own_backward))
    if (config.optimizer, config.batch_size) != (usual.optimizer, usual.batch_size):
        parts.append(f"{config.optimizer}, batches of {config.batch_size:,}")
    return ", ".join(parts)

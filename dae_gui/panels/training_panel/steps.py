"""Steps of the settings: what a change is called, what it merges with, and what stands against taking it back."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Protocol

from PySide6.QtGui import QUndoCommand

from dae_core.model.penalties import PENALTIES
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import ConfigError
from dae_gui.panels.training_panel import words
from dae_gui.support.undo import Step

LIVE_FIELDS = frozenset({"learning_rate", "level", *PENALTIES})
"""What may change while a run is under way."""


class Changeable(Protocol):
    """What has settings: the panel."""

    def config(self) -> TrainingConfig:
        """Return the settings that are shown."""

    def change_to(self, config: TrainingConfig) -> None:
        """Take these settings as if the user had made them, but not as a step."""

    def is_locked(self) -> bool:
        """Whether a run is under way."""


class SettingsStep(Step):
    """A change of one setting, or of several at once.

    Only the fields that it changed go back and forth, so that settings that came from elsewhere in the meantime (a
    model that was opened) stay.

    Parameters
    ----------
    panel
        Where the settings are.
    before, after
        All settings before and after the change; they differ.
    name
        What the step is called, such as "preset Exercise"; empty where the settings say it.
    """

    def __init__(self, panel: Changeable, before: TrainingConfig, after: TrainingConfig, name: str = "") -> None:
        super().__init__("", panel)
        self._panel, self._before, self._after, self._name = panel, before, after, name
        self._fields = changed_fields(before, after)
        self.setText(name or _text(self._fields, before, after))

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in a further change of the same one setting; a change that came back to the start is none."""
        if not isinstance(other, SettingsStep) or other._panel is not self._panel:
            return False
        if self._name or other._name or other._fields != self._fields or other._before != self._after:
            return False
        self._after = other._after
        self.setText(_text(self._fields, self._before, self._after))
        self.setObsolete(self._before == self._after)
        return True

    def take_back(self) -> None:
        """Set the fields to what they were."""
        self._panel.change_to(with_fields(self._panel.config(), self._before, self._fields))

    def do_again(self) -> None:
        """Set the fields to what they became."""
        self._panel.change_to(with_fields(self._panel.config(), self._after, self._fields))

    def obstacle(self, *, undoing: bool) -> str:
        """Return why it cannot be: a run is under way that some of the fields define, or other settings forbid it."""
        target = self._before if undoing else self._after
        now = self._panel.config()
        try:
            fields = changed_fields(now, with_fields(now, target, self._fields)) - LIVE_FIELDS
        except ConfigError as error:
            return str(error)
        if not fields or not self._panel.is_locked():
            return ""
        names = [name for field, name in words.FIELD_NAMES.items() if field in fields]
        text = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        return f"{text[0].upper()}{text[1:]} cannot be changed while a run is under way. Stop or reset it first."


def changed_fields(before: TrainingConfig, after: TrainingConfig) -> frozenset[str]:
    """Return which settings differ; another kind of corruption, with its level, is "corruption", else "level"."""
    names = [field.name for field in dataclasses.fields(TrainingConfig) if field.name != "corruption"]
    fields = {name for name in names if getattr(before, name) != getattr(after, name)}
    if before.corruption.kind != after.corruption.kind:
        fields.add("corruption")
    elif before.corruption != after.corruption:
        fields.add("level")
    return frozenset(fields)


def with_fields(config: TrainingConfig, source: TrainingConfig, fields: Collection[str]) -> TrainingConfig:
    """Return settings with some fields as another has them.

    A level goes only to corruption of its own kind: a fraction is not a sigma.
    """
    values = {field: getattr(source, field) for field in fields if field != "level"}
    if not {"batch_size", "optimizer", "gradient"}.isdisjoint(fields):
        values.setdefault("own_backward", "")  # code of the user's own does not go with each of these
    if "level" in fields and config.corruption.kind == source.corruption.kind:
        values["corruption"] = source.corruption
    return config.replace(**values)


def _text(fields: Collection[str], before: TrainingConfig, after: TrainingConfig) -> str:
    names = [name for field, name in words.FIELD_NAMES.items() if field in fields]
    if len(names) != 1:
        return f"change of {len(names)} settings"
    (field,) = fields
    return f"{names[0]} {words.value_text(field, before)} → {words.value_text(field, after)}"

"""A lesson: what is asked in which order, under which settings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dae_core.lessons.steps import Step

ENDING = ".lesson"


@dataclass(frozen=True)
class Lesson:
    """A lesson as its file says.

    Parameters
    ----------
    key : str
        Identifies it among all lessons: lower-case letters, digits and hyphens.
    title, summary : str
        One line each.
    minutes : int
        How long it takes.
    data : tuple of str
        The data sets that it is meant for, "digits" and names of the catalogue; empty for any.
    settings : mapping
        Values of fields of `TrainingConfig` by name, which it starts with.
    data_settings : mapping
        Settings that differ on a data set, by the name of this.
    locked : tuple of str
        Keys of `LOCKS`: what cannot be changed meanwhile.
    hidden : tuple of str
        Names of the docks that are put away.
    steps : tuple of Step
        At least one.
    text : str
        The file's text.
    """

    key: str
    title: str
    minutes: int
    summary: str
    steps: tuple[Step, ...]
    data: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    data_settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    locked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    text: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the text, 64 hexadecimal digits; the same with the line ends of any system."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def points(self) -> int:
        """The most that can be reached."""
        return sum(step.points for step in self.steps)

    def step(self, key: str) -> Step:
        """Return the step of a key. Raises KeyError."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def settings_on(self, data: str) -> Mapping[str, Any]:
        """Return the settings on a data set: those of the lesson, with what differs there."""
        return {**self.settings, **self.data_settings.get(data, {})}

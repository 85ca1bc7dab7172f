"""What a lesson keeps as it is, and what it puts away, for as long as it is being solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget

from dae_core.lessons.lesson import Lesson
from dae_core.texts import plain
from dae_gui.data.commands import DataCommands
from dae_gui.exports.model_commands import ModelCommands
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.support.why_not import withhold

_DATA_ACTIONS = ("openDataAction", "openDataFileAction", "openImagesAction", "imageOptionsAction")
_WEIGHT_ACTIONS = ("openModelAction",)


@dataclass(frozen=True, eq=False)
class Lockable:
    """The parts of the window that a lesson can lock or hide."""

    training: TrainingPanel
    data: DataCommands
    models: ModelCommands
    actions: Mapping[str, QAction]
    docks: Mapping[str, QDockWidget]


class LessonLocks(QObject):
    """Locks and hides what a lesson says, and gives it back."""

    def __init__(self, parts: Lockable, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._put_away: list[QDockWidget] = []

    def apply(self, lesson: Lesson) -> None:
        """Lock and hide what a lesson says, after all that was locked before is free."""
        self.release()
        why = f"the lesson “{plain(lesson.title)}” keeps it as it is"
        self._lock(dict.fromkeys(lesson.locked, why))
        why = f"the lesson “{plain(lesson.title)}” puts it away"
        for name in lesson.hidden:
            dock = self._parts.docks[name]
            if not dock.isHidden():
                self._put_away.append(dock)
                dock.close()
            withhold(dock.toggleViewAction(), why)

    def release(self) -> None:
        """Set everything free, and show the docks again that were put away."""
        self._lock({})
        for dock in self._parts.docks.values():
            withhold(dock.toggleViewAction(), "")
        for dock in self._put_away:
            dock.show()
        self._put_away = []

    def _lock(self, reasons: Mapping[str, str]) -> None:
        parts, data, weights = self._parts, reasons.get("data", ""), reasons.get("weights", "")
        parts.training.fix({name: why for name, why in reasons.items() if name != "weights"})
        parts.data.forbid(data)
        parts.models.forbid(weights)
        for names, why in ((_DATA_ACTIONS, data), (_WEIGHT_ACTIONS, weights)):
            for name in names:
                withhold(parts.actions[name], why)

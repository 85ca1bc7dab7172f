"""What is said and offered where a lesson is meant for other data than what is open."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from dae_core.datasets import BUNDLED_SOURCE, CATALOGUE
from dae_core.lessons.lesson import Lesson
from dae_core.texts import plain
from dae_gui.data.commands import DataCommands
from dae_gui.data.selection import source_name
from dae_gui.lessons.lesson.notice_row import Offer
from dae_gui.workbench.workbench import Workbench


class LessonData(QObject):
    """Opens the data of a lesson.

    Parameters
    ----------
    commands
        Open data.
    workbench
        Which data is open.
    show_data_sets
        Shows where data sets are downloaded.
    """

    def __init__(
        self, commands: DataCommands, workbench: Workbench, show_data_sets: Callable[[], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._commands, self._workbench, self._show_data_sets = commands, workbench, show_data_sets

    def open_for(self, lesson: Lesson) -> None:
        """Open the first of the data sets that a lesson is meant for and that is on this machine."""
        for source in lesson.data:
            if _is_here(source):
                self._commands.open(source)
                return

    def notice(self, lesson: Lesson, take_this: Callable[[], object]) -> tuple[str, Sequence[Offer]]:
        """Return a sentence on what a lesson is meant for, and what can be done; ``take_this`` keeps what is open."""
        dataset = self._workbench.dataset
        names = " or ".join(source_name(source) for source in lesson.data)
        is_open = "" if dataset is None else f" Open is “{plain(dataset.name, 60)}”."
        offers: list[Offer] = []
        for source in lesson.data:
            name = source_name(source)
            if _is_here(source):
                offers.append((f"Open {name}", functools.partial(self._commands.open, source)))
            else:
                offers.append((f"Download {name}…", self._show_data_sets))
        return f"This lesson is meant for {names}.{is_open}", [*offers, ("Use the open data all the same", take_this)]


def _is_here(source: str) -> bool:
    return source == BUNDLED_SOURCE or CATALOGUE[source].is_present()

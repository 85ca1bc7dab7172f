"""What the card over the empty curves offers: to go on, to watch, to solve the exercise, to train on own images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Slot

from dae_gui.panels.curves_panel import Entry, StartCard
from dae_gui.panels.denoise_panel import DigitSource
from dae_gui.panels.training_panel import TrainingPanel
from dae_gui.sessions.autosave_files import RecoverableSession
from dae_gui.window.help_commands import HelpCommands
from dae_gui.window.lessons import Lessons
from dae_gui.window.recent_sessions import RecentFile, RecentSessions
from dae_gui.window.run_commands import RunCommands
from dae_gui.window.start_values import StartValues
from dae_gui.workbench.workbench import Workbench

WATCH, SOLVE, OWN = "watch", "solve", "own"
_GO_ON, _DELETE, _LATER, _RECENT = "goOn", "deleteFound", "later", "recent"
_MOST = 4
_TRAINS = (WATCH, SOLVE)
"""What needs a data set to be there."""

_BEGINNINGS = (
    Entry(WATCH, "start", "Watch it learn", "One click: noise turns into strokes"),
    Entry(SOLVE, "exercise", "Solve the exercise", "Its settings and its four tasks"),
    Entry(OWN, "picture", "Use my own images", "Pictures or data files, with a preview"),
)

_WATCHED = "Falling rate (25,000)"
"""The preset that is worth watching: it ends about level with the best linear denoiser, after some seconds."""
_EXERCISE = "Exercise (25,000 iterations)"


class FirstCommands:
    """Does what the card offers.

    Parameters
    ----------
    training, source
        Where settings are chosen, and digits to denoise.
    start_values
        Sets a rate that fits the data.
    run, help_commands
        What trains, and what explains.
    lessons
        Open the one in which the exercise is solved, where this copy of the program has it.
    """

    def __init__(
        self,
        training: TrainingPanel,
        source: DigitSource,
        start_values: StartValues,
        run: RunCommands,
        help_commands: HelpCommands,
        lessons: Lessons,
    ) -> None:
        self._training, self._source, self._start_values = training, source, start_values
        self._run, self._help, self._lessons = run, help_commands, lessons

    def actions(self) -> dict[str, Callable[[], object]]:
        """Return what is done by its name."""
        return {WATCH: self.watch, SOLVE: self.solve}

    def watch(self) -> None:
        """Train with settings that are worth watching, with a sample on the canvas where that is blank."""
        self._training.choose_preset(_WATCHED)
        self._start_values.adapt()
        if self._source.image() is None:
            self._source.pick_random()
        self._run.start()

    def solve(self) -> None:
        """Open the exercise's lesson, or else set its settings and tell its tasks."""
        self._lessons.open_exercise(self._tell_exercise)

    def _tell_exercise(self) -> None:
        self._training.choose_preset(_EXERCISE)
        self._help.show_exercise()


class FirstMinute(QObject):
    """Fills the card, and has done what is chosen there.

    Parameters
    ----------
    card
        The card.
    workbench
        Whether there is a data set to train on.
    recent
        The sessions of before.
    actions
        What each of ``WATCH``, ``SOLVE`` and ``OWN`` does.
    """

    def __init__(
        self,
        card: StartCard,
        workbench: Workbench,
        recent: RecentSessions,
        actions: dict[str, Callable[[], object]],
    ) -> None:
        super().__init__(card)
        self._card = card
        self._workbench = workbench
        self._recent = recent
        self._actions = actions
        self._files: Sequence[RecentFile] = recent.files
        self._found: RecoverableSession | None = None
        self._answers: dict[str, Callable[[], object]] = {}
        card.chosen.connect(self._on_chosen)
        recent.changed.connect(self._on_recent_changed)
        workbench.dataChanged.connect(self._refresh)
        self._refresh()

    def offer(
        self,
        found: RecoverableSession,
        go_on: Callable[[], object],
        delete: Callable[[], object],
        later: Callable[[], object],
    ) -> None:
        """Offer first of all to go on with what a window left unsaved; one of the three answers is called."""
        self._found = found
        self._answers = {_GO_ON: go_on, _DELETE: delete, _LATER: later}
        self._refresh()

    @property
    def is_seen(self) -> bool:
        """Whether the card is shown, or will be as soon as the window is."""
        return not self._card.isHidden()

    @Slot(object)
    def _on_recent_changed(self, files: tuple[RecentFile, ...]) -> None:
        self._files = files
        self._refresh()

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        if name in self._answers:
            answer, self._found, self._answers = self._answers[name], None, {}
            self._refresh()
            answer()
        elif name in self._actions:
            self._actions[name]()
        else:
            self._recent.open(self._files[int(name.removeprefix(_RECENT))].path)

    @Slot()
    def _refresh(self) -> None:
        self._card.set_entries(self._entries(datetime.now()))

    def _entries(self, now: datetime) -> list[Entry]:
        entries = []
        if self._found is not None:
            name = self._found.name or "what was left"
            answers = (_DELETE, "Delete it"), (_LATER, "Later")
            entries.append(
                Entry(
                    _GO_ON, "continue", f"Go on with {name}", self._found.detail(), self._found.text(), answers=answers
                )
            )
        recent = [
            Entry(f"{_RECENT}{n}", "open", file.name, file.text(now), file.path, not file.is_missing, is_small=True)
            for n, file in enumerate(self._files[:_MOST])
        ]
        newest = next((n for n, entry in enumerate(recent) if entry.is_enabled), None)
        if newest is not None and self._found is None:
            one = recent.pop(newest)
            title = f"Go on with {one.title}"
            entries.append(Entry(one.name, "continue", title, one.detail or one.tip, one.tip))
        can_train = self._workbench.can_train
        for entry in _BEGINNINGS:
            is_enabled = can_train or entry.name not in _TRAINS
            entries.append(Entry(entry.name, entry.icon, entry.title, entry.detail, is_enabled=is_enabled))
        return [*entries, *recent]

"""Trains with the student's ``backward`` when the code dock asks for it, and says how that run has come out."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Slot

from dae_core.datasets import Dataset
from dae_core.errors import UserError
from dae_core.jobs import Monitor
from dae_core.lessons.code.comparison import Comparison, compare
from dae_core.sessions.run import Run
from dae_gui.lessons.code.panel import CodePanel
from dae_gui.sessions.own_texts import OwnCode
from dae_gui.support import notices
from dae_gui.support.jobs import Job, Jobs
from dae_gui.training.controller import TrainingController
from dae_gui.window.run_commands import RunCommands
from dae_gui.workbench.state import State

_ALONE = {"gradient": "exact", "batch_size": 1, "optimizer": "sgd"}
"""The settings that go with a ``backward`` of the user's own."""
_ENDED = (State.FINISHED, State.DIVERGED)


class CodePresenter(QObject):
    """Connects the panel with the runs.

    Parameters
    ----------
    panel
        The code dock's panel; this object belongs to it.
    controller, commands
        Begin the run.
    jobs
        Where the built-in ``backward`` is trained beside it.
    code
        The texts of the open session.
    """

    def __init__(
        self, panel: CodePanel, controller: TrainingController, commands: RunCommands, jobs: Jobs, code: OwnCode
    ) -> None:
        super().__init__(panel)
        self._panel = panel
        self._controller = controller
        self._commands = commands
        self._jobs = jobs
        self._code = code
        self._is_writing = False
        self._source = ""
        self._job: Job | None = None
        panel.show_texts(code.value)
        panel.textEdited.connect(self._write)
        code.changed.connect(self._show_texts)
        panel.trainRequested.connect(self._train)
        panel.compareRequested.connect(self._compare)
        commands.obstacleChanged.connect(self._pass_obstacle)
        panel.workbench.stateChanged.connect(self._on_state_changed)
        self._pass_obstacle()

    @Slot(str, str)
    def _write(self, function: str, text: str) -> None:
        """Keep what the user types in the session, which cleans it: the editor stays as it is."""
        self._is_writing = True
        self._code.write(function, text)
        self._is_writing = False

    @Slot(object)
    def _show_texts(self, texts: Mapping[str, str]) -> None:
        if not self._is_writing:
            self._panel.show_texts(texts)

    @Slot()
    def _pass_obstacle(self) -> None:
        self._panel.forbid_training(self._commands.obstacle)

    @Slot(str)
    def _train(self, source: str) -> None:
        """Begin a run with this text of ``backward``: the user has asked for it."""
        self._discard()
        self._source = source
        self._controller.allow_code(source)
        try:
            self._commands.begin_with(own_backward=source, **_ALONE)
        except UserError as error:
            notices.warn(self._panel, str(error))

    @Slot(State)
    def _on_state_changed(self, state: State) -> None:
        bench = self._panel.workbench
        is_own = bool(self._source) and bench.config.own_backward == self._source
        if state in _ENDED and is_own:
            self._compare()
        elif state is State.RUNNING:
            self._discard()

    @Slot()
    def _compare(self) -> None:
        """Ask for the run that has ended, to hold it against one with the built-in ``backward``."""
        self._discard()
        self._panel.findings.comparing.show()
        self._controller.request_run(self._on_run, self._panel.findings.show_comparison)

    def _on_run(self, run: Run) -> None:
        dataset = self._panel.dataset
        if dataset is None or run.config.own_backward != self._source:
            return
        self._job = self._jobs.start(_compare, run, dataset, failure="The runs could not be compared")
        self._job.done.connect(self._on_compared)
        self._job.failed.connect(self._panel.findings.show_comparison)
        self._job.show_in(self._panel.findings.comparing)

    @Slot(object)
    def _on_compared(self, comparison: Comparison) -> None:
        self._panel.findings.comparing.hide()
        self._panel.findings.show_comparison(comparison.text())

    def _discard(self) -> None:
        """Compare no longer: another run has begun."""
        if self._job is not None:
            self._job.discard()
        self._panel.findings.comparing.hide()


def _compare(run: Run, dataset: Dataset, monitor: Monitor) -> Comparison:
    checkpoint = run.checkpoint
    model = checkpoint.model if checkpoint.divergence is None else None
    return compare(dataset, run.config, model, checkpoint.iteration, checkpoint.seconds, monitor)

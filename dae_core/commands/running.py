"""Training at the command line, with a progress bar and a session file that an interruption does not cost."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from dae_core.commands.common import CommandError
from dae_core.data_reference import DataReference
from dae_core.history import History
from dae_core.session import Session, save_session
from dae_core.terminal import ProgressBar
from dae_core.training import Trainer

SAVE_EVERY = 10.0
"""Seconds of training after which the session file is written anew."""


@dataclass(frozen=True)
class SessionFile:
    """Where a run is kept, and what is kept of it besides the run itself (fields of ``Session``)."""

    path: Path
    data: DataReference
    kept: dict[str, Any]

    def save(self, trainer: Trainer, history: History) -> None:
        """Write the session. Raises SessionError when that fails."""
        save_session(self.path, Session(trainer.checkpoint(), self.data, history.record(), **self.kept))


class Interruption:
    """Notes Ctrl+C instead of raising, so that a run stops between two chunks, where it can be kept."""

    def __init__(self) -> None:
        self.noticed = False
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._notice)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _notice(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signals are handled
        self.noticed = True


def run_on(trainer: Trainer, history: History, iterations: int, file: SessionFile | None) -> None:
    """Train ``iterations`` more, not beyond the run's end, and write the session, also now and then on the way.

    The trainer's thread is ended in any case.

    Raises
    ------
    CommandError
        When the person interrupted it; with a session file, the run is in it.
    KeyboardInterrupt
        When the person interrupted it and there is no session file.
    SessionError
        When the session cannot be written.
    """
    first, saved = trainer.iteration, time.monotonic()
    last = min(trainer.end, first + iterations)
    try:
        with Interruption() as interruption, ProgressBar(max(1, last - first)) as bar:
            while trainer.iteration < last and trainer.divergence is None and not interruption.noticed:
                progress = trainer.advance(min(trainer.chunk, last - trainer.iteration))
                history.append(progress)
                bar.show(progress.iteration - first, f"error {history.latest()[0]:.1f}")
                if file is not None and time.monotonic() > saved + SAVE_EVERY:
                    file.save(trainer, history)
                    saved = time.monotonic()
            if file is not None:
                file.save(trainer, history)
    finally:
        trainer.close()
    if interruption.noticed:
        if file is None:
            raise KeyboardInterrupt
        raise CommandError(
            f"Interrupted at iteration {trainer.iteration:,}; the run is in {file.path}, and 'resume' goes on with it."
        )

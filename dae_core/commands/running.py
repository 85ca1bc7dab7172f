"""Training at the command line, with a progress bar and a session file that survives an interruption."""

from __future__ import annotations

import argparse
import dataclasses
import json
import signal
import threading
import time
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from dae_core.commands import common
from dae_core.commands.errors import Interrupted
from dae_core.commands.figures import EXPLANATIONS, held_out_figures
from dae_core.commands.progress_bar import ProgressBar
from dae_core.commands.terminal import DIVERGED, OK, note
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.files import FileStamp, free_path
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sandbox import CodeFault
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.known_data import remember
from dae_core.sessions.run import FIRST_NAME, Label, Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import save_session
from dae_core.training.history import History
from dae_core.training.snapshots import SnapshotKeeper, bytes_of
from dae_core.training.trainer import Trainer

SAVE_EVERY = 10.0
"""Seconds of training after which the session file is written anew."""


class SessionFile:
    """Where a run is kept as it goes on, with snapshots along it.

    Parameters
    ----------
    path : Path
        The file, which every `save` replaces.
    data : DataReference
        What the run is trained on.
    model : AutoEncoder
        The run's, for the size of a snapshot.
    before : Session or None
        What the run was reopened from: its label, its snapshots, and all else of the session stay.
    stamp : FileStamp or None
        What the file was like when that was read. Where it is another one when it is to be written, somebody else has
        written it, and this run gets a file of its own.
    """

    def __init__(
        self,
        path: Path,
        data: DataReference,
        model: AutoEncoder,
        before: Session | None = None,
        stamp: FileStamp | None = None,
    ) -> None:
        self.path = path
        self._stamp = stamp
        self._data = data
        self._before = before
        self._label = Label.new(FIRST_NAME) if before is None else before.run.label
        remember(data.fingerprint, data.source)
        self._keeper = SnapshotKeeper.restored(() if before is None else before.run.snapshots, bytes_of(model))

    def next_stop(self, iteration: int) -> int:
        """Return the next iteration after this one at which a snapshot is to be taken."""
        return self._keeper.next_due(iteration + 1)

    def note(self, trainer: Trainer) -> None:
        """Keep a snapshot of this moment where one is due."""
        if trainer.divergence is None and self._keeper.is_due(trainer.iteration):
            self._keeper.add(trainer.iteration, trainer.model.copy())

    def save(self, trainer: Trainer, history: History, figures: Figures | None = None) -> None:
        """Write the session; ``figures`` are those of the present parameters. Raises SessionError when that fails."""
        base = None if self._before is None else self._before.run.base_iteration
        snapshots = self._keeper.snapshots
        run = Run(trainer.checkpoint(), self._data, history.record(), snapshots, base, self._label, figures)
        found = FileStamp.of(self.path)
        if found not in (None, self._stamp):
            taken, self.path = self.path, free_path(self.path)
            note(f"{taken} was changed by another program meanwhile: this run is in {self.path} instead.")
        save_session(self.path, Session(run) if self._before is None else dataclasses.replace(self._before, run=run))
        self._stamp = FileStamp.of(self.path)


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

    With a session file, chunks end where snapshots are due; the results are the same bits. The trainer's thread is
    ended in any case. Raises SessionError when the session cannot be written. When the user interrupts it, raises
    Interrupted with a session file, which then has the run, and KeyboardInterrupt without one.
    """
    first, saved = trainer.iteration, time.monotonic()
    last = min(trainer.end, first + iterations)
    try:
        with Interruption() as interruption, ProgressBar(max(1, last - first)) as bar:
            if file is not None:
                file.note(trainer)
            while trainer.iteration < last and trainer.divergence is None and not interruption.noticed:
                stop = last if file is None else min(last, file.next_stop(trainer.iteration))
                progress = trainer.advance(min(trainer.chunk, stop - trainer.iteration))
                history.append(progress)
                bar.show(progress.iteration - first, f"error {history.latest()[0]:.1f}")
                if file is not None:
                    file.note(trainer)
                    if time.monotonic() > saved + SAVE_EVERY:
                        file.save(trainer, history)
                        saved = time.monotonic()
            if file is not None:
                file.save(trainer, history)
    except CodeFault:
        if file is not None:  # with all that was trained before the code failed
            file.save(trainer, history)
        raise
    finally:
        trainer.close()
    if interruption.noticed:
        if file is None:
            raise KeyboardInterrupt
        raise Interrupted(
            f"Interrupted at iteration {trainer.iteration:,}; the run is in {file.path}, and 'resume' goes on with it."
        )


def report_of(
    trainer: Trainer, history: History, file: SessionFile | None, trained: int, seconds: float
) -> dict[str, Any]:
    """Measure the trained model, keep the session with its figures, and return what to report of the run.

    ``trained`` are the iterations of this command, ``seconds`` the time that they took.
    """
    figures, measured = held_out_figures(trainer.dataset, trainer.config.corruption, trainer.model)
    if file is not None:
        file.save(trainer, history, figures)
    smoothed_error, smoothed_sparsity = history.latest()
    if trainer.average is not None:
        held_out = HeldOut(trainer.dataset, trainer.config.corruption)
        measured["test_mse_averaged"] = held_out.evaluate(trainer.average).mse
    return {
        "iterations": trainer.iteration,
        "seconds": seconds,
        "iterations_per_second": trained / seconds if seconds else 0.0,
        "smoothed_error": smoothed_error,
        "smoothed_sparsity": smoothed_sparsity,
        **measured,
        "diverged_at": trainer.divergence.iteration if trainer.divergence else None,
        "dataset": trainer.dataset.name,
        "config": json.loads(trainer.config.to_json()),
        **({"session": str(file.path)} if file is not None else {}),
    }


def print_report(report: dict[str, Any], trainer: Trainer, options: argparse.Namespace) -> int:
    """Print the report of a run, and return the command's exit code."""
    if options.json:
        common.print_json(report)
    else:
        common.print_table(report, EXPLANATIONS)
    if trainer.divergence:
        note(trainer.divergence.message)
        return DIVERGED
    return OK

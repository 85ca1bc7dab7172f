"""What a user does in the window again and again, in an order that a seed decides; see ``soak.py``."""

from __future__ import annotations

import gc
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

LONGEST_WAIT = 120.0
DEEDS = (
    *("start", "start", "start", "stop", "reset", "branch", "branch", "sweep", "make_present", "look"),
    *("delete", "undo", "overlay", "show_any", "save"),
)
_MB = 1e6


class User:
    """Has a window, and does things in it."""

    def __init__(self, seed: int, most_runs: int, deeds: Sequence[str] = DEEDS) -> None:
        from dae_gui.app import create_window

        self.rng = random.Random(seed)  # noqa: S311 - no secret
        self.most_runs = most_runs
        self.deeds = deeds
        self.counts: Counter[str] = Counter()
        self.window = create_window(("--data", "digits"))
        self.window.show()
        self.wait(lambda: self.window.workbench.model is not None, "the first weights")

    # Waiting

    def spin(self, seconds: float) -> None:
        """Let the window live for some time."""
        end = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() >= end, "time")

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Let the window live until something holds."""
        from PySide6.QtCore import QCoreApplication, QEventLoop

        deadline = time.monotonic() + LONGEST_WAIT
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} did not come within {LONGEST_WAIT:g} seconds")
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            QCoreApplication.sendPostedEvents(None, 0)
            time.sleep(0.001)

    def settle(self) -> None:
        """Have all that is let go of be gone."""
        from PySide6.QtCore import QCoreApplication, QEvent

        self.spin(2.0)
        for _ in range(2):
            gc.collect()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()
        self.spin(0.5)

    # What a user does

    def warm_up(self) -> None:
        """Do everything once, so that what every session needs is in memory: compiled loops, plots, libraries."""
        for name in self.window.studies.docks:
            self.show(name)
            self.spin(0.3)
        self.start()
        self.spin(1.0)
        self.sweep()
        self.branch()
        self.save()
        self.settle()

    def act(self) -> None:
        """Do the next thing."""
        name = self.rng.choice(self.deeds)
        self.counts[name] += 1
        getattr(self, name)()
        self.spin(self.rng.uniform(0.05, 0.6))
        self._bound_runs()

    def start(self) -> None:
        """Train with other settings for a while."""
        from dae_core.training.config import TrainingConfig
        from dae_core.training.optimizers import OptimizerName

        rng = self.rng
        ways: list[tuple[int, OptimizerName]] = [(1, "sgd"), (1, "sgd"), (32, "adam"), (16, "momentum")]
        batch, optimizer = rng.choice(ways)
        config = TrainingConfig(
            iterations=rng.choice([2_000, 25_000, 400_000]),
            hidden_units=rng.choice([100, 225, 225, 400]),
            batch_size=batch,
            optimizer=optimizer,
            seed=rng.randrange(1000),
        )
        self._trigger("stopAction")
        self.window.training_panel.set_config(config)
        self._trigger("startAction")
        self.spin(rng.uniform(0.1, 1.5))

    def stop(self) -> None:
        """End the run."""
        self._trigger("stopAction")

    def reset(self) -> None:
        """Begin anew."""
        self._trigger("resetAction")

    def branch(self) -> None:
        """Go on from a snapshot."""
        snapshots = self.window.workbench.snapshots
        if snapshots and self.window.workbench.progress.iteration:
            self.window.sessions.branch_off(self.rng.choice(snapshots))
            self.spin(0.3)
            self._trigger("startAction")

    def sweep(self) -> None:
        """Train three runs beside the present one, in processes."""
        from dae_core.training.config import TrainingConfig
        from dae_gui.panels.runs_panel.sweep_dialog import SweepPlan

        panel = self._runs_panel()
        seeds = self.rng.sample(range(1000), 3)
        configs = tuple(TrainingConfig(iterations=self.rng.choice([1000, 5000]), seed=seed) for seed in seeds)
        panel.sweeping.begin(SweepPlan(configs, ("seed",), 2))
        self.wait(lambda: not panel.sweeping.is_working, "the end of a sweep")

    def make_present(self) -> None:
        """Go on with a kept run."""
        kept = self.window.document.runs.kept
        if kept:
            self.window.sessions.make_present(self.rng.choice(kept).label.key)
            self.spin(0.3)
            if self.rng.random() < 0.5:
                self._trigger("continueAction")

    def look(self) -> None:
        """Look back at a snapshot, and come back."""
        bench = self.window.workbench
        if bench.snapshots:
            bench.look_at(self.rng.choice(bench.snapshots))
            self.spin(0.3)
            bench.look_at(None)

    def delete(self, count: int = 1) -> None:
        """Delete kept runs."""
        kept = self.window.document.runs.kept
        keys = [run.label.key for run in kept[:count]]
        if keys:
            self._runs_panel().deleteRequested.emit(keys)

    def undo(self) -> None:
        """Take something back, and perhaps do it again."""
        self._trigger("undoAction")
        if self.rng.random() < 0.5:
            self._trigger("redoAction")

    def overlay(self) -> None:
        """Draw the curves of some runs over each other."""
        kept = self.window.document.runs.kept
        chosen = self.rng.sample(kept, min(4, len(kept)))
        self._runs_panel().overlayChanged.emit([run.label.key for run in chosen])

    def show_any(self) -> None:
        """Open or raise a panel."""
        self.show(self.rng.choice(list(self.window.studies.docks)))

    def show(self, name: str) -> None:
        """Open a panel."""
        dock = self.window.studies.docks[name]
        dock.show()
        dock.raise_()
        self.window.studies.panel(name)

    def save(self) -> None:
        """Ask for the whole run, as saving and autosaving do."""
        answers: list[object] = []
        self.window.controller.request_run(answers.append, answers.append)
        self.wait(lambda: answers, "the run that was asked for")

    def _runs_panel(self) -> Any:
        return self.window.studies.panel("runsDock")

    def _trigger(self, name: str) -> None:
        self.window.actions_by_name[name].trigger()

    def _bound_runs(self) -> None:
        extra = len(self.window.document.runs.kept) - self.most_runs
        if extra > 0:
            self.delete(extra)

    # Looking

    def accounted(self) -> dict[str, float]:
        """Return how many MB the arrays of the kept runs and of the present one take."""
        from dae_core.sessions.run_memory import bytes_held

        runs = self.window.document.runs
        present = [] if runs.present is None else [runs.present]
        return {"kept and deleted": bytes_held(runs.held) / _MB, "present": bytes_held(present) / _MB}

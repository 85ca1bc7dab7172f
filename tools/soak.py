"""Soak the real window off screen: start, stop, branch, sweep and delete for some minutes, and watch its memory.

    python tools/soak.py [--seconds 120] [--seed 1] [--runs 80] [--only start,branch] [--census]

What is done is drawn from the seed. Exits 0 only if resident memory stays within what the program promises: what it
took with every panel open and one run trained, and on top of that the budget of the kept runs and that of the present
one's snapshots, both give or take a quarter.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import json
import os
import random
import sys
import tempfile
import time
import traceback
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

LONGEST_WAIT = 120.0
MARGIN = 1.25
REPORT_EVERY = 10.0
DEEDS = (
    *("start", "start", "start", "stop", "reset", "branch", "branch", "sweep", "make_present", "look"),
    *("delete", "undo", "overlay", "show_any", "save"),
)
_MB = 1e6


def resident() -> float:
    """Return the resident memory of this process in MB."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / _MB


class Soak:
    """A window, and the things that a user does in it in the order that a seed decides."""

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


def promised() -> float:
    """Return how many MB the runs of a session may take."""
    from dae_core.training.snapshots import BUDGET
    from dae_gui.sessions.run_parking import KEPT_BYTES

    return (BUDGET + KEPT_BYTES) / _MB


def census() -> None:
    """Print what the garbage collector and tracemalloc know of."""
    import numpy as np

    kinds = Counter(type(thing).__name__ for thing in gc.get_objects())
    wanted = (
        "Dataset",
        "Run",
        "AutoEncoder",
        "Checkpoint",
        "Snapshot",
        "History",
        "Record",
        "Job",
        "Trainer",
        "Update",
    )
    print("objects:", {kind: kinds[kind] for kind in wanted})
    seen: dict[int, int] = {}
    for thing in gc.get_objects():
        for value in gc.get_referents(thing):
            if isinstance(value, np.ndarray):
                while isinstance(value.base, np.ndarray):
                    value = value.base
                seen[id(value)] = value.nbytes
    by_size = Counter[int]()
    for size in seen.values():
        by_size[size] += size
    print(f"arrays: {sum(seen.values()) / _MB:.0f} MB;", [(s, n // max(1, s)) for s, n in by_size.most_common(12)])
    if tracemalloc.is_tracing():
        snapshot = tracemalloc.take_snapshot()
        print(f"traced: {tracemalloc.get_traced_memory()[0] / _MB:.0f} MB")
        for line in snapshot.statistics("lineno")[:15]:
            print("  ", line)


def soak(options: argparse.Namespace) -> list[str]:
    """Do it all; return what is to be complained of."""
    from PySide6.QtCore import qInstallMessageHandler

    complaints: list[str] = []
    sys.excepthook = lambda *error: complaints.append("".join(traceback.format_exception(*error)))
    run = Soak(options.seed, options.runs, options.only.split(","))
    qInstallMessageHandler(
        lambda _kind, _context, text: "does not support" in text or print(f"Qt: {text}", file=sys.stderr)
    )
    begun = resident()
    run.warm_up()
    base = resident() - sum(run.accounted().values())
    if options.census:
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)
        print(f"after malloc_trim: {resident():.0f} MB", run.accounted())
    print(f"seed {options.seed}: {begun:.0f} MB at first, {base:.0f} MB and the runs with all panels open", flush=True)
    started = last = time.monotonic()
    peak = 0.0
    while time.monotonic() - started < options.seconds:
        run.act()
        peak = max(peak, resident())
        if time.monotonic() - last > REPORT_EVERY:
            last = time.monotonic()
            print(_line(run, last - started), flush=True)
    run.stop()
    run.settle()
    end, allowed = resident(), base + MARGIN * promised()
    print(_line(run, time.monotonic() - started))
    print("done:", dict(sorted(run.counts.items())))
    if options.census:
        census()
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)
        print(f"after malloc_trim: {resident():.0f} MB")
    print(f"resident: {end:.0f} MB at the end, {peak:.0f} MB at most; promised: {allowed:.0f} MB", flush=True)
    if end > allowed:
        complaints.append(f"{end:.0f} MB are resident, {allowed:.0f} MB are promised (seed {options.seed})")
    run.window.close()
    return complaints


def _line(run: Soak, seconds: float) -> str:
    held = ", ".join(f"{name} {size:.0f} MB" for name, size in run.accounted().items())
    kept = len(run.window.document.runs.kept)
    return f"{seconds:5.0f} s  {resident():5.0f} MB resident, {kept:3d} kept runs; {held}"


def main() -> int:
    """Run in a temporary home, so that nobody's settings are read or changed."""
    parser = argparse.ArgumentParser(description="Soak the window, and watch its memory.")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--runs", type=int, default=80, help="kept runs at most; older ones are deleted")
    parser.add_argument("--only", default=",".join(DEEDS), help="what is done; a name twice is done twice as often")
    parser.add_argument("--census", action="store_true", help="say what holds the memory; slower")
    options = parser.parse_args()
    faulthandler.enable()
    with tempfile.TemporaryDirectory(prefix="dae-soak-") as home:
        for name in ("CONFIG", "CACHE", "DATA", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = str(Path(home, name.lower()))
        if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
            screen: dict[str, Any] = {"name": "screen", "x": 0, "y": 0, "width": 1920, "height": 1080}
            screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
            display = Path(home, "display.json")
            display.write_text(json.dumps({"screens": [screen]}))
            os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={display}"
        if options.census and os.environ.get("TRACE"):
            tracemalloc.start()
        complaints = soak(options)
    for complaint in complaints:
        print(f"soak: {complaint}", file=sys.stderr)
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())

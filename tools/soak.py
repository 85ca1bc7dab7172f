"""Soak the real window off screen: start, stop, branch, sweep and delete for some minutes, and watch its memory.

    python tools/soak.py [--seconds 120] [--seed 1] [--runs 80] [--only start,branch] [--census]

What is done is drawn from the seed. Exits 0 only if resident memory stays within what the program promises, give or
take a quarter: what it took with every panel open and one run trained, and on top of that what the arrays of its runs
take, which is no more than the budget of the kept runs and that of the present one's snapshots.
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
from pathlib import Path
from typing import Any

from soak_user import DEEDS, User

MARGIN = 1.25
SPARE = 128.0  # MB: curves that are drawn over others, results of panels, pages that are half free
REPORT_EVERY = 10.0
_MB = 1e6


def resident() -> float:
    """Return the resident memory of this process in MB."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / _MB


def promised() -> float:
    """Return how many MB the runs of a session may take."""
    from dae_core.training.snapshots import BUDGET
    from dae_gui.sessions.run_parking import KEPT_BYTES

    return (BUDGET + KEPT_BYTES) / _MB


def census() -> None:
    """Print what the garbage collector and tracemalloc know of."""
    import numpy as np

    kinds = Counter(type(thing).__name__ for thing in gc.get_objects())
    wanted = ("Dataset", "Run", "AutoEncoder", "Snapshot", "History", "Record", "Job", "Trainer", "Update")
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
    user = User(options.seed, options.runs, options.only.split(","))
    qInstallMessageHandler(
        lambda _kind, _context, text: "does not support" in text or print(f"Qt: {text}", file=sys.stderr)
    )
    begun = resident()
    user.warm_up()
    base = resident() - sum(user.accounted().values())
    print(f"seed {options.seed}: {begun:.0f} MB at first, {base:.0f} MB and the runs with all panels open", flush=True)
    started = last = time.monotonic()
    peak = 0.0
    while time.monotonic() - started < options.seconds:
        user.act()
        peak = max(peak, resident())
        if time.monotonic() - last > REPORT_EVERY:
            last = time.monotonic()
            print(_line(user, last - started), flush=True)
    user.stop()
    user.settle()
    end, allowed = resident(), base + SPARE + MARGIN * min(promised(), sum(user.accounted().values()))
    print(_line(user, time.monotonic() - started))
    print("done:", dict(sorted(user.counts.items())))
    if options.census:
        census()
    print(f"resident: {end:.0f} MB at the end, {peak:.0f} MB at most; allowed: {allowed:.0f} MB", flush=True)
    if end > allowed:
        complaints.append(f"{end:.0f} MB are resident, {allowed:.0f} MB are allowed (seed {options.seed})")
    user.window.close()
    return complaints


def _line(user: User, seconds: float) -> str:
    held = ", ".join(f"{name} {size:.0f} MB" for name, size in user.accounted().items())
    kept = len(user.window.document.runs.kept)
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
        if options.census:
            tracemalloc.start()
        complaints = soak(options)
    for complaint in complaints:
        print(f"soak: {complaint}", file=sys.stderr)
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())

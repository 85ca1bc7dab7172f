"""A monkey at the real window: seeded random clicks, keys, drags, drops and menus, in a sandbox, off screen.

    python tools/monkey.py [--minutes 2] [--seed N] [--events N] [--theme light|dark] [--keep FOLDER]

It prints its seed and figures, and fails on any exception, warning of Qt, crash, hang, lost run or window that stays
behind; then it also prints the last events before. The same seed makes the same choices, though not the same moments:
training goes on in threads meanwhile.
"""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

SHOWN_EVENTS = 50
SECONDS_TO_END = 300  # beyond the minutes that were asked for: compiling, closing, and a busy machine
RUNS_OF_WINDOW = 77  # the exit code of a monkey that found faults, to be told from a crash


def supervise(command: Sequence[str], log: Path, seconds: float, environment: dict[str, str]) -> int:
    """Run a command that writes a line for each event to a file; print the last ones where it failed.

    Returns its exit code, which is negative where a signal ended it, as -9 where it took longer than ``seconds``.
    """
    child = subprocess.Popen(command, env=environment)
    try:
        code = child.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"monkey: still running after {seconds:.0f} seconds", flush=True)
        child.kill()
        code = child.wait()
    if code:
        how = f"a signal ended the window: {-code}" if code < 0 else f"exit code {code}"
        print(f"monkey: {how}. The last events:")
        try:
            with log.open(encoding="utf-8", errors="replace") as lines:
                print("".join(deque(lines, SHOWN_EVENTS)), end="", flush=True)
        except OSError:
            print("none", flush=True)
    return code


def environment_in(home: Path) -> dict[str, str]:
    """Return the environment of a program that finds nothing of the user's: everything lies below ``home``."""
    places = {"HOME": home, "USERPROFILE": home, "TMPDIR": home / "tmp", "DAE_STUDIO_DATA": home / "own data"}
    places |= {f"XDG_{kind}_HOME": home / kind.lower() for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
    for name, place in places.items():
        if name != "DAE_STUDIO_DATA":
            place.mkdir(parents=True, exist_ok=True)
    display = home / "display.json"  # the default one of 800 x 800 shrinks windows
    display.write_text(
        '{"screens": [{"name": "screen", "x": 0, "y": 0, "width": 1920, "height": 1080,'
        ' "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]}',
        encoding="utf-8",
    )
    further = {name: str(place) for name, place in places.items()}
    return {**os.environ, **further, "QT_QPA_PLATFORM": f"offscreen:configfile={display}", "PYTHONFAULTHANDLER": "1"}


def main() -> int:
    """Run one monkey in a process of its own, in a temporary home; returns 0 only if nothing went wrong."""
    parser = argparse.ArgumentParser(description="Random real events at the window, in a sandbox.")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=None, help="of an earlier monkey, to run it again")
    parser.add_argument("--events", type=int, default=10**9, help="end after so many")
    parser.add_argument("--theme", choices=("system", "light", "dark"), default="system", help="of each new window")
    parser.add_argument("--keep", type=Path, default=None, help="the sandbox, which stays then")
    parser.add_argument("--in-sandbox", type=Path, default=None, help=argparse.SUPPRESS)
    options = parser.parse_args()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    if options.in_sandbox is not None:
        from monkey_window import run

        faults = run(options.in_sandbox, seed, options.minutes * 60, options.events, options.theme)
        return RUNS_OF_WINDOW if faults else 0

    print(f"monkey: seed {seed}, {options.theme} theme", flush=True)
    arguments = [sys.executable, __file__, "--seed", str(seed), "--minutes", str(options.minutes)]
    arguments += ["--theme", options.theme]
    with tempfile.TemporaryDirectory(prefix="dae-monkey-", ignore_cleanup_errors=True) as temporary:
        home = (options.keep or Path(temporary)).absolute()
        home.mkdir(parents=True, exist_ok=True)
        arguments += ["--events", str(options.events), "--in-sandbox", str(home)]
        begun = time.monotonic()
        code = supervise(arguments, home / "events.log", options.minutes * 60 + SECONDS_TO_END, environment_in(home))
        print(f"monkey: seed {seed}, {time.monotonic() - begun:.0f} s, {'FAILED' if code else 'nothing found'}")
    return int(code != 0)


if __name__ == "__main__":
    sys.exit(main())

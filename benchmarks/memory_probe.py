"""The window's memory: ``python -m benchmarks.memory_probe DATA`` prints resident bytes at some moments as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.setting import EXERCISE
from benchmarks.window_probe import wait
from dae_gui.app import create_window
from dae_gui.workbench.state import State


def resident() -> dict[str, int]:
    """Return the bytes of this process that lie in memory: all of them, and those that belong to no file."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return {"all": 1024 * kilobytes["Rss"], "own": 1024 * kilobytes["Anonymous"]}


def main(source: str) -> dict[str, dict[str, int]]:
    """Measure with the window open, with its data loaded, and after the exercise's run."""
    window = create_window(["--data", source])
    window.resize(1440, 900)
    window.show()
    wait(0.5)
    found = {"open": resident()}
    bench, controller = window.workbench, window.controller
    wait(60, lambda: bench.dataset is not None and bench.model is not None)
    wait(6)  # the compiled loop and the first figures come in the background
    found["loaded"] = resident()
    controller.start(EXERCISE)
    wait(300, lambda: bench.state is State.FINISHED)
    wait(5)
    found["trained"] = resident()
    window.close()
    wait(0.5)
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))

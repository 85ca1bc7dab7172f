"""Training beside studies of the code: ``python -m benchmarks.studies_probe DATA SECONDS`` prints speeds as JSON.

The real window trains at full speed, in turns with the Representation dock behind others and with one of its pages in
front: the probe and the map, which follow the weights, t-SNE, and the stack while it is fine-tuned.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.window_probe import ENDLESS, Ticks, wait
from dae_gui.app import create_window
from dae_gui.window.dock_switch import bring_dock

_TURNS = 4


def main(source: str, seconds: float) -> dict[str, Any]:
    """Return, for each study, pairs of iterations a second: without it and with it."""
    window: Any = create_window(["--data", source])
    window.resize(1440, 900)
    window.show()
    wait(60, lambda: window.workbench.model is not None)
    dock, panel = window.studies.docks["representationDock"], window.studies.panel("representationDock")
    window.controller.start(ENDLESS)
    wait(20, lambda: window.workbench.progress.iteration > 2000)

    def rate() -> float:
        before, started = window.workbench.progress.iteration, time.perf_counter()
        Ticks().during(seconds)
        return float(window.workbench.progress.iteration - before) / (time.perf_counter() - started)

    def study(page: str, begin: Callable[[], object] | None, is_busy: Callable[[], bool]) -> list[tuple[float, float]]:
        pairs = []
        for _ in range(_TURNS):
            dock.close()
            wait(0.5)
            alone = rate()
            bring_dock(dock)
            panel.show_page(page)
            wait(1.0)
            if begin is not None:
                begin()
                wait(10, is_busy)
            pairs.append((alone, rate()))
            panel.pages[page].discard_all()
        return pairs

    neighbours, layers = panel.pages["map"], panel.pages["layers"]
    found = {
        "probe": study("probe", None, lambda: True),
        "map": study("map", None, lambda: True),
        "t-SNE": study("map", neighbours.compute_neighbours, lambda: neighbours.is_asking("neighbours")),
        "stack": study("layers", None, lambda: True),
        "stack while it is fine-tuned": study("layers", layers.fine_tune, lambda: layers.is_asking("tune")),
    }
    window.controller.stop()
    window.close()
    wait(0.5)
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], float(sys.argv[2]))))

"""The real window while hostile programs run: ``python -m benchmarks.own_code_probe DATA SECONDS`` prints JSON.

The programs are those of the tests; each gets SECONDS.
"""

from __future__ import annotations

import functools
import json
import sys
from typing import Any

import numpy as np

from benchmarks.window_probe import Ticks, wait
from dae_core.jobs import Monitor
from dae_core.sandbox import CodeFault, Limits, Sandbox
from dae_gui.app import create_window
from dae_gui.support.jobs import Jobs
from tests.helpers.hostile_programs import PROGRAMS, Program
from tests.helpers.processes import sandboxes


def main(source: str, seconds: float) -> dict[str, Any]:
    """Measure."""
    window = create_window(["--data", source])
    window.resize(1440, 900)
    window.show()
    workbench = window.controller.workbench
    wait(60, lambda: workbench.dataset is not None and workbench.model is not None)
    wait(3)
    jobs, ticks, told, gaps = Jobs(), Ticks(), list[str](), list[float]()
    for program in PROGRAMS:
        job = jobs.start(_run, program, seconds, failure=program.name)
        job.done.connect(told.append)
        job.failed.connect(functools.partial(_fail, program))
    while len(told) < len(PROGRAMS):
        ticks.during(1.0)
        gaps += ticks.gaps
    p50, p99 = np.percentile(gaps, [50, 99])
    left = len(sandboxes())
    jobs.shutdown()
    window.close()
    wait(0.5)
    return {
        "programs": len(PROGRAMS),
        "gaps": {"p50": float(p50), "p99": float(p99), "max": max(gaps)},
        "left": left,
    }


def _run(program: Program, seconds: float, monitor: Monitor) -> str:
    with Sandbox(program.source, Limits(seconds=seconds)) as sandbox:
        while True:
            try:
                sandbox.call("f", np.ones(5, np.float32), monitor=monitor)
            except CodeFault as fault:
                return str(fault)


def _fail(program: Program, text: str) -> None:
    raise RuntimeError(f"{program.name}: {text}")


if __name__ == "__main__":
    measured = main(sys.argv[1], float(sys.argv[2]))
    print(json.dumps(measured))

"""Run the benchmarks: ``python -m benchmarks [--json FILE] [--only NAME ...] [--quick]``."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from pathlib import Path

from benchmarks import setting
from benchmarks.report import Report

NAMES = (
    "one_iteration",
    "two_cores",
    "mini_batches",
    "family",
    "start",
    "window",
    "studies",
    "memory",
    "growth",
    "grading",
    "cluster",
    "own_code",
    "quality",
)


def main(argv: list[str] | None = None) -> int:
    """Run what was asked for, print tables, and write the JSON file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed, beside the alternatives.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to this file as well")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="short and rough: does everything work?")
    options = parser.parse_args(argv)
    machine = setting.machine()
    for key, value in machine.items():
        print(f"{key}: {value}")
    reports: list[Report] = []
    for name in options.only:
        started = time.perf_counter()
        report: Report = importlib.import_module(f"benchmarks.{name}").run(options.quick)
        reports.append(report)
        print(f"\n{report}\n  ({time.perf_counter() - started:.0f} s)", flush=True)
        if options.json:
            content = {"machine": machine, "quick": options.quick, "reports": [r.as_json() for r in reports]}
            options.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

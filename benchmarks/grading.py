"""How long a teacher waits: hand-ins of the exercise, 25,000 iterations each, trained again and measured again."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks import setting
from benchmarks.report import Line, Report, at_most
from dae_core.lessons.handin.attempt import carry_out
from dae_core.lessons.handin.grading import grade
from dae_core.lessons.handin.handin_file import proposed_name, write_handin
from dae_core.lessons.handin.material import GradeOptions
from dae_core.lessons.reading import parse_lesson
from dae_core.sessions.data_reference import DataReference
from dae_core.sweeps.sweep import processes

_MANY, _FEW = 20, 2
_LESSON = """
format = 1
key = "falling-curve"
title = "Is a falling curve good?"
minutes = 20
summary = "The exercise beside the best linear denoiser."

[[step]]
kind = "do"
key = "train"
title = "Train"
label = "Start"
actions = [{ do = "start" }]

[[step]]
kind = "measure"
key = "ratio"
title = "Beside the linear denoiser"
measurement = "ratio_to_linear"

[[step]]
kind = "measure"
key = "active"
title = "Active units"
measurement = "sparsity"
"""


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("grading", "Grading hand-ins of the exercise")
    dataset, lesson, count = setting.dataset(), parse_lesson(_LESSON), _FEW if quick else _MANY
    reference = DataReference.of(dataset, "")
    with tempfile.TemporaryDirectory(prefix="dae-bench-") as folder:
        started = time.perf_counter()
        for number in range(count):
            made = carry_out(lesson, f"student {number}", {}, dataset, reference)
            write_handin(Path(folder) / proposed_name(made.record), made.session, made.record)
        making = (time.perf_counter() - started) / count
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / count
        started = time.perf_counter()
        grades = grade(folder, lesson, lambda _: dataset, GradeOptions(), processes())
        seconds = (time.perf_counter() - started) / count
    refused = sum(not one.accepted for one in grades)
    report.add(
        Line("making a hand-in", making, "s", note=f"{size / 1e6:.0f} MB"),
        at_most("100 hand-ins, by so many", 100 * seconds, 300, "s", f"{count}, {processes()} at a time"),
        at_most("refused of them", refused, 0),
    )
    return report

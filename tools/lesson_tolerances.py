"""How far what a lesson measures differs from student to student, beside what the lesson expects.

.venv/bin/python tools/lesson_tolerances.py [--students 20] [--data digits --data FOLDER] [LESSON ...]

Carries out each lesson as many students would, each with an own seed, and prints a row for each measurement: mean,
standard deviation, smallest and largest value, and how many are within what is expected. Fails where one is not. What a
student decides, predictions above all, has no part in it; where a lesson asks for a gradient of the student's own, the
built-in one trains.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from dae_core.datasets import Dataset, open_dataset
from dae_core.lessons.bundled import bundled
from dae_core.lessons.handin.attempt import carry_out
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.reading import parse_lesson, read_lesson
from dae_core.lessons.record import is_right
from dae_core.lessons.starting import data_name
from dae_core.lessons.steps import Measure, Predict
from dae_core.model.blas import single_thread
from dae_core.sessions.data_reference import DataReference

Found = dict[str, tuple[float, bool]]
"""Value and whether it is as expected, by the key of the step; a step that could not be measured is missing."""


def main() -> int:
    """Print the table; returns 1 where something is not within what is expected."""
    parser = argparse.ArgumentParser(description="Measured values of lessons over many seeds.")
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="files, or keys of bundled ones; all of these")
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--data", action="append", help="'digits' (default), 'mnist', or a folder")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    options = parser.parse_args()
    known = {entry.lesson.key: entry.lesson for entry in bundled()}
    lessons = [known[name] if name in known else read_lesson(Path(name)) for name in options.lessons or known]
    outside = 0
    for source in options.data or ["digits"]:
        dataset = open_dataset(source)
        for lesson in lessons:
            if lesson.data and data_name(dataset) not in lesson.data:
                continue
            work = (delayed(measured)(lesson.text, f"student-{n + 1}", source) for n in range(options.students))
            outside += show(lesson, dataset, Parallel(options.jobs)(work))
    return int(outside > 0)


def measured(text: str, student: str, source: str) -> Found:
    """Carry out a lesson, whose text this is, and return what was measured."""
    lesson, dataset = parse_lesson(text, "lesson"), open_dataset(source)
    with single_thread():
        answers = dict(answers_to(lesson))
        outcome = carry_out(lesson, student, answers, dataset, DataReference.of(dataset, source, None))
    record, name = outcome.record, data_name(dataset)
    entries = {entry.step: entry.value for entry in record.entries}
    steps = [step for step in lesson.steps if isinstance(step, Measure) and step.key in entries]
    return {step.key: (float(entries[step.key] or 0.0), is_right(record, step, name)) for step in steps}


def answers_to(lesson: Lesson) -> Iterator[tuple[str, Any]]:
    """Yield an answer to each prediction, without which nothing goes on; which one it is does not matter."""
    for step in lesson.steps:
        if isinstance(step, Predict):
            yield step.key, step.choices[0] if step.choices else min(max(0.0, step.low), step.high)


def show(lesson: Lesson, dataset: Dataset, found: Sequence[Found]) -> int:
    """Print the rows of a lesson; returns how many values are missing or outside."""
    print(f"\n{lesson.title} ({lesson.key}), {dataset.name}, {len(found)} students")
    print(f"{'step':<18}{'measurement':<22}{'mean':>10}{'± sd':>10}{'least':>10}{'most':>10}{'within':>9}")
    outside = 0
    for step in lesson.steps:
        if not isinstance(step, Measure):
            continue
        values = np.array([one[step.key][0] for one in found if step.key in one])
        right = sum(one[step.key][1] for one in found if step.key in one)
        outside += (len(found) - right) if step.points else 0
        figures = (values.mean(), values.std(), values.min(), values.max()) if len(values) else (np.nan,) * 4
        row = "".join(f"{value:>10.4g}" for value in figures)
        print(f"{step.key:<18}{step.measurement:<22}{row}{right:>5}/{len(found)}", flush=True)
    return outside


if __name__ == "__main__":
    sys.exit(main())

"""Code of the user's own: training with it beside the exercise's loop, and the window while programs go wrong."""

from __future__ import annotations

import numpy as np

from benchmarks import setting
from benchmarks.numpy_loops import ExerciseLoop
from benchmarks.report import Line, Report, at_least, at_most
from benchmarks.subprocesses import ProbeError, probe
from benchmarks.timing import interleaved, median_us, ratio
from dae_core.training.trainer import CHUNK, Trainer

_BACKWARD = """\
def backward(x, x0, z, y, W, V):
    dC = y - x0
    dB = (V @ dC) * (z > 0)
    return np.outer(x, dB), dB, np.outer(z, dC), dC
"""
_IN_WINDOW = 12
"""Iterations at a time in the window, where a piece of training takes about 10 ms."""


def run(quick: bool) -> Report:
    """Measure."""
    report = Report("own_code", "A backward of the user's own (784-225-784, batch size 1, σ = 1)")
    data, config = setting.dataset(), setting.EXERCISE.replace(own_backward=_BACKWARD, iterations=10**9)
    trainer = Trainer(data, config, allows_code=_BACKWARD)
    built_in = setting.trainer_from(setting.half_trained())
    exercise = ExerciseLoop(setting.half_trained(), data.standardize(data.train_images), 0.0005, 1.0)
    seconds = interleaved(
        {
            "the exercise's loop (float64)": (lambda: exercise.run(64), 64),
            "own backward, as commands train": (lambda: trainer.advance(CHUNK), CHUNK),
            "own backward, as the window trains": (lambda: trainer.advance(_IN_WINDOW), _IN_WINDOW),
            "the program's own": (lambda: built_in.advance(CHUNK), CHUNK),
        },
        5 if quick else 30,
    )
    trainer.close()
    built_in.close()
    own = seconds["own backward, as commands train"]
    for name, taken in sorted(seconds.items(), key=lambda item: -np.median(item[1])):
        report.add(Line(name, median_us(taken), "µs"))
    for name in ("own backward, as commands train", "own backward, as the window trains"):
        of_exercise = ratio(seconds["the exercise's loop (float64)"], seconds[name])
        report.add(at_least(f"exercise's loop / {name}", of_exercise, 1))
    report.add(Line("own backward / the program's own", ratio(own, seconds["the program's own"]), ""))
    try:
        found = probe("benchmarks.own_code_probe", setting.data_source(), "0.5" if quick else "1")
    except ProbeError as error:
        report.skip("the window while programs go wrong", str(error))
        return report
    gaps, count = found["gaps"], found["programs"]
    note = f"p50 {gaps['p50']:.1f}, max {gaps['max']:.1f}"
    report.add(
        at_most(f"10 ms timer, p99: {count} hostile programs, two at a time", gaps["p99"], 50, "ms", note),
        at_most("processes left by them", found["left"], 0),
    )
    return report

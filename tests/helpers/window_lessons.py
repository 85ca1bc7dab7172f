"""Lessons for tests: one with every kind of step, which trains for moments."""

from pathlib import Path

from dae_core.lessons.lesson import Lesson
from dae_core.lessons.reading import parse_lesson

EVERY_KIND = """
format = 1
key = "every-kind"
title = "Every kind of step"
minutes = 7
summary = "For tests."
data = ["digits", "mnist"]

[settings]
iterations = 60
hidden_units = 9

[[step]]
kind = "read"
key = "idea"
title = "The idea"
text = "The code is **z = max(0, xW + B)**."

[[step]]
kind = "predict"
key = "guess"
title = "How large is the error?"
text = "After 60 iterations:"
low = 0.0
high = 100.0

[[step]]
kind = "do"
key = "train"
title = "Train"
text = "Set σ = 0.5 and train to iteration 40."
label = "Set σ = 0.5 and train"
actions = [
    { do = "set", settings = { corruption = "gaussian:0.5", learning_rate = 0.001 } },
    { do = "run-to", iteration = 40 },
]

[[step]]
kind = "measure"
key = "iterations"
title = "How far is it?"
measurement = "iteration"
beside = "guess"
points = 2
[step.expected]
any = { value = 40, tolerance = 0.5 }

[[step]]
kind = "code"
key = "average"
title = "The moving average"
function = "moving_average"
points = 1

[[step]]
kind = "transfer"
key = "apply"
title = "And elsewhere?"
text = "What if σ is 2?"
choices = ["The same", "It is larger"]
answer = "It is larger"
explanation = "The noise is louder."
points = 1

[[step]]
kind = "write"
key = "words"
title = "Your words"
topic = "features"
points = 1
"""
LOCKED = EVERY_KIND.replace(
    'key = "every-kind"', 'key = "locked"\nlocked = ["corruption", "data", "steering"]\nhidden = ["timelineDock"]'
)


def every_kind(text: str = EVERY_KIND) -> Lesson:
    """Return a lesson with every kind of step."""
    return parse_lesson(text, "a lesson for tests")


def lesson_file(folder: Path, text: str = EVERY_KIND, name: str = "mine.lesson") -> Path:
    """Write the file of a lesson, and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path

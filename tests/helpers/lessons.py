"""Lessons for tests: with every field of the format, and with every kind of step, which is solved in moments."""

from pathlib import Path

from dae_core.lessons.lesson import Lesson
from dae_core.lessons.reading import parse_lesson

LESSON = '''format = 1
key = "everything"
title = "A step of every kind"
minutes = 12
summary = "For tests."
data = ["digits", "mnist"]
locked = ["corruption", "data"]
hidden = ["mismatchDock"]

[settings]
corruption = "gaussian:0.5"
iterations = 300
hidden_units = 9

[data_settings.mnist]
iterations = 600

[[step]]
kind = "read"
key = "idea"
title = "What noise is"
text = """
Some **Markdown**, with σ and <b>HTML</b> that is
never rendered.
"""

[[step]]
kind = "predict"
key = "guess"
title = "Guess"
text = "How large is the MSE?"
choices = ["0.25", "0.5", "1"]

[[step]]
kind = "predict"
key = "number"
title = "A number"
text = "How many are active?"
unit = "%"
low = 0
high = 100.0

[[step]]
kind = "do"
key = "train"
title = "Train"
label = "Start"
actions = [
    { do = "set", settings = { corruption = "gaussian:0.5", learning_rate = 1 } },
    { do = "new-run" },
    { do = "show", dock = "denoiseDock" },
    { do = "run-to", iteration = 100 },
    { do = "switch-off", ranks = [1, 2], by = "norm" },
    { do = "start" },
]

[[step]]
kind = "measure"
key = "mse"
title = "Measure"
measurement = "noisy_mse"
beside = "guess"
needs = { corruption = "gaussian:0.5" }
from_iteration = 10
points = 2
explanation = "It is σ²."

[step.expected]
digits = { value = 0.25, tolerance = 0.02 }
any = { relation = "between", value = 0.2, high = 0.3 }

[[step]]
kind = "measure"
key = "active"
title = "Measure again"
measurement = "curve_scatter"
parameters = { window = 250, last = 400, curve = "sparsity" }
expected.any = { relation = "below", value = 1.0, ratio_to = "mse" }
points = 1

[[step]]
kind = "code"
key = "backward"
title = "Write it"
function = "backward"
trains = true
points = 5

[[step]]
kind = "transfer"
key = "elsewhere"
title = "Elsewhere"
text = "And with σ = 2?"
low = 0
answer = 4
tolerance = 0.1
points = 1
explanation = "2² = 4"

[[step]]
kind = "transfer"
key = "words"
title = "In words"
text = "Which?"
choices = ["this", "that"]
answer = "that"
points = 1

[[step]]
kind = "write"
key = "report"
title = "Say it"
topic = "summary"
points = 3
'''
"""Every field; it cannot be solved in moments."""

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

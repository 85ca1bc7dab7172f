"""A lesson with a step of every kind, for the tests of lessons."""

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

"""How the page of a lesson calls things: values with their unit, differences, actions, how far one is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.names import UNIT_ORDERS
from dae_core.lessons.steps import Do, Measure
from dae_core.texts import listed, number_text
from dae_core.training.settings import SETTINGS
from dae_core.typed_numbers import NumberError, read_number

STEP_NAMES = {
    "read": "Read",
    "predict": "Predict",
    "do": "Do",
    "measure": "Measure",
    "code": "Code",
    "transfer": "Apply",
    "write": "Write",
}
"""What stands above a step of each kind."""
DOCK_TITLES = {
    "trainingDock": "Training",
    "filtersWDock": "Filters W",
    "filtersVDock": "Filters V",
    "timelineDock": "Time machine",
    "denoiseDock": "Denoise",
    "datasetDock": "Data sets",
    "unitDock": "Unit",
    "comparisonDock": "Is it any good?",
    "mismatchDock": "Other noise",
    "healthDock": "Health",
    "manifoldDock": "Where does it lead?",
    "representationDock": "What is the code good for?",
    "stepDock": "One step",
    "runsDock": "Runs",
    "logDock": "Log",
    "yourCodeDock": "Your code",
}
"""What the docks are called that a lesson may show; a test holds it against the window's."""
_BOUND = re.compile(r"(?<=\S) ([=<>±≤≥]) (?=[−\d])|(?<=\d) (%)")
_EQUAL = 0.005
"""Of the measured value: what is nearer than that is called equal."""


def unbroken(text: str) -> str:
    """Return a text in which no line ends within "σ = 0.5", "1 ± 0.1" or "20 %"."""
    return _BOUND.sub(lambda found: f"\u00a0{found[1]}\u00a0" if found[1] else "\u00a0%", text)


def difference_text(predicted: object, measured: float) -> str:
    """Return in words how far a predicted number is from a measured one; empty where none was predicted."""
    if isinstance(predicted, str):  # a choice, which may be a number
        try:
            predicted = read_number(predicted)
        except NumberError:
            return ""
    if not isinstance(predicted, (int, float)):
        return ""
    gap = measured - predicted
    if abs(gap) <= _EQUAL * abs(measured):
        return "Your prediction is right."
    side = "above" if gap > 0 else "below"
    text = f"The measured value is {number_text(abs(gap), '.3g')} {side} your prediction"
    if predicted > 0 and measured > 0:
        ratio = measured / predicted
        times = ratio if ratio >= 1 else 1 / ratio
        more = "as large" if ratio >= 1 else "smaller"
        text += f": {number_text(times, '.3g')} times {more}"
    return f"{text}."


def measurement_tip(step: Measure) -> str:
    """Return what is measured, with its parameters."""
    kind = MEASUREMENTS[step.measurement]
    values = [f"{name.replace('_', ' ')} {value}" for name, value in step.parameters.items()]
    of = f" ({', '.join(values)})" if values else ""
    return f"{kind.title}{of}: measured on your run, with progress and Cancel"


def _settings(values: Mapping[str, Any]) -> str:
    settings: Mapping[str, Any] = values["settings"]
    texts = [SETTINGS[name].label.format(SETTINGS[name].text(value)) for name, value in settings.items()]
    return f"set {listed(texts)}" if texts else "set nothing"


def _units(values: Mapping[str, Any]) -> str:
    ranks = listed([f"{rank:,}" for rank in values["ranks"]])
    return f"turn off the units of rank {ranks} (by {values['by']}: {UNIT_ORDERS[values['by']]})"


_ACTIONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "set": _settings,
    "new-run": lambda _values: "keep the present run and begin with new weights",
    "start": lambda _values: "start",
    "stop": lambda _values: "stop the run",
    "run-to": lambda values: f"train to iteration {values['iteration']:,}",
    "show": lambda values: f"show “{DOCK_TITLES[values['dock']]}”",
    "smooth": lambda values: f"average the curves over {values['window']:,} iterations",
    "noise-level": lambda values: f"set the noise on the digit that is shown to {values['level']:g}",
    "select-unit": lambda values: f"select the unit of rank {values['rank']:,} (by {values['by']})",
    "switch-off": _units,
    "switch-on": lambda _values: "turn all units on",
}


def actions_text(step: Do) -> str:
    """Return what the button of a step does, as a sentence without a full stop."""
    text = ", then ".join(_ACTIONS[action.name](action.values) for action in step.actions)
    return f"{text[:1].upper()}{text[1:]}"

"""The kinds of steps as a lesson's file writes them, a row each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dae_core.lessons.actions import read_action
from dae_core.lessons.code.functions import FUNCTIONS
from dae_core.lessons.expected import RELATIONS, Expected
from dae_core.lessons.faults import Table, quoted
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.names import ANY_DATA, DATA_NAMES, WRITE_TOPICS
from dae_core.lessons.setting_values import read_settings
from dae_core.lessons.steps import Code, Do, Measure, Predict, Read, Step, Transfer, Write
from dae_core.sessions.lesson_record import LONGEST_VALUE

LONGEST_TEXT, LONGEST_EXPLANATION = 10_000, 3_000
LONGEST_TITLE, LONGEST_LABEL, LONGEST_UNIT = 100, 80, 20
MOST_CHOICES, MOST_ACTIONS, MOST_POINTS = 10, 12, 100


@dataclass(frozen=True)
class StepKind:
    """A kind of step.

    Parameters
    ----------
    name : str
        What a file calls it.
    doc : str
        What it is for, for whoever writes a lesson.
    read : callable
        Makes the step of its table and what all steps have.
    has_points : bool
        Whether points can be given for it.
    """

    name: str
    doc: str
    read: Callable[[Table, dict[str, Any]], Step]
    has_points: bool = False


def read_step(table: Table) -> Step | None:
    """Return a step of a file; None where its kind is none."""
    name = table.choice("kind", STEP_KINDS, what="kind of step")
    if not name:
        return None
    kind = STEP_KINDS[name]
    common: dict[str, Any] = {
        "key": table.key("key"),
        "title": table.line("title", LONGEST_TITLE),
        "text": table.page("text", LONGEST_TEXT, needed=name in ("read", "predict", "transfer")),
    }
    if kind.has_points:
        common["points"] = table.whole("points", 0, MOST_POINTS, 0)
    step = kind.read(table, common)
    table.close()
    return step


def check_order(step: Step, before: Mapping[str, Step], table: Table) -> None:
    """Note a fault for each step that a step refers to and that is not before it, or of another kind."""
    if not isinstance(step, Measure):
        return
    if step.beside and not isinstance(before.get(step.beside), Predict):
        table.fault("beside", f"no step of the kind predict before this one has the key {quoted(step.beside)}.")
    for data, expected in step.expected.items():
        if expected.ratio_to and not isinstance(before.get(expected.ratio_to), Measure):
            said = f"no step of the kind measure before this one has the key {quoted(expected.ratio_to)}."
            Table({}, (*table.place, "expected", data), table.faults).fault("ratio_to", said)


def _question(table: Table) -> dict[str, Any]:
    if table.has("choices"):
        for name in ("unit", "low", "high"):
            if table.has(name):
                table.fault(name, "belongs to a number, but this question has choices.")
        return {"choices": table.lines("choices", 2, MOST_CHOICES, LONGEST_VALUE)}
    low = table.number("low", -math.inf, math.inf, -math.inf)
    high = table.number("high", -math.inf, math.inf, math.inf)
    if low >= high:
        table.fault("high", "must be above the lowest number.")
    return {"unit": table.line("unit", LONGEST_UNIT, needed=False), "low": low, "high": high}


def _predict(table: Table, common: dict[str, Any]) -> Step:
    return Predict(**common, **_question(table))


def _do(table: Table, common: dict[str, Any]) -> Step:
    actions = [read_action(one) for one in table.tables("actions", MOST_ACTIONS)]
    label = table.line("label", LONGEST_LABEL)
    return Do(**common, label=label, actions=tuple(action for action in actions if action is not None))


def _measure(table: Table, common: dict[str, Any]) -> Step:
    name = table.choice("measurement", MEASUREMENTS, what="measurement")
    given = table.table("parameters")
    parameters = MEASUREMENTS[name].read(given) if name else {}
    expected = {}
    within = table.table("expected")
    for data in (ANY_DATA, *DATA_NAMES):
        if within.has(data):
            expected[data] = _expected(within.table(data))
    within.close()
    if common["points"] and not expected and name:
        table.fault("points", "there is nothing expected that points could be given for.")
    return Measure(
        **common,
        measurement=name,
        parameters=parameters,
        beside=table.key("beside", needed=False),
        needs=read_settings(table.table("needs")),
        from_iteration=table.whole("from_iteration", 0, 1_000_000_000, 0),
        expected=expected,
        explanation=table.page("explanation", LONGEST_EXPLANATION),
    )


def _expected(table: Table) -> Expected:
    relation = table.choice("relation", RELATIONS, "near", "relation")
    value = table.number("value", -1e12, 1e12)
    more: dict[str, Any] = {}
    if relation == "near":
        more["tolerance"] = table.number("tolerance", 0.0, 1e12)
    if relation == "between":
        more["high"] = table.number("high", -1e12, 1e12)
        if more["high"] < value:
            table.fault("high", "must not be below value.")
    expected = Expected(value, relation=relation, ratio_to=table.key("ratio_to", needed=False), **more)  # type: ignore[arg-type]
    table.close()
    return expected


def _code(table: Table, common: dict[str, Any]) -> Step:
    function = table.choice("function", FUNCTIONS, what="function")
    trains = table.flag("trains")
    if trains and function and function != "backward":
        table.fault("trains", "only backward trains a run.")
    return Code(**common, function=function, trains=trains)


def _transfer(table: Table, common: dict[str, Any]) -> Step:
    question = _question(table)
    explanation = table.page("explanation", LONGEST_EXPLANATION)
    if "choices" in question:
        answer: str | float = table.choice("answer", question["choices"])
        return Transfer(**common, **question, answer=answer, explanation=explanation)
    answer = table.number("answer", question["low"], question["high"])
    tolerance = table.number("tolerance", 0.0, 1e12)
    return Transfer(**common, **question, answer=answer, tolerance=tolerance, explanation=explanation)


def _write(table: Table, common: dict[str, Any]) -> Step:
    return Write(**common, topic=table.choice("topic", WRITE_TOPICS, what="part of the report"))


STEP_KINDS: dict[str, StepKind] = {
    kind.name: kind
    for kind in (
        StepKind("read", "A text.", lambda _, common: Read(**common)),
        StepKind("predict", "What do you expect? It opens what comes after it.", _predict),
        StepKind("do", "A button that does what the text says.", _do),
        StepKind("measure", "The program's answer, beside the prediction.", _measure, has_points=True),
        StepKind("code", "A function to be written.", _code, has_points=True),
        StepKind("transfer", "A question that applies it elsewhere.", _transfer, has_points=True),
        StepKind("write", "A part of the report in the student's own words.", _write, has_points=True),
    )
}
"""By their names."""

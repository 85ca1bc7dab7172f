"""Which fields a lesson and each kind of its steps have in the form, a row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from dae_core.lessons.code.functions import FUNCTIONS
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.names import WRITE_TOPICS

Texts = Mapping[str, str]
PARAMETER = "parameters."
"""What the names of a measurement's parameters begin with."""


class Look(Enum):
    """What a field is typed into."""

    LINE = "a line"
    PAGE = "several lines"
    CHOICE = "a box to choose from"
    TICK = "a box to tick"


@dataclass(frozen=True)
class Field:
    """A field: its name in the draft, what stands before it, what to know, and what there is to choose from.

    ``missing`` is what to say while nothing stands in it; empty where that is no fault.
    """

    name: str
    label: str
    tip: str = ""
    look: Look = Look.LINE
    choices: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""


HEAD: tuple[Field, ...] = (
    Field("title", "Title", "What the list of lessons shows", missing="Give the lesson a title."),
    Field(
        "key",
        "Key",
        "Tells the lesson from all others: lower-case letters, digits, hyphens. It follows the title",
        missing="Give the lesson a short name of its own; one comes with the title.",
    ),
    Field("minutes", "Minutes", "How long it takes, 1 to 600", missing="Say how many minutes the lesson takes."),
    Field("summary", "Summary", "One line below the title", missing="Say in one line what the lesson is about."),
)
_KEY = Field(
    "key",
    "Key",
    "Tells the step from the others of the lesson: lower-case letters, digits, hyphens",
    missing="Give the step a short name that no other step has.",
)
_TITLE = Field("title", "Title", "The head of the step", missing="Give the step a title.")
_TEXT = Field(
    "text",
    "Text",
    "What the student reads, in Markdown; formulas in Unicode",
    Look.PAGE,
    missing="Write what the student reads.",
)
_POINTS = Field("points", "Points", "0 to 100")
_COMMON = (_TITLE, _KEY, _TEXT)
_QUESTION = (
    Field("choices", "Choices", "One a line, 2 to 10; none where the answer is a number", Look.PAGE),
    Field("unit", "Unit", "Of a number; may be empty"),
    Field("low", "From", "The smallest number that is taken; empty for any"),
    Field("high", "To", "The largest number that is taken; empty for any"),
)
_EXPLANATION = Field("explanation", "Explanation", "What is shown with the answer, in Markdown", Look.PAGE)
STEPS: Mapping[str, tuple[Field, ...]] = {
    "read": _COMMON,
    "predict": (*_COMMON, *_QUESTION),
    "do": (
        *_COMMON,
        Field("label", "Button", "What stands on the button", missing="Say what stands on the button."),
        Field(
            "actions",
            "Actions",
            "What the button does, one a line; “Add an action” shows how",
            Look.PAGE,
            missing="Say what the button does: “Add an action” below offers what there is.",
        ),
    ),
    "measure": (
        *_COMMON,
        Field(
            "measurement",
            "Measured is",
            "What the program measures of the present run",
            Look.CHOICE,
            {row.name: row.title for row in MEASUREMENTS.values()},
        ),
        Field("beside", "Beside", "The key of an earlier prediction that is shown beside the value; empty for none"),
        Field("needs", "Needs", 'Settings that the run must have: corruption = "gaussian:2"'),
        Field("from_iteration", "From iteration", "How far the run must be"),
        Field(
            "expected",
            "Expected",
            "One line for each data set, or for “any”: any near 0.25 ± 0.01 · digits above 1.2 · mnist between 1.2 and "
            "1.4 · any near 3.2 ± 0.4 times other-step. Empty: every value is right",
            Look.PAGE,
        ),
        _EXPLANATION,
        _POINTS,
    ),
    "code": (
        *_COMMON,
        Field("function", "Function", "What the student writes", Look.CHOICE, {name: name for name in FUNCTIONS}),
        Field("trains", "A run is trained with it", "Only backward trains a run", Look.TICK),
        _POINTS,
    ),
    "transfer": (
        *_COMMON,
        *_QUESTION,
        Field(
            "answer",
            "Right answer",
            "One of the choices as it is written there, or a number",
            missing="Say what is right: one of the choices, or a number.",
        ),
        Field("tolerance", "Tolerance", "How far a number may be from the right answer"),
        _EXPLANATION,
        _POINTS,
    ),
    "write": (
        *_COMMON,
        Field("topic", "Part of the report", "Where the student writes", Look.CHOICE, {t: t for t in WRITE_TOPICS}),
        _POINTS,
    ),
}
"""By the kinds of steps."""


def fields_of(kind: str, texts: Texts) -> tuple[Field, ...]:
    """Return the fields of a step: those of its kind, with the parameters of what it measures behind that."""
    found: list[Field] = []
    for one in STEPS[kind]:
        found.append(one)
        row = MEASUREMENTS.get(texts.get("measurement", "")) if one.name == "measurement" else None
        for parameter in row.parameters if row else ():
            name, choices = f"{PARAMETER}{parameter.name}", {choice: choice for choice in parameter.choices}
            look = Look.CHOICE if choices else Look.LINE
            found.append(Field(name, f"  {parameter.name}", parameter.doc, look, choices))
    return tuple(found)

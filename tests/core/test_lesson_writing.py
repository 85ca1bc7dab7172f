"""Lessons written as text: what is read from it is the same lesson."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dae_core.lessons.bundled import bundled
from dae_core.lessons.expected import Expected
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.reading import parse_lesson
from dae_core.lessons.steps import Measure, Predict, Read, Step, Transfer
from dae_core.lessons.writing import lesson_text
from helpers.lessons import LESSON


def assert_same(lesson: Lesson) -> None:
    text = lesson_text(lesson)
    assert parse_lesson(text) == dataclasses.replace(lesson, text=text)
    assert lesson_text(parse_lesson(text)) == text


@pytest.mark.parametrize(
    "lesson", [parse_lesson(LESSON), *(entry.lesson for entry in bundled())], ids=lambda one: one.key
)
def test_a_lesson_reads_as_it_was(lesson: Lesson) -> None:
    assert_same(lesson)


LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40)
LINE = LINE.map(str.strip).filter(bool)
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from('\n\t\\"'), max_size=120)
TEXT = TEXT.filter(lambda text: bool(text.strip()))
NUMBER = st.floats(-1e12, 1e12)


@settings(deadline=None, max_examples=200)
@given(LINE, TEXT, st.lists(LINE, min_size=2, max_size=4, unique=True), NUMBER, NUMBER)
def test_any_texts_and_numbers_read_as_they_were(
    line: str, text: str, choices: list[str], value: float, other: float
) -> None:
    low, high = sorted((value, other))
    steps: tuple[Step, ...] = (
        Read("a", line, text),
        Predict("b", line, text, choices=tuple(choices)),
        Transfer("c", line, text, 3, choices=tuple(choices), answer=choices[-1], explanation=text),
        Transfer("d", line, text, 3, answer=value, tolerance=abs(other)),
        Measure("e", line, measurement="iteration", points=1, explanation=text, expected=_expected(low, high)),
    )
    if low < high:
        steps = (*steps, Predict("f", line, text, low=low, high=high, unit=line[:20].strip()))
    assert_same(Lesson("key", line, 5, line, steps, settings={"learning_rate": max(1e-7, abs(value) % 1000)}))


def _expected(low: float, high: float) -> dict[str, Any]:
    return {
        "any": Expected(low, abs(high)),
        "digits": Expected(low, relation="between", high=high),
        "mnist": Expected(high, relation="above"),
    }

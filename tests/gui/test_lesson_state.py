"""How far a student is in a lesson, worked out from the lesson and the record alone."""

import pytest

from dae_core.lessons.lesson import Lesson
from dae_core.sessions.lesson_record import Entry, LessonRecord
from dae_gui.lessons.lesson import words
from dae_gui.lessons.lesson.lesson_state import LessonState, Standing
from helpers.lessons import EVERY_KIND, every_kind

FURTHER = """
[[step]]
kind = "predict"
key = "guess-again"
title = "And now?"
text = "More or less?"
choices = ["more", "less"]

[[step]]
kind = "do"
key = "train-again"
title = "Train again"
label = "Go"
actions = [{ do = "new-run" }, { do = "start" }]
"""


@pytest.fixture
def lesson() -> Lesson:
    return every_kind(EVERY_KIND + FURTHER)


def state_after(lesson: Lesson, *entries: Entry, data: str = "digits") -> LessonState:
    record = LessonRecord(lesson.key, lesson.text)
    for entry in entries:
        record = record.with_entry(entry)
    return LessonState.of(lesson, record, data)


READ, GUESS = Entry.now("idea", "read"), Entry.now("guess", "predict", 0.3)
TRAINED, MEASURED = Entry.now("train", "do"), Entry.now("iterations", "measure", 40.0, "run", 40)


def test_steps_behind_a_prediction_are_closed_until_it_is_made(lesson: Lesson) -> None:
    before = state_after(lesson)
    assert [one.standing for one in before.steps[:2]] == [Standing.NEXT, Standing.TO_COME]
    assert {one.standing for one in before.steps[2:]} == {Standing.CLOSED}
    after = state_after(lesson, READ, GUESS)
    assert after.next_step is not None
    assert after.next_step.step.key == "train"
    assert [one.standing for one in after.steps] == [
        *2 * [Standing.DONE], Standing.NEXT, *5 * [Standing.TO_COME], Standing.CLOSED,
    ]  # fmt: skip
    assert after.closed_reason(after.steps[8]) == "Opens with your prediction in step 8."
    assert after.closed_reason(after.steps[7]) == ""


def test_only_a_prediction_that_a_run_is_about_stands_against_start(lesson: Lesson) -> None:
    first = "first make your prediction in step 2 of the lesson “Every kind of step”"
    assert state_after(lesson).start_obstacle() == first
    assert state_after(lesson, READ).start_obstacle() == first
    assert state_after(lesson, READ, GUESS).start_obstacle() == "", "the first run is still to be trained"
    again = state_after(lesson, READ, GUESS, TRAINED).start_obstacle()
    assert "step 8" in again
    second = Entry.now("guess-again", "predict", "more")
    assert state_after(lesson, READ, GUESS, TRAINED, second).start_obstacle() == ""


def test_a_lesson_that_only_asks_leaves_start_alone() -> None:
    asks = every_kind(EVERY_KIND.partition('[[step]]\nkind = "do"')[0])
    assert state_after(asks).start_obstacle() == ""


def test_a_check_of_code_that_failed_leaves_the_step_open(lesson: Lesson) -> None:
    failed = state_after(lesson, GUESS, Entry.now("average", "code", 0.0))
    assert not failed.steps[4].is_done
    assert state_after(lesson, GUESS, Entry.now("average", "code", 1.0)).steps[4].is_done


def test_points_are_those_of_what_is_as_expected(lesson: Lesson) -> None:
    assert state_after(lesson, GUESS, MEASURED).points == 2
    wrong = state_after(lesson, GUESS, Entry.now("iterations", "measure", 60.0))
    assert wrong.points == 0
    measure = lesson.step("iterations")
    assert wrong.verdict(measure) == (False, "The lesson expects 40 ± 0.5: are all settings as it says?")  # type: ignore[arg-type]  # a Measure
    right = state_after(lesson, GUESS, MEASURED).verdict(measure)  # type: ignore[arg-type]  # a Measure
    assert right is not None
    assert right[0]


def test_data_that_the_lesson_is_not_meant_for_is_known(lesson: Lesson) -> None:
    assert state_after(lesson).fits_data
    assert not state_after(lesson, data="any").fits_data


@pytest.mark.parametrize(
    ("predicted", "measured", "said"),
    [
        (0.5, 1.0, "The measured value is 0.5 above your prediction: 2 times as large."),
        (2.0, 0.5, "The measured value is 1.5 below your prediction: 4 times smaller."),
        ("0.5", 0.25, "The measured value is 0.25 below your prediction: 2 times smaller."),
        (-1.0, 1.0, "The measured value is 2 above your prediction."),
        (0.25, 0.2504, "Your prediction is right."),
        ("It depends", 0.25, ""),
    ],
)
def test_the_difference_is_told_in_words(predicted: object, measured: float, said: str) -> None:
    assert words.difference_text(predicted, measured) == said


def test_what_a_button_does_is_told(lesson: Lesson) -> None:
    told = words.actions_text(lesson.step("train"))  # type: ignore[arg-type]  # a Do
    assert told.startswith("Set ")
    assert "0.001" in told
    assert told.endswith(", then train to iteration 40")

"""Which answers count, what they are worth, and which seed is whose."""

import hashlib
from typing import Any

import numpy as np
import pytest

from dae_core.datasets import CATALOGUE, Dataset
from dae_core.lessons.expected import Expected
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.reading import parse_lesson
from dae_core.lessons.record import answer, is_done, is_right, points
from dae_core.lessons.starting import config_for, data_name, student_seed
from dae_core.lessons.steps import Predict, Transfer
from dae_core.model.corruption import Gaussian
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.lesson_record import Entry, LessonRecord, student_name
from helpers.datasets import small_dataset
from helpers.lessons import LESSON

EVERYTHING = parse_lesson(LESSON)
NEW = LessonRecord(EVERYTHING.key, EVERYTHING.text, "Ada")


def answered(*answers: tuple[str, float | str | None], record: LessonRecord = NEW) -> LessonRecord:
    for step, value in answers:
        record = record.with_entry(Entry.now(step, EVERYTHING.step(step).kind, value))
    return record


def test_the_first_answer_and_the_newest_measurement_count() -> None:
    record = answered(("guess", "0.5"), ("guess", "0.25"), ("mse", 1.0), ("mse", 2.0))
    predicted, measured = (answer(record, EVERYTHING.step(key)) for key in ("guess", "mse"))
    assert predicted is not None
    assert measured is not None
    assert (predicted.value, measured.value) == ("0.5", 2.0)
    assert answer(record, EVERYTHING.step("active")) is None


RIGHT: tuple[tuple[str, float | str | None], ...] = (
    ("mse", 0.26),
    ("active", 0.1),
    ("backward", 1.0),
    ("elsewhere", 4.05),
    ("words", "that"),
    ("report", None),
)


def test_right_answers_earn_all_points() -> None:
    record = answered(*RIGHT)
    assert points(record, EVERYTHING, "digits") == EVERYTHING.points == 13
    assert points(NEW, EVERYTHING, "digits") == 0


@pytest.mark.parametrize(
    ("step", "value", "lost"),
    [
        ("mse", 0.28, 2),
        ("mse", None, 3),
        ("mse", "0.25", 3),
        ("active", 0.3, 1),
        ("backward", 0.0, 5),
        ("backward", None, 5),
        ("elsewhere", 4.2, 1),
        ("elsewhere", "4", 1),
        ("words", "this", 1),
    ],
)
def test_wrong_answers_earn_none_of_theirs(step: str, value: Any, lost: int) -> None:
    answers = [(key, value if key == step else right) for key, right in RIGHT]
    assert points(answered(*answers), EVERYTHING, "digits") == EVERYTHING.points - lost


def test_an_entry_of_another_kind_does_not_count() -> None:
    """Or the newest answer to a transfer question would, if a file says that it is a measurement."""
    first = answered(("elsewhere", 9.0))
    for record in (first, LessonRecord("everything", "")):
        forged = record.with_entry(Entry.now("elsewhere", "measure", 4.0))
        assert not is_right(forged, EVERYTHING.step("elsewhere"), "any")
    assert not is_done(LessonRecord("everything", "").with_entry(Entry.now("guess", "do")), EVERYTHING.step("guess"))


def test_what_is_expected_depends_on_the_data_set() -> None:
    record = answered(("mse", 0.29))
    mse = EVERYTHING.step("mse")
    assert not is_right(record, mse, "digits")
    assert is_right(record, mse, "mnist")
    assert is_right(record, mse, "any")


def test_a_ratio_is_to_the_newest_value_of_the_other_step() -> None:
    record = answered(("mse", 0.1), ("active", 0.2))
    active = EVERYTHING.step("active")
    assert not is_right(record, active, "any")
    assert is_right(answered(("mse", 0.5), record=record), active, "any")
    assert not is_right(answered(("active", 0.2)), active, "any")
    assert not is_right(answered(("mse", 0.0), ("active", 0.2)), active, "any")


@pytest.mark.parametrize(
    ("expected", "right", "wrong"),
    [
        (Expected(1.0, 0.1), (0.9, 1.0, 1.1), (0.89, 1.11, np.nan, np.inf)),
        (Expected(1.0, relation="above"), (1.001, 9.0), (1.0, 0.0, np.inf, np.nan)),
        (Expected(1.0, relation="below"), (0.999, -9.0), (1.0, 2.0, -np.inf, np.nan)),
        (Expected(1.0, relation="between", high=2.0), (1.0, 2.0), (0.99, 2.01, np.nan)),
    ],
)
def test_relations(expected: Expected, right: tuple[float, ...], wrong: tuple[float, ...]) -> None:
    assert all(expected.holds(value) for value in right)
    assert not any(expected.holds(value) for value in wrong)


def test_what_is_expected_in_words() -> None:
    assert Expected(1.0, 0.05).text() == "1 ± 0.05"
    assert Expected(20.0, 3.0).text("%") == "20 ± 3 %"
    assert Expected(1.2, relation="above").text() == "above 1.2"
    assert Expected(2.0, relation="between", high=4.0, ratio_to="first").text("%") == (
        "from 2 to 4 times the value of “first”"
    )


def test_what_a_question_takes() -> None:
    choice, number = Predict("a", "A", choices=("x", "y")), Predict("a", "A", low=0.0, high=2.0)
    assert choice.takes("x")
    assert not any(choice.takes(value) for value in ("z", 1.0, None))
    assert all(number.takes(value) for value in (0, 2.0, 1.5))
    assert not any(number.takes(value) for value in (-0.1, 2.1, np.nan, np.inf, True, "1", None))
    assert not Predict("a", "A").takes(np.inf)
    assert Transfer("t", "T", answer=0.3, tolerance=0.1).is_right(0.2)
    assert not Transfer("t", "T", answer=1.0).is_right(True)


def test_the_seed_is_a_function_of_lesson_and_student_that_anyone_can_compute() -> None:
    digest = hashlib.sha256(LESSON.encode()).hexdigest()
    whole = hashlib.sha256(f"{digest}\nAda".encode()).digest()
    assert student_seed(EVERYTHING, "Ada") == int.from_bytes(whole[:8], "big") % 2**31
    assert student_seed(EVERYTHING, " Ada\n") == student_seed(EVERYTHING, "Ada")
    assert student_seed(EVERYTHING, "Zoe\u0308") == student_seed(EVERYTHING, "Zoë")
    odd = "A\udcff\u202e" + "ä" * 300
    assert student_name(student_name(odd)) == student_name(odd) == LessonRecord("a", "", odd).student
    students = [f"student {number}" for number in range(500)]
    assert len({student_seed(EVERYTHING, student) for student in students}) == 500
    other = parse_lesson(LESSON.replace("tolerance = 0.02", "tolerance = 0.2"))
    assert student_seed(other, "Ada") != student_seed(EVERYTHING, "Ada")


def test_a_run_begins_with_the_lessons_settings() -> None:
    config = config_for(EVERYTHING, "digits")
    assert (config.corruption, config.iterations, config.hidden_units, config.seed) == (Gaussian(0.5), 300, 9, 0)
    assert config_for(EVERYTHING, "mnist").iterations == 600
    assert config_for(EVERYTHING, "any", "Ada") == config.replace(seed=student_seed(EVERYTHING, "Ada"))
    assert config_for(EVERYTHING, "any", "  ") == config


def test_data_sets_are_known_by_size_and_count_and_title_or_mean() -> None:
    def images(count: int, side: int = 28, mean: int = 0) -> np.ndarray:
        made = np.full((count, side, side), mean, np.uint8)
        made[0, 0, 0] = 9
        made.flags.writeable = False
        return made

    def data(name: str, train: int, test: int, side: int = 28, mean: int = 0) -> Dataset:
        return Dataset(name, images(train, side, mean), None, images(test, side), None)

    assert data_name(data("Bundled digits", 14_370, 360)) == "digits"
    assert data_name(data("my folder", 60_000, 10_000, mean=33)) == "mnist"
    assert data_name(data("MNIST", 60_000, 10_000, mean=73)) == "fashion-mnist"
    others = data("MNIST", 60_000, 9_999, mean=33), data("MNIST", 60_000, 10_000, mean=36), data("Digits", 14_370, 360)
    for other in (*others, data("Bundled digits", 14_370, 360, 8)):
        assert data_name(other) == "any"
    assert data_name(small_dataset()) == "any"
    reference = DataReference("/a", "MNIST", "0" * 64, (28, 28), 60_000, 10_000, 33.3, 78.6)
    assert data_name(reference) == "mnist"
    assert EVERYTHING.data == tuple(name for name in ("digits", *CATALOGUE) if name in EVERYTHING.data)


def test_points_are_of_the_steps() -> None:
    assert Lesson("a", "A", 1, "", ()).points == 0

"""Hand-ins with the student's own code: read always, run only where the teacher says so."""

import dataclasses

import pytest

from dae_core.lessons.code import FUNCTIONS
from helpers.handins import LESSON, attempt, graded, lesson, with_checkpoint, with_run, write

SHORT = LESSON.replace("2500", "400").replace("high = 0.7", "high = 5.0")
WITH_CODE = lesson(
    SHORT
    + """
[[step]]
kind = "code"
key = "gradient"
title = "The gradient"
function = "backward"
trains = true
points = 5
"""
)
RIGHT = """\
def backward(x, x0, z, y, W, V):
    dy = y - x0
    dz = (V @ dy) * (z > 0)
    return np.outer(x, dz), dz, np.outer(z, dy), dy
"""
RENAMED = """\
import numpy as np

def backward(x, x0, z, y, W, V):
    '''My own work.'''
    error = y - x0
    hidden = (V @ error) * (z > 0)  # where it fires

    return np.outer(x, hidden), hidden, np.outer(z, error), error
"""
PUBLISHED = FUNCTIONS["backward"].examples[0].source


@pytest.fixture(scope="module")
def made():
    """An honest attempt with code, which the forger starts from."""
    return attempt("mia", WITH_CODE, gradient=RIGHT)


def own_run(hand_in):
    return hand_in.session.run


def with_code(hand_in, text):
    session = dataclasses.replace(hand_in.session, code=hand_in.session.code.with_text("backward", text))
    return dataclasses.replace(hand_in, session=session)


def reasons(folder, **options):
    (grade,) = graded(folder, WITH_CODE, **options).values()
    return grade.accepted, grade.points, grade.reasons


def test_code_is_checked_and_trains_again_where_it_may_be_run(made, tmp_path):
    write(tmp_path, made)
    assert own_run(made).config.own_backward == RIGHT
    assert reasons(tmp_path, run_code=True) == (True, 15, ())
    accepted, points, told = reasons(tmp_path)
    assert (accepted, points) == (True, 10)
    assert all("was not run" in reason for reason in told)
    assert len(told) == 2


def test_code_that_no_run_was_trained_with(made, tmp_path):
    write(tmp_path, with_code(made, RENAMED))
    for run_code in (False, True):
        accepted, points, told = reasons(tmp_path, run_code=run_code)
        assert (accepted, points) == (False, 10)
        assert "The code of “gradient” is not the code that the runs were trained with." in told


def test_right_code_beside_a_run_of_other_code(tmp_path):
    """The settings of the run are changed as well, so that only running it shows."""
    made = attempt("mia", WITH_CODE, gradient=PUBLISHED)
    forged = with_code(made, RIGHT)
    write(tmp_path, with_checkpoint(forged, config=own_run(forged).config.replace(own_backward=RIGHT)))
    assert reasons(tmp_path)[0]
    accepted, _, told = reasons(tmp_path, run_code=True)
    assert not accepted
    assert any("do not lead to its weights" in reason for reason in told)


def test_a_run_with_the_built_in_gradient_is_none_of_the_students(made, tmp_path):
    config = own_run(made).config.replace(own_backward="")
    write(tmp_path, with_checkpoint(made, config=config))
    _, points, told = reasons(tmp_path, run_code=True)
    assert points == 10
    assert "No run was trained with the code of “gradient”." in told


def test_canonical_lines_of_two_students_tell_of_none(made, tmp_path):
    write(tmp_path, made)
    write(tmp_path, attempt("ben", WITH_CODE, gradient=RENAMED))
    for grade in graded(tmp_path, WITH_CODE).values():
        assert grade.accepted
        assert not any("hand-in" in reason for reason in grade.reasons)


def test_what_the_program_itself_shows_is_nobodys_copy(tmp_path):
    for student in ("mia", "ben"):
        write(tmp_path, attempt(student, WITH_CODE, gradient=PUBLISHED))
    for grade in graded(tmp_path, WITH_CODE).values():
        assert not any("names and layout" in reason for reason in grade.reasons)


def test_code_that_cannot_be_run_costs_its_points_alone(made, tmp_path):
    ending = "raise SystemExit\n"
    config = own_run(made).config.replace(own_backward=ending)
    write(tmp_path, with_run(with_checkpoint(with_code(made, ending), config=config), figures=None))
    _, points, told = reasons(tmp_path, run_code=True)
    assert points == 10
    assert any("does not pass its check" in reason for reason in told)

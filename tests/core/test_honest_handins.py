"""Hand-ins made honestly: none is refused, whatever the student did that the lesson allows."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dae_core.lessons.handin.finding import Outcome
from dae_core.lessons.handin.handin_file import MOST_SNAPSHOTS, read_handin, write_handin
from dae_core.sessions.container import SessionError
from dae_core.sessions.session_file import load_session, save_session
from helpers.handins import LESSON, answers, attempt, graded, honest, lesson, trained, with_record, write

TESTS = Path(__file__).parents[1]


def sentences(grade, check):
    return [finding.sentence for finding in grade.findings if finding.check == check]


def only(grades):
    (grade,) = grades.values()
    return grade


def changed(old, new):
    assert old in LESSON
    return lesson(LESSON.replace(old, new))


def test_all_points_and_nothing_to_look_at(tmp_path):
    for student in ("mia", "ben", "Zoë Ó Briain", "李雷"):
        honest(tmp_path, student)
    grades = graded(tmp_path)
    assert {grade.student for grade in grades.values()} == {"mia", "ben", "Zoë Ó Briain", "李雷"}
    for grade in grades.values():
        assert grade.reasons == ()
        assert grade.accepted
        assert (grade.points, grade.of) == (10, 10)
        assert "13 of 13 pieces bit for bit" in sentences(grade, "replay")[0]


def test_points_are_those_of_what_is_right(tmp_path):
    honest(tmp_path, "mia", louder="twice")
    made = attempt("ben", words=" \n ")
    write(tmp_path, made)
    grades = {grade.student: grade for grade in graded(tmp_path).values()}
    assert grades["mia"].by_step == {"noisy": 2, "cleaned": 3, "louder": 0, "words": 4}
    assert grades["ben"].by_step == {"noisy": 2, "cleaned": 3, "louder": 1, "words": 0}
    assert all(grade.accepted for grade in grades.values())


def test_what_is_left_out_costs_its_points_alone(tmp_path):
    given = {key: value for key, value in answers("mia").items() if key in ("noise", "left")}
    made = attempt("mia")
    kept = tuple(e for e in made.record.entries if e.step in (*given, "noisy"))
    write(tmp_path, with_record(made, entries=kept))
    grade = only(graded(tmp_path))
    assert (grade.accepted, grade.reasons, grade.points) == (True, (), 2)


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_moments_are_no_hindrance(tmp_path, optimizer):
    """Snapshots hold weights alone, so that such a run can only be trained again from its start."""
    more = f'learning_rate = 0.003\nbatch_size = 8\noptimizer = "{optimizer}"'
    one = changed("learning_rate = 0.01", more)
    honest(tmp_path, "mia", one)
    grade = only(graded(tmp_path, one))
    assert (grade.reasons, grade.points) == ((), 10)
    assert "2,500 of 2,500 iterations came out again: 1 of 1 pieces bit for bit" in sentences(grade, "replay")[0]
    less = only(graded(tmp_path, one, work=12 * 64 * 8 * 1000))
    assert less.reasons == ()
    assert "784 of 2,500 iterations" in sentences(less, "replay")[0]


def test_measured_on_the_way(tmp_path):
    """The weights of an iteration at which no snapshot was kept are trained again."""
    on_the_way = '[{ do = "run-to", iteration = 1000 }]'
    text = LESSON.replace('[{ do = "start" }]', on_the_way).replace("from_iteration = 2500", "from_iteration = 1000")
    text += """
[[step]]
kind = "do"
key = "on"
title = "On"
label = "Go on"
actions = [{ do = "start" }]

[[step]]
kind = "measure"
key = "end"
title = "The end"
measurement = "held_out_mse"
from_iteration = 2500
"""
    made = honest(tmp_path, "mia", lesson(text))
    assert [e.iteration for e in made.record.entries if e.kind == "measure"] == [1000, 1000, 2500]
    grade = only(graded(tmp_path, lesson(text)))
    assert (grade.reasons, grade.points) == ((), 10)
    assert sentences(grade, "measurements") == ["All 3 measurements come out again."]


def test_a_run_that_diverges(tmp_path):
    one = lesson(LESSON.replace("0.01", "0.2").replace("held_out_mse", "divergence_iteration"))
    made = honest(tmp_path, "mia", one)
    assert made.session.run.checkpoint.divergence is not None
    grade = only(graded(tmp_path, one))
    assert grade.reasons == ()
    assert grade.accepted


def test_several_runs(tmp_path):
    runs = ", ".join(
        f'{{ do = "set", settings = {{ corruption = "gaussian:{level}" }} }}, {{ do = "start" }}'
        for level in (0.5, 1.0)
    )
    text = LESSON.replace('{ do = "start" }', runs).replace("held_out_mse", "best_training_noise")
    text = text.replace("value = 0.0, high = 0.7", "value = 0.0, high = 1.1")
    made = honest(tmp_path, "mia", lesson(text))
    assert len(made.session.runs) == 2
    grade = only(graded(tmp_path, lesson(text)))
    assert (grade.reasons, grade.points) == ((), 10)
    assert len(sentences(grade, "replay")) == 2


def test_pieces_are_drawn_by_the_teachers_seed(tmp_path):
    honest(tmp_path, "mia")
    seen = [sentences(only(graded(tmp_path, work=12 * 64 * 1000, seed=seed)), "replay") for seed in (1, *range(1, 9))]
    assert seen[0] == seen[1]
    assert len({tuple(one) for one in seen}) > 1


def test_steering_is_done_again_and_told_where_it_is_allowed(tmp_path):
    one = changed(', "steering"]', "]")
    steer = {
        700: lambda trainer: trainer.set_learning_rate(0.005),
        901: lambda trainer: trainer.set_noise_level(0.5),
    }
    made = trained(attempt("mia", one), steer=steer)
    write(tmp_path, made)
    grade = only(graded(tmp_path, one))
    assert grade.accepted
    assert [reason.split(" has ")[1] for reason in grade.reasons] == [
        "another learning rate from iteration 700 on (learning rate: 0.01 → 0.005).",
        "another noise level from iteration 901 on (noise level: 1 → 0.5).",
    ]
    assert "2,500 of 2,500 iterations came out again" in sentences(grade, "replay")[0]


def test_a_second_part_of_a_run_is_trained_again(tmp_path):
    one = changed('locked = ["iterations", "hidden_units", "steering"]', "")
    write(tmp_path, trained(attempt("mia", one), steer={2500: lambda trainer: trainer.extend(700)}, schedule="cosine"))
    grade = only(graded(tmp_path, one))
    assert grade.accepted
    assert "3,200 of 3,200 iterations came out again" in sentences(grade, "replay")[0]


def test_what_cannot_be_trained_again_is_named(tmp_path):
    one = changed(', "steering"]', "]")
    write(tmp_path, trained(attempt("mia", one), steer={700: lambda trainer: trainer.revive([1])}))
    grade = only(graded(tmp_path, one))
    assert grade.accepted
    assert "units were revived in it, and the record does not say which" in sentences(grade, "replay")[1]


@pytest.mark.slow  # numba compiles for another processor
def test_another_processor_rounds_otherwise_and_is_not_accused(tmp_path):
    program = (
        "import sys; from pathlib import Path; from helpers.handins import *\n"
        "for student in sys.argv[2:]: honest(Path(sys.argv[1]), student)\n"
        "one = lesson(LESSON.replace('0.01', '0.2').replace('held_out_mse', 'divergence_iteration'))\n"
        "honest(Path(sys.argv[1]) / 'wild', 'ida', one)"
    )
    (tmp_path / "wild").mkdir()
    environment = {
        **os.environ,
        "NUMBA_CPU_NAME": "generic",
        "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent), os.environ.get("PYTHONPATH", ""))),
    }
    command = [sys.executable, "-c", program, str(tmp_path), "mia", "ben", "cleo"]
    subprocess.run(command, check=True, env=environment)  # noqa: S603
    one = lesson(LESSON.replace("0.01", "0.2").replace("held_out_mse", "divergence_iteration"))
    assert only(graded(tmp_path / "wild", one)).reasons == ()
    (tmp_path / "wild" / "how-loud-ida.handin").unlink()
    grades = graded(tmp_path)
    assert len(grades) == 3
    for grade in grades.values():
        assert (grade.reasons, grade.points) == ((), 10)
        assert "as another processor rounds otherwise" in sentences(grade, "replay")[0]


def test_the_file_is_a_session_that_opens(tmp_path):
    """With the runs of the lesson alone, fewer snapshots, and without what the window looked like."""
    made = attempt("mia")
    session = dataclasses.replace(made.session, view={"zoom": 2})
    write_handin(tmp_path / "a.handin", session, made.record)
    opened = load_session(tmp_path / "a.handin")
    assert opened.lessons == (made.record,)
    assert opened.view == {}
    assert len(opened.run.snapshots) <= MOST_SNAPSHOTS
    assert read_handin(tmp_path / "a.handin").record == made.record


def test_a_session_is_no_hand_in(tmp_path):
    save_session(tmp_path / "a.handin", attempt("mia").session)
    with pytest.raises(SessionError, match="is a session and no hand-in"):
        read_handin(tmp_path / "a.handin")
    grade = only(graded(tmp_path))
    assert not grade.accepted
    assert (grade.student, grade.points, grade.of) == ("", 0, 10)


def test_links_are_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    honest(tmp_path, "mia")
    (tmp_path / "in" / "link.handin").symlink_to(tmp_path / "how-loud-mia.handin")
    with pytest.raises(SessionError, match="holds no file that ends in"):
        graded(tmp_path / "in")
    with pytest.raises(SessionError, match="there is no such folder"):
        graded(tmp_path / "nowhere")


def test_a_lesson_that_was_left_is_told(tmp_path):
    write(tmp_path, with_record(attempt("mia"), left="2026-11-29T12:00:00+00:00"))
    grade = only(graded(tmp_path))
    assert grade.accepted
    assert grade.reasons == ("The locks of the lesson were taken off on 29 November 2026 at 12:00 UTC.",)
    assert [f.outcome for f in grade.findings if f.check == "left"] == [Outcome.FLAGGED]

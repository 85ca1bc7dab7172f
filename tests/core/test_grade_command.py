"""``hand-in`` and ``grade`` at the command line: as a teacher tries a lesson, and grades a folder."""

import csv
import json

import pytest

from helpers.commands import last_line
from helpers.handins import LESSON, answers

RIGHT = """\
def backward(x, x0, z, y, W, V):
    dy = y - x0
    dz = (V @ dy) * (z > 0)
    return np.outer(x, dz), dz, np.outer(z, dy), dy
"""
WRONG = RIGHT.replace(" * (z > 0)", "")
CODE_STEP = """
[[step]]
kind = "code"
key = "gradient"
title = "The gradient"
function = "backward"
trains = true
points = 5
"""


@pytest.fixture
def class_room(tmp_path):
    """A lesson's file and a function that writes a student's answers."""
    (tmp_path / "a.lesson").write_text(LESSON, "utf-8")
    (tmp_path / "in").mkdir()

    def answered(student, **other):
        path = tmp_path / f"{student}.toml"
        given = {**answers(student), **other}
        path.write_text("\n".join(f"{key} = {json.dumps(value)}" for key, value in given.items()), "utf-8")
        return path

    return tmp_path, answered


def hand_in(call, folder, student, answered, *more):
    out = folder / "in" / f"{student}.handin"
    command = ("hand-in", "--lesson", folder / "a.lesson", "--student", student, "--answers", answered, "--out", out)
    return call(*command, *more)


def test_from_a_lesson_to_its_grades(call, class_room):
    folder, answered = class_room
    for student in ("mia", "ben"):
        code, output, error = hand_in(call, folder, student, answered(student), "--json")
        assert (code, error) == (0, "")
        assert last_line(output)["points"] == 10
    (folder / "in" / "broken.handin").write_bytes(b"no hand-in")
    code, output, error = call(
        "grade", folder / "in", "--lesson", folder / "a.lesson", "--csv", folder / "o.csv", "--json"
    )
    assert (code, error) == (0, "")
    report = last_line(output)
    assert report.keys() == {"hand_ins"}
    ben, broken, mia = report["hand_ins"]
    assert ben == {"file": "ben.handin", "student": "ben", "points": 10, "of": 10, "accepted": True, "reasons": []}
    assert mia["accepted"]
    assert (broken["accepted"], broken["points"], broken["student"]) == (False, 0, "")
    assert "broken.handin is damaged or no session file" in broken["reasons"][0]
    assert "3 hand-ins: 2 accepted, 0 to look at, 1 refused." in output
    with open(folder / "o.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["accepted"] for row in rows] == ["yes", "no", "yes"]
    assert rows[0]["words"] == "4"


def test_the_seed_that_is_printed_gives_the_same_pieces(call, class_room):
    folder, answered = class_room
    hand_in(call, folder, "mia", answered("mia"))
    grade = ("grade", folder / "in", "--lesson", folder / "a.lesson", "--details")
    _, first, _ = call(*grade)
    seed = first.splitlines()[-1].split("--seed ")[1].rstrip(".")
    assert call(*grade, "--seed", seed)[1] == first


def test_code_is_run_only_where_the_teacher_says_so(call, class_room):
    folder, answered = class_room
    (folder / "a.lesson").write_text(LESSON + CODE_STEP, "utf-8")
    (folder / "right.py").write_text(RIGHT, "utf-8")
    (folder / "wrong.py").write_text(WRONG, "utf-8")
    hand_in(call, folder, "mia", answered("mia", gradient="right.py"))
    code, _, error = hand_in(call, folder, "ben", answered("ben", gradient="wrong.py"))
    assert code == 0
    assert "The code of “gradient” does not pass its check" in error
    grade = ("grade", folder / "in", "--lesson", folder / "a.lesson", "--json")
    ben, mia = last_line(call(*grade)[1])["hand_ins"]
    for one in (ben, mia):
        assert (one["accepted"], one["points"], one["of"]) == (True, 10, 15)
        assert (
            "The code of “gradient” was not run, and its 5 points are not given (--run-code runs it)." in one["reasons"]
        )
        assert any("was trained with the student's code, which was not run" in reason for reason in one["reasons"])
    ben, mia = last_line(call(*grade, "--run-code")[1])["hand_ins"]
    assert (mia["points"], mia["accepted"], mia["reasons"]) == (15, True, [])
    assert (ben["points"], ben["accepted"]) == (10, True)
    assert "The code of “gradient” does not pass its check" in ben["reasons"][0]


def test_the_data_set_that_the_hand_in_names_must_be_one_of_the_lessons(call, class_room):
    folder, answered = class_room
    hand_in(call, folder, "mia", answered("mia"))
    code, output, _ = call("grade", folder / "in", "--lesson", folder / "a.lesson", "--json", needs_data=False)
    assert code == 0
    (mia,) = last_line(output)["hand_ins"]
    assert not mia["accepted"]
    assert "which the lesson does not name" in mia["reasons"][0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("noise = 1.0", "lacks the prediction “left”"),
        ('noise = 1.0\nleft = "much"', "“left” must be a number from 0 to 100, not 'much'"),
        ("noise = 1.0\nleft = 1.0\nlouder = 3", "“louder” must be “twice” and “four times”"),
        ("noise = 1.0\nleft = 1.0\nother = 1", "answers “other”, which the lesson does not ask"),
        ("noise = ", "is no TOML file"),
    ],
)
def test_answers_that_do_not_fit_are_told_in_words(call, class_room, text, reason):
    folder, _ = class_room
    (folder / "a.toml").write_text(text, "utf-8")
    code, _, error = hand_in(call, folder, "mia", folder / "a.toml")
    assert code == 1
    assert reason in error
    assert not (folder / "in" / "mia.handin").exists()


def test_answers_may_be_grouped_in_tables(call, class_room):
    folder, _ = class_room
    (folder / "a.toml").write_text("[predictions]\nnoise = 1\nleft = 0.5\n[rest]\nlouder = 'four times'", "utf-8")
    code, output, error = hand_in(call, folder, "mia", folder / "a.toml")
    assert code == 0
    assert "claims 6 of 10 points" in output
    assert "“words” has no answer and was left out." in error


def test_a_student_must_have_a_name(call, class_room):
    folder, answered = class_room
    code, _, error = hand_in(call, folder, " ", answered("mia"))
    assert code == 1
    assert "--student is empty" in error


def test_the_help_says_what_grading_cannot_show(call):
    code, output, _ = call("grade", "--help", needs_data=False)
    assert code == 0
    assert "What it cannot show: who sat at the machine" in " ".join(output.split())
    assert "the seed follows from lesson and student" in output

"""``python -m dae_core lesson``: what there is, and what is wrong with a file."""

import json
from pathlib import Path

import pytest

from dae_core.__main__ import main
from dae_core.lessons.bundled import bundled
from helpers.lessons import LESSON


def test_the_bundled_lessons_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lesson", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for line, entry in zip(lines, bundled(), strict=True):
        lesson = entry.lesson
        assert line.split()[0] == lesson.key
        assert lesson.title in line
        assert f"{lesson.minutes} min" in line
        assert line.endswith(f"{lesson.points} points")
    assert main(["lesson", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["lessons"]
    assert [lesson["key"] for lesson in listed] == [entry.lesson.key for entry in bundled()]


def test_files_are_checked_one_after_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, none = tmp_path / "good.lesson", tmp_path / "bad.lesson", tmp_path / "none.lesson"
    good.write_text(LESSON, "utf-8")
    bad.write_text(LESSON.replace("minutes = 12", "minuts = 12"), "utf-8")
    assert main(["lesson", "validate", str(good)]) == 0
    assert capsys.readouterr().out == f"{good}: “A step of every kind” can be used: 10 steps, 13 points.\n"
    assert main(["lesson", "validate", str(bad), str(good), str(none)]) == 1
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        f"{bad}, line 1, minutes: is missing; it must be a whole number.",
        f"{bad}, line 4, minuts: there is no field “minuts”; do you mean “minutes”?",
        f"{none} could not be read: No such file or directory.",
    ]
    assert said.out.count("\n") == 1


def test_faults_are_told_to_other_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.lesson", tmp_path / "bad.lesson"
    good.write_text(LESSON, "utf-8")
    bad.write_text(LESSON.replace("minutes = 12", "minutes = 0"), "utf-8")
    assert main(["lesson", "validate", str(good), str(bad), "--json"]) == 1
    files = json.loads(capsys.readouterr().out)["files"]
    assert [file["ok"] for file in files] == [True, False]
    assert files[0]["points"] == 13
    assert files[1]["faults"] == [
        {"line": 4, "field": "minutes", "text": "0 is out of range; it must be from 1 to 600."}
    ]

"""A lesson's file: what it holds, and what is said of faults, with line and field, all at once."""

from pathlib import Path

import pytest

from dae_core.lessons.actions import Action
from dae_core.lessons.bundled import bundled, lessons_folder
from dae_core.lessons.errors import LessonError
from dae_core.lessons.expected import Expected
from dae_core.lessons.faults import MOST_FAULTS
from dae_core.lessons.names import WRITE_TOPICS
from dae_core.lessons.reading import parse_lesson, read_lesson
from dae_core.lessons.steps import Code, Do, Measure, Predict, Read, Transfer, Write
from dae_core.model.corruption import Gaussian
from dae_core.report.topics import TOPICS
from dae_core.sessions.lesson_record import LARGEST_LESSON
from helpers.lessons import LESSON


def faults(text: str) -> list[str]:
    with pytest.raises(LessonError) as caught:
        parse_lesson(text, "a.lesson")
    lines = str(caught.value).splitlines()
    assert all(line.startswith("a.lesson") for line in lines)
    assert len(caught.value.faults) in (0, len(lines))
    return [line.removeprefix("a.lesson, ") for line in lines]


def changed(old: str, new: str) -> str:
    assert LESSON.count(old) == 1
    return LESSON.replace(old, new)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_every_step_is_read_as_it_is_written() -> None:
    lesson = parse_lesson(LESSON)
    assert (lesson.key, lesson.title, lesson.minutes) == ("everything", "A step of every kind", 12)
    assert (lesson.data, lesson.locked, lesson.hidden) == (
        ("digits", "mnist"),
        ("corruption", "data"),
        ("mismatchDock",),
    )
    assert lesson.settings_on("digits") == {"corruption": Gaussian(0.5), "iterations": 300, "hidden_units": 9}
    assert lesson.settings_on("mnist")["iterations"] == 600
    assert lesson.points == 13
    kinds = [Read, Predict, Predict, Do, Measure, Measure, Code, Transfer, Transfer, Write]
    assert [type(step) for step in lesson.steps] == kinds
    assert lesson.step("idea").text.startswith("Some **Markdown**, with σ and <b>HTML</b>")
    assert lesson.step("guess") == Predict("guess", "Guess", "How large is the MSE?", choices=("0.25", "0.5", "1"))
    train = lesson.step("train")
    assert isinstance(train, Do)
    assert train.actions[0] == Action("set", {"settings": {"corruption": Gaussian(0.5), "learning_rate": 1.0}})
    assert train.actions[4] == Action("switch-off", {"ranks": (1, 2), "by": "norm"})
    measured, again = lesson.step("mse"), lesson.step("active")
    assert isinstance(measured, Measure)
    assert isinstance(again, Measure)
    assert (measured.parameters, measured.needs) == ({"noise": ""}, {"corruption": Gaussian(0.5)})
    assert measured.expected_on("digits") == Expected(0.25, 0.02)
    assert measured.expected_on("mnist") == Expected(0.2, relation="between", high=0.3)
    assert again.parameters == {"curve": "sparsity", "window": 250, "last": 400}
    assert again.expected_on("mnist") == Expected(1.0, relation="below", ratio_to="mse")
    assert lesson.step("elsewhere") == Transfer(
        "elsewhere", "Elsewhere", "And with σ = 2?", 1, low=0.0, answer=4.0, tolerance=0.1, explanation="2² = 4"
    )
    with pytest.raises(KeyError):
        lesson.step("nothing")


def test_the_digest_is_of_the_text_with_the_line_ends_of_any_system(tmp_path: Path) -> None:
    windows = tmp_path / "a.lesson"
    windows.write_bytes(b"\xef\xbb\xbf" + LESSON.replace("\n", "\r\n").encode())
    assert read_lesson(windows) == parse_lesson(LESSON)
    assert read_lesson(windows).digest == parse_lesson(LESSON).digest
    assert parse_lesson(LESSON + "# more").digest != parse_lesson(LESSON).digest


CASES = {
    "missing": ("minutes = 12\n", "", "line 1, minutes: is missing; it must be a whole number."),
    "wrong type": ("minutes = 12", 'minutes = "12"', "line 4, minutes: is a text; it must be a whole number."),
    "true is no number": ("minutes = 12", "minutes = true", "line 4, minutes: is true or false; it must be a whole"),
    "a date": ("minutes = 12", "minutes = 2026-11-29", "line 4, minutes: is a date or time; it must be a whole"),
    "out of range": ("minutes = 12", "minutes = 0", "line 4, minutes: 0 is out of range; it must be from 1 to 600."),
    "enormous": ("minutes = 12", f"minutes = {10**400}", "minutes: a number of this size is out of range"),
    "newer": ("format = 1", "format = 2", "line 1, format: 2 is out of range; it must be 1."),
    "misspelt": ("minutes = 12", "minuts = 12", "line 4, minuts: there is no field “minuts”; do you mean “minutes”?"),
    "key": ('key = "everything"', 'key = "Every thing"', "line 2, key: “Every thing” is no key; it must be a letter"),
    "two lines": ('title = "Guess"', r'title = "Gu\ness"', "step 2, title: must stay on one line."),
    "a control character": ('title = "Guess"', r'title = "Gu\u0000ess"', "step 2, title: has a character that cannot"),
    "empty": ('title = "Guess"', 'title = " "', "step 2, title: is empty."),
    "long": ('title = "Guess"', f'title = "{"x" * 101}"', "step 2, title: has 101 characters; at most 100 are"),
    "data set": ('["digits", "mnist"]', '["digits", "minst"]', "line 6, data 2: there is no data set “minst”; do you"),
    "twice": ('["digits", "mnist"]', '["digits", "digits"]', "line 6, data 2: “digits” is there twice."),
    "lock": ('"corruption", "data"]', '"noise"]', "line 7, locked 1: there is no lock “noise”; there is "),
    "dock": ('["mismatchDock"]', '["missmatchDock"]', "there is no dock “missmatchDock”; do you mean “mismatchDock”?"),
    "setting": ("iterations = 300", "iterations = 0", "settings, iterations: iterations is 0; it must be a whole"),
    "unknown setting": (
        "hidden_units = 9",
        "hidden = 9",
        "settings, hidden: there is no setting “hidden”;",
    ),
    "no code": ("hidden_units = 9", 'own_backward = "x"', "settings, own_backward: there is no setting"),
    "no noise": (
        'corruption = "gaussian:0.5"\niterations',
        'corruption = "gauss"\niterations',
        "Unknown noise",
    ),
    "no kind": ('kind = "read"', 'kind = "raed"', "step 1, kind: there is no kind of step “raed”; do you mean “read”?"),
    "step twice": (
        'key = "number"',
        'key = "guess"',
        "line 36, step 3, key: there is another step with the key",
    ),
    "choices": (
        '["0.25", "0.5", "1"]',
        '["0.25"]',
        "choices: has 1 of the 2 entries that it must have at least.",
    ),
    "same choices": ('["0.25", "0.5", "1"]', '["1", "1"]', "step 2, choices 2: “1” is there twice."),
    "both": ('["0.25", "0.5", "1"]', '["0", "1"]\nunit = "%"', "unit: belongs to a number, but this question has"),
    "bounds": ("high = 100.0", "high = 0", "step 3, high: must be above the lowest number."),
    "action": ('do = "new-run"', 'do = "newrun"', "step 4, actions 2, do: there is no action “newrun”; do you mean"),
    "no points there": ('label = "Start"', 'label = "Start"\npoints = 1', "step 4, points: there is no field “points”"),
    "rank": ("ranks = [1, 2]", "ranks = [0, 1.5]", "actions 5, ranks 2: is a number; it must be a whole number."),
    "measurement": (
        '"noisy_mse"',
        '"noisymse"',
        "step 5, measurement: there is no measurement “noisymse”;",
    ),
    "parameter": ("window = 250", "windw = 250", "step 6, parameters, windw: there is no field “windw”; do you mean"),
    "parameter's range": ("window = 250", "window = 0", "step 6, parameters, window: 0 is out of range; it must be"),
    "beside": ('beside = "guess"', 'beside = "train"', "step 5, beside: no step of the kind predict before this one"),
    "forward": ('beside = "guess"', 'beside = "later"', "step 5, beside: no step of the kind predict before this one"),
    "ratio": ('ratio_to = "mse"', 'ratio_to = "idea"', "step 6, expected, any, ratio_to: no step of the kind measure"),
    "relation": ('"between"', '"betwen"', "step 5, expected, any, relation: there is no relation “betwen”"),
    "no tolerance": (", tolerance = 0.02", "", "step 5, expected, digits, tolerance: is missing; it must be a number."),
    "not finite": ("value = 0.25", "value = nan", "step 5, expected, digits, value: nan is out of range"),
    "nothing expected": (
        'expected.any = { relation = "below", value = 1.0, ratio_to = "mse" }',
        "",
        "step 6, points: there is nothing expected that points could be given for.",
    ),
    "function": (
        '"backward"\ntrains',
        '"backwards"\ntrains',
        "there is no function “backwards”;",
    ),
    "trains": ('"backward"\ntrains', '"mosaic"\ntrains', "step 7, trains: only backward trains a run."),
    "answer": (
        'answer = "that"',
        'answer = "those"',
        "step 9, answer: “those” is not possible here;",
    ),
    "topic": ('"summary"\npoints', '"method"\npoints', "step 10, topic: there is no part of the report “method”"),
    "a table": ("[data_settings.mnist]", "[data_settings.minst]", "data_settings, minst: there is no field “minst”"),
    "no table": ("[data_settings.mnist]", "[data_settings]", "data_settings, iterations: there is no field"),
}


@pytest.mark.parametrize(("old", "new", "said"), CASES.values(), ids=CASES)
def test_a_fault_is_told_with_its_line_and_field(old: str, new: str, said: str) -> None:
    text = changed(old, new)
    (told,) = [line for line in faults(text) if said in line]
    if not said.startswith("line"):
        at = line_of(text, new) if new else LESSON[: LESSON.index(old)].count("\n") + 1
        line = int(told.split()[1].strip(",").replace(",", ""))
        assert at - 5 <= line <= at + 1


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    text = changed("minutes = 12", "minutes = 0").replace("trains = true", 'trains = "yes"').replace('"Elsewhere"', "3")
    told = faults(text)
    assert [line.split(":")[0] for line in told] == [
        "line 4, minutes",
        f"line {line_of(text, 'trains =')}, step 7, trains",
        f"line {line_of(text, 'title = 3')}, step 8, title",
    ]


def test_no_more_than_some_faults_are_told() -> None:
    assert len(faults(LESSON + "\n".join(f"field_{i} = {i}" for i in range(4000)))) == MOST_FAULTS


SYNTAX = {
    "no value": ("minutes = 12", "minutes =", "line 4: this is not TOML: Invalid value."),
    "open text": ('title = "Guess"', 'title = "Guess', "this is not TOML:"),
    "a key twice": (
        "minutes = 12",
        "minutes = 12\nminutes = 13",
        "line 5: this is not TOML: Cannot overwrite",
    ),
    "a table twice": ("[data_settings.mnist]", "[settings]", "line 15: this is not TOML: Cannot declare"),
    "many digits": ("minutes = 12", f"minutes = {'9' * 5000}", "this is not TOML: Exceeds the limit"),
    "NUL": ("minutes = 12", "minutes = 12\0", "line 4: this is not TOML:"),
}


@pytest.mark.parametrize(("old", "new", "said"), SYNTAX.values(), ids=SYNTAX)
def test_what_is_not_toml_is_told_with_its_line(old: str, new: str, said: str) -> None:
    (told,) = faults(changed(old, new))
    assert said in told


@pytest.mark.parametrize(
    "text",
    [
        "\nx = " + "[" * 60_000,
        "\nx = " + "{a=" * 20_000,
        "\n[" + "a." * 30_000 + "a]",
        "\n" + "a . " * 20_000 + "a = 1",
        "\n" + '"a".' * 20_000 + "a = 1",
    ],
)
def test_what_is_nested_too_deeply_is_refused_in_words(text: str) -> None:
    assert faults(text) == ["line 2: lists, tables or parts of a name are too deep in one another."]


def test_files_that_are_no_text_or_too_large_or_not_there_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.lesson"
    for content, said in (
        (LESSON.encode("utf-16"), "line 1: the file is not text in UTF-8."),
        (LESSON.encode() + b"\n\xff", f"line {LESSON.count(chr(10)) + 2}: the file is not text in UTF-8."),
        (LESSON.encode() + b"#" * LARGEST_LESSON, "is larger than 131.1 kB, which no lesson is."),
        (b"\0" * 1_000_000, "is larger than"),
        (b"", "format: is missing"),
    ):
        path.write_bytes(content)
        with pytest.raises(LessonError) as caught:
            read_lesson(path)
        assert said in str(caught.value)
        assert str(path) in str(caught.value)
    with pytest.raises(LessonError, match=r"none could not be read: No such file"):
        read_lesson(tmp_path / "none")
    with pytest.raises(LessonError, match="could not be read"):
        read_lesson(tmp_path)


def test_half_a_character_is_told_with_its_line() -> None:
    assert faults(LESSON + "# \ud800") == [f"line {LESSON.count(chr(10)) + 1}: a character here is only half of one."]


def test_the_bundled_lessons_can_be_used() -> None:
    assert lessons_folder().is_dir()
    entries = bundled()
    assert entries
    assert len({entry.lesson.key for entry in entries}) == len(entries)
    assert read_lesson(entries[0].path) == entries[0].lesson


def test_names_of_other_rooms_are_those_of_their_tables() -> None:
    assert set(WRITE_TOPICS) == {key for key, topic in TOPICS.items() if topic.prompt}

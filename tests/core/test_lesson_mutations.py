"""A thousand lesson files changed at random: each is read as it is written, or refused in words with lines."""

import os
import random
import string
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dae_core.lessons.errors import LessonError
from dae_core.lessons.faults import MOST_FAULTS
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.reading import parse_lesson, read_lesson
from dae_core.lessons.record import is_done, points
from dae_core.lessons.starting import config_for, student_seed
from dae_core.lessons.toml_lines import line_numbers
from dae_core.sessions.lesson_record import LARGEST_LESSON, LessonRecord
from dae_core.training.config import TrainingConfig
from helpers.lessons import LESSON

MUTATIONS = int(os.environ.get("DAE_STUDIO_MUTATIONS", "1000"))
PIECES = (
    *(
        "\0",
        "\ud800",
        "\u202e",
        '"',
        '"""',
        "'''",
        "[",
        "]",
        "[[",
        "{",
        "}",
        "=",
        ".",
        ",",
        "#",
        "\\",
        "\\u0000",
        "\r",
        "\t",
    ),
    *("nan", "-inf", "1e999", "9" * 400, "9" * 5000, "-1", "0", "true", "1979-05-27T07:32:00Z", "2026-11-29 10:00:00"),
    *("[[step]]\n", "[step.expected]\n", "[settings]\n", 'key = "guess"\n', "a.b.c = 1\n", "[" * 200, "{a=" * 200),
    *("<script>alert(1)</script>", "![x](file:///etc/passwd)", "\u00e4\u00f6", "\U0001f600", "\u2028", " " * 3000),
)


UNITS = ("a = 1\n", "[[step]]\n", "x.y.z = [1, 2]\n", "#\n", '"" = """"""\n', "[a]\n[a.b]\n", "\\", "'", '"""\\"')


def opened(path: Path) -> Lesson | None:
    """Return the lesson, or None where it is refused in words; anything else that is raised is a fault."""
    try:
        return read_lesson(path)
    except LessonError as error:
        refusal = error
    lines = str(refusal).splitlines()
    assert 1 <= len(lines) <= MOST_FAULTS
    assert all(str(path) in line and line.endswith((".", "?")) and len(line) < 700 for line in lines)
    assert all(line.isprintable() for line in lines)
    count = path.read_bytes().count(b"\n") + 1
    assert all(1 <= fault.line <= count for fault in refusal.faults)
    return None


def mutated(text: str, rng: random.Random) -> bytes:
    """Return the bytes of a lesson with some things changed, anywhere in it."""
    content = bytearray(text.encode())
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        at = rng.randrange(len(content))
        kind = rng.randrange(8)
        if kind == 0:
            content[at] = rng.randrange(256)
        elif kind == 1:
            del content[at : at + rng.randrange(1, 60)]
        elif kind == 2:
            content[at:at] = rng.choice(PIECES).encode("utf-8", "surrogatepass")
        elif kind == 3:
            other = rng.randrange(len(content))
            content[at:at] = content[other : other + rng.randrange(1, 200)]
        elif kind == 4:
            lines = bytes(content).split(b"\n")
            rng.shuffle(lines) if rng.random() < 0.1 else lines.insert(rng.randrange(len(lines)), rng.choice(lines))
            content = bytearray(b"\n".join(lines))
        elif kind == 5:
            digits = [place for place, byte in enumerate(content) if chr(byte) in string.digits]
            content[rng.choice(digits)] = ord(rng.choice(string.digits + "e.-"))
        elif kind == 6:
            words = [word for word in bytes(content).split() if word.isalpha()]
            content = bytearray(bytes(content).replace(rng.choice(words), rng.choice(words), 1))
        else:
            values = [line for line in bytes(content).split(b"\n") if b" = " in line]
            line, value = rng.choice(values), rng.choice(values).split(b" = ", 1)[1]
            content = bytearray(bytes(content).replace(line, line.split(b" = ", 1)[0] + b" = " + value, 1))
        if not content:
            break
    return bytes(content)


def use(lesson: Lesson) -> None:
    """What opens does not stumble later."""
    record = LessonRecord(lesson.key, lesson.text, "Ada")
    assert not any(is_done(record, step) for step in lesson.steps)
    for data in ("digits", "mnist", "any"):
        assert isinstance(config_for(lesson, data), TrainingConfig)
        assert config_for(lesson, data, "Ada").seed == student_seed(lesson, "Ada")
        assert points(record, lesson, data) == 0
    assert parse_lesson(lesson.text) == lesson


def test_changed_at_random(tmp_path: Path) -> None:
    rng = random.Random(7)  # noqa: S311
    path, whole, read = tmp_path / "a.lesson", parse_lesson(LESSON), 0
    for _ in range(MUTATIONS):
        path.write_bytes(mutated(LESSON, rng))
        lesson = opened(path)
        if lesson is not None:
            read += 1
            use(lesson)
            assert lesson.points <= 1000
    assert 0.02 * MUTATIONS < read < 0.6 * MUTATIONS
    assert parse_lesson(LESSON) == whole


@pytest.mark.parametrize("size", [LARGEST_LESSON - 100, LARGEST_LESSON + 1, 1_000_000])
@pytest.mark.parametrize(
    "unit", ["a = 1\n", "[[step]]\n", "x.y.z = [1, 2]\n", "#\n", '"" = """"""\n', "[a]\n[a.b]\n", "\\", "'"]
)
def test_large_files_of_one_thing_are_refused_in_words(tmp_path: Path, unit: str, size: int) -> None:
    path = tmp_path / "a.lesson"
    path.write_text((unit * (size // len(unit) + 1))[:size], "utf-8")
    assert opened(path) is None


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.lesson"
    path.write_bytes(content)
    assert opened(path) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abkxyz\"'.", max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from(["key", "step", "data", "settings", "minutes", "locked", "x y", ""]), VALUES))
def test_any_values_in_the_place_of_the_right_ones(values: dict[str, object]) -> None:
    text = "\n".join(f"{_quoted(name)} = {_toml(value)}" for name, value in values.items())
    assert tomllib.loads(text).keys() == values.keys()
    lines = line_numbers(text)
    for number, name in enumerate(values):
        assert lines[(name,)] == number + 1
    with pytest.raises(LessonError) as caught:
        parse_lesson(text)
    assert all(fault.line <= max(1, len(values)) for fault in caught.value.faults)


def test_lines_are_those_of_any_way_to_write_a_table() -> None:
    text = """a = 1
b.c = 2
[d]
e = [
  1,
  { f = "#[", g = 'x' }, # ]
  [2, 3.5, 1979-05-27 07:32:00],
]
"q.r".s = '''
text = 1
'''
[[t]]
u = \"\"\"
[[t]]\\
\\"\"\"\"
[t.v]
w = {}
[[t]]
[[t.x]]
y = -1.5e3
"""
    tomllib.loads(text)
    assert line_numbers(text) == {
        ("a",): 1, ("b",): 2, ("b", "c"): 2, ("d",): 3, ("d", "e"): 4, ("d", "e", 0): 5, ("d", "e", 1): 6,
        ("d", "e", 1, "f"): 6, ("d", "e", 1, "g"): 6, ("d", "e", 2): 7, ("d", "e", 2, 0): 7, ("d", "e", 2, 1): 7,
        ("d", "e", 2, 2): 7, ("d", "q.r"): 9, ("d", "q.r", "s"): 9, ("t",): 12, ("t", 0): 12, ("t", 0, "u"): 13,
        ("t", 0, "v"): 16, ("t", 0, "v", "w"): 17, ("t", 1): 18, ("t", 1, "x"): 19, ("t", 1, "x", 0): 19,
        ("t", 1, "x", 0, "y"): 20,
    }  # fmt: skip


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(one):08x}" if not "\ud800" <= one <= "\udfff" else "?" for one in text) + '"'


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(name)} = {_toml(one)}" for name, one in value.items()) + "}"
    return _quoted(str(value)) if isinstance(value, str) or value is None else repr(value)

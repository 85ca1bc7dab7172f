"""Code and answers in lessons in a session's file: kept letter by letter, checked, and unknown to older programs."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dae_core.sandbox import LONGEST_SOURCE
from dae_core.sessions.code_texts import MOST_FUNCTIONS, CodeTexts
from dae_core.sessions.container import SessionError, write_container
from dae_core.sessions.lesson_codec import (
    LARGEST_RECORDS,
    LessonsFullError,
    bytes_of_records,
    record_values,
    records_from_values,
    with_record,
)
from dae_core.sessions.lesson_record import MOST_ENTRIES, MOST_RECORDS, Entry, LessonRecord
from dae_core.sessions.report_words import ReportWords
from dae_core.sessions.session import Session
from dae_core.sessions.session_codec import pack, unpack
from dae_core.sessions.session_file import load_session, save_session
from dae_core.sessions.user_texts import UserTexts
from helpers.sessions import trained

RUN = trained(iterations=30).run
CODE = CodeTexts({"backward": 'def backward(x):\n\treturn "σ"  # 😀\n', "mosaic": "import os"})
ENTRY = Entry("guess", "predict", "0.25", "2026-11-29T12:00:00+00:00")
RECORD = LessonRecord(
    "sigma", 'title = "σ"\n', "Ada", (ENTRY, Entry("mse", "measure", 0.2503, ENTRY.when, "ab12", 500)), ENTRY.when
)


def test_they_survive_saving_and_opening(tmp_path: Path) -> None:
    save_session(tmp_path / "s.dae", Session(RUN, code=CODE, lessons=(RECORD,)))
    opened = load_session(tmp_path / "s.dae")
    assert opened.code == CODE
    assert opened.lessons == (RECORD,)
    assert opened.texts == UserTexts(ReportWords(), CODE, (RECORD,))


def test_a_session_without_them_is_as_it_was_before() -> None:
    """And one with them has no array more: programs of before refuse arrays that they do not know."""
    plain, full = pack(Session(RUN)), pack(Session(RUN, code=CODE, lessons=(RECORD,)))
    assert plain[0].keys() == full[0].keys()
    assert full[1].keys() - plain[1].keys() == {"code", "lessons"}
    assert not unpack(*plain).texts


@pytest.mark.parametrize("text", ["[]", "{", '{"backward": 3}', '{"../evil": "x"}', '{"f": "%s"}' % ("x" * 20_001)])
def test_crafted_code_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    refused(tmp_path, {"code": text})


CHANGES: list[dict[str, Any]] = [
    {"key": "Sigma"},
    {"key": "../x"},
    {"key": 3},
    {"lesson": "x" * (128 * 1024 + 1)},
    {"lesson": "σ" * (64 * 1024 + 1)},
    {"lesson": "\ud800"},
    {"student": "x" * 201},
    {"student": None},
    {"entries": {}},
    {"entries": [3]},
    {"entries": [{}]},
    {"entries": [dataclasses.asdict(ENTRY)] * (MOST_ENTRIES + 1)},
    {"left": "yesterday"},
    {"left": "2026-11-29T12:00:00"},
]
ENTRY_CHANGES: list[dict[str, Any]] = [
    {"step": ""},
    {"kind": "<b>"},
    {"value": True},
    {"value": []},
    {"value": "x" * 301},
    {"value": "\ud800"},
    {"when": "2026-11-29"},
    {"run": "not hexadecimal"},
    {"iteration": -1},
    {"iteration": 1.5},
    {"iteration": 2**60},
]


@pytest.mark.parametrize("change", CHANGES, ids=repr)
def test_a_crafted_record_is_refused_in_a_sentence(tmp_path: Path, change: dict[str, Any]) -> None:
    refused(tmp_path, {"lessons": json.dumps([{**dataclasses.asdict(RECORD), **change}])})


@pytest.mark.parametrize("change", ENTRY_CHANGES, ids=repr)
def test_a_crafted_entry_is_refused_in_a_sentence(tmp_path: Path, change: dict[str, Any]) -> None:
    record = {**dataclasses.asdict(RECORD), "entries": [{**dataclasses.asdict(ENTRY), **change}]}
    refused(tmp_path, {"lessons": json.dumps([record])})


@pytest.mark.parametrize("text", ["{}", "[", "[NaN]", "[3]", "[" * 500 + "]" * 500], ids=lambda text: text[:8])
def test_what_is_no_list_of_records_is_refused(tmp_path: Path, text: str) -> None:
    refused(tmp_path, {"lessons": text})


def test_two_records_of_one_lesson_and_too_many_are_refused() -> None:
    with pytest.raises(ValueError, match="same lesson"):
        records_from_values(record_values((RECORD, RECORD)))
    many = [dataclasses.replace(RECORD, key=f"lesson-{i}") for i in range(MOST_RECORDS + 1)]
    with pytest.raises(ValueError, match="at most"):
        records_from_values(record_values(many))
    with pytest.raises(ValueError, match=f"{MOST_FUNCTIONS + 1} texts"):
        CodeTexts.from_values({f"f_{chr(97 + i)}": "x" for i in range(MOST_FUNCTIONS + 1)})


def test_what_a_newer_program_has_added_is_passed_over() -> None:
    values = record_values((RECORD,))
    values[0]["mood"] = "good"
    values[0]["entries"][0]["doubt"] = 3
    assert records_from_values(values) == (RECORD,)


def test_a_record_takes_the_place_of_that_of_the_same_lesson() -> None:
    other = dataclasses.replace(RECORD, key="other")
    answered = RECORD.with_entry(ENTRY)
    assert with_record((RECORD, other), answered) == (answered, other)
    assert with_record((other,), RECORD) == (other, RECORD)


def test_no_more_is_taken_than_a_file_holds(tmp_path: Path) -> None:
    assert len(filled_with(RECORD)) == MOST_RECORDS
    records = filled_with(dataclasses.replace(RECORD, lesson="\U0001f600" * (32 * 1024)))
    assert 10 < len(records) < MOST_RECORDS
    assert bytes_of_records(records) <= LARGEST_RECORDS
    words = ReportWords.of({f"part_{chr(97 + i)}": "\U0001f600" * 20_000 for i in range(16)})
    code = CodeTexts({f"part_{chr(97 + i)}": "\U0001f600" * 20_000 for i in range(16)})
    save_session(tmp_path / "full.dae", Session(RUN, words=words, code=code, lessons=records))
    assert load_session(tmp_path / "full.dae").texts == UserTexts(words, code, records)


def test_of_too_many_entries_the_first_and_the_newest_of_each_step_stay() -> None:
    record = LessonRecord("sigma", "").with_entry(Entry("guess", "predict", 1.0))
    for number in range(2 * MOST_ENTRIES):
        record = record.with_entry(Entry("mse", "measure", float(number)))
    assert len(record.entries) == MOST_ENTRIES
    assert [entry.value for entry in record.entries[:2]] == [1.0, 0.0]
    assert record.entries[-1].value == 2 * MOST_ENTRIES - 1
    everything = LessonRecord("sigma", "")
    for number in range(MOST_ENTRIES + 10):
        everything = everything.with_entry(Entry(f"step-{number}", "do"))
    assert len(everything.entries) == MOST_ENTRIES


def test_leaving_is_noted_once() -> None:
    left = LessonRecord("sigma", "").as_left()
    assert left.left
    assert left.as_left() is left


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["backward", "mosaic"]), st.text(st.characters(), max_size=60)))
def test_any_code_is_kept(texts: dict[str, str]) -> None:
    code = CodeTexts(texts)
    assert CodeTexts(code) == code
    assert unpack(*pack(Session(RUN, code=code))).code == code
    assert all(len(text) <= LONGEST_SOURCE and text.encode() for text in code.values())


def filled_with(record: LessonRecord) -> tuple[LessonRecord, ...]:
    """Return as many records like this one as a session takes."""
    records: tuple[LessonRecord, ...] = ()
    for number in range(MOST_RECORDS + 1):
        more = dataclasses.replace(record, key=f"lesson-{number}")
        try:
            records = with_record(records, more)
        except LessonsFullError:
            break
    with pytest.raises(LessonsFullError, match="begin a new session"):
        with_record(records, more)
    return records


def refused(folder: Path, texts: dict[str, str]) -> None:
    arrays, metadata = pack(Session(RUN))
    write_container(folder / "s.dae", arrays, {**metadata, **texts})
    with pytest.raises(SessionError, match="damaged"):
        load_session(folder / "s.dae")

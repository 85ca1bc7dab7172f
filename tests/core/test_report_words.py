"""The user's words on a report: kept letter by letter in a session's file, and never more than a file holds."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dae_core.sessions.container import SessionError, read_container, write_container
from dae_core.sessions.report_words import LONGEST_TEXT, MOST_TEXTS, ReportWords
from dae_core.sessions.session import Session
from dae_core.sessions.session_codec import pack, unpack
from dae_core.sessions.session_file import load_session, save_session
from dae_core.sessions.text_rules import cleaned
from helpers.sessions import trained

HOSTILE = "<script>alert(1)</script>\n" + "x" * 10_000 + "\nשלום 😀 👩‍🚀 مرحبا \u202eevil\t{}"


def test_they_survive_saving_and_opening(tmp_path: Path) -> None:
    words = ReportWords.of({"summary": HOSTILE, "features": "two\nlines", "author": "Ada"})
    save_session(tmp_path / "s.dae", Session(trained(iterations=30).run, words=words))
    assert load_session(tmp_path / "s.dae").words == words


def test_a_session_without_words_is_as_it_was_before(tmp_path: Path) -> None:
    """And one with words has no array more: programs of before refuse arrays that they do not know."""
    run = trained(iterations=30).run
    plain, worded = pack(Session(run)), pack(Session(run, words=ReportWords.of({"summary": "short"})))
    assert plain[0].keys() == worded[0].keys()
    assert worded[1].keys() - plain[1].keys() == {"report"}
    assert not unpack(*plain).words


@pytest.mark.parametrize(
    "text",
    ["[]", "{", '{"summary": 3}', '{"../evil": "x"}', '{"": "x"}', "NaN", '{"summary": "%s"}' % ("x" * 20_001)],
)
def test_a_crafted_text_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    arrays, metadata = pack(Session(trained(iterations=30).run))
    write_container(tmp_path / "s.dae", arrays, {**metadata, "report": text})
    with pytest.raises(SessionError, match="damaged"):
        load_session(tmp_path / "s.dae")


def test_too_many_texts_are_refused_and_parts_of_a_newer_program_are_kept(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="17 texts"):
        ReportWords.from_values({f"part_{chr(97 + i)}": "x" for i in range(MOST_TEXTS + 1)})
    words = ReportWords.from_values({"of_the_future": "x"}).with_text("summary", "y")
    save_session(tmp_path / "s.dae", Session(trained(iterations=30).run, words=words))
    assert load_session(tmp_path / "s.dae").words.texts == {"of_the_future": "x", "summary": "y"}


def test_what_is_in_the_file_is_cleaned_when_it_is_read(tmp_path: Path) -> None:
    arrays, metadata = pack(Session(trained(iterations=30).run))
    write_container(tmp_path / "s.dae", arrays, {**metadata, "report": '{"summary": "a\\u0000b\\r\\nc\\ud800"}'})
    assert load_session(tmp_path / "s.dae").words.get("summary") == "ab\nc\ufffd"
    assert read_container(tmp_path / "s.dae")[1]["report"]


ANY_TEXT = st.text(st.characters(), max_size=60) | st.just("x" * (2 * LONGEST_TEXT))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["summary", "features", "author", "new_part"]), ANY_TEXT))
def test_any_text_is_kept_as_it_is_shown(texts: dict[str, str]) -> None:
    words = ReportWords.of(texts)
    assert ReportWords.of(words.texts) == words
    assert unpack(*pack(Session(RUN, words=words))).words == words
    for part, text in texts.items():
        kept = words.get(part)
        assert len(kept) <= LONGEST_TEXT
        assert kept in ("", cleaned(text, LONGEST_TEXT))
        kept.encode("utf-8")


RUN = trained(iterations=30).run

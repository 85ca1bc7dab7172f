"""The report holds the student's own code, and predictions beside measured values."""

import dataclasses
from pathlib import Path

import pytest

from dae_core.__main__ import main
from dae_core.datasets import write_idx
from dae_core.jobs import Monitor
from dae_core.lessons.code import FUNCTIONS
from dae_core.lessons.own_work import lesson_summary, own_work
from dae_core.report.compose import compose
from dae_core.report.document import Document, Listing, Table
from dae_core.report.measurements import ReportInput, measure
from dae_core.report.options import ReportOptions
from dae_core.report.topics import TOPICS
from dae_core.report.web_page import html
from dae_core.sessions.code_texts import CodeTexts
from dae_core.sessions.lesson_record import Entry, LessonRecord
from dae_core.sessions.own_work import CodeListing, LessonAnswer, LessonSummary, OwnWork
from dae_core.sessions.session_file import save_session
from helpers.datasets import small_dataset
from helpers.sessions import trained

LESSON = """
format = 1
key = "noise"
title = "How loud?"
minutes = 5
summary = "Noise."

[[step]]
kind = "read"
key = "intro"
title = "Read this"
text = "Text."

[[step]]
kind = "predict"
key = "guess"
title = "The noisy MSE"
text = "What will it be?"
unit = "units"

[[step]]
kind = "measure"
key = "measured"
title = "Measure it"
measurement = "noisy_mse"
beside = "guess"
points = 2

[step.expected]
any = { value = 1.0, tolerance = 0.1 }

[[step]]
kind = "measure"
key = "again"
title = "Once more"
measurement = "noisy_mse"
beside = "guess"

[[step]]
kind = "code"
key = "code"
title = "Write it"
function = "backward"
points = 3

[[step]]
kind = "transfer"
key = "transfer"
title = "And elsewhere?"
text = "Which?"
choices = ["one", "two"]
answer = "two"
points = 1

[[step]]
kind = "write"
key = "words"
title = "In words"
topic = "units"
"""

HOSTILE = 'def backward(x):\n\treturn "</code></pre><script>alert(1)</script>\u202e # x"\n'


def record(*entries: Entry, **further: str) -> LessonRecord:
    return LessonRecord("noise", LESSON, "Ada <b>", entries, **further)


DONE = record(
    Entry("guess", "predict", 0.5),
    Entry("guess", "predict", 1.0),
    Entry("measured", "measure", 1.0123),
    Entry("code", "code", 1.0),
    Entry("transfer", "transfer", "one"),
    Entry("words", "write"),
)


def test_predictions_stand_beside_what_was_measured_and_the_first_counts() -> None:
    summary = lesson_summary(DONE, "any")

    assert summary.title == "How loud?"
    assert summary.answers == (
        LessonAnswer("The noisy MSE", "0.5 units", "MSE of the noisy images: 1.012", "2 of 2"),
        LessonAnswer("Once more", "", "–"),
        LessonAnswer("Write it", "", "passes its check", "3 of 3"),
        LessonAnswer("And elsewhere?", "one", "not right", "0 of 1"),
        LessonAnswer("In words", "", "written"),
    )
    assert summary.notes == ("5 of 6 points.", "Done by Ada <b>.")


def test_what_is_not_answered_is_told_as_open_and_leaving_is_told() -> None:
    summary = lesson_summary(record(left="2026-05-01T10:00:00+00:00"), "any")

    assert summary.answers[0] == LessonAnswer("The noisy MSE", "–", "–", "0 of 2")
    assert "left at 2026-05-01" in summary.notes[-1]


def test_a_lesson_that_cannot_be_read_is_a_sentence() -> None:
    broken = dataclasses.replace(DONE, lesson="format = 99")

    assert lesson_summary(broken, "any") == LessonSummary(
        "noise", notes=("What the lesson asks cannot be read by this program.",)
    )


def test_code_is_shown_where_it_was_changed_with_all_that_does_not_show_written_out() -> None:
    code = CodeTexts({"mosaic": FUNCTIONS["mosaic"].stub, "backward": HOSTILE, "newer": "x = 1"})

    (listing,) = own_work((), code, "any").code

    assert listing.title == FUNCTIONS["backward"].title
    assert listing.source.splitlines()[1].startswith("    return")
    assert "\\u202e" in listing.source
    assert "\u202e" not in listing.source


def composed(work: OwnWork, options: ReportOptions | None = None) -> Document:
    run, dataset = trained(iterations=200).run, small_dataset()
    about = ReportInput.of_run(run, dataset, own_work=work)
    return compose(about, measure(about, Monitor(), compares=False), options=options)


WORK = OwnWork((lesson_summary(DONE, "any"),), (CodeListing("The <gradient>", HOSTILE),))


def test_the_report_holds_both_as_texts() -> None:
    document = composed(WORK)

    sections = {section.title: section.blocks for section in document.sections}
    assert sections[TOPICS["code"].title] == (Listing("The <gradient>", HOSTILE),)
    (table,) = (block for block in sections[TOPICS["lessons"].title] if isinstance(block, Table))
    assert table.rows[0] == ("The noisy MSE", "0.5 units", "MSE of the noisy images: 1.012", "2 of 2")
    page = html(document)
    assert "<script" not in page
    assert "&lt;/code&gt;&lt;/pre&gt;&lt;script&gt;" in page
    assert "Ada &lt;b&gt;" in page


@pytest.mark.parametrize(("work", "options"), [(OwnWork(), None), (WORK, ReportOptions(lessons=False))])
def test_without_lessons_and_code_or_where_they_are_not_wanted_nothing_is_said_of_them(
    work: OwnWork, options: ReportOptions | None
) -> None:
    titles = {section.title for section in composed(work, options).sections}

    assert titles.isdisjoint({TOPICS["code"].title, TOPICS["lessons"].title})


@pytest.mark.usefixtures("few_tuning_images")
def test_the_command_takes_them_from_the_session(tmp_path: Path) -> None:
    session = dataclasses.replace(
        trained(iterations=200), code=CodeTexts({"backward": "def backward():\n    return 12345"}), lessons=(DONE,)
    )
    save_session(tmp_path / "one.dae", session)
    data = tmp_path / "data"
    data.mkdir()
    write_idx(data / "train-images-idx3-ubyte", small_dataset().train_images)
    write_idx(data / "t10k-images-idx3-ubyte", small_dataset().test_images)
    out = tmp_path / "report.html"

    code = main(["report", str(tmp_path / "one.dae"), "--data", str(data), "--no-comparison", "--out", str(out)])

    assert code == 0
    assert "return 12345" in out.read_text("utf-8")
    assert "0.5 units" in out.read_text("utf-8")

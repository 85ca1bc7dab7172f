"""What the record of a lesson says of itself: the lesson, the steps, their order and their times."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from dae_core.lessons.errors import LessonError
from dae_core.lessons.handin.case import Case
from dae_core.lessons.handin.finding import Finding, flagged, noted, passed, refused
from dae_core.lessons.lesson import Lesson
from dae_core.lessons.reading import parse_lesson
from dae_core.lessons.steps import Measure, Predict, Question
from dae_core.sessions.lesson_record import Entry
from dae_core.texts import listed, plain

_SLACK = timedelta(seconds=5)  # entries have whole seconds, and a clock is set now and then
_AHEAD = timedelta(days=1)


def lesson_is_the_teachers(case: Case) -> Iterator[Finding]:
    """Check that the lesson's text is that of the teacher's file, to the letter."""
    theirs = case.record.lesson
    try:
        brought = parse_lesson(theirs, "its lesson")
    except LessonError:
        yield refused("lesson", "The lesson in it cannot be read, so it is not yours.")
        return
    if brought.digest == case.lesson.digest:
        yield passed("lesson", "The lesson is yours to the letter.")
    elif brought.key != case.lesson.key:
        yield refused("lesson", f"It is a hand-in of another lesson: “{plain(brought.title, 80)}”.")
    else:
        yield refused("lesson", f"The lesson in it is not yours: {_difference(case.lesson, brought)}.")


def _difference(ours: Lesson, theirs: Lesson) -> str:
    mine, other = ({step.key: step for step in lesson.steps} for lesson in (ours, theirs))
    differ = [key for key in dict.fromkeys((*mine, *other)) if mine.get(key) != other.get(key)]
    if differ:
        return f"it differs in {listed([f'step “{plain(key, 40)}”' for key in differ[:3]])}"
    fields = ("settings", "data_settings", "locked", "hidden", "data")
    named = [name for name in fields if getattr(ours, name) != getattr(theirs, name)]
    return f"it differs in its {listed(named)}" if named else "its wording differs"


def steps_are_the_lessons(case: Case) -> Iterator[Finding]:
    """Check that every entry belongs to a step of the lesson, is of its kind, and answers what was asked."""
    steps = {step.key: step for step in case.lesson.steps}
    foreign = [e for e in case.record.entries if e.step not in steps or steps[e.step].kind != e.kind]
    if foreign:
        yield refused("steps", f"It has an entry for {_named(foreign[0])}, which your lesson does not have.")
        return
    for entry in case.record.entries:
        step = steps[entry.step]
        if isinstance(step, Question) and not step.takes(entry.value):
            yield refused("steps", f"The answer to “{step.key}” is none that the lesson takes.")
            return
    done = len({entry.step for entry in case.record.entries})
    yield passed("steps", f"{done} of {len(steps)} steps were done.")


def _named(entry: Entry) -> str:
    return f"a step “{plain(entry.step, 40)}” of the kind {plain(entry.kind, 20)}"


def predictions_came_first(case: Case) -> Iterator[Finding]:
    """Check that nothing was measured before what had to be predicted, by the order of entries and by their times."""
    place = {step.key: i for i, step in enumerate(case.lesson.steps)}
    predictions = [step for step in case.lesson.steps if isinstance(step, Predict)]
    wrong = False
    for step in case.lesson.steps:
        made = case.record.entries_of(step.key)
        if not isinstance(step, Measure) or not made:
            continue
        for predict in predictions:
            if place[predict.key] > place[step.key]:
                continue
            answers = case.record.entries_of(predict.key)
            sentence = _why_late(case, made[0], answers[0] if answers else None)
            if sentence:
                yield refused("predictions", f"“{predict.key}” {sentence} “{step.key}” was measured.")
                wrong = True
    if predictions and not wrong:
        yield passed("predictions", "Every prediction came before what it predicts.")


def _why_late(case: Case, measured: Entry, predicted: Entry | None) -> str:
    if predicted is None:
        return "was not predicted when"
    entries = case.record.entries
    if entries.index(predicted) > entries.index(measured):
        return "was predicted after"
    one, other = moment(predicted.when), moment(measured.when)
    return "has a later time than the one at which" if one and other and one > other + _SLACK else ""


def moment(text: str) -> datetime | None:
    """Return a time in UTC; None for what is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def times_fit(case: Case) -> Iterator[Finding]:
    """Check that the entries' times rise, lie in the past, and leave the runs the time that they took.

    A clock may be wrong for honest reasons, so that these are looked at and not refused.
    """
    found = list(_wrong_times(case))
    yield from found
    times = [time for entry in case.record.entries if (time := moment(entry.when))]
    if times and not found:
        minutes = (max(times) - min(times)).total_seconds() / 60
        yield passed("times", f"The times fit: {minutes:,.0f} minutes from the first to the last entry.")


def _wrong_times(case: Case) -> Iterator[Finding]:
    entries = case.record.entries
    times = [moment(entry.when) for entry in entries]
    if None in times:
        yield flagged("times", "An entry has no proper time.")
        return
    known = [time for time in times if time]
    for i, (earlier, later) in enumerate(itertools.pairwise(known)):
        if later < earlier - _SLACK:
            yield flagged("times", f"“{entries[i + 1].step}” has an earlier time than the step done before it.")
            break
    if known and max(known) > datetime.now(UTC) + _AHEAD:
        yield flagged("times", "An entry has a time that is yet to come.")
    for entry, time in zip(entries, known, strict=True):
        run = case.measured.get(entry.run)
        created = moment(run.label.created) if run else None
        if run is None or created is None or run.label.origin:
            continue
        if time < created - _SLACK:
            yield flagged("times", f"“{entry.step}” is older than the run {case.name_of(run)} that it belongs to.")
            return
        took = timedelta(seconds=run.checkpoint.seconds)
        if entry.iteration == run.model_iteration and time - created + _SLACK < took:
            yield flagged(
                "times",
                f"“{entry.step}” was done {(time - created).total_seconds():,.0f} s after the run "
                f"{case.name_of(run)} began, which trained for {run.checkpoint.seconds:,.0f} s.",
            )
            return


def lesson_was_not_left(case: Case) -> Iterator[Finding]:
    """Tell whether a lesson with locks was left, which is possible."""
    when = moment(case.record.left) if case.record.left else None
    if case.record.left:
        shown = f" on {when:%d %B %Y at %H:%M} UTC" if when else ""
        yield flagged("left", f"The locks of the lesson were taken off{shown}.")
    elif case.lesson.locked:
        yield noted("left", "The lesson was not left.")

"""Hand-ins side by side: what two students cannot both have made, and files that are not whose name they bear.

Nothing here is refused, for it is not known who had it from whom. Answers that agree because they are right, or one of
three choices, say nothing, and are passed over: only what hardly agrees by chance is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import PurePath

from dae_core.lessons.code import FUNCTIONS
from dae_core.lessons.handin.checks.record_checks import moment
from dae_core.lessons.handin.finding import Finding, flagged
from dae_core.lessons.handin.handin_file import ENDING, HandIn, proposed_name
from dae_core.lessons.handin.same_code import essence
from dae_core.lessons.steps import Predict, Transfer
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.lesson_record import Entry
from dae_core.texts import plain

_FEWEST_NUMBERS = 2
_FEWEST_STAMPS = 3
_SHORTEST_SPAN = timedelta(seconds=30)
_SHORTEST_TEXT = 60
_DIGITS = 3  # of a number that two do not choose alike


@dataclass(frozen=True)
class Trace:
    """What is kept of a hand-in to compare it with others, which is little: the files may be large.

    Parameters
    ----------
    file : str
        Its name, without the folder.
    expected_name : str
        What its file would be called by itself.
    weights : frozenset of str
        A digest of the weights of every run and snapshot after the start.
    stamps : frozenset of (str, str, str)
        Step, value and time of every entry.
    numbers : mapping of str to float
        The predicted and answered numbers of at least three digits, by step.
    texts : frozenset of str
        What was written into the report, without layout.
    code : mapping of str to str
        What is left of the student's functions without names and layout; those that are examples of the program are
        left out.
    """

    file: str
    student: str
    expected_name: str
    weights: frozenset[str]
    stamps: frozenset[tuple[str, str, str]]
    numbers: frozenset[tuple[str, float]]
    texts: frozenset[str]
    code: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, hand_in: HandIn) -> Trace:
        """Return the trace of a hand-in."""
        record, session = hand_in.record, hand_in.session
        models = [s.model for run in session.runs for s in run.snapshots if s.iteration]
        models += [run.model for run in session.runs if run.model_iteration]
        return cls(
            PurePath(hand_in.name).name,
            record.student,
            proposed_name(record),
            frozenset(map(_digest, models)),
            frozenset((e.step, str(e.value), e.when) for e in record.entries),
            frozenset((e.step, float(e.value)) for e in record.entries if _is_odd_number(e)),  # type: ignore[arg-type]
            frozenset(" ".join(t.casefold().split()) for t in session.words.texts.values() if len(t) >= _SHORTEST_TEXT),
            frozenset((name, essence(text)) for name, text in session.code.items() if not _is_given(name, text)),
        )


def compare(traces: Sequence[Trace]) -> list[list[Finding]]:
    """Return for each hand-in what it has in common with others."""
    found: list[list[Finding]] = [[] for _ in traces]
    for (i, one), (k, other) in combinations(enumerate(traces), 2):
        for sentence in _in_common(one, other):
            for place, partner in ((i, other), (k, one)):
                found[place].append(flagged("twins", sentence.format(plain(partner.file, 80))))
    for place, trace in enumerate(traces):
        found[place] += _misnamed(trace, traces)
    return found


def _in_common(one: Trace, other: Trace) -> Iterator[str]:
    """Yield sentences with {} for the other file."""
    if one.student == other.student:
        yield "The same student has handed in {} as well."
        return
    for row in LIKENESSES:
        if row.is_found(one, other):
            yield row.sentence


@dataclass(frozen=True)
class Likeness:
    """Something that two hand-ins of different students may have in common; {} stands for the other file."""

    sentence: str
    is_found: Callable[[Trace, Trace], bool]


LIKENESSES = (
    Likeness("It has the same weights as {}, which two seeds never give.", lambda a, b: bool(a.weights & b.weights)),
    Likeness("Its entries have the same values at the same times as those of {}.", lambda a, b: _same_times(a, b)),
    Likeness(
        "It has the same predictions and answers as {}, to three digits and more.",
        lambda a, b: (
            len(a.numbers & b.numbers) >= _FEWEST_NUMBERS
            and dict(a.numbers).keys() & dict(b.numbers).keys() == {step for step, _ in a.numbers & b.numbers}
        ),
    ),
    Likeness("A text of its report is that of {}.", lambda a, b: bool(a.texts & b.texts)),
    Likeness(
        "Its code is that of {}, but for names and layout at most; short functions may agree by chance.",
        lambda a, b: bool(a.code & b.code),
    ),
)


def _same_times(one: Trace, other: Trace) -> bool:
    times = sorted(time for time in {moment(when) for _, _, when in one.stamps & other.stamps} if time is not None)
    return len(times) >= _FEWEST_STAMPS and times[-1] - times[0] >= _SHORTEST_SPAN


def _misnamed(trace: Trace, others: Sequence[Trace]) -> Iterator[Finding]:
    """Yield that a file bears the name of another student."""
    name = trace.file.casefold()
    theirs = {o.student for o in others if o.student != trace.student and o.expected_name.casefold() == name}
    lesson = trace.expected_name.casefold().removesuffix(ENDING)[: -len(trace.student)] if trace.student else ""
    is_pattern = bool(lesson) and name.startswith(lesson) and name != trace.expected_name.casefold()
    if theirs or (is_pattern and trace.student.casefold() not in name):
        yield flagged("name", f"The file is called {plain(trace.file, 80)}, but it is a hand-in of {_who(trace)}.")


def _who(trace: Trace) -> str:
    return f"“{plain(trace.student, 60)}”" if trace.student else "nobody"


def _digest(model: AutoEncoder) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for values in model.parameters.values():
        digest.update(values.tobytes())
    return digest.hexdigest()


def _is_odd_number(entry: Entry) -> bool:
    """Whether an answer is a number with so many digits that two people would hardly choose it alike."""
    if entry.kind not in (Predict.kind, Transfer.kind) or not isinstance(entry.value, (int, float)):
        return False
    return len(f"{abs(entry.value):.12g}".split("e")[0].replace(".", "").strip("0")) >= _DIGITS


def _is_given(function: str, text: str) -> bool:
    """Whether a student's function is one that the program shows: the stub or an example."""
    known = FUNCTIONS.get(function)
    return known is None or essence(text) in {essence(one) for one in (known.stub, *(e.source for e in known.examples))}

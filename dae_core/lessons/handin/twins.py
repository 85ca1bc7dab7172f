"""Hand-ins side by side: what two students cannot both have made, and files that are not whose name they bear.

Nothing here is refused, for it is not known who had it from whom. Answers that agree because they are right, or one of
three choices, say nothing, and are passed over: only what hardly agrees by chance is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import PurePath

from dae_core.lessons.code import FUNCTIONS, Function
from dae_core.lessons.handin.checks.record_checks import moment
from dae_core.lessons.handin.finding import Finding, flagged, noted
from dae_core.lessons.handin.handin_file import ENDING, HandIn, proposed_name
from dae_core.lessons.handin.same_code import Choices, choices, essence
from dae_core.lessons.steps import Predict, Transfer
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.lesson_record import Entry
from dae_core.texts import plain

_FEWEST_NUMBERS = 2
_FEWEST_STAMPS = 3
_SHORTEST_SPAN = timedelta(seconds=30)
_SHORTEST_TEXT = 60
_FEWEST_WORDS = 60  # and signs of code that is free to choose, in all functions
_FEWEST_LETTERS = 36  # of comments, or of names that one has thought of
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
    code : mapping of str to Choices
        What was free to choose in the student's functions; those that are examples of the program are left out.
    """

    file: str
    student: str
    expected_name: str
    weights: frozenset[str]
    stamps: frozenset[tuple[str, str, str]]
    numbers: frozenset[tuple[str, float]]
    texts: frozenset[str]
    code: Mapping[str, Choices]

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
            code_of(session.code),
        )


def code_of(code: Mapping[str, str]) -> dict[str, Choices]:
    """Return what was free to choose in a student's functions, but for those that the program shows."""
    return {name: choices(text, _given(name)) for name, text in code.items() if not _is_given(name, text)}


def compare(traces: Sequence[Trace]) -> list[list[Finding]]:
    """Return for each hand-in what it has in common with others."""
    found: list[list[Finding]] = [[] for _ in traces]
    for (i, one), (k, other) in combinations(enumerate(traces), 2):
        for sentence in _in_common(one, other):
            for place, partner in ((i, other), (k, one)):
                found[place].append(flagged("twins", sentence.format(plain(partner.file, 80))))
    for place, trace in enumerate(traces):
        found[place] += _short_code(trace, traces)
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
        "Long comments in its code, or all the names that one has to think of, are those of {}.",
        lambda a, b: _same_words(a, b),
    ),
    Likeness(
        "Its code is that of {} but for names, comments and layout, also where it could well be another.",
        lambda a, b: sum(a.code[name].free for name in _same_code(a, b)) >= _FEWEST_WORDS,
    ),
)


def _same_code(one: Trace, other: Trace) -> list[str]:
    """Return the functions that two have alike but for names, comments and layout."""
    return [name for name in one.code.keys() & other.code.keys() if one.code[name].essence == other.code[name].essence]


def _same_words(one: Trace, other: Trace) -> bool:
    shared = set[str]().union(
        *(one.code[name].comments & other.code[name].comments for name in one.code.keys() & other.code.keys())
    )
    names = [one.code[key].names for key in _same_code(one, other) if one.code[key].names == other.code[key].names]
    return max(len("".join(shared)), len("".join(word for words in names for word in words))) >= _FEWEST_LETTERS


def _short_code(trace: Trace, traces: Sequence[Trace]) -> Iterator[Finding]:
    """Yield how many others have the same few lines, which is as it should be where there is one way to write them."""
    for name, own in trace.code.items():
        alike = {t.student for t in traces if name in t.code and t.code[name].essence == own.essence} - {trace.student}
        if alike and own.free < _FEWEST_WORDS:
            who = "another hand-in" if len(alike) == 1 else f"{len(alike)} other hand-ins"
            yield noted(
                "twins", f"“{name}” is, but for names and layout, that of {who}; so short, it may well be so by chance."
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
    return known is None or essence(text) in {essence(one) for one in _shown(known)}


def _given(function: str) -> str:
    """Return all code that the program shows of a function."""
    return "\n".join(_shown(FUNCTIONS[function]))


def _shown(function: Function) -> list[str]:
    return [function.stub, *(example.source for example in function.examples)]

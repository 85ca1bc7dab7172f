"""What grading found out about one hand-in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """How a check came out."""

    PASSED = "in order"
    NOTED = "to know"
    FLAGGED = "look at it"
    REFUSED = "refused"


@dataclass(frozen=True)
class Finding:
    """A sentence about a hand-in.

    A refused one contradicts itself or the lesson. A flagged one is accepted: there may be an honest reason, which the
    teacher can ask for. What is noted says how far the checks went.
    """

    check: str
    outcome: Outcome
    sentence: str


def passed(check: str, sentence: str) -> Finding:
    """Return that a check found all in order."""
    return Finding(check, Outcome.PASSED, sentence)


def noted(check: str, sentence: str) -> Finding:
    """Return something that the teacher should know."""
    return Finding(check, Outcome.NOTED, sentence)


def flagged(check: str, sentence: str) -> Finding:
    """Return something that the teacher should look at."""
    return Finding(check, Outcome.FLAGGED, sentence)


def refused(check: str, sentence: str) -> Finding:
    """Return something that cannot have come about as the lesson says."""
    return Finding(check, Outcome.REFUSED, sentence)

"""A session: what one ``.dae`` file holds, namely runs and the user's own drawings."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.sessions.code_texts import CodeTexts
from dae_core.sessions.lesson_record import LessonRecord
from dae_core.sessions.report_words import ReportWords
from dae_core.sessions.run import Run
from dae_core.sessions.user_texts import UserTexts


@dataclass(frozen=True, eq=False)
class Session:
    """A current run and those that are kept beside it; all arrays are only read.

    Parameters
    ----------
    run : Run
        The current one.
    kept : tuple of Run
        The others, in any order; no two runs of a session have the same key.
    drawings : tuple of uint8 arrays (h, w)
        The user's own images, grey levels 0 (black) to 255.
    view : dict
        A JSON object that the core keeps and does not interpret.
    words : ReportWords
        What the user wrote into the report.
    code : CodeTexts
        The functions that the user wrote.
    lessons : tuple of LessonRecord
        What was done in lessons, one record for each.
    """

    run: Run
    kept: tuple[Run, ...] = ()
    drawings: tuple[NDArray[np.uint8], ...] = ()
    view: dict[str, Any] = field(default_factory=dict)
    words: ReportWords = field(default_factory=ReportWords)
    code: CodeTexts = field(default_factory=CodeTexts)
    lessons: tuple[LessonRecord, ...] = ()

    @classmethod
    def with_texts(
        cls,
        run: Run,
        kept: tuple[Run, ...],
        drawings: tuple[NDArray[np.uint8], ...],
        view: dict[str, Any],
        texts: UserTexts,
    ) -> Session:
        """Return a session with all that the user has written."""
        return cls(run, kept, drawings, view, texts.words, texts.code, texts.lessons)

    @property
    def texts(self) -> UserTexts:
        """All that the user has written."""
        return UserTexts(self.words, self.code, self.lessons)

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs as they were created, whichever of them is the current one.

        Those of the same time stay in the order of ``kept``, with the current one after them.
        """
        return tuple(sorted((*self.kept, self.run), key=lambda run: _moment(run.label.created)))


def _moment(created: str) -> float:
    """Return the seconds since 1970 of a label's time; what has none comes first."""
    return datetime.fromisoformat(created).timestamp() if created else -math.inf

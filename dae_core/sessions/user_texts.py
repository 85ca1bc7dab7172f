"""All that a user writes in a session: words for the report, code, and answers in lessons; texts of the file's header.

They are texts and no arrays, for programs of before pass over texts that they do not know, and refuse such arrays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from dae_core.sessions.checked_values import parsed
from dae_core.sessions.code_texts import CodeTexts
from dae_core.sessions.lesson_codec import record_values, records_from_values
from dae_core.sessions.lesson_record import LessonRecord
from dae_core.sessions.report_words import ReportWords

_WORDS, _CODE, _LESSONS = "report", "code", "lessons"


@dataclass(frozen=True)
class UserTexts:
    """What a user has written in a session; equal where it says the same.

    Parameters
    ----------
    words : ReportWords
        In the report.
    code : CodeTexts
        Functions; never run because a file is opened.
    lessons : tuple of LessonRecord
        What was done in lessons, one record for each.
    """

    words: ReportWords = field(default_factory=ReportWords)
    code: CodeTexts = field(default_factory=CodeTexts)
    lessons: tuple[LessonRecord, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.code or self.lessons)

    def to_header(self) -> dict[str, str]:
        """Return the texts of a file's header by their names; none for what is empty."""
        values: dict[str, Any] = {
            _WORDS: dict(self.words.texts),
            _CODE: dict(self.code),
            _LESSONS: record_values(self.lessons),
        }
        return {name: json.dumps(value, ensure_ascii=False, allow_nan=False) for name, value in values.items() if value}

    @classmethod
    def from_header(cls, header: Mapping[str, str]) -> Self:
        """Read what `to_header` returned, from texts that may be anybody's.

        Raises
        ------
        ValueError
            With the end of a sentence.
        """
        return cls(
            ReportWords.from_values(parsed(header.get(_WORDS, "{}"), dict)),
            CodeTexts.from_values(parsed(header.get(_CODE, "{}"), dict)),
            records_from_values(parsed(header.get(_LESSONS, "[]"), list)),
        )

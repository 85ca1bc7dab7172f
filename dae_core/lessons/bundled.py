"""The lessons that come with the program, in the order in which they are meant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dae_core.files import resources_folder
from dae_core.lessons.lesson import ENDING, Lesson
from dae_core.lessons.reading import read_lesson


@dataclass(frozen=True)
class LessonEntry:
    """A bundled lesson: where its file is, and what it holds."""

    path: Path
    lesson: Lesson


def lessons_folder() -> Path:
    """Return the folder of the bundled lessons."""
    return resources_folder() / "lessons"


@cache
def bundled() -> tuple[LessonEntry, ...]:
    """Return the bundled lessons by the names of their files, which begin with their numbers."""
    paths = sorted(lessons_folder().glob(f"*{ENDING}"))
    return tuple(LessonEntry(path, read_lesson(path)) for path in paths)

"""The dock of the lessons: a list to choose from, and the lesson that is being solved, step by step."""

from dae_gui.lessons.lesson.panel import LessonPanel

__all__ = ["LessonPanel"]

"""What a lesson's file may name of the window is what the window has."""

from dae_core.lessons.names import DOCKS as NAMED
from dae_gui.lessons.lesson.words import DOCK_TITLES
from dae_gui.window.docks import DOCKS
from dae_gui.window.panel_registry import STUDIES

LESSONS = "lessonDock"
"""It shows the lesson, so that no lesson hides it."""


def test_the_docks_that_a_lesson_can_name_are_those_of_the_window() -> None:
    docks = {spec.name for spec in (*DOCKS, *STUDIES)}
    assert docks - {LESSONS} == set(NAMED)


def test_a_lesson_calls_the_docks_what_the_window_calls_them() -> None:
    assert {spec.name: spec.text.replace("&", "") for spec in (*DOCKS, *STUDIES) if spec.name in NAMED} == DOCK_TITLES

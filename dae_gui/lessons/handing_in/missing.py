"""What of a lesson is not done yet, in words for whoever hands it in."""

from __future__ import annotations

from dae_gui.lessons.lesson.lesson_state import LessonState

NOT_DONE = {
    "predict": "not predicted",
    "measure": "not measured",
    "code": "not checked, or not right yet",
    "transfer": "not answered",
    "write": "not written",
}
"""What is said of a step of each kind that a teacher looks for; reading and doing show in the others."""


def missing(state: LessonState) -> tuple[str, ...]:
    """Return what is missing, a line for each step: "Step 4, How far is it?: not measured"."""
    return tuple(
        f"Step {one.number}, {one.step.title}: {NOT_DONE[one.step.kind]}"
        for one in state.steps
        if one.step.kind in NOT_DONE and not one.is_done
    )

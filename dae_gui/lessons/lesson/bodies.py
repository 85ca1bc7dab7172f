"""Which kind of step has what below its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from dae_core.lessons.steps import Code, Do, Measure, Predict, Read, Step, Transfer, Write
from dae_gui.lessons.lesson.body import Body
from dae_gui.lessons.lesson.question_bodies import PredictBody, ReadBody, TransferBody
from dae_gui.lessons.lesson.run_bodies import DoBody, MeasureBody
from dae_gui.lessons.lesson.writing_bodies import CodeBody, WriteBody

_BODIES: Mapping[type[Step], Any] = {
    Read: ReadBody,
    Predict: PredictBody,
    Do: DoBody,
    Measure: MeasureBody,
    Code: CodeBody,
    Transfer: TransferBody,
    Write: WriteBody,
}


def make_body(step: Step, parent: QWidget) -> Body:
    """Return what stands below the text of a step."""
    body: Body = _BODIES[type(step)](step, parent)
    return body

"""docs/lessons.md tells teachers everything that a lesson's file may say, as the code has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dae_core.lessons.actions import ACTIONS
from dae_core.lessons.code.functions import FUNCTIONS
from dae_core.lessons.expected import RELATIONS
from dae_core.lessons.measurements import MEASUREMENTS
from dae_core.lessons.names import DOCKS, LOCKS, UNIT_ORDERS, WRITE_TOPICS
from dae_core.lessons.step_kinds import STEP_KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")


def told() -> Iterator[tuple[str, str]]:
    """Yield each name with what the page must say of it."""
    for table in (STEP_KINDS, ACTIONS, MEASUREMENTS):
        for name, row in table.items():
            yield name, row.doc
    for name, measurement in MEASUREMENTS.items():
        for parameter in measurement.parameters:
            yield parameter.name, parameter.doc
        yield name, measurement.unit
    yield from UNIT_ORDERS.items()
    for name in (*DOCKS, *FUNCTIONS, *LOCKS, *WRITE_TOPICS, *RELATIONS):
        yield name, ""


@pytest.mark.parametrize(("name", "words"), sorted(set(told())))
def test_the_page_tells_of(name: str, words: str) -> None:
    assert f"`{name}`" in PAGE
    assert words.replace("|", "\\|") in PAGE

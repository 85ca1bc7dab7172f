"""Whether Qt is going over all widgets, as it does for another style, style sheet, palette or font of the application.

It made the list of them at first, and goes on with it: a widget that is deleted meanwhile ends the process. What
arranges its parts anew, which may delete some at once, as a splitter does with its handles, waits until that is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_depth = 0


@contextmanager
def restyling() -> Iterator[None]:
    """Change what all widgets look like within this; it may be within another one."""
    global _depth
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1


def is_restyling() -> bool:
    """Whether something changes what all widgets look like: nothing may be deleted then."""
    return _depth > 0

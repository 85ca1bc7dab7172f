"""When Python collects garbage: not while Qt goes through a list of all widgets, for it would delete some of them.

A widget without a parent that only a cycle of references keeps, as in a plot's own menus, is deleted wherever Python
comes to collect it, in any thread. `QApplication.setStyle`, ``setStyleSheet``, ``setPalette`` and ``setFont`` go on
with the list that they made at first, and call back into Python meanwhile: the process would crash.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Have no garbage collected within; may be nested."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()

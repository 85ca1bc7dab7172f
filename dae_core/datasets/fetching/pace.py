"""How slow a server may be: one that sends a byte now and then would otherwise hold a download for ever."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from dae_core.datasets.errors import MirrorError
from dae_core.texts import format_bytes, format_seconds

SLOWEST = 1000
"""Bytes a second, over `SLOW_SECONDS`, below which a server is given up; also while it sends its headers."""
SLOW_SECONDS = 30.0
LONGEST_SECONDS = 3600.0
"""What one file may take."""


class Pace:
    """Watches the bytes of one file as they come in.

    Parameters
    ----------
    slowest
        Bytes a second that must come in; 0 where they cannot be counted.
    clock
        Returns seconds.
    """

    def __init__(self, slowest: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._slowest = SLOWEST if slowest is None else slowest
        self._clock = clock
        self._began = clock()
        self._seen = deque([(self._began, 0)])  # when, and how many bytes there were, over the last seconds

    def check(self, received: int) -> None:
        """Take note of the bytes that there are by now. Raises MirrorError when it is too slow or takes too long."""
        now = self._clock()
        if now - self._began > LONGEST_SECONDS:
            raise MirrorError(f"it takes longer than {format_seconds(LONGEST_SECONDS)}")
        self._seen.append((now, received))
        while now - self._seen[1][0] >= SLOW_SECONDS:
            self._seen.popleft()
        since, before = self._seen[0]
        if now - since >= SLOW_SECONDS and received - before < self._slowest * (now - since):
            raise MirrorError(f"it sends less than {format_bytes(int(self._slowest))} a second")

"""How many files the program may have open: each kept run has some, and some desktops allow 256 alone."""

from __future__ import annotations

import contextlib
import sys

_WANTED = 8192


def allow_many_files() -> None:
    """Raise the limit of open files of this process as far as it is needed and allowed; Windows has none."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = _WANTED if hard == resource.RLIM_INFINITY else min(hard, _WANTED)
        if soft != resource.RLIM_INFINITY and soft < most:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))

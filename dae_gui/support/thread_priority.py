"""The priority of threads: the window goes first."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

from PySide6.QtCore import QThread

_NICE = 10


def lower_thread_priority() -> None:
    """Have the scheduler prefer other threads to the calling one, and to those that it starts from now on.

    The work takes as long as before, as long as there is a core for it; the window is given one at once. Only pace
    depends on this, never a result. Where the system does not allow it, nothing happens.
    """
    if sys.platform == "linux":  # where a thread has a niceness of its own, and Qt's priorities do nothing
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
    else:
        QThread.currentThread().setPriority(QThread.Priority.LowPriority)

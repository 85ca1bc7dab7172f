"""The priority of threads: the window goes first, then training, then what is computed beside it."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from enum import Enum

from PySide6.QtCore import QThread


class ThreadPriority(Enum):
    """What a thread does: its niceness on Linux, where Qt's priorities do nothing, and Qt's priority elsewhere."""

    TRAINING = 10, QThread.Priority.LowPriority
    STUDY = 15, QThread.Priority.LowestPriority


def lower_thread_priority(priority: ThreadPriority = ThreadPriority.TRAINING) -> None:
    """Have the scheduler prefer other threads to the calling one, and to those that it starts from now on.

    The work takes as long as before, as long as there is a core for it; the window is given one at once. Only pace
    depends on this, never a result. Where the system does not allow it, nothing happens.
    """
    nice, qts = priority.value
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
    else:
        QThread.currentThread().setPriority(qts)

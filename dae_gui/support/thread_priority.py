"""The priority of threads: the window goes first, then what the user waits for, training, and what is beside it.

Linux weighs threads of a lower priority against those of other programs too, not only against the window: at a niceness
of 10, one has a tenth of a core that another program shares, and while it holds the interpreter's lock the window waits
as long. The steps are no larger than the order needs: beside two busy processes on two cores, training at 5 was three
times as fast as at 10, and the 99th percentile of a timer in the window 25 to 35 ms in the place of 43 to 47.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from enum import Enum

from PySide6.QtCore import QThread


class ThreadPriority(Enum):
    """What a thread does: its niceness on Linux, where Qt's priorities do nothing, and Qt's priority elsewhere."""

    WAITED_FOR = 2, QThread.Priority.NormalPriority
    TRAINING = 4, QThread.Priority.LowPriority
    STUDY = 9, QThread.Priority.LowestPriority


def lower_thread_priority(priority: ThreadPriority) -> None:
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

"""What the studio is doing: the one state that menus, panels and the controller agree on."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """State of the training run."""

    IDLE = "IDLE"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPING = "STOPPING"
    FINISHED = "FINISHED"
    DIVERGED = "DIVERGED"
    FAILED = "FAILED"

    @property
    def is_active(self) -> bool:
        """Whether a run is under way, so that what defines it cannot be changed."""
        return self in (State.RUNNING, State.PAUSED, State.STOPPING)

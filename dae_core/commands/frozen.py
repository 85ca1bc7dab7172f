"""What a frozen program does where it is started by itself: there is no Python beside it for its other processes."""

from __future__ import annotations

import sys

SANDBOX_FLAG = "--dae-sandbox"
"""The one argument with which it is the process that runs a user's code."""


def be_sandbox_if_asked() -> None:
    """Run a user's code and end, where the frozen program was started for that."""
    if getattr(sys, "frozen", False) and sys.argv[1:] == [SANDBOX_FLAG]:
        from dae_core.sandbox.child import main  # NumPy takes a moment

        main()

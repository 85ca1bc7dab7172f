"""The program without a window: ``python -m dae_core train`` and other commands, as ``dae-studio train`` too."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from dae_core.commands import terminal
from dae_core.commands.frozen import begin_if_frozen


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0 done, 1 failed, 2 wrong usage, 3 the run diverged, 130 interrupted, 141 nobody reads the output.
    """
    return terminal.run(lambda: _carry_out(arguments))


def _carry_out(arguments: Sequence[str] | None) -> int:
    try:
        from dae_core.commands.program import carry_out  # takes a second, in which Ctrl+C may come
    except KeyboardInterrupt:
        terminal.note("Interrupted. Nothing was written.")
        return terminal.INTERRUPTED
    return carry_out(arguments)


def main_and_end(arguments: Sequence[str] | None = None) -> int:
    """Run a command where nothing but the end of the program follows; returns its exit code."""
    code = main(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said, and Python's own end takes a moment
    return code


if __name__ == "__main__":
    begin_if_frozen()
    sys.exit(main_and_end())

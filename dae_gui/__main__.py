"""``dae-studio`` and ``python -m dae_gui``: a command where the first argument is one, otherwise the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from dae_core.__main__ import main_and_end
from dae_core.commands import terminal
from dae_core.commands.frozen import begin_if_frozen
from dae_gui.command_line import is_command, window_options
from dae_gui.support import display


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code, 1 with a sentence on standard error where there can be no window."""
    begin_if_frozen()
    argv = sys.argv[1:] if argv is None else argv
    if is_command(argv):
        return main_and_end(argv)  # without Qt
    return terminal.run(lambda: _open_window(argv))


def _open_window(argv: Sequence[str]) -> int:
    window_options(argv)  # help and wrong usage: before anything opens
    try:
        from dae_gui import app
    except ImportError as error:  # Qt's own libraries need some of the system
        missing = display.missing_library(error)
        if not missing:
            raise
        terminal.note(f"No window can be opened: {missing} {display.WITHOUT_WINDOW}")
        return terminal.FAILED
    return app.main(argv)


if __name__ == "__main__":
    sys.exit(main())

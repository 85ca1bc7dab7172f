"""``python -m dae_gui`` and the command ``dae-studio`` open the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from dae_core.commands import terminal
from dae_core.commands.frozen import be_sandbox_if_asked
from dae_gui.support import display


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code, 1 with a sentence on standard error where there can be no window."""
    be_sandbox_if_asked()
    return terminal.run(lambda: _open_window(argv))


def _open_window(argv: Sequence[str] | None) -> int:
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

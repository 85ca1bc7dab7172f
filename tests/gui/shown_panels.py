"""What the tests of single studies share: a panel alone, shown, that answers at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pytestqt.qtbot import QtBot

from dae_gui.support.background import Background
from dae_gui.workbench.study_panel import StudyPanel

P = TypeVar("P", bound=StudyPanel)


@contextmanager
def shown_panel(qtbot: QtBot, make: Callable[[Background], P], width: int = 750, height: int = 240) -> Iterator[P]:
    """Make a panel with threads of its own, show it, and end both."""
    background = Background()
    panel = make(background)
    panel._timer.setInterval(0)
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.drop_tasks()
    panel.close()
    background.shutdown()
    background.deleteLater()

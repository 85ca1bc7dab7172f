"""What the tests of single studies share: a panel alone, shown, that answers at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pytestqt.qtbot import QtBot

from dae_gui.support.background import Background
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

P = TypeVar("P", bound=StudyPanel)


@contextmanager
def shown_panel(
    qtbot: QtBot, make: Callable[[Workbench, Background], P], width: int = 750, height: int = 240
) -> Iterator[P]:
    """Make a panel with a workbench and threads of its own, show it, and end them."""
    background = Background()
    panel = make(Workbench(), background)
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

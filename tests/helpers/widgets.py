"""A panel alone, shown, that answers at once; and what is in it, found by its name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.support.event_log import Kind
from dae_gui.support.jobs import Jobs
from dae_gui.support.notices import Notice
from dae_gui.widgets.drawing.drawing_canvas import DrawingCanvas
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.workbench.facts import RunProgress
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

P = TypeVar("P", bound=StudyPanel)
W = TypeVar("W", bound=QObject)
DrawStroke = Callable[..., None]


@contextmanager
def shown_panel(qtbot: QtBot, make: Callable[[Workbench, Jobs], P], width: int = 750, height: int = 240) -> Iterator[P]:
    """Make a panel with a workbench and threads of its own, show it, and end them."""
    jobs = Jobs()
    panel = make(Workbench(), jobs)
    panel.interval_ms = 0
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.close()
    jobs.shutdown()
    jobs.deleteLater()


class Notices(QObject):
    """What a widget and those in it tell the user; no window is needed.

    Signals
    -------
    warned(str), noted(str), saved(str)
        A sentence about what did not work, or about what was done; the path of a file.
    """

    warned = Signal(str)
    noted = Signal(str)
    saved = Signal(str)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.warnings: list[str] = []
        self.notes: list[str] = []
        self.files: list[str] = []
        widget.installEventFilter(self)
        for signal, seen in ((self.warned, self.warnings), (self.noted, self.notes), (self.saved, self.files)):
            signal.connect(seen.append)

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:
        if isinstance(event, Notice):
            signals = {Kind.WARNING: self.warned, Kind.NOTE: self.noted, Kind.FILE: self.saved}
            signals[event.kind].emit(event.text.removeprefix("Saved "))
        return False


def find(parent: QObject, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    assert isinstance(found, kind), name
    return found


def text(panel: QWidget, name: str) -> str:
    return find(panel, QLabel, name).text()


def click(qtbot: QtBot, parent: QWidget, name: str) -> None:
    button = find(parent, QWidget, name)
    assert button.isVisible(), name
    assert button.isEnabled(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def set_run_length(panel: CurvesPanel, end: int) -> None:
    """Let the run of a curves panel end at an iteration."""
    panel.workbench.set_progress(RunProgress(end=end), None)
    panel.refresh()


def on_canvas(canvas: DrawingCanvas, row: float, column: float) -> QPointF:
    """Return where a place of the image, in pixels from its outer top left corner, is on a canvas."""
    paper, (height, width) = canvas.paper(), canvas.drawing.shape
    return QPointF(paper.x() + column * paper.width() / width, paper.y() + row * paper.height() / height)


def tile_text(view: MosaicView, index: int) -> str:
    """Return the tooltip of a tile."""
    grid = view.grid()
    assert grid is not None
    return view.tooltip_at(grid.tile(index).center().toPoint())

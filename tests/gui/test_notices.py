"""What widgets tell the user: it goes up to the first around them that takes it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from dae_gui.support import notices
from dae_gui.support.event_log import Kind
from dae_gui.support.notices import Notice


class Window(QMainWindow):
    """Takes what it is told, as the program's window does."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[Kind, str]] = []

    def customEvent(self, event: QEvent) -> None:
        assert isinstance(event, Notice)
        event.accept()
        self.taken.append((event.kind, event.text))


def test_a_notice_goes_up_to_the_window_also_from_a_floating_dock(qtbot: QtBot) -> None:
    window = Window()
    qtbot.addWidget(window)
    dock, widget = QDockWidget(window), QWidget()
    dock.setWidget(widget)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    notices.warn(widget, "It did not work.")
    dock.setFloating(True)
    notices.note(widget, "It was done.")
    notices.note_saved(widget, "a/b.png")
    expected = [(Kind.WARNING, "It did not work."), (Kind.NOTE, "It was done."), (Kind.FILE, "Saved a/b.png")]
    assert window.taken == expected


def test_the_first_that_takes_a_notice_is_the_last(qtbot: QtBot) -> None:
    outer, inner = Window(), Window()
    qtbot.addWidget(outer)
    outer.setCentralWidget(inner)
    notices.note(inner, "Enough.")
    assert (inner.taken, outer.taken) == ([(Kind.NOTE, "Enough.")], [])


def test_a_widget_alone_tells_nobody(qtbot: QtBot) -> None:
    """That nothing is raised is what is asserted."""
    widget = QWidget()
    qtbot.addWidget(widget)
    notices.warn(widget, "It did not work.")

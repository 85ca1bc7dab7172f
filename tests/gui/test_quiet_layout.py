"""A window in which nothing happens does nothing: no panel is laid out again and again."""

from collections import Counter

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from dae_gui.window.main_window import MainWindow

TURNS = 20


class LayoutRequests(QObject):
    """Counts, by object, how often something asks to be laid out."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.counts = Counter[str]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.counts[f"{type(watched).__name__} {watched.objectName()}"] += 1
        return False


def test_no_panel_is_laid_out_without_end(qtbot: QtBot, window: MainWindow) -> None:
    application = QCoreApplication.instance()
    assert application is not None
    requests = LayoutRequests(window)
    application.installEventFilter(requests)
    try:
        for name, dock in window.studies.docks.items():
            dock.show()
            dock.raise_()
            qtbot.waitUntil(lambda name=name: name not in window.studies.unmade())  # type: ignore[misc]
            # One that settles at all has a turn without a request sooner or later; a loop has none.
            for _ in range(100):
                qtbot.wait(5)
                requests.counts.clear()
                for _ in range(TURNS):
                    QCoreApplication.processEvents()
                if max(requests.counts.values(), default=0) < TURNS // 2:
                    break
            else:
                raise AssertionError(f"{name}: {requests.counts.most_common(5)}")
    finally:
        application.removeEventFilter(requests)

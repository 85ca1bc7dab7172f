"""Where Python collects garbage: in the window's thread, at turns of its event loop, and nowhere else.

Left to itself, Python collects in whichever thread happens to make an object. A widget without a parent that only a
cycle of references keeps, as in a plot's own menus, would then be deleted in a background thread, or in the middle of
``QApplication.setStyleSheet``, which goes on with the list of all widgets that it made at first. Either ends the
process now and then.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_INTERVAL_MS = 200


class Collector(QObject):
    """Collects garbage in the thread that it is made in, as often as Python would; while it lives, nobody else does.

    What exists already when it is made, imported modules above all, takes part in no collection, which keeps each one
    short.

    Parameters
    ----------
    parent
        With which it ends: the application.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(_INTERVAL_MS)

    @Slot()
    def _collect(self) -> None:
        """Collect the oldest generation that has more new objects, or younger collections, than Python would allow."""
        due = [
            n for n, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most
        ]
        if due:
            gc.collect(due[-1])


def collect_here(application: QObject) -> None:
    """Have garbage collected in this thread only, from now on; once is enough."""
    if application.findChild(Collector) is None:
        Collector(application)

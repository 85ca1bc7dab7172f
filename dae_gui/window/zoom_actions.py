"""Zooming by keys, menu and wheel, and what the menu says of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from dae_gui.support.zoom import Zoom

_NOTCH = 120  # of a wheel, as Qt counts


class ZoomActions(QObject):
    """Connects a `Zoom` with the window's actions, of which the one for the usual size tells the present percentage.

    Parameters
    ----------
    zoom_fact
        What is changed.
    actions
        The window's, by name.
    """

    def __init__(self, zoom_fact: Zoom, actions: dict[str, QAction], parent: QObject) -> None:
        super().__init__(parent)
        self._zoom = zoom_fact
        self._in, self._out, self._usual = (actions[name] for name in ("zoomInAction", "zoomOutAction", "zoomAction"))
        self._turned = 0
        self._in.triggered.connect(self._on_in_triggered)
        self._out.triggered.connect(self._on_out_triggered)
        self._usual.triggered.connect(zoom_fact.reset)
        zoom_fact.changed.connect(self._on_changed)
        self._on_changed(zoom_fact.percent)

    def turn(self, angle: int) -> None:
        """Zoom a step for each notch that a wheel was turned (eighths of a degree), also by many small turns."""
        self._turned += angle
        steps = int(self._turned / _NOTCH)  # towards 0
        self._turned -= steps * _NOTCH
        self._zoom.step(steps)  # at once: each change of the scale looks at every widget

    @Slot()
    def _on_in_triggered(self) -> None:
        self._zoom.step(1)

    @Slot()
    def _on_out_triggered(self) -> None:
        self._zoom.step(-1)

    @Slot(int)
    def _on_changed(self, percent: int) -> None:
        self._usual.setText(f"A&ctual size (now {percent} %)")
        self._in.setEnabled(self._zoom.can_step(1))
        self._out.setEnabled(self._zoom.can_step(-1))

"""What tests of mosaics have in common."""

from typing import Any

from PySide6.QtCore import QPoint

from dae_gui.widgets.pictures.mosaic_view import MosaicView


def recorded(signal: Any) -> list[object]:
    """Return a list that what a signal carries is added to from now on."""
    seen: list[object] = []
    signal.connect(seen.append)
    return seen


def centre(mosaic: MosaicView, index: int) -> QPoint:
    """Return the middle of a tile, in pixels of the mosaic."""
    return mosaic.grid().tile(index).center().toPoint()

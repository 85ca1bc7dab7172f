"""Small pictures of runs: the filters of a few of their strongest hidden units, made in a thread and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from dae_core.inspection.strongest import strongest_units
from dae_core.jobs import Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.mosaic import filters
from dae_gui.widgets.pictures.color_maps import to_rgb32

SIDE, COUNT, GAP = 30, 3, 2
"""Pixels of a filter, how many stand side by side, and pixels between them."""
_ASPECT = Qt.AspectRatioMode.KeepAspectRatio
_SHARPNESS = 2.0  # pixels of the picture for one of the screen
Version = tuple[str, int]
"""A run's key, and the iteration that its weights are of."""


@dataclass(frozen=True, eq=False)
class ThumbnailRequest:
    """Weights to be pictured, of which version, and rows and columns of an image."""

    version: Version
    model: AutoEncoder
    shape: tuple[int, int]


class Thumbnails:
    """Remembers of which versions there are pictures, or will be."""

    def __init__(self) -> None:
        self._made: dict[str, int] = {}

    def wanted(self, requests: Iterable[ThumbnailRequest]) -> tuple[ThumbnailRequest, ...]:
        """Return the requests for which there is no picture yet, and count them as made."""
        found = tuple(one for one in requests if self._made.get(one.version[0]) != one.version[1])
        self._made |= dict(one.version for one in found)
        return found

    def keep_only(self, keys: Iterable[str]) -> None:
        """Forget all other runs."""
        self._made = {key: self._made[key] for key in keys if key in self._made}

    def forget(self, requests: Iterable[ThumbnailRequest]) -> None:
        """Make these again when they are asked for, for they could not be made."""
        for one in requests:
            self._made.pop(one.version[0], None)


def make_thumbnails(requests: Sequence[ThumbnailRequest], monitor: Monitor) -> dict[str, QImage]:
    """Return a picture for each run by its key: filters of W side by side, in grey."""
    made = {}
    for one in requests:
        monitor.check()
        made[one.version[0]] = _picture(one.model, one.shape)
    return made


def as_pixmaps(images: Mapping[str, QImage]) -> dict[str, QPixmap]:
    """Return what is drawn of them, in the window's thread."""
    return {key: QPixmap.fromImage(image) for key, image in images.items()}


def _picture(model: AutoEncoder, shape: tuple[int, int]) -> QImage:
    units = strongest_units(model, COUNT)
    tiles = model.W.T[units].reshape(-1, *shape)
    side = round(SIDE * _SHARPNESS)
    step = round((SIDE + GAP) * _SHARPNESS)
    picture = QImage(step * COUNT - (step - side), side, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    for place, tile in enumerate(tiles):
        _, level = filters(tile.reshape(1, -1), shape)
        pixels = np.ascontiguousarray(to_rgb32(tile, (-level, level)))
        image = QImage(pixels.data, shape[1], shape[0], 4 * shape[1], QImage.Format.Format_RGB32)
        small = image.scaled(side, side, _ASPECT, Qt.TransformationMode.SmoothTransformation)
        painter.drawImage(place * step + (side - small.width()) // 2, (side - small.height()) // 2, small)
    painter.end()
    picture.setDevicePixelRatio(_SHARPNESS)
    return picture

"""The program's own icons, drawn in the colours of the theme when they are first seen."""

from __future__ import annotations

import atexit
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from dae_core.files import resources_folder

# The sizes that a window manager may ask of the program's icon; other icons are drawn at any size.
_APPLICATION_SIZES = (16, 24, 32, 48, 64, 128, 256)
_clones: list[QIconEngine] = []
_cache: dict[tuple[str, int, int], QIcon] = {}
atexit.register(_cache.clear)  # pixmaps must go before the QGuiApplication does


def icon_names() -> list[str]:
    """Return the names of all icons, sorted."""
    return sorted(path.stem for path in (resources_folder() / "icons").glob("*.svg"))


def icon(name: str, color: QColor | None = None) -> QIcon:
    """Return one of the program's icons.

    Parameters
    ----------
    name
        Which one; see `icon_names`.
    color
        Colour of its lines. None: that of the application's texts, so after a change of the theme icons have to be
        asked for again.

    Returns
    -------
    QIcon
        With a paler variant for what is disabled. The same name and colours give the same icon from a cache.

    Raises
    ------
    KeyError
        When there is no icon of this name.
    """
    palette = QGuiApplication.palette()
    normal = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText) if color is None else color
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
    key = (name, normal.rgba(), disabled.rgba())
    if key not in _cache:
        path = resources_folder() / "icons" / f"{name}.svg"
        if not path.is_file():
            raise KeyError(f"There is no icon {name!r}; there are {', '.join(icon_names())}.")
        made = QIcon(_Drawing(path, normal, disabled))
        _cache[key] = made
    return _cache[key]


def application_icon() -> QIcon:
    """Return the icon of the application itself, in its own colours."""
    key = ("", 0, 0)
    if key not in _cache:
        black = QColor("black")  # not used: the drawing has colours of its own
        _cache[key] = QIcon(_Drawing(resources_folder() / "app.svg", black, black, _APPLICATION_SIZES))
    return _cache[key]


class _Drawing(QIconEngine):
    """An SVG drawing that is read and rendered when a size of it is first asked for: a window has dozens of icons.

    Parameters
    ----------
    path
        The file.
    normal, disabled
        What takes the place of ``currentColor``, and how opaque all is.
    sizes
        The sizes (pixels) that it says it has; any other is drawn too.
    """

    def __init__(self, path: Path, normal: QColor, disabled: QColor, sizes: tuple[int, ...] = ()) -> None:
        super().__init__()
        self._path, self._normal, self._disabled, self._sizes = path, normal, disabled, sizes
        self._rendered: dict[tuple[int, int, bool], QPixmap] = {}

    def clone(self) -> QIconEngine:
        """Return the same drawing for an icon that is being changed; nothing here changes any."""
        copied = _Drawing(self._path, self._normal, self._disabled, self._sizes)
        _clones.append(copied)  # PySide would delete it with its last reference, though the icon has it now
        return copied

    def availableSizes(
        self, _mode: QIcon.Mode = QIcon.Mode.Normal, _state: QIcon.State = QIcon.State.Off
    ) -> list[QSize]:
        """Return the sizes that are to be mentioned."""
        return [QSize(size, size) for size in self._sizes]

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        """Return the picture at a size in device pixels."""
        is_disabled = mode == QIcon.Mode.Disabled
        key = (size.width(), size.height(), is_disabled)
        if size.isEmpty():  # as where a window is made so small that a button has no room
            return QPixmap()
        if key not in self._rendered:
            picture = QPixmap(size)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            self._render(painter, QRectF(0, 0, size.width(), size.height()), is_disabled)
            painter.end()
            self._rendered[key] = picture
        return self._rendered[key]

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        """Draw it into a rectangle."""
        self._render(painter, QRectF(rect), mode == QIcon.Mode.Disabled)

    def _render(self, painter: QPainter, area: QRectF, is_disabled: bool) -> None:
        """Draw it as a square in the middle of an area."""
        tint = self._disabled if is_disabled else self._normal
        drawing = self._path.read_text(encoding="utf-8").replace("currentColor", tint.name())
        side = min(area.width(), area.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(area.center())
        painter.save()
        painter.setOpacity(painter.opacity() * tint.alphaF())
        QSvgRenderer(QByteArray(drawing.encode("utf-8"))).render(painter, square)
        painter.restore()

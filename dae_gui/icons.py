"""The program's own icons, drawn in the colours of the theme."""

import atexit
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

# Every size that a toolbar, menu or button asks for, also on displays of two or three times the resolution.
_SIZES = (16, 20, 24, 32, 40, 48, 64, 96)
_APPLICATION_SIZES = (16, 24, 32, 48, 64, 128, 256)
_cache: dict[tuple[str, int, int], QIcon] = {}
atexit.register(_cache.clear)  # pixmaps must go before the QGuiApplication does


def resources_folder() -> Path:
    """Return the folder of icons and other files that come with the program.

    Returns
    -------
    Path
        ``dae_gui/resources`` in an installed package, otherwise ``resources`` at the top of the checkout.
    """
    package = Path(__file__).resolve().parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


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
        drawing = path.read_text(encoding="utf-8")
        made = QIcon()
        for mode, tint in ((QIcon.Mode.Normal, normal), (QIcon.Mode.Disabled, disabled)):
            _add_pixmaps(made, drawing.replace("currentColor", tint.name()), _SIZES, mode, tint.alphaF())
        _cache[key] = made
    return _cache[key]


def application_icon() -> QIcon:
    """Return the icon of the application itself, in its own colours."""
    key = ("", 0, 0)
    if key not in _cache:
        made = QIcon()
        drawing = (resources_folder() / "app.svg").read_text(encoding="utf-8")
        _add_pixmaps(made, drawing, _APPLICATION_SIZES, QIcon.Mode.Normal)
        _cache[key] = made
    return _cache[key]


def _add_pixmaps(icon: QIcon, drawing: str, sizes: tuple[int, ...], mode: QIcon.Mode, opacity: float = 1.0) -> None:
    """Render an SVG drawing at some sizes (pixels) and add them to an icon."""
    renderer = QSvgRenderer(QByteArray(drawing.encode("utf-8")))
    for size in sizes:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setOpacity(opacity)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        icon.addPixmap(pixmap, mode)

"""Pictures on the clipboard, and in PNG, SVG and PDF files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSaveFile, QSize, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from dae_core.errors import UserError
from dae_gui.widgets.pictures.picture import Picture

SUFFIXES = (".png", ".svg", ".pdf")
SCALES = (1, 2, 3, 4, 6, 8)
_MOST_PIXELS = 60_000_000
_SCREEN_DPI = 96  # pixels per inch, as in CSS: a picture is as large on paper as it is on the screen
_POINTS = 72  # per inch
_METER = 39.37  # inches
_QUALITY = 80  # of Qt's PNG writer: twice as fast as the default, and a fifth larger
_SIZE_IN_MM = re.compile(rb'<svg width="[^"]*" height="[^"]*"')


class PictureExportError(UserError):
    """A picture could not be saved; the message is one sentence for the user who asked for it."""


def size_at(picture: Picture, scale: int) -> QSize:
    """Return the size of a PNG file in pixels."""
    return QSize(max(round(picture.size.width() * scale), 1), max(round(picture.size.height() * scale), 1))


def scales_of(picture: Picture) -> list[int]:
    """Return the resolutions that can be chosen: all that a computer's memory easily holds, and at least one."""
    area = picture.size.width() * picture.size.height()
    return [scale for scale in SCALES if scale == 1 or area * scale * scale <= _MOST_PIXELS]


def render(picture: Picture, scale: int | None = None, *, transparent: bool = False) -> QImage:
    """Return a picture as pixels.

    Parameters
    ----------
    picture
        What to draw.
    scale
        Pixels per pixel of the screen; that which the picture proposes if None.
    transparent
        Whether to leave its background out, where it has one.

    Raises
    ------
    PictureExportError
        When there is not enough memory.
    """
    scale = picture.scale if scale is None else scale
    is_clear = transparent and picture.background is not None
    image = QImage(size_at(picture, scale), QImage.Format.Format_ARGB32 if is_clear else QImage.Format.Format_RGB32)
    if image.isNull():
        raise PictureExportError("The picture was not saved: there is not enough memory. Choose a lower resolution.")
    image.fill(Qt.GlobalColor.transparent if is_clear else picture.background or Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(scale, scale)
    picture.paint(painter)
    painter.end()
    for set_density in (image.setDotsPerMeterX, image.setDotsPerMeterY):  # afterwards, for texts would follow
        set_density(round(scale * _SCREEN_DPI * _METER))
    return image


def copy_to_clipboard(picture: Picture) -> None:
    """Put a picture on the clipboard."""
    QGuiApplication.clipboard().setImage(render(picture))


def png_bytes(image: QImage) -> bytes:
    """Return pixels as the contents of a PNG file."""
    return _written(lambda buffer: image.save(buffer, "PNG", _QUALITY))  # type: ignore[call-overload]  # stubs: str


def svg_bytes(picture: Picture, *, transparent: bool = False) -> bytes:
    """Return a picture as the contents of an SVG file, one unit a pixel of the screen."""

    def draw(buffer: QBuffer) -> None:
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setTitle(picture.name)
        generator.setDescription("")
        generator.setResolution(_SCREEN_DPI)
        generator.setSize(size_at(picture, 1))
        generator.setViewBox(QRectF(0.0, 0.0, picture.size.width(), picture.size.height()))
        _paint(picture, QPainter(generator), transparent)

    size = size_at(picture, 1)
    # In pixels, for some readers take a millimetre for another number of them.
    pixels = f'<svg width="{size.width()}" height="{size.height()}"'.encode("ascii")
    return _SIZE_IN_MM.sub(pixels, _written(draw), count=1)


def pdf_bytes(picture: Picture, *, transparent: bool = False) -> bytes:
    """Return a picture as the contents of a PDF file of one page, which is just as large."""

    def draw(buffer: QBuffer) -> None:
        writer = QPdfWriter(buffer)
        writer.setTitle(picture.name)
        writer.setCreator("Denoising Autoencoder Studio")
        writer.setResolution(_SCREEN_DPI)  # as that of the screen, so that texts take just the same room
        size = picture.size * (_POINTS / _SCREEN_DPI)
        page = QPageSize(QSizeF(size), QPageSize.Unit.Point, picture.name, QPageSize.SizeMatchPolicy.ExactMatch)
        writer.setPageSize(page)
        writer.setPageMargins(QMarginsF(0.0, 0.0, 0.0, 0.0))
        _paint(picture, QPainter(writer), transparent)

    return _written(draw)


def encode(picture: Picture, suffix: str, scale: int | None = None, *, transparent: bool = False) -> bytes:
    """Return a picture as the contents of a file.

    Parameters
    ----------
    picture, scale, transparent
        See `render`; the resolution matters to PNG files only.
    suffix
        ``".png"``, ``".svg"`` or ``".pdf"``.

    Raises
    ------
    PictureExportError
        When there is not enough memory.
    ValueError
        When the suffix is another one.
    """
    if suffix == ".png":
        return png_bytes(render(picture, scale, transparent=transparent))
    if suffix not in SUFFIXES:
        raise ValueError(f"A picture can be saved as {', '.join(SUFFIXES)}, not as “{suffix}”.")
    draw = svg_bytes if suffix == ".svg" else pdf_bytes
    return draw(picture, transparent=transparent)


def write_picture(
    picture: Picture | None, path: str | Path, scale: int | None = None, *, transparent: bool = False
) -> None:
    """Save a picture; a file that was there before is replaced only when all has been written.

    Parameters
    ----------
    picture
        What to save; None: there is none, which is an error.
    path
        Ends in ``.png``, ``.svg`` or ``.pdf``, which decides the format.
    scale, transparent
        See `render`.

    Raises
    ------
    PictureExportError
        When there is nothing to save, the ending is another one, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise PictureExportError(f"The picture was not saved: the name “{path.name}” must end in .png, .svg or .pdf.")
    if picture is None:
        raise PictureExportError(f"The picture was not saved to “{path}”: there is no picture yet.")
    data = encode(picture, path.suffix.lower(), scale, transparent=transparent)
    file = QSaveFile(str(path))
    written = file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit()
    if not written:
        reason = file.errorString().rstrip(".")
        raise PictureExportError(
            f"The picture could not be saved to “{path}”: {reason}. Choose another folder or file name."
        )


def _paint(picture: Picture, painter: QPainter, transparent: bool) -> None:
    if picture.background is not None and not transparent:
        painter.fillRect(QRectF(0.0, 0.0, picture.size.width(), picture.size.height()), picture.background)
    picture.paint(painter)
    painter.end()


def _written(write: Callable[[QBuffer], object]) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(data.data())

"""Putting a picture on the clipboard or into a PNG or SVG file."""

from base64 import b64encode
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSaveFile, Qt, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

_FILE_FILTERS = ("PNG picture (*.png)", "SVG picture (*.svg)")


class PictureExportError(Exception):
    """A picture could not be saved; the message is one sentence for the person who asked for it."""


class SavePictureDialog(QFileDialog):
    """Asks for the file to save a picture to; the chosen file type decides the ending of the name.

    Parameters
    ----------
    folder
        Where to start.
    name
        The proposed file name, without ending.
    parent
        The window that waits for the answer.
    """

    def __init__(self, folder: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Save picture", folder)
        self.setObjectName("savePictureDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setNameFilters(_FILE_FILTERS)
        self.setDefaultSuffix("png")
        self.selectFile(f"{name}.png")
        self.filterSelected.connect(self._on_filter_selected)

    @Slot(str)
    def _on_filter_selected(self, chosen: str) -> None:
        suffix = "svg" if chosen == _FILE_FILTERS[1] else "png"
        self.setDefaultSuffix(suffix)
        for path in self.selectedFiles()[:1]:
            self.selectFile(Path(path).with_suffix(f".{suffix}").name)


def copy_to_clipboard(image: QImage) -> None:
    """Put a picture on the clipboard."""
    QGuiApplication.clipboard().setImage(image)


def png_bytes(image: QImage) -> bytes:
    """Return a picture as the contents of a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know only str as format's type
    buffer.close()
    return bytes(data.data())


def svg_bytes(image: QImage) -> bytes:
    """Return a picture as the contents of an SVG file that holds it, pixel by pixel, as embedded PNG data."""
    width, height = image.width(), image.height()
    code = b64encode(png_bytes(image)).decode("ascii")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f'<image width="{width}" height="{height}" style="image-rendering:pixelated" '
        f'xlink:href="data:image/png;base64,{code}"/>\n</svg>\n'
    ).encode("ascii")


def write_picture(image: QImage, path: str | Path) -> None:
    """Save a picture; a file that was there before is replaced only when all has been written.

    Parameters
    ----------
    image
        Any picture.
    path
        Ends in ``.png`` or ``.svg``, which decides the format.

    Raises
    ------
    PictureExportError
        When there is nothing to save, the ending is another one, or the file cannot be written.
    """
    path = Path(path)
    encode = {".png": png_bytes, ".svg": svg_bytes}.get(path.suffix.lower())
    if encode is None:
        raise PictureExportError(f"The picture was not saved: the name “{path.name}” must end in .png or .svg.")
    if image.isNull():
        raise PictureExportError(f"The picture was not saved to “{path}”: there is no picture yet.")
    data = encode(image)
    file = QSaveFile(str(path))
    written = file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit()
    if not written:
        reason = file.errorString().rstrip(".")
        raise PictureExportError(
            f"The picture could not be saved to “{path}”: {reason}. Choose another folder or file name."
        )

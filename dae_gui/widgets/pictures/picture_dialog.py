"""Asks how a picture is to be saved: kind of file, resolution and colours, with a look at what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QSizePolicy,
    QWidget,
)

from dae_gui.support.accessible import Kind, attach
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.support.theme import DARK, LIGHT, Theme
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import check_box, combo_box, named
from dae_gui.widgets.pictures.picture import Picture
from dae_gui.widgets.pictures.picture_export import render, scales_of, size_at

_KINDS = (
    ("PNG: pixels, for documents and slides", ".png"),
    ("SVG: drawing, for editing and the web", ".svg"),
    ("PDF: one page, for LaTeX and print", ".pdf"),
)
_THEMES: tuple[tuple[str, Theme | None], ...] = (("As on the screen", None), ("Light", LIGHT), ("Dark", DARK))
_PREVIEW = QSize(380, 220)
_PRINT_DPI, _CM = 300, 2.54
_CHECKS = 8  # pixels: squares that stand for transparency


@dataclass(frozen=True)
class PictureOptions:
    """What the user chose: the file's ending, pixels per pixel of the screen (None: as proposed), and the colours."""

    suffix: str = ".png"
    scale: int | None = None
    theme: Theme | None = None
    transparent: bool = False


class SavePictureDialog(QDialog):
    """Proposes what was chosen last time; `picture` is what is to be saved, in the chosen colours.

    Parameters
    ----------
    make
        Returns the picture in the colours of a theme, or as it is on the screen (None); None: there is none.
    parent
        The window that waits for the answer.
    """

    last: ClassVar[PictureOptions] = PictureOptions()

    def __init__(self, make: Callable[[Theme | None], Picture | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("savePictureDialog")
        self.setWindowTitle("Save picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make = make
        last = SavePictureDialog.last
        self._picture = make(last.theme)
        self._preview = _Preview(self)
        self._kind = combo_box("pictureKindComboBox", "Kind of file", "What kind of file is written", _KINDS, self)
        self._scale = combo_box("pictureScaleComboBox", "Resolution", "How many pixels a PNG file gets", (), self)
        tip = "The colours of the light or the dark theme"
        self._theme = combo_box("pictureThemeComboBox", "Colours", tip, _THEMES, self)
        tip = "Leave out what lies behind the drawing; pictures made of pixels have nothing there"
        self._transparent = check_box("pictureTransparentCheckBox", "Transparent background", tip, self)
        self._about = named(PlainLabel(parent=self), "pictureSizeLabel", "Size of the picture")
        self._about.setWordWrap(True)
        self._about.setMinimumHeight(2 * self.fontMetrics().height())
        self._about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self._kind.setCurrentIndex([suffix for _, suffix in _KINDS].index(last.suffix))
        self._theme.setCurrentIndex([theme for _, theme in _THEMES].index(last.theme))
        self._transparent.setChecked(last.transparent)
        self._fill_scales(last.scale)
        for combo in (self._kind, self._scale):
            combo.currentIndexChanged.connect(self._describe)
        self._theme.currentIndexChanged.connect(self._on_theme_changed)
        self._transparent.toggled.connect(self._describe)
        self._describe()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("&Kind", self._kind)
        form.addRow("&Resolution", self._scale)
        form.addRow("&Colours", self._theme)
        form.addRow("", self._transparent)
        form.addRow("", self._about)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        save = buttons.addButton("&Save…", QDialogButtonBox.ButtonRole.AcceptRole)
        save.setObjectName("pictureSaveButton")
        save.setToolTip("Choose a folder and a name")
        save.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.setLayout(vbox((self._preview, 1), form, buttons, spacing=10))

    # -- what is chosen ------------------------------------------------------------------------------------------

    def picture(self) -> Picture | None:
        """Return the picture that is seen in the dialog, whatever has come on the screen since."""
        return self._picture

    def options(self) -> PictureOptions:
        """Return what is chosen."""
        return PictureOptions(
            self._kind.currentData(),
            self._scale.currentData(),
            self._theme.currentData(),
            self._transparent.isChecked(),
        )

    def accept(self) -> None:
        """Remember the choice for the next picture, but for the resolution that was only proposed."""
        chosen, picture = self.options(), self._picture
        if picture is not None and SavePictureDialog.last.scale is None and chosen.scale == picture.scale:
            chosen = replace(chosen, scale=None)
        SavePictureDialog.last = chosen
        super().accept()

    def _fill_scales(self, wanted: int | None) -> None:
        picture = self._picture
        if picture is None:
            return
        for scale in scales_of(picture):
            size = size_at(picture, scale)
            self._scale.addItem(f"{scale}×: {size.width():,} × {size.height():,} pixels", scale)
        self._scale.setCurrentIndex(max(self._scale.findData(wanted or picture.scale), 0))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._picture = self._make(self._theme.currentData())
        self._describe()

    @Slot()
    def _describe(self) -> None:
        picture, options = self._picture, self.options()
        if picture is None:
            return
        is_png = options.suffix == ".png"
        self._scale.setEnabled(is_png)
        self._transparent.setEnabled(picture.background is not None)
        size = size_at(picture, options.scale or picture.scale)
        across, down = (side / _PRINT_DPI * _CM for side in (size.width(), size.height()))
        if is_png:
            text = f"{size.width():,} × {size.height():,} pixels: {across:.1f} × {down:.1f} cm at {_PRINT_DPI} dpi"
        else:
            text = f"{picture.size.width():,.0f} × {picture.size.height():,.0f} units; sharp at every size"
        if not is_png and picture.background is None:
            text = f"{picture.size.width():,.0f} × {picture.size.height():,.0f} pixels, embedded"
        self._about.setText(text)
        self._preview.show_picture(picture, transparent=options.transparent)


class _Preview(QWidget):
    """The picture, as large as there is room for, over checks where nothing is painted."""

    accessible_kind = Kind.PICTURE

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("picturePreview")
        self.setAccessibleName("The picture as it is saved")
        self.setToolTip(plain_tip("The picture as it is saved; what changes on the screen from now on does not matter"))
        self.setMinimumSize(_PREVIEW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._pixmap = QPixmap()
        self._is_clear = False
        attach(self)

    def accessible_value(self) -> str:
        size = self._pixmap.size()
        return f"{size.width():,} by {size.height():,} pixels" + (", without background" if self._is_clear else "")

    def show_picture(self, picture: Picture, *, transparent: bool) -> None:
        self._is_clear = transparent and picture.background is not None
        self._pixmap = QPixmap.fromImage(render(picture, 1, transparent=transparent))
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        size = self._pixmap.size()
        if size.isEmpty():
            return
        size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio).boundedTo(size)
        area = self.rect()
        area.setSize(size)
        area.moveCenter(self.rect().center())
        if self._is_clear:
            painter.fillRect(area, QColor("#ffffff"))
            painter.setClipRect(area)
            for row in range(0, area.height(), _CHECKS):
                for column in range(row % (2 * _CHECKS), area.width(), 2 * _CHECKS):
                    painter.fillRect(area.x() + column, area.y() + row, _CHECKS, _CHECKS, QColor("#dcdfe4"))
        # Means over areas: a mosaic that is only sampled shows patterns of its own.
        ignore, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        painter.drawPixmap(area.topLeft(), self._pixmap.scaled(area.size(), ignore, smooth))

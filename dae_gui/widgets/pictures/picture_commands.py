"""Copying what a widget shows and saving its picture: the same menu entries, one dialog, work in the background."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QStandardPaths, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from dae_core.jobs import Monitor
from dae_gui.support import notices
from dae_gui.support.file_dialogs import FileKind, open_save_dialog
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.theme import Theme
from dae_gui.widgets.pictures.picture import Picture, in_theme
from dae_gui.widgets.pictures.picture_dialog import PictureOptions, SavePictureDialog
from dae_gui.widgets.pictures.picture_export import SUFFIXES, PictureExportError, copy_to_clipboard, write_picture

_PATTERNS = {".png": "PNG picture (*.png)", ".svg": "SVG drawing (*.svg)", ".pdf": "PDF page (*.pdf)"}
_PICTURES = QStandardPaths.StandardLocation.PicturesLocation
_KINDS = {
    suffix: FileKind("Save picture", "pictures", pattern, tuple(dict.fromkeys((suffix, *SUFFIXES))), _PICTURES)
    for suffix, pattern in _PATTERNS.items()
}


class PictureCommands(QObject):
    """What the user can do with what a widget shows: copy its numbers, copy and save its picture.

    Parameters
    ----------
    widget
        Shows the picture; its colours are exchanged for a moment where another theme is chosen. Owner of this object.
    make
        Returns the picture as the widget shows it now, or None where it is empty.
    numbers
        Returns the numbers that are shown as a table, cells parted by tabs; None for a widget that shows none.
    """

    def __init__(
        self, widget: QWidget, make: Callable[[], Picture | None], numbers: Callable[[], str] | None = None
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._make = make
        self._numbers = numbers
        self._dialog: SavePictureDialog | None = None

    def actions(self, parent: QObject, *, enabled: bool = True) -> list[QAction]:
        """Return new actions that copy and save, as children of ``parent``; the first shows the usual key."""
        actions = []
        for name, text, tip, act in (
            ("copyNumbersAction", "Copy &numbers", "Put the numbers on the clipboard", self.copy_numbers),
            ("copyPictureAction", "Copy &picture", "Put the picture on the clipboard", self.copy),
            ("savePictureAction", "&Save picture…", "Save the picture as PNG, SVG or PDF", self.save_as),
        ):
            action = QAction(text, parent)
            action.setObjectName(name)
            action.setToolTip(plain_tip(tip))
            action.triggered.connect(act)
            action.setEnabled(enabled)
            actions.append(action)
        offered = actions if self._numbers is not None else actions[1:]
        offered[0].setShortcut(QKeySequence.StandardKey.Copy)
        offered[0].setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return offered

    def show_menu(self, place: QPoint, *, enabled: bool) -> None:
        """Open a menu that copies and saves at a place of the screen."""
        menu = QMenu(self._widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions(menu, enabled=enabled))
        menu.popup(place)

    @Slot()
    def copy_numbers(self) -> None:
        """Put the numbers on the clipboard, if there are any."""
        text = "" if self._numbers is None else self._numbers()
        if text:
            QGuiApplication.clipboard().setText(text)

    def copy_content(self) -> None:
        """Copy what the usual key copies: the numbers, or the picture of a widget that shows none."""
        if self._numbers is not None:
            self.copy_numbers()
        else:
            self.copy()

    @Slot()
    def copy(self) -> None:
        """Put the picture on the clipboard, if there is one."""
        picture = self._make()
        if picture is None:
            return
        try:
            copy_to_clipboard(picture)
        except PictureExportError as error:
            self._warn(str(error))

    def save(self, path: str | Path) -> bool:
        """Save the picture as its own proposal says, by the path's ending; return whether it worked, and tell."""
        try:
            write_picture(self._make(), path)
        except PictureExportError as error:
            self._warn(str(error))
            return False
        self._on_written(Path(path))
        return True

    @Slot()
    def save_as(self) -> None:
        """Ask how and where, then save the picture; returns at once, while the dialogue is still open."""
        dialog = SavePictureDialog(self._in_theme, self._widget.window())
        if dialog.picture() is None:
            dialog.deleteLater()
            self._warn("The picture was not saved: there is no picture yet.")
            return
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        dialog.open()

    def _in_theme(self, theme: Theme | None) -> Picture | None:
        with in_theme(self._widget, theme):
            return self._make()

    @Slot(int)
    def _on_finished(self, result: int) -> None:
        dialog, self._dialog = self._dialog, None  # however it was closed, or it would keep its picture
        picture = None if dialog is None else dialog.picture()
        if dialog is None or picture is None or result != QDialog.DialogCode.Accepted:
            return
        options = dialog.options()
        kind = _KINDS[options.suffix]
        save = functools.partial(self._save, picture, options)
        files = open_save_dialog(kind, f"{picture.name}{options.suffix}", self._widget.window(), save)
        files.setObjectName("savePictureFileDialog")

    def _save(self, picture: Picture, options: PictureOptions, path: Path) -> None:
        job = Jobs.of(self._widget).start(_write, picture, path, options, failure="The picture could not be saved")
        job.done.connect(self._on_written)
        job.failed.connect(self._warn)

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        notices.note_saved(self._widget, path)

    @Slot(str)
    def _warn(self, text: str) -> None:
        notices.warn(self._widget, text)


def _write(picture: Picture, path: Path, options: PictureOptions, _monitor: Monitor) -> Path:
    write_picture(picture, path, options.scale, transparent=options.transparent)
    return path

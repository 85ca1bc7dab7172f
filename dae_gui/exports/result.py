"""Shows which files an export has written, and what is missing beside them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from dae_core.exporting.files import Exported
from dae_core.texts import format_bytes, plain
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import named, text_label


class ExportResult(QDialog):
    """A list of files with their sizes; the window behind it stays usable.

    Parameters
    ----------
    exported
        What was written, at least one file.
    parent
        Over which window it stands.
    """

    def __init__(self, exported: Exported, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportResultDialog")
        self.setWindowTitle("Exported")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._exported = exported
        self._folder = exported.files[0].parent
        sizes = [_size(path) for path in exported.files]
        count = len(exported.files)
        text = f"{count} file{'s' if count != 1 else ''}, {format_bytes(sum(sizes))}, in {self._folder}"
        heading = self._label("exportResultLabel", "Where the files are", text)
        tip = "Double click opens a file"
        self._list = named(QTreeWidget(self), "exportResultList", "Files that were written", tip)
        self._list.setHeaderLabels(["File", "Size"])
        self._list.setRootIsDecorated(False)
        self._list.setAlternatingRowColors(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._list.header().setStretchLastSection(False)
        for path, size in zip(exported.files, sizes, strict=True):
            item = QTreeWidgetItem([plain(path.name), format_bytes(size)])
            item.setData(0, Qt.ItemDataRole.UserRole, str(path))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._list.addTopLevelItem(item)
        self._list.itemActivated.connect(self._on_item_activated)
        notes = "\n".join(exported.notes)
        shown = [self._label("exportNotesLabel", "What is missing", notes)] if notes else []
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        open_folder = buttons.addButton("&Show in folder", QDialogButtonBox.ButtonRole.ActionRole)
        named(open_folder, "exportOpenFolderButton", "Show in folder", "Show the folder in the file manager")
        open_folder.clicked.connect(self._open_folder)
        copy = buttons.addButton("&Copy list", QDialogButtonBox.ButtonRole.ActionRole)
        named(copy, "exportCopyListButton", "Copy list", "Put the paths of all files on the clipboard")
        copy.clicked.connect(self._copy_list)
        buttons.rejected.connect(self.reject)
        self.setLayout(vbox(heading, (self._list, 1), *shown, buttons, spacing=10))
        row = self._list.sizeHintForRow(0)
        self.resize(520, min(max(240, 190 + row * (count + 1)), 560))

    def _label(self, object_name: str, accessible_name: str, text: str) -> QLabel:
        label = text_label(object_name, accessible_name, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        return label

    @Slot()
    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    @Slot()
    def _copy_list(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(map(str, self._exported.files)))

    @Slot(QTreeWidgetItem)
    def _on_item_activated(self, item: QTreeWidgetItem) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(item.data(0, Qt.ItemDataRole.UserRole)))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # somebody has taken it away already
        return 0

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
    QVBoxLayout,
    QWidget,
)

from dae_core.exporting.files import Exported


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
        heading = QLabel(f"{count} file{'s' if count != 1 else ''}, {_written(sum(sizes))}, in {self._folder}", self)
        heading.setObjectName("exportResultLabel")
        heading.setAccessibleName("Where the files are")
        heading.setWordWrap(True)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._list = QTreeWidget(self)
        self._list.setObjectName("exportResultList")
        self._list.setAccessibleName("Files that were written")
        self._list.setToolTip("Double click opens a file")
        self._list.setHeaderLabels(["File", "Size"])
        self._list.setRootIsDecorated(False)
        self._list.setAlternatingRowColors(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._list.header().setStretchLastSection(False)
        for path, size in zip(exported.files, sizes, strict=True):
            item = QTreeWidgetItem([path.name, _written(size)])
            item.setData(0, Qt.ItemDataRole.UserRole, str(path))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._list.addTopLevelItem(item)
        self._list.itemActivated.connect(self._on_item_activated)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addWidget(self._list, 1)
        if exported.notes:
            notes = QLabel("\n".join(exported.notes), self)
            notes.setObjectName("exportNotesLabel")
            notes.setAccessibleName("What is missing")
            notes.setWordWrap(True)
            notes.setTextFormat(Qt.TextFormat.PlainText)
            notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(notes)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        open_folder = buttons.addButton("&Open folder", QDialogButtonBox.ButtonRole.ActionRole)
        open_folder.setObjectName("exportOpenFolderButton")
        open_folder.setToolTip("Show the folder in the file manager")
        open_folder.clicked.connect(self._open_folder)
        copy = buttons.addButton("&Copy list", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("exportCopyListButton")
        copy.setToolTip("Put the paths of all files on the clipboard")
        copy.clicked.connect(self._copy_list)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        row = self._list.sizeHintForRow(0)
        self.resize(520, min(max(240, 190 + row * (count + 1)), 560))

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


def _written(size: int) -> str:
    """Return a size for people: in kB of 1,000 bytes, or MB."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1e3:,.0f} kB" if size < 999_500 else f"{size / 1e6:,.1f} MB"

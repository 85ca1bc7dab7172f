"""The window that lists all keys: in groups, and searched by what they do or by the key itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dae_gui.support.copying import offer_copying
from dae_gui.widgets.controls.named import hint_label, named
from dae_gui.window.palette.key_table import KeyRow
from dae_gui.window.palette.matching import Index

_TEXT, _KEYS = 0, 1
_AIR, _OVER_GROUP = 7, 16  # pixels


class ShortcutsDialog(QDialog):
    """Lists keys beside the main window, which stays usable.

    Parameters
    ----------
    rows
        The keys.
    parent
        The main window.
    """

    def __init__(self, rows: Sequence[KeyRow], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutsDialog")
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows = rows
        self._index = Index([(row.text, f"{row.keys} {row.keys.replace('+', ' ')} {row.more}") for row in rows])
        self.field = named(QLineEdit(self), "shortcutsField", "Find a key by what it does, or by its name")
        self.field.setPlaceholderText("Find: save, zoom, Ctrl+Shift …")
        self.field.setClearButtonEnabled(True)
        self.tree = named(QTreeWidget(self), "shortcutsTree", "Keys, in groups")
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(14)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(_TEXT, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(_KEYS, QHeaderView.ResizeMode.ResizeToContents)
        offer_copying(self.tree)
        self.nothing = hint_label("shortcutsNothingLabel", "", self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(buttons)
        self._fill()
        self._find()
        self.field.textChanged.connect(self._find)
        self.field.setFocus()

    def sizeHint(self) -> QSize:
        """Return room for all columns, and for the keys of a few menus."""
        letters = self.fontMetrics()
        return QSize(letters.averageCharWidth() * 84, letters.height() * 34)

    def _fill(self) -> None:
        bold = QFont(self.font())
        bold.setBold(True)
        line = self.fontMetrics().height()
        groups: dict[str, QTreeWidgetItem] = {}
        self._items: list[QTreeWidgetItem] = []
        for row in self._rows:
            if row.group not in groups:
                group = groups[row.group] = QTreeWidgetItem(self.tree, [row.group])
                group.setFont(_TEXT, bold)
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setExpanded(True)
                group.setSizeHint(_TEXT, QSize(0, line + _OVER_GROUP))
                group.setTextAlignment(_TEXT, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
            item = QTreeWidgetItem(groups[row.group], [row.text, row.keys])
            item.setSizeHint(_TEXT, QSize(0, line + _AIR))
            item.setData(_TEXT, Qt.ItemDataRole.AccessibleTextRole, f"{row.text}: {row.keys}")
            item.setForeground(_KEYS, self.palette().brush(QPalette.ColorRole.Link))
            self._items.append(item)
        self._groups = list(groups.values())

    @Slot()
    def _find(self) -> None:
        query = self.field.text().replace("+", " ") if len(self.field.text().strip()) > 1 else self.field.text()
        found = set(self._index.ranked(query))
        for place, item in enumerate(self._items):
            item.setHidden(place not in found)
        for group in self._groups:
            group.setHidden(all(group.child(place).isHidden() for place in range(group.childCount())))
        self.tree.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.setText("" if found else f"No key does anything called “{self.field.text().strip()}”.")

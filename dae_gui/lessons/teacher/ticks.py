"""A list of things to tick: data sets, locks, docks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QListWidget, QListWidgetItem, QWidget

from dae_core.texts import plain
from dae_gui.widgets.controls.named import named

_MOST_LINES, _ROOM = 6, 4


class Ticks(QListWidget):
    """Shows what is ticked, and announces what the user ticks.

    Signals
    -------
    ticked(tuple of str)
        The names of all that is ticked now.
    """

    ticked = Signal(object)

    def __init__(
        self, name: str, title: str, tip: str, items: Mapping[str, str], ticked: Collection[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        named(self, name, title, tip)
        height = QCheckBox().sizeHint().height() + _ROOM
        for key, text in items.items():
            item = QListWidgetItem(plain(text), self)
            item.setSizeHint(QSize(0, height))
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in ticked else Qt.CheckState.Unchecked)
        self.setFixedHeight(min(len(items), _MOST_LINES) * height + 2 * self.frameWidth() + _ROOM)
        self.itemChanged.connect(self._on_item_changed)

    @Slot()
    def _on_item_changed(self) -> None:
        items = [self.item(row) for row in range(self.count())]
        chosen = [item for item in items if item.checkState() is Qt.CheckState.Checked]
        self.ticked.emit(tuple(item.data(Qt.ItemDataRole.UserRole) for item in chosen))

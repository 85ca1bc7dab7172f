"""The palette's window: a field to type into, and below it what is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shiboken6
from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QLineEdit, QListView, QWidget

from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import hint_label, named
from dae_gui.window.palette.entries import Entry
from dae_gui.window.palette.entry_delegate import EntryDelegate
from dae_gui.window.palette.entry_model import EntryModel
from dae_gui.window.palette.matching import Index

_CHARACTERS, _MOST_ROWS, _MARGIN = 104, 12, 12
_AROUND = 30  # pixels of margins and gaps
_TO_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TIP = "Type any part of a name. Arrow keys choose, Enter does it, Esc closes"


class PalettePopup(QFrame):
    """Finds entries while the user types, and announces the chosen one; closed, it gives the focus back.

    Parameters
    ----------
    window
        Over whose top it stands.

    Signals
    -------
    chosen(Entry)
        The user chose this; the popup is closed already, so the focus is where it was.
    """

    chosen = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("commandPalette")
        self.setAccessibleName("Command palette")
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.entries: Sequence[Entry] = ()
        self._used: Mapping[int, int] = {}
        self._index = Index(())
        self._before: QWidget | None = None
        self._room = QSize()
        self._model = EntryModel(self)
        self.field = named(QLineEdit(self), "paletteField", "Find a command, setting, run, data set or help", "")
        self.field.setPlaceholderText("Find a command, setting, run, data set …")
        self.field.setClearButtonEnabled(True)
        self.field.setAccessibleDescription(_TIP)
        self.field.installEventFilter(self)
        self.list = named(QListView(self), "paletteList", "Found")
        self.list.setModel(self._model)
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps it: one types on while one chooses
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._on_clicked)
        self.nothing = hint_label("paletteNothingLabel", "", self)
        self.foot = named(PlainLabel(_TIP, self), "paletteFootLabel")
        self.foot.setForegroundRole(self.foot.palette().ColorRole.PlaceholderText)
        self.foot.setContentsMargins(4, 0, 4, 0)
        self.setLayout(vbox(self.field, (self.list, 1), (self.nothing, 1), self.foot, spacing=6, margins=(8, 8, 8, 6)))
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self._find)

    def set_entries(self, entries: Sequence[Entry], used: Sequence[str]) -> None:
        """Search these from now on.

        Parameters
        ----------
        entries
            In the order of their tables.
        used
            The keys of those that were used, the last one first.
        """
        places = {entry.key: place for place, entry in enumerate(entries)}
        self.entries = entries
        self._used = {places[key]: ago for ago, key in enumerate(used) if key in places}
        self._index = Index([entry.words() for entry in entries])
        chosen = self._chosen()
        self._find()
        if chosen is not None and self.isVisible():  # more was found meanwhile: the user keeps what is chosen
            rows = range(self._model.rowCount())
            row = next((row for row in rows if self._key(row) == chosen.key), 0)
            self.list.setCurrentIndex(self._model.index(row))

    def open_over(self, window: QWidget) -> None:
        """Show it, empty, at the middle of a window's top."""
        self._before = QApplication.activeWindow() or window
        self.field.clear()
        width = min(self.fontMetrics().averageCharWidth() * _CHARACTERS, window.width() - 2 * _MARGIN)
        self._room = QSize(width, window.height() - 4 * _MARGIN)
        self._fit()
        self.move(window.mapToGlobal(QPoint((window.width() - width) // 2, 2 * _MARGIN)))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        """Be as high as what is found, at most as the room allows; the upper edge stays where it is."""
        rows = min(max(self._model.rowCount(), 1), _MOST_ROWS)
        row = max(self.list.sizeHintForRow(0), self.nothing.sizeHint().height())
        around = self.field.sizeHint().height() + self.foot.sizeHint().height() + _AROUND
        self.resize(self._room.width(), min(rows * row + around, self._room.height()))

    # Finding and choosing

    @Slot()
    def _find(self) -> None:
        query = self.field.text()
        found = self._index.ranked(query, self._used)
        self._model.set_entries([self.entries[place] for place in found], query)
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.setText(
            "" if found else f"Nothing is called “{query.strip()}”. Try fewer letters, or another word."
        )
        self.foot.setText(_TIP)
        if found:
            self.list.setCurrentIndex(self._model.index(0))
        if self.isVisible():
            self._fit()

    def _key(self, row: int) -> str:
        entry = self._model.entry(row)
        return "" if entry is None else entry.key

    def _chosen(self) -> Entry | None:
        return self._model.entry(self.list.currentIndex().row())

    def _choose(self) -> None:
        entry = self._chosen()
        if entry is not None:
            self._leave()
            self.chosen.emit(entry)

    def _leave(self) -> None:
        """Close, and have the window of before take the keys at once, also where the desktop is late to say so."""
        self.close()
        if self._before is not None and shiboken6.isValid(self._before):
            self._before.activateWindow()

    @Slot(QModelIndex)
    def _on_clicked(self, _index: QModelIndex) -> None:
        self._choose()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a rim, for in a dark window the ground alone would not tell where the palette ends."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose with the keys of a list, while the field has the focus."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _ENTER:
                self._choose()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._leave()
                return True
            if event.key() in _TO_LIST:
                self.list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return True  # there is nowhere else to go
        return super().eventFilter(watched, event)

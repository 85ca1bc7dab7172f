"""The list of data sets, and the buttons that do something with the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QPushButton,
    QWidget,
)

from dae_gui.panels.dataset_panel.row_delegate import RowDelegate
from dae_gui.panels.dataset_panel.row_model import RowModel
from dae_gui.panels.dataset_panel.rows import DataRow, Kind
from dae_gui.support.copying import offer_copying
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named, push_button

_REMOVE_TIPS = {
    Kind.BUNDLED: "The bundled digits come with the program",
    Kind.CATALOGUE: "Delete the downloaded files from this machine",
    Kind.OWN: "Delete these drawings",
    Kind.MADE: "It is made from another data set, which can be removed",
    Kind.OPENED: "Take it off this list; its files stay",
}


class _ListView(QListView):
    """A list whose rows are broken anew when its width changes."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        delegate = self.itemDelegate()
        if isinstance(delegate, RowDelegate):
            delegate.set_width(self.viewport().width())
        self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)


class DataList(QWidget):
    """Shows rows, and announces what the user wants of one of them.

    Signals
    -------
    useRequested(str), downloadRequested(str), cancelRequested(str), removeRequested(str), folderRequested(str)
        With the source of the chosen row.
    heldOutRequested(str), trainingRequested(str)
        Drawings shall be the held-out images, or be added to the training images.
    openRequested()
        The user wants to open pictures of their own.
    """

    useRequested = Signal(str)
    downloadRequested = Signal(str)
    cancelRequested = Signal(str)
    removeRequested = Signal(str)
    folderRequested = Signal(str)
    heldOutRequested = Signal(str)
    trainingRequested = Signal(str)
    openRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataList")
        self.model = RowModel(self)
        tip = "Enter or a double click uses a data set, or downloads it"
        self.view = named(_ListView(self), "datasetListView", "Data sets", tip)
        self.view.setModel(self.model)
        self.view.setItemDelegate(RowDelegate(self.view))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        offer_copying(self.view)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMouseTracking(True)
        self.view.installEventFilter(self)
        self.view.doubleClicked.connect(self.activate)
        self.view.selectionModel().currentChanged.connect(self.refresh_buttons)
        self.model.modelReset.connect(self.refresh_buttons)

        self.use = self._button("useDataButton", "Use", "Train on this data set")
        self.held_out = self._button("useAsHeldOutButton", "Held out", "Judge the network by these drawings")
        self.training = self._button(
            "addToTrainingButton", "Add", "Train on these drawings together with the present data set"
        )
        self.download = self._button("downloadDataButton", "Download", "")
        self.cancel = self._button("cancelDownloadButton", "Cancel", "Stop this download")
        self.folder = IconButton("showDataFolderButton", "open", "Show folder", "Show its folder", self)
        self.remove = IconButton("removeDataButton", "clear", "Remove", "", self)
        self.open = IconButton(
            "openImagesButton", "picture", "Open images", "Open a folder of pictures of your own", self
        )
        self.open.clicked.connect(self.openRequested)
        chosen = (self.use, self.held_out, self.training, self.download, self.cancel)
        buttons = hbox(*chosen, 1, self.folder, self.remove, self.open, spacing=4)
        self.setLayout(vbox((self.view, 1), buttons, spacing=4, margins=(0, 0, 0, 0)))
        self._signals = {
            self.use: self.useRequested,
            self.held_out: self.heldOutRequested,
            self.training: self.trainingRequested,
            self.download: self.downloadRequested,
            self.cancel: self.cancelRequested,
            self.folder: self.folderRequested,
            self.remove: self.removeRequested,
        }
        for clicked in self._signals:
            clicked.clicked.connect(self._on_clicked)
        self.refresh_buttons()

    def set_rows(self, rows: list[DataRow]) -> None:
        """Show rows; the chosen one stays chosen, until another one is in use."""
        chosen = self.current()
        before = {row.source: bool(row.problem) for row in self.rows()}
        used_before = next((row.source for row in self.rows() if row.is_used), None)
        self.model.set_rows(rows)
        used_now = next((row.source for row in rows if row.is_used), None)
        if used_now is not None and used_now != used_before:
            place = self.model.place(used_now)
        else:
            place = max(0, -1 if chosen is None else self.model.place(chosen.source))
        if rows and place != self.view.currentIndex().row():
            self.view.setCurrentIndex(self.model.index(place))
        if before != {row.source: bool(row.problem) for row in rows}:
            self.view.scheduleDelayedItemsLayout()  # a sentence takes more room than three lines
        self.refresh_buttons()

    def rows(self) -> list[DataRow]:
        """Return all rows."""
        found = (self.model.row(place) for place in range(self.model.rowCount()))
        return [row for row in found if row is not None]

    def current(self) -> DataRow | None:
        """Return the chosen row."""
        return self.model.row(self.view.currentIndex().row())

    def choose(self, source: str) -> None:
        """Choose the row of a source, if there is one."""
        place = self.model.place(source)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place))

    @Slot()
    def activate(self) -> None:
        """Do what is next with the chosen row: use it, or get it."""
        for button in (self.use, self.download):
            if button.isVisibleTo(self) and button.isEnabled():
                button.click()
                return

    @Slot()
    def refresh_buttons(self) -> None:
        """Offer what can be done with the chosen row."""
        row = self.current()
        kind = None if row is None else row.kind
        loading = row is not None and row.progress is not None
        is_here = row is not None and row.is_here
        self.use.setVisible(is_here or kind is not Kind.CATALOGUE)
        self.use.setEnabled(row is not None and is_here and (not row.is_used or kind is Kind.OWN))
        for button in (self.held_out, self.training):
            button.setVisible(kind is Kind.OWN)
        self.download.setVisible(kind is Kind.CATALOGUE and not is_here and not loading)
        self.cancel.setVisible(loading)
        failed = row is not None and bool(row.problem)
        self.download.setText("Try again" if failed else "Download")
        self.download.setAccessibleName(self.download.text())
        self.download.setToolTip(plain_tip("" if row is None else f"Get {row.title} from the network ({row.place})"))
        is_kept = kind not in (Kind.BUNDLED, Kind.MADE)  # in a folder of its own
        self.folder.setEnabled(is_here and is_kept)
        self.remove.setEnabled(row is not None and not loading and is_kept and (is_here or kind is Kind.OPENED))
        self.remove.setToolTip(plain_tip("" if kind is None else _REMOVE_TIPS[kind]))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Use or get the chosen row with Enter, remove it with Delete."""
        if watched is self.view and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.activate()
                return True
            if event.key() == Qt.Key.Key_Delete and self.remove.isEnabled():
                self.remove.click()
                return True
        return False

    @Slot()
    def _on_clicked(self) -> None:
        row, button = self.current(), self.sender()
        if row is not None:
            next(signal for key, signal in self._signals.items() if key is button).emit(row.source)

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = push_button(name, text, tip, self)
        button.setAutoDefault(False)
        button.setMinimumWidth(button.fontMetrics().horizontalAdvance(text) + 18)
        return button

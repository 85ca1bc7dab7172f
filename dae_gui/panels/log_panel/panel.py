"""The log panel: a list of what happened when, to search, copy and save."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStackedLayout,
    QTableView,
    QWidget,
)

from dae_core.errors import UserError
from dae_core.files import file_errors_as, write_atomically
from dae_core.jobs import Monitor
from dae_gui.panels.log_panel.model import EventFilter, EventModel, line_text
from dae_gui.support import notices
from dae_gui.support.copying import offer_copying
from dae_gui.support.event_log import Event, EventLog, Kind
from dae_gui.support.file_dialogs import LOG, ask_where_to_save
from dae_gui.support.jobs import Jobs
from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.scale import scaled
from dae_gui.widgets.controls.icon_button import IconButton
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import combo_box, hint_label, named
from dae_gui.widgets.controls.table_look import set_table_look
from dae_gui.workbench.study_panel import StudyPanel
from dae_gui.workbench.workbench import Workbench

_CHOICES: dict[str, frozenset[Kind]] = {
    "Everything": frozenset(Kind),
    "Warnings and errors": frozenset(kind for kind in Kind if kind.is_trouble),
    "Runs and settings": frozenset({Kind.RUN, Kind.SETTING}),
    "Data, sessions, files": frozenset({Kind.DATA, Kind.SESSION, Kind.FILE}),
    "Notes": frozenset({Kind.NOTE}),
}
_ICON = 14  # pixels at 100 %
_BUTTONS = {
    "copyLogButton": ("copy", "Copy", "Copy the selected lines, or all that are shown (Ctrl+C)"),
    "saveLogButton": ("save", "Save as text", "Save the lines that are shown as a text file"),
    "clearLogButton": ("clear", "Clear", "Empty the list; the log file keeps everything"),
}


class LogPanel(StudyPanel):
    """A table of events, which follows the newest one unless it was scrolled up."""

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(workbench, jobs, parent)
        self.setObjectName("logPanel")
        self._log: EventLog | None = None
        self._model = EventModel(self)
        self._filter = EventFilter(self)
        self._filter.setSourceModel(self._model)
        self.table = _EventTable(self)
        self.table.setModel(self._filter)
        self._kinds = combo_box("logKindComboBox", "Kinds of events", "Which events are shown", _CHOICES.items(), self)
        tip = "Show only events whose text holds this"
        self._search = named(QLineEdit(self), "logSearchLineEdit", "Search in the log", tip)
        self._search.setPlaceholderText("Search")
        self._search.setClearButtonEnabled(True)
        self._count = PlainLabel(parent=self)
        self._count.setObjectName("logCountLabel")
        self._count.setForegroundRole(self._count.palette().ColorRole.PlaceholderText)
        self._empty = hint_label("logEmptyLabel", "", self)
        self._buttons = {name: IconButton(name, *texts, self) for name, texts in _BUTTONS.items()}
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        bar = hbox(self._kinds, (self._search, 1), self._count, *self._buttons.values(), spacing=4)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        self.setLayout(vbox(bar, (self._pages, 1), spacing=4, margins=(6, 6, 6, 6)))

    def _connect(self) -> None:
        self._kinds.currentIndexChanged.connect(self._on_kinds_chosen)
        self._search.textChanged.connect(self._on_search_changed)
        self.table.copyRequested.connect(self.copy)
        self._buttons["copyLogButton"].clicked.connect(self.copy)
        self._buttons["saveLogButton"].clicked.connect(self.save_as)
        self._buttons["clearLogButton"].clicked.connect(self.clear)

    # What is shown

    def set_log(self, log: EventLog) -> None:
        """Show this log."""
        self._log = log
        log.added.connect(self._on_added)
        log.cleared.connect(self._on_cleared)
        self.invalidate()

    def study(self) -> None:
        """Show what is new."""
        if self._log is not None:
            bar = self.table.verticalScrollBar()
            is_at_end = bar.value() >= bar.maximum() - self.table.verticalHeader().defaultSectionSize()
            self._model.catch_up(self._log)
            if is_at_end:
                self.table.scrollToBottom()
        self._show_count()

    @Slot()
    def _on_added(self) -> None:
        self.invalidate()

    @Slot()
    def _on_cleared(self) -> None:
        self._model.clear()
        self._show_count()

    @Slot()
    def _on_kinds_chosen(self) -> None:
        self._filter.set_kinds(self._kinds.currentData())
        self._show_filtered()

    @Slot(str)
    def _on_search_changed(self, text: str) -> None:
        self._filter.set_text(text)
        self._show_filtered()

    def _show_filtered(self) -> None:
        self._show_count()
        self.table.scrollToBottom()

    def _show_count(self) -> None:
        shown, kept = self._filter.rowCount(), self._model.rowCount()
        self._count.setText(f"{shown:,} of {kept:,}" if shown != kept else f"{kept:,} event{'' if kept == 1 else 's'}")
        self._empty.setText(
            "No event fits the search." if kept else "What happens from now on is listed here: runs, changes, files."
        )
        self._pages.setCurrentWidget(self.table if shown else self._empty)
        for name in ("copyLogButton", "saveLogButton"):
            self._buttons[name].setEnabled(shown > 0)
        self._buttons["clearLogButton"].setEnabled(kept > 0)

    # What the user does

    @Slot()
    def copy(self) -> None:
        """Put the selected lines on the clipboard, or all that are shown where none is selected."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        lines = self._lines(rows or range(self._filter.rowCount()))
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))
            notices.note(self, f"Copied {len(lines):,} line{'' if len(lines) == 1 else 's'} of the log")

    @Slot()
    def clear(self) -> None:
        """Empty the list."""
        if self._log is not None:
            self._log.clear()

    @Slot()
    def save_as(self) -> None:
        """Ask where, and write the lines that are shown."""
        path = ask_where_to_save(LOG, "dae-studio-log.txt", self)
        if path is not None:
            self.ask("save", _write, self._on_saved, path, self._lines(range(self._filter.rowCount())))

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        notices.note_saved(self, path)

    def _lines(self, rows: list[int] | range) -> list[str]:
        return [line_text(self._event(row)) for row in rows]

    def _event(self, row: int) -> Event:
        return self._model.event_at(self._filter.mapToSource(self._filter.index(row, 0)).row())

    # Appearance

    def sizeHint(self) -> QSize:
        """Return the room that some lines need."""
        return QSize(560, 240)

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew in another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_buttons"):
            self._model.refresh_colors()


class _EventTable(QTableView):
    """The table itself; Ctrl+C asks for the selected lines."""

    copyRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("logTable")
        self.setAccessibleName("What happened when")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        set_table_look(self, 6)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(False)
        offer_copying(self)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show a model, its first two columns as wide as their texts need."""
        super().setModel(model)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Leave room for larger letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def _measure(self) -> None:
        measure, icon = self.fontMetrics(), scaled(_ICON)
        self.setIconSize(QSize(icon, icon))
        self.setColumnWidth(0, measure.horizontalAdvance("00:00:00") + scaled(20))
        self.setColumnWidth(1, max(measure.horizontalAdvance(kind.value) for kind in Kind) + icon + scaled(26))

    def copy_content(self) -> bool:
        """Ask for the selected lines, or all; return whether there are any."""
        self.copyRequested.emit()
        model = self.model()
        return model is not None and model.rowCount() > 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_content()
        else:
            super().keyPressEvent(event)


def _write(path: Path, lines: list[str], _monitor: Monitor) -> Path:
    with file_errors_as(UserError, path):
        write_atomically(path, ("\n".join(lines) + "\n").encode())
    return path

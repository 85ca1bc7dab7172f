"""Asks what of a run is to be exported, and into which folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QGridLayout, QGroupBox, QLineEdit, QWidget

from dae_core.datasets import Dataset
from dae_core.errors import UserError
from dae_core.exporting.files import FORMATS
from dae_core.files import typed_path
from dae_core.sessions.run import Run
from dae_core.texts import plain
from dae_gui.exports.figures import FIGURES
from dae_gui.exports.formats import EXISTING_FOLDER
from dae_gui.exports.request import ExportRequest
from dae_gui.support.file_dialogs import may_replace, open_folder_dialog
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import check_box, named, push_button

_SUFFIXES = ((".png", "PNG"), (".svg", "SVG"), (".pdf", "PDF"))


class ExportDialog(QDialog):
    """Check boxes for all that a run can be exported as; what was chosen last is proposed again.

    Parameters
    ----------
    run, dataset
        What is exported; see `ExportRequest`.
    folder
        Where to, as it is proposed.
    parent
        Over which window it stands.

    Signals
    -------
    chosen(ExportRequest)
        The user wants this to be written.
    """

    chosen = Signal(object)

    left_out: ClassVar[frozenset[str]] = frozenset({".pdf"})
    """What was not checked last time."""

    def __init__(self, run: Run, dataset: Dataset | None, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle(f"Export {plain(run.label.name)}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._run, self._dataset = run, dataset
        self._boxes: dict[str, QCheckBox] = {}
        text = f"{run.label.name}, at iteration {run.checkpoint.iteration:,}, on {run.data.name}"
        about = named(PlainLabel(text, self), "exportAboutLabel", "What is exported")
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setWordWrap(True)
        tip = "Where the files go; the folder is made if it is not there"
        self._folder = named(QLineEdit(str(folder), self), "exportFolderLineEdit", "Folder", tip)
        self._folder.setMinimumWidth(300)
        browse = push_button("exportBrowseButton", "&Browse…", "Choose another folder", self, "Browse")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        self._note = named(PlainLabel(parent=self), "exportReplaceLabel", "What would be replaced")
        self._note.setWordWrap(True)
        self._note.setMinimumHeight(self._note.fontMetrics().height())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._export = buttons.addButton("&Export", QDialogButtonBox.ButtonRole.AcceptRole)
        named(self._export, "exportButton", "Export", "Write the files")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        titles = dict.fromkeys(row.group for row in FORMATS.values())
        groups = hbox(*((self._formats_group(title), 1) for title in titles))
        label = PlainLabel("&Folder", self)
        label.setBuddy(self._folder)
        place = hbox(label, self._folder, browse)
        self.setLayout(vbox(about, groups, self._figures_group(), place, self._note, buttons, spacing=10))
        self._folder.textChanged.connect(self._refresh)
        for box in self._boxes.values():
            box.toggled.connect(self._refresh)
        self._refresh()

    def request(self) -> ExportRequest:
        """Return what is chosen. Raises UserError where no folder can have the name that is typed."""
        return ExportRequest(
            self._run,
            self._dataset,
            typed_path(self._folder.text().strip(), UserError),
            self._checked(FORMATS),
            self._checked(figure.name for figure in FIGURES),
            tuple(self._checked(suffix for suffix, _ in _SUFFIXES)),
        )

    def accept(self) -> None:
        """Ask about what would be replaced, remember what was left out, and hand out what is chosen."""
        if not self._export.isEnabled():  # Enter in the field of the folder
            return
        request = self.request()
        if not may_replace(self.windowTitle(), request.replaced(), self):
            return
        ExportDialog.left_out = frozenset(name for name, box in self._boxes.items() if not box.isChecked())
        super().accept()
        self.chosen.emit(request)

    def _checked(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if self._boxes[name].isChecked()]

    def _box(self, name: str, text: str, tip: str, parent: QWidget) -> QCheckBox:
        box = check_box(f"export-{name}", text, tip, parent, f"Export {text}")
        box.setChecked(name not in ExportDialog.left_out)
        self._boxes[name] = box
        return box

    def _formats_group(self, title: str) -> QGroupBox:
        group = QGroupBox(title, self)
        rows = [row for row in FORMATS.values() if row.group == title]
        group.setLayout(vbox(*(self._box(row.key, row.kind, row.file, group) for row in rows), 1))
        return group

    def _figures_group(self) -> QGroupBox:
        group = QGroupBox("Pictures", self)
        grid = QGridLayout(group)
        grid.setHorizontalSpacing(16)
        for index, figure in enumerate(FIGURES):
            box = self._box(figure.name, figure.text, figure.name, group)
            grid.addWidget(box, index % 3, index // 3)
        kinds = [self._box(suffix, text, f"Write the pictures as {text} files", group) for suffix, text in _SUFFIXES]
        grid.addLayout(hbox(PlainLabel("each as", group), *kinds, 1, spacing=10), 3, 0, 1, 2)
        return group

    @Slot()
    def _browse(self) -> None:
        try:
            start = str(self.request().folder.parent)
        except UserError:
            start = ""
        dialog = open_folder_dialog(EXISTING_FOLDER, self, lambda path: self._folder.setText(str(path)), start)
        dialog.setObjectName("exportFolderDialog")

    @Slot()
    def _refresh(self) -> None:
        try:
            request = self.request()
        except UserError as error:
            self._export.setEnabled(False)
            self._note.setText(str(error))
            return
        is_anything = bool(request.formats or (request.figures and request.suffixes))
        self._export.setEnabled(is_anything and bool(self._folder.text().strip()))
        there = request.replaced()
        if there:
            files = "A file is" if len(there) == 1 else f"{len(there)} files are"
            self._note.setText(
                f"{files} there already and will be replaced: {', '.join(p.name for p in there[:3])}"
                f"{', …' if len(there) > 3 else '.'}"
            )
        elif not is_anything:
            self._note.setText("Nothing is chosen.")
        else:
            self._note.clear()

"""A dialog that shows pictures as they will be, live, while the user says how they are made equal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QSizePolicy, QWidget

from dae_core import mosaic
from dae_core.datasets import ImageOptions, Preview, Skipped, SourceScan, preview, skipped_text
from dae_core.texts import plain
from dae_gui.data.import_dialog.options_form import OptionsForm
from dae_gui.support.debounce import Debounce
from dae_gui.support.jobs import Job, Jobs
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named, push_button, text_label
from dae_gui.widgets.pictures.mosaic_view import MosaicView

_COUNT, _COLUMNS = 24, 6
_SETTLE_MS = 120
_MOST_LISTED = 1000


class ImportDialog(QDialog):
    """Asks how the pictures of a scan are made equal; deletes itself when it is closed.

    Parameters
    ----------
    scan
        What was found.
    options
        What is shown at first; None: what fits these pictures.
    jobs
        Where samples are read.
    parent
        The window that it belongs to.

    Signals
    -------
    chosen(SourceScan, ImageOptions)
        The user wants to open the pictures so.
    """

    chosen = Signal(object, object)

    def __init__(self, scan: SourceScan, options: ImageOptions | None, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("importDialog")
        self.setWindowTitle(f"Open images: {plain(scan.name)}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._scan = scan
        self._jobs = jobs
        self._seed = 0
        self._job: Job | None = None
        self._preview: Preview | None = None
        self._settle = Debounce(_SETTLE_MS, self._ask, self)

        self.form = OptionsForm(scan, options, self)
        self.form.changed.connect(self._settle.start)
        found = text_label("importFoundLabel", "", self)
        found.setText(_found_text(scan))
        tip = "Random samples, exactly as the network will get them"
        self._notes = text_label("importNotesLabel", "", self)
        self.view = named(MosaicView(self), "importMosaicView", "Samples as they will be", tip)
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view.set_empty_text("Reading samples …")
        self.view.set_tile_names(self._tile_name)
        self._caption = text_label("importPreviewLabel", "", self)
        self._another = push_button(
            "otherSamplesButton", "Other samples", "Show other pictures of the same folder", self
        )
        self._another.setAutoDefault(False)
        self._another.setEnabled(scan.count > _COUNT)
        self._another.clicked.connect(self._on_another)
        what = "What was skipped, and why"
        self._skipped_label = text_label("importSkippedLabel", "", self)
        self._skipped = named(QListWidget(self), "importSkippedList", what, what)
        self._skipped.setAlternatingRowColors(True)
        self._skipped.setWordWrap(True)
        self._skipped.setMaximumHeight(92)
        box = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(box.Open | box.Cancel, self)
        tip = "Train on the pictures as they are shown"
        named(buttons.button(box.Open), "importOpenButton", "Open the images", tip).setDefault(True)
        tip = "Open nothing; the present data set stays"
        named(buttons.button(box.Cancel), "importCancelButton", "Cancel", tip)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        below = hbox((self._caption, 1), self._another)
        self.setLayout(
            vbox(found, self._notes, self.form, (self.view, 1), below, self._skipped_label, self._skipped, buttons)
        )
        self._show_skipped(scan.skipped)
        self._show_notes(scan.notes)
        self._ask()

    def sizeHint(self) -> QSize:
        """Return room for the samples at some eighty pixels each."""
        return QSize(560, 620)

    # Samples

    @Slot()
    def _on_another(self) -> None:
        self._seed += 1
        self._ask()

    @Slot()
    def _ask(self) -> None:
        """Have samples made as they will be; those that are on their way are discarded."""
        self._discard()
        self._job = self._jobs.start(
            preview, self._scan, self.form.options(), _COUNT, self._seed, failure="The samples could not be read"
        )
        self._job.done.connect(self._on_preview)
        self._job.failed.connect(self._on_failed)

    @Slot(object)
    def _on_preview(self, made: Preview) -> None:
        self._preview = made
        count = len(made.images)
        if count:
            height, width = made.images.shape[1:]
            self.view.set_tiles(mosaic.tile(np.asarray(made.images), _COLUMNS), (height, width), count)
            patches = self.form.options().patches
            total, what = (patches, "patches") if patches else (self._scan.count, "images")
            self._caption.setText(f"{count} of {total:,} {what} as they will be: {height} × {width} pixels")
        else:
            self.view.set_empty_text("None of these samples can be read")
            self.view.clear()
            self._caption.setText("")
        self._another.setEnabled((self.form.options().patches or self._scan.count) > _COUNT)
        self._show_notes(made.notes)
        known = {(str(entry.path), entry.reason) for entry in self._scan.skipped}
        more = [entry for entry in made.skipped if (str(entry.path), entry.reason) not in known]
        self._show_skipped((*self._scan.skipped, *more))

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        self.view.clear()
        self.view.set_empty_text(text)
        self._caption.setText("")

    def _tile_name(self, tile: int) -> str:
        if self._preview is None or tile >= len(self._preview.names):
            return "No image"
        return str(self._preview.names[tile])

    def _show_notes(self, notes: Sequence[str]) -> None:
        self._notes.setVisible(bool(notes))
        self._notes.setText(" ".join(notes))

    def _show_skipped(self, skipped: Sequence[Skipped]) -> None:
        for widget in (self._skipped_label, self._skipped):
            widget.setVisible(bool(skipped))
        count = len(skipped)
        self._skipped_label.setText(f"{count:,} file{' is' if count == 1 else 's are'} skipped:")
        lines = skipped_text(tuple(skipped), self._scan.path, _MOST_LISTED).splitlines()
        self._skipped.clear()
        self._skipped.addItems(lines)

    # The end

    def done(self, result: int) -> None:
        """Discard samples that are on their way, and emit what was chosen."""
        self._settle.stop()
        self._discard()
        options = self.form.options()
        super().done(result)
        if result == QDialog.DialogCode.Accepted:
            self.chosen.emit(self._scan, options)

    def _discard(self) -> None:
        if self._job is not None:
            self._job.discard()


def _found_text(scan: SourceScan) -> str:
    """Return what was found, in a sentence or two."""
    count = scan.count
    text = f"{count:,} image{'' if count == 1 else 's'} in {plain(scan.name)}"
    if len(scan.sizes) == 1:
        (height, width), _ = scan.sizes[0]
        text += f", all {height} × {width} pixels"
    elif scan.sizes:
        shown = ", ".join(f"{h} × {w} ({n:,})" for (h, w), n in scan.sizes[:3])
        text += f", of {len(scan.sizes):,} sizes: {shown}{', …' if len(scan.sizes) > 3 else ''}"
    if scan.classes:
        names = ", ".join(plain(name, 40) for name in scan.classes[:6]) + (", …" if len(scan.classes) > 6 else "")
        text += f". {len(scan.classes)} classes: {names}"
    return text if text.endswith("…") else f"{text}."

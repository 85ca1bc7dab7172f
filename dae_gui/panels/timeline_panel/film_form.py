"""The choices of the film window: what the film shows, which snapshots, how fast, how large, and which format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from dae_core.film import MAX_DIGITS, SCALES, FilmLook, find_ffmpeg, frame_size
from dae_core.training.snapshots import Snapshot
from dae_gui.support.file_dialogs import FileKind
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import check_box, combo_box, named
from dae_gui.widgets.controls.whole_box import WholeBox

_WIDEST_AT_FIRST = 600  # pixels: small pictures are enlarged as far as they stay narrower
_FPS = (2, 5, 10, 25, 50)
_KINDS = (("Filters W", "W"), ("Filters V", "V"), ("Reconstructed images", "reconstructions"))
_CONTRASTS = (("One for the whole film", "film"), ("One for each frame", "frame"), ("One for each tile", "tile"))
_GIF = FileKind("Export film", "films", "Animated GIF (*.gif)", (".gif",))
_WEBP = FileKind("Export film", "films", "Animated WebP (*.webp)", (".webp",))
_MP4 = FileKind("Export film", "films", "MP4 video (*.mp4)", (".mp4",))
_NO_FFMPEG = "MP4 needs the program ffmpeg, which is not installed. Install it, and open this window again."


@dataclass(frozen=True)
class FilmFormat:
    """A format of a film: its name and tip, the kind of file, and the quality of a smaller WebP, else None."""

    text: str
    tip: str
    file: FileKind
    quality: int | None = None


FORMATS = {
    "gif": FilmFormat("GIF", "Shown everywhere; large files", _GIF),
    "webp": FilmFormat("WebP, exact", "Every pixel as it is", _WEBP),
    "webp-smaller": FilmFormat("WebP, smaller", "A small file, with the faint blur of a photograph", _WEBP, 80),
    "mp4": FilmFormat("MP4 video", "For presentations; the smallest file", _MP4),
}


class FilmForm(QWidget):
    """A form; ``changed`` is emitted whenever the user has chosen something else."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._snapshots: tuple[Snapshot, ...] = ()
        self._shape = (1, 1)
        self._has_chosen_scale = False
        self.kind = self._combo("Kind", "What the film shows", _KINDS)
        tip = "How many held-out images; they and their noise are the same in all frames"
        self.digits = named(WholeBox(1, MAX_DIGITS, 10, parent=self), "filmDigitsSpinBox", "Number of images", tip)
        self.digits.setSuffix(" images")
        self.digits.valueChanged.connect(self._on_changed)
        self.contrast = self._combo("Contrast", "Which weight is white; minus it is black", _CONTRASTS)
        self.first = self._combo("First", "The iteration that the film begins with", ())
        self.last = self._combo("Last", "The iteration that the film ends with", ())
        self.speed = self._combo("Speed", "Frames per second", [(f"{n} frames per second", n) for n in _FPS])
        self.scale = self._combo("Size", "Width and height in pixels", [(f"× {n}", n) for n in SCALES])
        tip = "A strip under the picture; the MSE is the mean over 1,000 held-out images, at most"
        name = "Caption under the picture"
        self.caption = check_box("filmCaptionCheckBox", "Iteration and held-out MSE", tip, self, name)
        self.caption.setChecked(True)
        self.caption.toggled.connect(self._on_changed)
        self.file_format = self._combo(
            "Format", "Format of the file", [(row.text, key) for key, row in FORMATS.items()]
        )
        for place, row in enumerate(FORMATS.values()):
            self.file_format.setItemData(place, row.tip, Qt.ItemDataRole.ToolTipRole)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Show", hbox((self.kind, 1), self.digits))
        form.addRow("Contrast", self.contrast)
        form.addRow("Iterations", hbox((self.first, 1), PlainLabel("to", self), (self.last, 1)))
        form.addRow("Speed", self.speed)
        form.addRow("Caption", self.caption)
        form.addRow("Size", self.scale)
        form.addRow("Format", self.file_format)

    def offer(self, snapshots: Sequence[Snapshot], shape: tuple[int, int], per_second: int) -> None:
        """Let the user choose among these snapshots, of networks for images of this shape.

        The size is chosen anew where their shape is another one than before; how the film looks stays as it was chosen.
        """
        self._has_chosen_scale = self._has_chosen_scale and shape == self._shape
        self._snapshots, self._shape = tuple(snapshots), shape
        for combo, place in ((self.first, 0), (self.last, len(self._snapshots) - 1)):
            with QSignalBlocker(combo):
                combo.clear()
                for snapshot in self._snapshots:
                    combo.addItem(f"{snapshot.iteration:,}", snapshot.iteration)
                combo.setCurrentIndex(place)
        with QSignalBlocker(self.speed):
            self.speed.setCurrentIndex(max(0, self.speed.findData(per_second)))
        self._offer_mp4(find_ffmpeg() is not None)
        self._refresh()

    def forget(self) -> None:
        """Keep no snapshots alive."""
        self._snapshots = ()

    def look(self) -> FilmLook:
        """Return how the film is to look."""
        return self._look(int(self.scale.currentData()))

    def chosen(self) -> tuple[Snapshot, ...]:
        """Return the snapshots of the film, in its order: backwards where the first is after the last."""
        first, last = self.first.currentIndex(), self.last.currentIndex()
        if first <= last:
            return self._snapshots[first : last + 1]
        return self._snapshots[last : first + 1][::-1]

    def per_second(self) -> int:
        """Return how many frames are shown in a second."""
        return int(self.speed.currentData())

    def format(self) -> FilmFormat:
        """Return the format of the file."""
        return FORMATS[self.file_format.currentData()]

    def summary(self) -> str:
        """Return how long and how large the film will be, in words."""
        count = len(self.chosen())
        height, width = self._frame_size(self.look().scale)
        return (
            f"{count:,} frame{'' if count == 1 else 's'} · {count / self.per_second():.3g} s · "
            f"{width:,} × {height:,} pixels"
        )

    def _look(self, scale: int) -> FilmLook:
        return FilmLook(
            self.kind.currentData(),
            self.contrast.currentData(),
            self.digits.value(),
            scale,
            self.caption.isChecked(),
        )

    def _frame_size(self, scale: int) -> tuple[int, int]:
        n_hidden = self._snapshots[0].model.n_hidden if self._snapshots else 1
        return frame_size(self._look(scale), self._shape, n_hidden)

    def _offer_mp4(self, is_there: bool) -> None:
        place = self.file_format.findData("mp4")
        model = self.file_format.model()
        if isinstance(model, QStandardItemModel):
            model.item(place).setEnabled(is_there)
        self.file_format.setItemText(place, "MP4 video" if is_there else "MP4 video (needs ffmpeg)")
        self.file_format.setItemData(place, FORMATS["mp4"].tip if is_there else _NO_FFMPEG, Qt.ItemDataRole.ToolTipRole)
        if not is_there and self.file_format.currentIndex() == place:
            self.file_format.setCurrentIndex(0)

    def _refresh(self) -> None:
        is_digits = self.kind.currentData() == "reconstructions"
        self.digits.setEnabled(is_digits)
        self.contrast.setEnabled(not is_digits)
        for place, scale in enumerate(SCALES):
            height, width = self._frame_size(scale)
            self.scale.setItemText(place, f"{width:,} × {height:,}  (× {scale})")
        if not self._has_chosen_scale:
            fitting = [scale for scale in SCALES if self._frame_size(scale)[1] <= _WIDEST_AT_FIRST]
            with QSignalBlocker(self.scale):
                self.scale.setCurrentIndex(max(0, len(fitting) - 1))

    def _combo(self, name: str, tip: str, entries: Sequence[tuple[str, Any]]) -> QComboBox:
        combo = combo_box(f"film{name}ComboBox", tip, tip, entries, self)
        combo.currentIndexChanged.connect(self._on_changed)
        return combo

    @Slot()
    def _on_changed(self) -> None:
        if self.sender() is self.scale:
            self._has_chosen_scale = True
        self._refresh()
        self.changed.emit()

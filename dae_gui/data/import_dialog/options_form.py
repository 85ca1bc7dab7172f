"""The controls of the preview: size, fit, grey levels, orientation, polarity and labels."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from dae_core.datasets import ImageOptions, SourceScan, suggest_options
from dae_core.datasets.meaning.grey_levels import EIGHT_BITS
from dae_core.datasets.meaning.image_options import (
    LEAST_PATCHES,
    LEAST_SIDE,
    MOST_PATCHES,
    MOST_SIDE,
    USUAL_PATCHES,
)
from dae_core.datasets.meaning.orientation import ORIENTATIONS
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import check_box, combo_box, named
from dae_gui.widgets.controls.number_box import NumberBox
from dae_gui.widgets.controls.whole_box import WholeBox

_USUAL_SIDE = 12  # of patches, in pixels: as in Vincent et al. 2010
_MOST = 1e300  # beyond what any image holds, and far from where floating-point numbers end

_FIT_TEXTS = {
    "fit": ("Fit inside, with a margin", "All of the picture is seen; what is left over is black"),
    "crop": ("Crop to fill", "The middle of the picture fills the image; what stands out is cut off"),
    "stretch": ("Stretch", "The picture is stretched to the size, whatever its proportions"),
}
_CONTRAST_TEXTS = {
    "keep": ("As it is", "Grey levels stay as they are"),
    "stretch": ("Stretch to black and white", "The darkest grey of each picture becomes black, the brightest white"),
    "normalize": (
        "Normalize: the same for all",
        "Each picture, or patch, gets the same mean and about the same variance, as patches of photographs usually do "
        "(Coates, Ng & Lee 2011)",
    ),
}


class OptionsForm(QWidget):
    """Shows `ImageOptions`, and emits ``changed`` when the user has changed them.

    Parameters
    ----------
    scan
        What the options are for: which values it holds, and which columns.
    options
        What is shown at first; None: what suits the scan.
    parent
        The widget that this one stands in.
    """

    changed = Signal()

    def __init__(self, scan: SourceScan, options: ImageOptions | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggested = suggest_options(scan)
        self._height = self._side("imageHeightSpinBox", "Height")
        self._width = self._side("imageWidthSpinBox", "Width")
        self._fit = self._combo("imageFitComboBox", "Proportions", _FIT_TEXTS)
        self._contrast = self._combo("imageContrastComboBox", "Contrast", _CONTRAST_TEXTS)
        self._orientation = self._combo(
            "imageOrientationComboBox", "Orientation", {name: (way.title, "") for name, way in ORIENTATIONS.items()}
        )
        self._black = self._level("imageBlackBox", "Black", "The stored value that becomes black")
        self._white = self._level("imageWhiteBox", "White", "The stored value that becomes white")
        labels = {"auto": "By name and content", "none": "None"} | {name: name for name in scan.columns}
        self._label = self._choice(
            "imageLabelComboBox", "Labels", "Which column of the table holds the labels", labels.items()
        )
        text = "Invert: dark ink on light paper becomes light on dark"
        tip = "The network expects light strokes on black, as MNIST's digits are"
        self._invert = check_box("imageInvertCheckBox", text, tip, self, "Invert")
        self._invert.toggled.connect(self.changed)
        text = "Cut patches:"
        tip = (
            "Cut square patches of the size above at random places, in the place of whole pictures: for photographs. "
            "The held-out patches are of other pictures."
        )
        self._cuts = check_box("imagePatchesCheckBox", text, tip, self, "Cut patches")
        self._cuts.toggled.connect(self._on_cuts_toggled)
        tip = f"How many patches, {LEAST_PATCHES} to {MOST_PATCHES:,}; a sixth of them is held out"
        self._patches = named(
            WholeBox(LEAST_PATCHES, MOST_PATCHES, USUAL_PATCHES, parent=self),
            "imagePatchesSpinBox",
            "Number of patches",
            tip,
        )
        self._patches.valueChanged.connect(self.changed)
        self._height.valueChanged.connect(self._keep_square)
        self._black.valueChanged.connect(self._keep_white_above)
        self._white.valueChanged.connect(self._keep_black_below)
        times, unit = PlainLabel("×", self), PlainLabel("pixels, height × width", self)
        size = hbox(self._height, times, self._width, unit, 1, spacing=4)
        found = PlainLabel(f"values in the source: {scan.extent.least:g} … {scan.extent.most:g}", self)
        levels = hbox(
            PlainLabel("black", self), self._black, PlainLabel("white", self), self._white, found, 1, spacing=4
        )
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        patches = hbox(self._cuts, self._patches, 1, spacing=4)
        form.addRow("Size", size)
        form.addRow("", patches)
        form.addRow("Proportions", self._fit)
        form.addRow("Orientation", self._orientation)
        form.addRow("Grey levels", levels)
        form.addRow("Contrast", self._contrast)
        form.addRow("Labels", self._label)
        form.addRow("", self._invert)
        form.setRowVisible(levels, scan.kind != "pictures" or scan.extent != EIGHT_BITS)
        form.setRowVisible(self._label, bool(scan.columns))
        form.setRowVisible(patches, scan.folder is not None)
        self.set_options(options or self._suggested)

    def options(self) -> ImageOptions:
        """Return what is chosen."""
        return ImageOptions(
            height=self._height.value(),
            width=self._width.value(),
            fit=self._fit.currentData(),
            invert=self._invert.isChecked(),
            contrast=self._contrast.currentData(),
            orientation=self._orientation.currentData(),
            black=self._black.value(),
            white=self._white.value(),
            label=self._label.currentData(),
            patches=self._patches.value() if self._cuts.isChecked() else 0,
        )

    def set_options(self, options: ImageOptions) -> None:
        """Show options, without emitting ``changed``."""
        black = self._suggested.black if options.black is None else options.black
        white = self._suggested.white if options.white is None else options.white
        if black is None or white is None or not black < white:  # every value of the source is the same
            black, white = 0.0, 255.0
        controls = (
            self._height, self._width, self._fit, self._contrast, self._orientation, self._invert,
            self._black, self._white, self._label, self._cuts, self._patches,
        )  # fmt: skip
        blockers = [QSignalBlocker(control) for control in controls]
        self._height.setValue(options.height)
        self._width.setValue(options.width)
        self._fit.setCurrentIndex(self._fit.findData(options.fit))
        self._contrast.setCurrentIndex(self._contrast.findData(options.contrast))
        self._orientation.setCurrentIndex(self._orientation.findData(options.orientation))
        self._invert.setChecked(options.invert)
        self._black.setValue(black)
        self._white.setValue(white)
        self._label.setCurrentIndex(max(0, self._label.findData(options.label)))
        self._cuts.setChecked(bool(options.patches))
        if options.patches:
            self._patches.setValue(options.patches)
        del blockers
        self._show_what_applies()

    @Slot(bool)
    def _on_cuts_toggled(self, cuts: bool) -> None:
        """Begin with what patches of photographs usually are, and go back to whole pictures as they were suggested."""
        blockers = [QSignalBlocker(control) for control in (self._height, self._width, self._contrast)]
        contrast = "normalize" if cuts else self._suggested.contrast
        self._contrast.setCurrentIndex(self._contrast.findData(contrast))
        self._height.setValue(_USUAL_SIDE if cuts else self._suggested.height)
        self._width.setValue(_USUAL_SIDE if cuts else self._suggested.width)
        del blockers
        self._show_what_applies()
        self.changed.emit()

    @Slot()
    def _keep_square(self) -> None:
        if self._cuts.isChecked():
            with QSignalBlocker(self._width):
                self._width.setValue(self._height.value())

    def _show_what_applies(self) -> None:
        cuts = self._cuts.isChecked()
        self._patches.setEnabled(cuts)
        for control in (self._width, self._fit):
            control.setEnabled(not cuts)

    @Slot(float)
    def _keep_white_above(self, black: float) -> None:
        if self._white.value() <= black:
            self._white.setValue(black + max(1.0, abs(black)))
        self.changed.emit()

    @Slot(float)
    def _keep_black_below(self, white: float) -> None:
        if self._black.value() >= white:
            self._black.setValue(white - max(1.0, abs(white)))
        self.changed.emit()

    def _side(self, name: str, text: str) -> WholeBox:
        tip = f"{text} of every image in pixels, {LEAST_SIDE} to {MOST_SIDE}"
        box = named(WholeBox(LEAST_SIDE, MOST_SIDE, LEAST_SIDE, parent=self), name, f"{text} in pixels", tip)
        box.valueChanged.connect(self.changed)
        return box

    def _level(self, name: str, text: str, tip: str) -> NumberBox:
        return named(NumberBox(-_MOST, _MOST, 0.0, step=1.0, parent=self), name, text, tip)

    def _combo(self, name: str, text: str, texts: dict[str, tuple[str, str]]) -> QComboBox:
        tip = "\n".join(f"{short}: {long}." if long else f"{short}." for short, long in texts.values())
        return self._choice(name, text, tip, ((value, short) for value, (short, _) in texts.items()))

    def _choice(self, name: str, text: str, tip: str, items: Iterable[tuple[str, str]]) -> QComboBox:
        combo = combo_box(name, text, tip, ((short, value) for value, short in items), self)
        combo.currentIndexChanged.connect(self.changed)
        return combo

"""The controls of the preview: size, fit, ground and contrast."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QSpinBox, QWidget

from dae_core.datasets import ImageOptions
from dae_core.datasets.image_options import LEAST_SIDE, MOST_SIDE
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import check_box, combo_box, named

_FIT_TEXTS = {
    "fit": ("Fit inside, with a margin", "All of the picture is seen; what is left over is black"),
    "crop": ("Crop to fill", "The middle of the picture fills the image; what stands out is cut off"),
    "stretch": ("Stretch", "The picture is stretched to the size, whatever its proportions"),
}
_CONTRAST_TEXTS = {
    "keep": ("As it is", "Grey levels stay as they are"),
    "stretch": ("Stretch to black and white", "The darkest grey of each picture becomes black, the brightest white"),
}


class OptionsForm(QWidget):
    """Shows `ImageOptions`, and emits ``changed`` when the user has changed them.

    Parameters
    ----------
    options
        What is shown at first.
    parent
        The widget that this one stands in.
    """

    changed = Signal()

    def __init__(self, options: ImageOptions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height = self._side("imageHeightSpinBox", "Height")
        self._width = self._side("imageWidthSpinBox", "Width")
        self._fit = self._combo("imageFitComboBox", "Proportions", _FIT_TEXTS)
        self._contrast = self._combo("imageContrastComboBox", "Contrast", _CONTRAST_TEXTS)
        text = "Invert: dark ink on light paper becomes light on dark"
        tip = "The network expects light strokes on black, as MNIST's digits are"
        self._invert = check_box("imageInvertCheckBox", text, tip, self, "Invert")
        self._invert.toggled.connect(self.changed)
        times, unit = QLabel("×", self), QLabel("pixels, height × width", self)
        size = hbox(self._height, times, self._width, unit, 1, spacing=4)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.addRow("Size", size)
        form.addRow("Proportions", self._fit)
        form.addRow("Contrast", self._contrast)
        form.addRow("", self._invert)
        self.set_options(options)

    def options(self) -> ImageOptions:
        """Return what is chosen."""
        return ImageOptions(
            height=self._height.value(),
            width=self._width.value(),
            fit=self._fit.currentData(),
            invert=self._invert.isChecked(),
            contrast=self._contrast.currentData(),
        )

    def set_options(self, options: ImageOptions) -> None:
        """Show options, without emitting ``changed``."""
        controls = (self._height, self._width, self._fit, self._contrast, self._invert)
        blockers = [QSignalBlocker(control) for control in controls]
        self._height.setValue(options.height)
        self._width.setValue(options.width)
        self._fit.setCurrentIndex(self._fit.findData(options.fit))
        self._contrast.setCurrentIndex(self._contrast.findData(options.contrast))
        self._invert.setChecked(options.invert)
        del blockers

    def _side(self, name: str, text: str) -> QSpinBox:
        tip = f"{text} of every image in pixels, {LEAST_SIDE} to {MOST_SIDE}"
        box = named(QSpinBox(self), name, f"{text} in pixels", tip)
        box.setRange(LEAST_SIDE, MOST_SIDE)
        box.valueChanged.connect(self.changed)
        return box

    def _combo(self, name: str, text: str, texts: dict[str, tuple[str, str]]) -> QComboBox:
        tip = "\n".join(f"{short}: {long}." for short, long in texts.values())
        combo = combo_box(name, text, tip, ((short, value) for value, (short, _) in texts.items()), self)
        combo.currentIndexChanged.connect(self.changed)
        return combo

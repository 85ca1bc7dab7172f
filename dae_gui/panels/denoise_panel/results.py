"""What becomes of the digits: the noise, one digit in four pictures with its figures, and ten digits in rows."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from dae_gui.panels.denoise_panel.example_rows import ExampleRows
from dae_gui.panels.denoise_panel.noise_bar import NoiseBar
from dae_gui.panels.denoise_panel.picture_row import PictureRow
from dae_gui.panels.denoise_panel.quality_line import QualityLine
from dae_gui.panels.denoise_panel.sample_row import SampleRow
from dae_gui.widgets.controls.layouts import gap, vbox

_SPACING, _EXTRA = 4, 2
_GAPS = 4 * _SPACING + _EXTRA


class Results(QWidget):
    """The right half of the panel, from top to bottom; while nothing is drawn, samples stand where the pictures are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.noise_bar = NoiseBar(self)
        self.pictures = PictureRow(self)
        self.samples = SampleRow(self)
        self.samples.hide()
        self.quality = QualityLine(self)
        self.rows = ExampleRows(self)
        parts = (self.noise_bar, (self.pictures, 3), (self.samples, 3), self.quality, gap(_EXTRA), (self.rows, 2))
        self.setLayout(vbox(*parts, spacing=_SPACING, margins=(0, 0, 0, 0)))

    def show_samples(self, shown: bool) -> None:
        """Show the samples, or else the pictures."""
        self.samples.setVisible(shown)
        self.pictures.setVisible(not shown)

    def least_height(self, width: int) -> int:
        """Return the smallest height at which nothing is cut in a width."""
        layout = self.layout()
        return 0 if layout is None else layout.totalMinimumHeightForWidth(width)

    def arrange(self, width: int, height: int, aspect: float) -> int:
        """Make the pictures and the rows as large as they can be in a room, and return the height that they need.

        Parameters
        ----------
        width, height
            The room, in pixels.
        aspect
            Height of an image divided by its width.
        """
        others = self.noise_bar.heightForWidth(width) + self.quality.sizeHint().height() + _GAPS
        rows = self.rows.height_for_width(width)
        self.rows.setMaximumHeight(rows)
        pictures = self.pictures.arrange(width, height - others - rows, aspect)
        self.samples.setMaximumHeight(pictures)  # so that the rows below stay where they are
        return min(height, others + pictures + rows)

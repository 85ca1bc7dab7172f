"""The present data set at a glance: a hundred examples, its numbers, the mean image, classes and grey values."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from dae_core import mosaic
from dae_core.datasets import Dataset, Statistics, random_indices
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named, push_button
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.widgets.plots.bar_chart import BarChart, count_bars

_HUNDRED, _COLUMNS = 100, 10


class Overview(QWidget):
    """Shows a data set, and its statistics as soon as they are counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("datasetOverview")
        self._dataset: Dataset | None = None
        self._seed = 0
        self._shown: NDArray[np.intp] = np.zeros(0, np.intp)
        what = "A hundred random training images"
        self.view = named(MosaicView(self), "datasetMosaicView", what, what)
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view.set_empty_text("The images appear here as soon as data is loaded")
        self.view.set_picture_name("random-examples")
        self.view.set_tile_names(self._tile_name)
        tip = "Show another hundred random training images; the same seeds show the same ones"
        self._another = push_button("anotherExamplesButton", "Another hundred", tip, self)
        self._another.clicked.connect(self.another)
        self._seed_label = named(PlainLabel(parent=self), "examplesSeedLabel", tip="Seed of the random choice")
        self._seed_label.setForegroundRole(self.palette().ColorRole.PlaceholderText)

        self._numbers = named(QLabel("No data yet", self), "datasetNumbersLabel", "Numbers of the data set")
        self._numbers.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._numbers.setTextFormat(Qt.TextFormat.RichText)
        self._numbers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._numbers.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.mean_view = ImageView(self)
        self.mean_view.set_caption("Mean")
        what = "Mean of all training images"
        named(self.mean_view, "meanImageView", what, f"{what}, in grey levels (0 black, 255 white)")
        self.mean_view.set_picture_name("mean-image")
        self.mean_view.set_empty_text("…")
        self.mean_view.setFixedWidth(92)
        self.classes = BarChart("classCountsChart", "Training images by class", "images-by-class", self)
        self.classes.setToolTip("Ctrl+C copies the numbers")
        self.greys = BarChart("greyHistogramChart", "Grey values (log scale)", "grey-values", self)
        self.greys.setToolTip(
            plain_tip(
                "How many pixels of the training images have each grey level, 0 black to 255 white; the height is "
                "the logarithm, as most pixels of most data are black. Ctrl+C copies the numbers"
            )
        )
        self._lay_out()
        self._enable()

    def _lay_out(self) -> None:
        left = vbox((self.view, 1), hbox(self._another, self._seed_label, 1), spacing=4)
        top = hbox((self._numbers, 1), self.mean_view)
        right = vbox((top, 3), (self.classes, 2), (self.greys, 2), spacing=4)
        self.setLayout(hbox((left, 5), (right, 5), spacing=10, margins=(0, 0, 0, 0)))

    def set_dataset(self, dataset: Dataset) -> None:
        """Show a hundred images of a data set, and that its statistics are being counted."""
        if dataset is self._dataset:
            return
        self._dataset, self._seed = dataset, 0
        self._show_hundred()
        self._enable()
        self._numbers.setText(f"<b>{escape(dataset.name)}</b><br>Counting …")
        self.mean_view.clear()
        self.classes.clear("Counting …")
        self.greys.clear("Counting …")

    def dataset(self) -> Dataset | None:
        """Return the data set that is shown."""
        return self._dataset

    def shown(self) -> NDArray[np.intp]:
        """Return which training images are shown, in the order of the tiles."""
        return self._shown

    def show_statistics(self, figures: Statistics) -> None:
        """Show what was counted."""
        name = "" if self._dataset is None else self._dataset.name
        height, width = figures.shape
        lines = (
            f"<b>{escape(name)}</b>",
            f"{figures.n_train:,} to train on",
            f"{figures.n_test:,} held out",
            f"{height} × {width} pixels",
            f"mean {figures.mean:.2f} of 255",
            f"std {figures.std:.2f} of 255",
        )
        self._numbers.setText("<br>".join(lines))
        self._numbers.setToolTip(
            plain_tip(
                f"{figures.count:,} images. Mean and standard deviation of all pixels of the training images, in grey "
                f"levels; {figures.black_share:.1%} of these pixels are black. The held-out images are always the same."
            )
        )
        self.mean_view.set_array(figures.mean_image, (0.0, 255.0))
        if figures.classes:
            labels = [str(c.label) for c in figures.classes]
            counts = [c.train for c in figures.classes]
            names = [f"class {label}" for label in labels]
            self.classes.set_bars(
                count_bars("Training images by class", names, counts, "training images", labels=labels)
            )
        else:
            self.classes.clear("This data set has no labels")
        names = [f"grey {level}" for level in range(256)]
        self.greys.set_bars(
            count_bars(
                "Grey values (log scale)",
                names,
                figures.histogram.tolist(),
                "pixels",
                ends=("0 black", "255 white"),
                logarithmic=True,
            )
        )

    @Slot()
    def another(self) -> None:
        """Show another hundred."""
        if self._dataset is not None:
            self._seed += 1
            self._show_hundred()

    def _show_hundred(self) -> None:
        if self._dataset is None:
            return
        images = self._dataset.train_images
        self._shown = random_indices(len(images), _HUNDRED, self._seed)
        self.view.set_selected(None)
        self.view.set_tiles(mosaic.tile(images[self._shown], _COLUMNS), self._dataset.shape, len(self._shown))
        self._seed_label.setText(f"seed {self._seed}")

    def _enable(self) -> None:
        count = 0 if self._dataset is None else len(self._dataset.train_images)
        self._another.setEnabled(count > 0)

    def _tile_name(self, tile: int) -> str:
        if self._dataset is None or tile >= len(self._shown):
            return "No image"
        index = int(self._shown[tile])
        labels = self._dataset.train_labels
        name = f"Training image no. {index + 1:,}"
        return name if labels is None else f"{name}: class {labels[index]}"

"""One unit laid out: its weights and numbers, when it fires, what excites it, and the current digit without it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_core import mosaic
from dae_core.datasets import Dataset
from dae_core.evaluation import metrics
from dae_core.evaluation.denoising import NoisyDigit
from dae_core.inspection.units import UnitActivity, reconstruct_without, unit_weights
from dae_core.model.autoencoder import AutoEncoder, Floats
from dae_gui.panels.unit_panel.unit_numbers import UnitNumbers
from dae_gui.support.plain_text import PlainLabel, plain_tip, tip_text
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.controls.number_text import number_text, percent
from dae_gui.widgets.pictures.color_maps import ColorMapName
from dae_gui.widgets.pictures.image_view import ImageView
from dae_gui.widgets.pictures.mosaic_view import MosaicView
from dae_gui.widgets.plots.bar_chart import BarChart, Bars

_TOPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # what the full height of the chart of firing rates may mean
_LEAST = 40  # pixels of a picture where the panel is small
MEASURING = "Measuring on held-out images …"


class UnitPage(QWidget):
    """Pictures, numbers and charts of one unit; it only draws."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.w_view = self._view("unitWView", "W", "unit-w", "What the unit looks for: column j of W")
        self.v_view = self._view("unitVView", "V", "unit-v", "What the unit adds: row j of V, on the same scale as W")
        self.numbers = UnitNumbers(self)
        self.rates = BarChart("unitClassChart", "Firing rate by class", "unit-firing-rate", self)
        self.rates.setToolTip(
            plain_tip("Share of each class's noisy held-out images on which the unit fires; dashed: of all")
        )
        self.histogram = BarChart("unitHistogram", "Distribution of the activation", "unit-activation", self)
        self.histogram.setToolTip("How often which activation z occurs, where the unit fires")
        tip = "The held-out images with the largest z, largest first.\nThe unit saw them noisy; they are shown clean."
        name = "Held-out digits that excite the unit most"
        self.digits = named(MosaicView(self), "unitDigitsView", name, tip)
        self.digits.set_picture_name("unit-digits")
        self.digits.set_tile_names(self._digit_name)
        self.digits.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._digits_label = PlainLabel("Excite it most", self)
        self._digits_label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._digits_label.setToolTip(plain_tip(tip))
        self.with_view = self._view(
            "unitOnView", "All on", "all-units-on", "The denoise panel's digit, reconstructed by all units, and its MSE"
        )
        self.without_view = self._view(
            "unitOffView", "Without", "units-off", "The same reconstruction without the units that are off, and its MSE"
        )
        self._aspect = 1.0  # height of an image divided by its width
        self._digit_names: list[str] = []
        self._shown_digits: tuple[int, ...] | None = None
        self._lay_out()
        self.set_color_map("diverging")

    def _view(self, name: str, caption: str, picture_name: str, tip: str) -> ImageView:
        view = ImageView(self)
        view.set_caption(caption)
        view.set_picture_name(picture_name)
        named(view, name, tip, tip)  # after the caption, which is its name otherwise
        view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        view.setMinimumSize(_LEAST, _LEAST + view.fontMetrics().height())
        return view

    def _lay_out(self) -> None:
        tiles = hbox(self.w_view, self.v_view, spacing=6)
        weights = vbox((tiles, 1), self.numbers, 0, spacing=4)
        charts = vbox((self.rates, 1), (self.histogram, 1), spacing=4)
        digits = vbox(self._digits_label, (self.digits, 1), 0, spacing=4)
        pictures = vbox((self.with_view, 1), (self.without_view, 1), spacing=4)
        parts = (weights, 25), (charts, 22), (digits, 18), (pictures, 12)
        self.setLayout(hbox(*parts, spacing=8, margins=(0, 0, 0, 0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep captions and numbers close to their pictures."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give the pictures no more height than they fill."""
        for view in (self.w_view, self.v_view):
            caption = view.sizeHint().height() - view.sizeHint().width()
            view.setMaximumHeight(max(round(view.width() * self._aspect) + caption, view.minimumSizeHint().height()))
        self.digits.setMaximumHeight(max(round(self.digits.width() * self._aspect), 80))

    def set_color_map(self, name: ColorMapName) -> None:
        """Colour the tiles of W and V."""
        self.w_view.set_color_map(name)
        self.v_view.set_color_map(name)

    def show_weights(self, model: AutoEncoder, unit: int, shape: tuple[int, int]) -> None:
        """Show a unit's column of W and row of V on one scale, and their figures."""
        w, v = model.W[:, unit], model.V[unit]
        if shape[0] / shape[1] != self._aspect:
            self._aspect = shape[0] / shape[1]
            self._fit()
        both = np.abs(np.concatenate([w, v]))
        level = float(both[np.isfinite(both)].max(initial=0.0)) or 1.0
        for name, view, weights in (("W", self.w_view, w), ("V", self.v_view, v)):
            view.set_array(weights.reshape(shape), (-level, level))
            _set_caption(view, f"{name} (±{number_text(level, '.2g')})")
        self.numbers.show_weights(unit_weights(model, slice(unit, unit + 1)))

    # -- measured on held-out digits -----------------------------------------------------------------------------

    def show_activity(self, activity: UnitActivity | None, dataset: Dataset, unit: int, hint: str = MEASURING) -> None:
        """Show what a unit does on held-out digits; None: it was not measured, which the hint says."""
        self.numbers.show_activity(activity, unit)
        if activity is None:
            self.rates.clear(hint)
            self.histogram.clear(hint)
            self._clear_digits(hint)
            return
        self._show_rates(activity, unit)
        self._show_histogram(activity, unit)
        self._show_digits(activity, dataset, unit)

    def _show_rates(self, activity: UnitActivity, unit: int) -> None:
        if activity.classes is None or activity.class_rates is None or activity.class_counts is None:
            self.rates.clear("No firing rates by class: the data has no labels")
            return
        heights = tuple(map(float, activity.class_rates[unit]))
        top = next(top for top in _TOPS if top >= max(heights))
        names = tuple(map(str, activity.classes))
        table = tuple(
            (f"class {name}", f"{percent(height)} of {count:,}")
            for name, height, count in zip(names, heights, activity.class_counts, strict=True)
        )
        overall = float(activity.firing_rates[unit])
        full = f"{100 * top:.0f} %"
        bars = Bars("Fires on, by class", heights, top, table, top_text=full, labels=names, line=overall, brief="Class")
        self.rates.set_bars(bars)

    def _show_histogram(self, activity: UnitActivity, unit: int) -> None:
        counts = activity.histograms[unit]
        if not counts.any():
            self.histogram.clear("It fires on none of these digits: z is always 0")
            return
        n, low = activity.n_images, float(activity.lows[unit])
        width = (float(activity.ranges[unit]) - low) / len(counts)
        filled = np.flatnonzero(counts)
        first, used = int(filled[0]) if low < 0 else 0, int(filled[-1]) + 1
        heights = tuple(map(float, counts[first:used]))
        table = tuple(
            (
                f"z from {number_text(low + b * width, '.3g')} to {number_text(low + (b + 1) * width, '.3g')}",
                f"{int(c):,} of {n:,} digits",
            )
            for b, c in enumerate(counts[first:used], first)
        )
        silent = 1 - int(counts.sum()) / n
        ends = (number_text(low + first * width, ".3g"), number_text(low + used * width, ".3g"))
        most = max(heights)
        heading = f"Activation z (0 on {percent(silent)})" if silent else "Activation z"
        bars = Bars(heading, heights, most, table, top_text=f"{most:,.0f}", ends=ends, brief="Activation")
        self.histogram.set_bars(bars)

    def _show_digits(self, activity: UnitActivity, dataset: Dataset, unit: int) -> None:
        chosen = [int(index) for index in activity.top_digits[unit] if index >= 0]
        if not chosen:
            self._clear_digits("It fires on none of these digits")
            return
        labels = dataset.test_labels
        self._digit_names = [
            f"Held-out digit {index}"
            + ("" if labels is None else f" · class {labels[index]}")
            + f" · z = {number_text(float(z), '.3g')}"
            for index, z in zip(chosen, activity.top_activations[unit], strict=False)
        ]
        if self._shown_digits != tuple(chosen):
            self._shown_digits = tuple(chosen)
            picture = mosaic.tile(dataset.test_images[chosen], columns=3)
            self.digits.set_tiles(picture, dataset.shape, len(chosen), (0, 255))

    def _clear_digits(self, text: str) -> None:
        self._shown_digits, self._digit_names = None, []
        self.digits.set_empty_text(text)
        self.digits.clear()

    def forget(self) -> None:
        """Forget the digits of a data set that is gone."""
        self._clear_digits(MEASURING)

    def _digit_name(self, tile: int) -> str:
        return self._digit_names[tile] if tile < len(self._digit_names) else f"Digit {tile + 1}"

    # -- the current digit ---------------------------------------------------------------------------------------

    def show_digit(self, model: AutoEncoder, dataset: Dataset, digit: NoisyDigit | None, off: frozenset[int]) -> None:
        """Show the reconstruction of a digit by all units, and without those that are off."""
        if digit is None or digit.image.shape != dataset.shape:
            for view, caption in ((self.with_view, "All on"), (self.without_view, "Without")):
                _set_caption(view, caption)
                view.set_empty_text("no digit")
                view.clear()
            return
        clean, noisy = digit.rows(dataset)

        def show(view: ImageView, caption: str, units: frozenset[int]) -> None:
            with np.errstate(all="ignore"):  # diverged weights are to be seen, not to be warned of
                y: Floats = reconstruct_without(model, noisy, units)
                mse = float(metrics.squared_error(y, clean)) / dataset.n_inputs
            _set_caption(view, f"{caption} · {number_text(mse, '.3f' if mse < 100 else '.1e')}")
            view.set_array(dataset.to_pixels(y), (0.0, 1.0))

        show(self.with_view, "All on", frozenset())
        if off:
            show(self.without_view, f"{len(off)} off", off)
        else:
            _set_caption(self.without_view, "Without")
            self.without_view.set_empty_text("all units are on")
            self.without_view.clear()


def _set_caption(view: ImageView, caption: str) -> None:
    """Set a caption only when it is another one, for that lays out the page anew; screen readers get the long name."""
    if caption != view.caption():
        view.set_caption(caption)
        view.setAccessibleName(tip_text(view.toolTip()))

"""Images from the weakest to the strongest that the selected unit is active on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from dae_core.datasets import Dataset
from dae_core.inspection.similar_units import QUANTILES, Examples
from dae_gui.panels.unit_panel.likeness_job import LikenessResult
from dae_gui.panels.unit_panel.unit_tiles import RowView
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import named, text_label
from dae_gui.widgets.controls.number_text import number_text, percent
from dae_gui.widgets.pictures.captioned_tiles import CaptionedTiles


class StrengthPage(QWidget):
    """Ten images, one from each tenth of those that the unit is active on, clean and as the unit saw them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = text_label("unitStrengthLabel", "How often the unit is active", self)
        tip = "From the weakest to the strongest activation z, which stands above each image"
        name = "From weakest to strongest: clean images"
        self.clean = self._row("unitStrengthView", name, tip, "weakest-to-strongest")
        name, tip = "From weakest to strongest: noisy images", "The same images with the noise, as the unit saw them"
        self.noisy = self._row("unitStrengthNoisyView", name, tip, "weakest-to-strongest-noisy", lines=0)
        self.clean.align(self.noisy)
        self._names: list[str] = []
        self._caption = PlainLabel("z, from the weakest to the strongest; below, as the unit saw them", self)
        self.setLayout(
            vbox(self.text, self._caption, (self.clean, 500), (self.noisy, 400), 1, spacing=2, margins=(0, 0, 0, 0))
        )

    def _row(self, name: str, accessible_name: str, tip: str, picture_name: str, *, lines: int = 1) -> CaptionedTiles:
        view = named(RowView(), name, accessible_name, tip)
        view.set_picture_name(picture_name)
        view.set_tile_names(self._tile_name)
        return CaptionedTiles(view, self, lines=lines, most=QUANTILES, least=36, is_left=True)

    def show_result(self, result: LikenessResult | None, hint: str) -> None:
        """Show the images; None: nothing yet, which the hint says."""
        found = None if result is None else result.examples
        is_empty = found is None or not len(found.indices)
        self.noisy.setVisible(not is_empty)
        self._caption.setVisible(not is_empty)
        if result is None or found is None or is_empty:
            self._names = []
            self.text.setText("" if found is None else _text(found))
            self.clean.clear(hint if found is None else "It is active on none of these images: dead")
            return
        dataset = result.request.dataset
        self.text.setText(_text(found))
        self._names = _names(found, dataset)
        captions = [number_text(float(z), ".3g") for z in found.activations]
        self.clean.show_tiles(dataset.test_images[found.indices], captions, (0, 255))
        rows = {int(index): place for place, index in enumerate(result.held_out.indices)}
        noisy = result.held_out.noisy[[rows[int(index)] for index in found.indices]]
        self.noisy.show_tiles(dataset.to_pixels(noisy), [" "] * len(noisy), (0.0, 1.0))

    def _tile_name(self, place: int) -> str:
        return self._names[place] if 0 <= place < len(self._names) else "No image"


def _text(found: Examples) -> str:
    share = found.n_active / found.n_images
    if not found.n_active:
        return f"Active on none of {found.n_images:,} noisy held-out images."
    text = f"Active on {found.n_active:,} of {found.n_images:,} noisy held-out images ({percent(share)})"
    if found.n_active <= QUANTILES:
        return f"{text}: all of them are shown."
    return f"{text}, silent on {percent(1 - share)}. Each image is the middle one of a tenth of those."


def _names(found: Examples, dataset: Dataset) -> list[str]:
    labels = dataset.test_labels
    return [
        f"Held-out image {index}"
        + ("" if labels is None else f" · class {labels[index]}")
        + f" · z = {number_text(float(z), '.3g')} · above {percent(float(rank))} of those that it is active on"
        for index, z, rank in zip(found.indices, found.activations, found.ranks, strict=True)
    ]

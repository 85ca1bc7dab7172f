"""Where the like of the selected unit is in another run, and whether it has split there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.inspection.similar_units import Likes
from dae_core.inspection.unit_profiles import LIKENESSES, Likeness
from dae_gui.panels.unit_panel.likeness_job import SIMILAR, LikenessResult, OtherRun
from dae_gui.panels.unit_panel.unit_tiles import UnitTiles
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import combo_box, text_label
from dae_gui.widgets.controls.number_text import number_text
from dae_gui.widgets.pictures.color_maps import ColorMapName

_NO_RUNS = "This session has no other run yet. Train one with more hidden units: what does this unit become there?"
_NAMED = 6


class OtherRunPage(QWidget):
    """Choice of a run, the unit's best matches there, and those that match it best; it only draws."""

    runChosen = Signal()
    """Another run is to be compared with."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._runs: tuple[OtherRun, ...] = ()
        self._shown: tuple[LikenessResult | None, str] = (None, "")
        tip = "Which run of this session to look for the unit in"
        self.run = combo_box("unitOtherRunComboBox", "Other run", tip, (), self)
        self.run.currentIndexChanged.connect(self.runChosen)
        tip = "By what units are compared"
        rows = LIKENESSES.values()
        self.likeness = combo_box(
            "unitLikenessComboBox",
            "Compared by",
            tip,
            [(row.name, row.key) for row in rows],
            self,
            [row.tip for row in rows],
        )
        self.likeness.currentIndexChanged.connect(self._on_likeness_changed)
        self.text = text_label("unitOtherRunLabel", "What becomes of the unit in the other run", self)
        tip = "The unit of this run first, then the units of the other run that are most like it"
        self.best = self._tiles("unitBestMatchesView", "Best matches in the other run", tip, "best-matches")
        tip = "The units of the other run that are more like this unit than like any other one of this run"
        self.split = self._tiles("unitSplitView", "Units of the other run that match this one best", tip, "splits-into")
        self._best_label = self._label("This unit, and its best matches there")
        self._split_label = self._label("Its own there: this unit is their best match here")
        self._choices = QWidget(self)
        row = PlainLabel("In", self), self.run, PlainLabel("by", self), self.likeness, 1
        self._choices.setLayout(hbox(*row, spacing=6, margins=(0, 0, 0, 0)))
        best, split = hbox(self._best_label, (self.best, 1)), hbox(self._split_label, (self.split, 1))
        self.setLayout(vbox(self._choices, self.text, (best, 100), (split, 100), 1, spacing=3, margins=(0, 0, 0, 0)))
        self._choices.hide()

    def _label(self, text: str) -> PlainLabel:
        label = PlainLabel(text, self)
        label.setWordWrap(True)
        label.setFixedWidth(label.fontMetrics().averageCharWidth() * 16)
        return label

    def _tiles(self, name: str, accessible_name: str, tip: str, picture_name: str) -> UnitTiles:
        return UnitTiles(name, accessible_name, tip, picture_name, "cosine", self, goes=False)

    def set_color_map(self, name: ColorMapName) -> None:
        """Colour the tiles."""
        for tiles in (self.best, self.split):
            tiles.view.set_color_map(name)

    def set_runs(self, runs: Sequence[OtherRun]) -> bool:
        """Offer these runs, and return whether they are others than before.

        The one that was chosen stays so, if it is still there.
        """
        if [(run.key, run.name, id(run.model)) for run in runs] == [(r.key, r.name, id(r.model)) for r in self._runs]:
            return False
        chosen = self.run.currentData()
        self._runs = tuple(runs)
        with QSignalBlocker(self.run):
            self.run.clear()
            for run in runs:
                self.run.addItem(f"{run.name} · {run.model.n_hidden:,} units", run.key)
            self.run.setCurrentIndex(max(0, self.run.findData(chosen)) if runs else -1)
        self._choices.setVisible(bool(runs))
        return True

    def other(self) -> OtherRun | None:
        """Return the run that is chosen; None where there is none."""
        return next((run for run in self._runs if run.key == self.run.currentData()), None)

    @Slot()
    def _on_likeness_changed(self) -> None:
        self.show_result(*self._shown)

    def show_result(self, result: LikenessResult | None, hint: str) -> None:
        """Show what was found; None: nothing, for the reason that the hint says."""
        self._shown = result, hint
        row = LIKENESSES[self.likeness.currentData()]
        is_found = result is not None and result.request.other is not None and bool(result.there)
        for widget in (self.best, self.split, self._best_label, self._split_label):
            widget.setVisible(is_found)
        if result is None or not is_found or result.request.other is None:
            self.text.setText(hint or _NO_RUNS)
            return
        found, other, request = result.there[row.key], result.request.other, result.request
        self.text.setText(_text(result, other, row))
        self.text.setToolTip(plain_tip(f"{row.tip}. {found.found:,} of its {other.model.n_hidden:,} units match any."))
        own = row.filters(request.model)[[request.unit]]
        self._show(self.best, row, other, request.dataset.shape, found.best, own, request.unit, "It is like none there")
        self._show(self.split, row, other, request.dataset.shape, found.split, own[:0], -1, "None")

    @staticmethod
    def _show(
        tiles: UnitTiles,
        row: Likeness,
        other: OtherRun,
        shape: tuple[int, int],
        likes: Likes,
        own: np.ndarray,
        unit: int,
        empty: str,
    ) -> None:
        tiles.set_measure(row.measure)
        if not len(likes.units):
            tiles.clear(empty)
            return
        units, figures = likes.units[:SIMILAR].tolist(), likes.figures[:SIMILAR].tolist()
        filters = np.concatenate([own, row.filters(other.model)[units]])
        tiles.show_units(filters, shape, [unit] * len(own) + units, [np.nan] * len(own) + figures)


def _text(result: LikenessResult, other: OtherRun, row: Likeness) -> str:
    """Return what becomes of the unit, in two sentences."""
    found, unit = result.there[row.key], result.request.unit + 1
    where = f"{other.name} ({other.model.n_hidden:,} units, iteration {other.iteration:,})"
    if not len(found.best.units):
        return f"Unit {unit} is like no unit of {where}: it, or all of these, are dead, zero or not finite."
    figure = number_text(float(found.best.figures[0]), ".2f")
    text = f"Best match of unit {unit} in {where}: unit {found.best.units[0] + 1}, {row.measure} {figure}."
    split = [str(k + 1) for k in found.split.units.tolist()]
    if not split:
        return f"{text} That is more like another unit of this run: unit {unit} has no successor of its own there."
    if len(split) == 1:
        return f"{text} One unit there has it for its own best match here: unit {split[0]}."
    names = ", ".join(split[:_NAMED]) + (" …" if len(split) > _NAMED else "")
    return f"{text} It splits: {len(split)} units there have it for their own best match here ({names})."

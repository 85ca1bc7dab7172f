"""PSNR over the noise level for the network of now, beside the best linear denoiser and the noisy input."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from dae_core.evaluation.held_out import Figures
from dae_core.evaluation.noise_mismatch import NoiseLadder
from dae_core.model.corruption import Corruption, Gaussian
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.theme import configure_plots, current_theme
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.widgets.controls.named import named, text_label
from dae_gui.widgets.plots.curve_plot import CurveStyle
from dae_gui.widgets.plots.level_plot import LevelPlot

_CURVES = (
    CurveStyle("noisy input", "change_mark"),
    CurveStyle("best linear denoiser", "linear_bound"),
    CurveStyle("network", "held_out"),
)
_SHORT = {"best linear denoiser": "linear", "noisy input": "noisy"}  # where the legend would need a third line
_FRACTION = "fraction of spoilt pixels"
_SIGMA = "σ of the noise"
_NOISY, _LINEAR, _NETWORK = (curve.key for curve in _CURVES)


class CurveSide(QWidget):
    """Legend, plot, and a sentence below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        configure_plots()
        self._legend = named(QLabel(self), "mismatchLegend", "Which curve is which")
        self._legend.setTextFormat(Qt.TextFormat.RichText)  # its texts are the program's own
        self._legend.setWordWrap(True)
        self._legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.plot = LevelPlot(_CURVES, _SIGMA, "PSNR (dB)", self)
        self.plot.setObjectName("mismatchPlot")
        self.plot.setAccessibleName("PSNR over the noise level")
        self.plot.setToolTip(
            plain_tip(
                "PSNR on held-out images, mean over images, peak 1; "
                "the same images and random numbers at every level.\n"
                "The linear denoiser is fitted anew at each level: it knows the noise, the network does not.\n"
                "Ctrl+C copies the numbers."
            )
        )
        self._sentence = text_label("mismatchSentence", "What the curves say", self)
        self.setLayout(vbox(self._legend, (self.plot, 1), self._sentence, spacing=2, margins=(0, 0, 0, 0)))
        self._follow_theme()

    def show_hint(self, text: str) -> None:
        """Show a text in the place of the curves."""
        self.plot.show_curves(_SIGMA, np.empty(0), {})
        self.plot.backdrop.set_hint(text)
        self.plot.set_mark(None)
        self._sentence.clear()

    def show_figures(
        self, ladder: NoiseLadder, figures: tuple[Figures, ...] | None, training: Corruption, iteration: int
    ) -> None:
        """Show the curves of a ladder, that of the network where it is known, and the level of the training noise."""
        values = {_NOISY: ladder.noisy_psnr}
        if not ladder.left_out:
            values[_LINEAR] = ladder.linear_psnr
        if figures is not None:
            values[_NETWORK] = np.array([one.psnr for one in figures])
        level_text = f"{_SIGMA} ({ladder.units})" if ladder.kind == Gaussian.kind else _FRACTION
        self.plot.backdrop.set_hint("")
        self.plot.show_curves(level_text, ladder.levels, values)
        is_trained_on = training.kind == ladder.kind
        self.plot.set_mark(training.level if is_trained_on else None, "trained here")
        self._sentence.setText(self._text(ladder, figures, training, iteration))

    def _text(
        self, ladder: NoiseLadder, figures: tuple[Figures, ...] | None, training: Corruption, iteration: int
    ) -> str:
        about = f"{len(ladder):,} held-out images, mean over images. {ladder.left_out}".strip()
        if training.kind != ladder.kind:
            about = f"Trained on {training.kind} noise, {training.level:g}. {about}"
        if figures is None:
            return about
        psnr = np.array([one.psnr for one in figures])
        if not np.isfinite(psnr).all():
            return f"The network's weights have diverged. {about}"
        if ladder.left_out:
            return f"Iteration {iteration:,}. {about}"
        better = ladder.levels[psnr > ladder.linear_psnr]
        levels = ", ".join(f"{level:g}" for level in better)
        where = "at no level shown" if not len(better) else f"at {levels}"
        return f"Iteration {iteration:,}: better than the best linear denoiser {where}. {about}"

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_sentence"):
            self._follow_theme()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Name the curves as there is room."""
        super().resizeEvent(event)
        self._follow_theme()

    def _follow_theme(self) -> None:
        theme = current_theme(self.palette())
        longest = max(self.fontMetrics().horizontalAdvance(curve.key) for curve in _CURVES)
        short = _SHORT if self.width() < 2 * longest else {}
        named = ((curve.color, short.get(curve.key, curve.key)) for curve in reversed(_CURVES))
        entries = (
            f"<span style='color:{getattr(theme, color)}'>■</span>&nbsp;{name.replace(' ', '&nbsp;')}"
            for color, name in named
        )
        self._legend.setText("&nbsp;&nbsp; ".join(entries))

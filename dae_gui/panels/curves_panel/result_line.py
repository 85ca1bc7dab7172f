"""The run's result in a sentence: its held-out error beside that of the best linear denoiser."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_core.evaluation.beside_linear import LinearErrors, beside_linear
from dae_core.evaluation.held_out import Figures
from dae_core.model.losses import Loss
from dae_gui.panels.curves_panel.looks import error_unit
from dae_gui.support.plain_text import PlainLabel, plain_tip


class ResultLine(PlainLabel):
    """Shows the longest of a few sentences for which there is room, and all that is known in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("resultLine")
        self.setAccessibleName("Result of the run")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._sentences: tuple[str, ...] = ()

    def show_result(self, figures: Figures | None, linear: LinearErrors | None, loss: Loss) -> None:
        """Say how good the run is; nothing while there are no figures."""
        if figures is None:
            self._set((), "")
            return
        bound = None if linear is None else linear.on(figures.n_images)
        beside = "" if bound is None else beside_linear(figures.error, bound)
        error, mse = f"{figures.error:,.1f} per image", f"MSE {figures.mse:.4f}"
        if loss.is_squared:
            what, units = "|y − x₀|²", "standardized units"
        else:
            what, units = f"{loss.error_title} ({error_unit(loss)})", "grey from 0 to 1"
        tip = f"Mean {what} on {figures.n_images:,} held-out images: {error}, {mse} per pixel ({units})."
        if bound is not None and linear is not None:
            tip += f"\nThe best linear denoiser on the same images: {bound:,.1f}, MSE {bound / figures.n_inputs:.4f}."
            if figures.n_images > linear.n_some:
                tip += f"\nThe curve is measured on {linear.n_some:,} of them (linear denoiser {linear.on_some:,.1f})."
        if beside:
            short = [beside.replace("the best linear denoiser", words) for words in ("best linear", "linear")]
            texts = (f"Held-out error {error}: {beside}", f"Held-out {figures.error:,.1f}: {beside}", beside, *short)
            self._set(tuple(text[:1].upper() + text[1:] for text in texts), tip)
        else:
            self._set((f"Held-out error {error}", f"Held-out {figures.error:,.1f}"), tip)

    def minimumSizeHint(self) -> QSize:
        """Return no width: what has no room is left out."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the sentence that fits."""
        super().resizeEvent(event)
        self._choose()

    def _set(self, sentences: tuple[str, ...], tip: str) -> None:
        if sentences != self._sentences or tip != self.accessibleDescription():
            self._sentences = sentences
            self.setToolTip(plain_tip(tip))
            self.setAccessibleDescription(tip)
            self._choose()

    def _choose(self) -> None:
        width = self.fontMetrics().horizontalAdvance
        fitting = [sentence for sentence in self._sentences if width(sentence) <= self.width()]
        self.setText(fitting[0] if fitting else "")

"""MSE, PSNR and SSIM before and after, in one line that can be copied."""

from __future__ import annotations

from math import isfinite, isnan

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from dae_core.datasets.dataset import PIXEL_UNITS
from dae_core.evaluation.denoising import Quality
from dae_gui.support.accessible import attach
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.named import named

_TIP = (
    "From the noisy input to the reconstruction, both against what the network sees.\n"
    f"MSE: mean squared error a pixel, in {PIXEL_UNITS} (less is better).\n"
    "PSNR: peak signal-to-noise ratio for grey values from 0 to 1 (more is better).\n"
    "SSIM: structural similarity of the pictures as shown, at most 1 (more is better)."
)


class QualityLine(QLabel):
    """One line of selectable text; figures that got worse stand in the warning colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._qualities: tuple[Quality, Quality] | None = None
        self._message = ""
        attach(self)
        named(self, "qualityLabel", "Quality before and after", _TIP)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_quality(self, before: Quality, after: Quality) -> None:
        """Show the figures of the noisy picture and of the reconstruction."""
        self._qualities = (before, after)
        self._write()

    def show_message(self, text: str) -> None:
        """Show a sentence while there are no figures."""
        self._qualities, self._message = None, text
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._write()

    def _write(self) -> None:
        theme = current_theme(self.palette())
        if self._qualities is None:
            text = f'<span style="color:{theme.faint_text}">{self._message}</span>'
        else:
            before, after = self._qualities
            if isfinite(after.mse):
                parts = (
                    ("MSE", before.mse, after.mse, ".3f", "", after.mse > before.mse),
                    ("PSNR", before.psnr, after.psnr, ".1f", " dB", after.psnr < before.psnr),
                    ("SSIM", before.ssim, after.ssim, ".2f", "", after.ssim < before.ssim),
                )
                text = " &nbsp;&nbsp; ".join(
                    f'<span style="color:{theme.faint_text}">{name}</span> {_number(old, spec)} → '
                    f'<b style="color:{theme.warning if worse else theme.text}">{_number(new, spec)}</b>{unit}'
                    for name, old, new, spec, unit, worse in parts
                )
            else:
                text = (
                    f'<b style="color:{theme.warning}">The weights have diverged: the reconstruction is no number.</b>'
                )
        if text != self.text():
            self.setText(text)


def _number(value: float, spec: str) -> str:
    """Return a figure of steady width; very large ones in short, and a dash for what is not defined."""
    if isnan(value):
        return "–"
    if not isfinite(value):
        return "∞" if value > 0 else "−∞"
    return format(value, spec if abs(value) < 1000 else ".1e").replace("-", "−")

"""How the window shows a session, as far as it does not depend on the window: kept in the session's file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.training.averages import SMOOTHING_WINDOW
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.panels.denoise_panel import DenoisePanel
from dae_gui.widgets.plots.axis_ranges import ViewMode


class ViewState:
    """Reads and sets how the curves are shown, and what is on the canvas.

    What a file says is only taken where it makes sense, for it may be of another version; the rest is passed over.
    """

    def __init__(self, curves: CurvesPanel, denoise: DenoisePanel) -> None:
        self._curves = curves
        self._drawing = denoise.source.draw_page.canvas.drawing

    def values(self) -> dict[str, Any]:
        """Return a JSON object."""
        curves = self._curves
        return {
            "curves_mode": curves.mode().value,
            "curves_follow_width": curves.follow_width(),
            "curves_log_x": curves.tools.log_x.isChecked(),
            "curves_log_y": curves.tools.log_y.isChecked(),
            "smoothing_window": curves.smoothing.window(),
            "smoothing_fits": curves.smoothing.is_fitting(),
        }

    def drawings(self) -> tuple[NDArray[np.uint8], ...]:
        """Return what is on the canvas, uint8 (h, w); nothing where it is blank."""
        return () if self._drawing.is_blank() else (self._drawing.image(),)

    def restore(self, values: dict[str, Any], drawings: tuple[NDArray[np.uint8], ...]) -> None:
        """Show it as it was."""
        curves = self._curves
        setters: dict[str, tuple[type, Callable[[Any], object]]] = {
            "smoothing_window": (int, lambda window: curves.smoothing.set_window(max(1, min(window, 1_000_000)))),
            "smoothing_fits": (bool, curves.smoothing.set_fitting),
            "curves_log_x": (bool, lambda log: curves.set_log(x=log)),
            "curves_log_y": (bool, lambda log: curves.set_log(y=log)),
            "curves_follow_width": (int, lambda width: curves.set_follow_width(min(width, 2**31 - 1))),
            "curves_mode": (str, self._set_mode),
        }
        # Sessions of before were of the usual window unless the user had chosen another one.
        values = {"smoothing_fits": values.get("smoothing_window") == SMOOTHING_WINDOW} | values
        for name, (kind, set_value) in setters.items():
            if type(values.get(name)) is kind:
                set_value(values[name])
        if drawings and drawings[0].shape == self._drawing.shape:
            self._drawing.set_image(drawings[0])
            self._drawing.forget_steps()

    def _set_mode(self, name: str) -> None:
        # Which part the user had moved to is not kept; the whole run is shown in its place.
        if name in (ViewMode.FIT.value, ViewMode.FOLLOW.value):
            self._curves.set_mode(ViewMode(name))

"""Which settings cannot be changed now, and why: a run is under way, or they are to stay as they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtWidgets import QWidget

from dae_gui.panels.training_panel import words
from dae_gui.support.plain_text import plain_tip
from dae_gui.support.why_not import allow


class SettingsLocks:
    """Disables the fields of the settings, and says why in their tips.

    Parameters
    ----------
    fields
        The fields of each setting, by its name; "data" is the choice of images.
    defining
        The fields of what defines a run.
    steering
        Those of what else may be changed while one goes on.
    preset
        The choice of a preset, which would change them all.
    """

    def __init__(
        self,
        fields: Mapping[str, Collection[QWidget]],
        defining: Collection[QWidget],
        steering: Collection[QWidget],
        preset: QWidget,
    ) -> None:
        self._fields, self._defining, self._steering, self._preset = fields, defining, steering, preset
        self._fixed: dict[QWidget, str] = {}
        self._unsteered = ""
        self._tips = {widget: widget.toolTip() for widget in (*defining, *steering)}

    def fix(self, reasons: Mapping[str, str]) -> None:
        """Take why some settings are to stay as they are, as clauses by their names; see `TrainingPanel.fix`."""
        self._unsteered = reasons.get("steering", "")
        self._fixed = {field: why for name, why in reasons.items() for field in self._fields.get(name, ())}
        settings = [why for name, why in reasons.items() if name not in ("data", "steering")]
        if settings:
            self._fixed[self._preset] = settings[0]

    def set_tip(self, widget: QWidget, tip: str) -> None:
        """Give a field another tip; it shows with the next `refresh`."""
        self._tips[widget] = tip

    def refresh(self, *, is_active: bool) -> None:
        """Enable and disable the fields, where a run is under way and where none is."""
        steering = dict.fromkeys(self._steering, self._unsteered) if is_active and self._unsteered else {}
        fixed = {**steering, **self._fixed}
        for widget, tip in self._tips.items():
            defines = is_active and widget in self._defining
            why = fixed.get(widget, "a run is under way")
            allow(widget, not defines and widget not in fixed, why)
            more = f"\nNot now: {why}." if widget in fixed else f"\n{words.LOCKED}" if defines else ""
            widget.setToolTip(plain_tip(tip + more))

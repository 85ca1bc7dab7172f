"""The choice of a preset, and below it what the chosen one shows and where to look."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QWidget

from dae_core.glossary import meaning
from dae_core.training.config import TrainingConfig
from dae_core.training.presets import PRESETS, Preset
from dae_gui.panels.training_panel.controls import make_combo
from dae_gui.support.plain_text import plain_tip
from dae_gui.widgets.controls.steady_label import SteadyLabel

CUSTOM = "Own settings"
_OWN = "Settings of your own. A preset puts all of them back."


class PresetChoice:
    """A box with all presets, a line between two groups, and the user's own settings last.

    Parameters
    ----------
    parent
        The widget that box and note stand in.
    """

    def __init__(self, parent: QWidget) -> None:
        self.box = make_combo(parent, ("presetComboBox", "Preset"), meaning("preset"))
        for _, presets in groupby(PRESETS.values(), lambda preset: preset.group):
            for preset in presets:
                self.box.addItem(preset.name)
                self._tell(preset)
            self.box.insertSeparator(self.box.count())
        self.box.addItem(CUSTOM)
        self._note = SteadyLabel([_OWN, *(preset.look for preset in PRESETS.values())], parent)
        self._note.setObjectName("presetNoteLabel")
        self._note.setForegroundRole(self._note.palette().ColorRole.PlaceholderText)

    def add_to(self, form: QFormLayout) -> None:
        """Put box and note into a form."""
        form.addRow(self.box)
        form.addRow(self._note)

    def preset_at(self, index: int) -> Preset | None:
        """Return the preset at a place of the box; None for the user's own settings."""
        return PRESETS.get(self.box.itemText(index))

    def show_config(self, config: TrainingConfig) -> None:
        """Show which preset these settings are, if any, without emitting ``activated``."""
        name = preset_name(config)
        self.box.setCurrentText(name)
        preset = PRESETS.get(name)
        self._note.setText(_OWN if preset is None else preset.look)
        self._note.setToolTip(plain_tip("" if preset is None else preset.description))

    def _tell(self, preset: Preset) -> None:
        tip = plain_tip(f"{preset.group}\n{preset.description}")
        self.box.setItemData(self.box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)


def preset_name(config: TrainingConfig) -> str:
    """Return which preset these settings are, whatever the seed; or that they are the user's own."""
    return next((name for name, one in PRESETS.items() if one.config.replace(seed=config.seed) == config), CUSTOM)

"""A unit's numbers: cosine, norms, bias, firing rate and importance, each to be copied."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from dae_core.glossary import meaning
from dae_core.inspection.units import UnitActivity, UnitWeights
from dae_core.model.activations import ACTIVE
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.support.theme import current_theme
from dae_gui.widgets.controls.number_text import change, number_text, percent

# Object name, what it is called, and what it means; two columns, filled downwards, and the last in a line of its own.
_FIGURES = (
    (
        "unitCosineLabel",
        "Cosine W, V",
        f"{meaning('W–V cosine')} None for tied weights.",
    ),
    ("unitNormWLabel", "Norm W", "Euclidean length of column j of W"),
    ("unitNormVLabel", "Norm V", "Euclidean length of row j of V"),
    ("unitBiasLabel", "Bias", "B of this unit: the lower, the more must a picture fit for it to be active."),
    ("unitRateLabel", "Fires on", f"{meaning('firing rate')} Active is {ACTIVE}."),
    (
        "unitImportanceLabel",
        "Worth",
        f"{meaning('worth')} Per pixel, with this unit alone off.",
    ),
)


class UnitNumbers(QWidget):
    """Five figures in two columns, and below them the one with the longest text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._values: dict[str, QLabel] = {}
        self._names: list[QLabel] = []
        self._is_dead = False
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(6)
        layout.setVerticalSpacing(1)
        rows = len(_FIGURES) // 2
        last = len(_FIGURES) - 1
        for index, (name, text, tip) in enumerate(_FIGURES):
            title, value = PlainLabel(text, self), PlainLabel("–", self)
            value.setObjectName(name)
            value.setAccessibleName(text)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for label in (title, value):
                label.setToolTip(plain_tip(tip))
            row, column = (index % rows, 3 * (index // rows)) if index < last else (rows, 0)
            layout.addWidget(title, row, column)
            layout.addWidget(value, row, column + 1, 1, 4 if index == last else 1)
            self._values[name] = value
            self._names.append(title)
        layout.setColumnMinimumWidth(2, 4)
        layout.setColumnStretch(1, 1)
        layout.setColumnStretch(4, 1)
        self._refresh_colors()

    def show_weights(self, weights: UnitWeights) -> None:
        """Show what the weights of one unit say, arrays of one entry."""
        self._set("unitCosineLabel", number_text(float(weights.cosines[0]), ".2f"))
        self._set("unitNormWLabel", number_text(float(weights.norms_w[0]), ".3g"))
        self._set("unitNormVLabel", number_text(float(weights.norms_v[0]), ".3g"))
        self._set("unitBiasLabel", number_text(float(weights.biases[0]), ".3g"))

    def show_activity(self, activity: UnitActivity | None, unit: int) -> None:
        """Show what was measured on held-out digits; None: dashes."""
        self._is_dead = False
        if activity is None:
            self._set("unitRateLabel", "–")
            self._set("unitImportanceLabel", "–")
        else:
            self._is_dead = bool(activity.dead[unit])
            rate = percent(float(activity.firing_rates[unit]))
            self._set(
                "unitRateLabel", ("none: dead" if rate == percent(0.0) else f"{rate}, dead") if self._is_dead else rate
            )
            self._set("unitImportanceLabel", change(float(activity.importances[unit]), activity.mse))
        self._refresh_colors()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh_colors()

    def _set(self, name: str, text: str) -> None:
        self._values[name].setText(text)

    def _refresh_colors(self) -> None:
        theme = current_theme(self.palette())
        for label in self._names:
            _set_style(label, f"color: {theme.faint_text}")
        _set_style(self._values["unitRateLabel"], f"color: {theme.warning}" if self._is_dead else "")


def _set_style(label: QLabel, style: str) -> None:
    if label.styleSheet() != style:
        label.setStyleSheet(style)

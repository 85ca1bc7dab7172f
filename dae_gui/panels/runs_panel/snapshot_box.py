"""Whether the runs of a sweep keep snapshots, with what these take."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from dae_core.texts import format_bytes
from dae_core.training.config import TrainingConfig
from dae_core.training.snapshots import BUDGET, SHARED_BUDGET, SnapshotKeeper
from dae_gui.support.plain_text import PlainLabel
from dae_gui.widgets.controls.layouts import hbox
from dae_gui.widgets.controls.named import check_box, named

_TICKED_UP_TO = SHARED_BUDGET // 2
"""Bytes that a sweep's snapshots take by themselves: earlier runs keep theirs beside them."""
_BYTES_OF_NUMBER = 4


class SnapshotBox(QWidget):
    """A check box with an estimate; ticked by itself while the snapshots take little, until the user has ticked it.

    Parameters
    ----------
    n_inputs
        Pixels of an image.
    parent
        The widget that it stands in.

    Signals
    -------
    changed()
        The user ticked it, or took the tick away.
    """

    changed = Signal()

    def __init__(self, n_inputs: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._n_inputs = n_inputs
        self._is_chosen = False
        tip = "Earlier weights of each run, for the time machine, films and branches; without them only its last"
        self.box = check_box("sweepSnapshotsCheckBox", "&Keep snapshots", tip, self)
        self.size_label = named(PlainLabel(parent=self), "sweepSnapshotsLabel", "What the snapshots take")
        self.size_label.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.box.clicked.connect(self._on_clicked)
        self.setLayout(hbox(self.box, (self.size_label, 1), spacing=8, margins=(0, 0, 0, 0)))

    def budget(self, configs: Sequence[TrainingConfig]) -> int:
        """Say what the snapshots of these runs come to; return the bytes that each run's may take, 0 for none."""
        budget = min(BUDGET, SHARED_BUDGET // max(1, len(configs)))
        counts, total = set(), 0
        for config in configs:
            size = _bytes_of(config.hidden_units, self._n_inputs)
            count = SnapshotKeeper(size, budget).count_at(config.iterations)
            counts.add(count)
            total += count * size
        if not self._is_chosen:
            self.box.setChecked(total <= _TICKED_UP_TO)
        low, high = min(counts, default=0), max(counts, default=0)
        each = f"{low}" if low == high else f"{low} to {high}"
        self.size_label.setText(f"{each} a run, {format_bytes(total)} together")
        return budget if self.box.isChecked() else 0

    @Slot()
    def _on_clicked(self) -> None:
        self._is_chosen = True
        self.changed.emit()


def _bytes_of(hidden_units: int, n_inputs: int) -> int:
    """Return the bytes of the parameters of one snapshot."""
    return _BYTES_OF_NUMBER * (2 * hidden_units * n_inputs + hidden_units + n_inputs)

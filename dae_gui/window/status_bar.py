"""The line at the bottom: how far the run is, how fast it goes and how good it is."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QWidget

from dae_core.evaluation.held_out import Figures
from dae_core.glossary import meaning
from dae_core.training.config import TrainingConfig
from dae_gui.panels.curves_panel.looks import error_name, error_unit
from dae_gui.support.accessible import Kind, Number, announce, speaks
from dae_gui.support.file_kinds import OWN_ENDINGS
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.support.repolish import repolish
from dae_gui.widgets.controls.flow_layout import FlowLayout
from dae_gui.widgets.controls.label_place import RunningPlace
from dae_gui.widgets.controls.named import named
from dae_gui.widgets.controls.saved_links import SavedLinks
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

_STATE_TEXTS = {
    State.IDLE: "Ready",
    State.RUNNING: "Training",
    State.PAUSED: "Paused",
    State.STOPPING: "Stopping",
    State.FINISHED: "Finished",
    State.DIVERGED: "Diverged",
    State.FAILED: "Failed",
}
_FIELDS = {
    "state": "What the run is doing",
    "iteration": "Iterations done, of all",
    "rate": "Iterations a second, by the clock on the wall",
    "left": "Time left at this rate",
    "error": "{} per image, mean of the last iterations ({})",
    "held_out": "{} per image on held-out images ({}), and the mean squared error per pixel ({})",
    "sparsity": f"{meaning('sparsity')} The mean over held-out images.",
    "dead": meaning("dead unit"),
}


_FAINT = ("rate", "left", "error", "sparsity", "dead")  # beside what the run does, how far it is and how good


class _Fields(QWidget):
    """What stands in the bar but for a passing message, while which the bar hides it as a whole.

    A bar that is laid out anew, as after zooming, would show it over the message.
    """

    def __init__(self, bar: QStatusBar) -> None:
        super().__init__(bar)
        self._bar = bar

    def setVisible(self, is_visible: bool) -> None:
        """Show it only where there is no message."""
        if not (is_visible and self._bar.currentMessage()):
            super().setVisible(is_visible)


class StatusBar(QStatusBar):
    """Shows the figures of the run on the workbench; a tick and a bar in its colour say that it is finished."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.setObjectName("statusBar")
        self.setSizeGripEnabled(False)
        fields = _Fields(self)
        row = FlowLayout(fields, is_one_line=True)  # or many figures would make a small window wider
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(0)
        self._tick = named(PlainLabel("✓", fields), "finishedTick", "", "The run is finished")
        self._tick.setContentsMargins(6, 0, 0, 0)
        self._tick.hide()
        row.addWidget(self._tick)
        self._labels: dict[str, QLabel] = {}
        self._places: dict[str, RunningPlace] = {}
        for name in _FIELDS:
            label = PlainLabel(parent=fields)
            label.setObjectName(f"{name}StatusLabel")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setContentsMargins(6, 0, 6, 0)
            if name in _FAINT:
                label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self._labels[name] = label
            self._places[name] = RunningPlace(label, fields)
            row.addWidget(self._places[name])
        self.addWidget(fields, 1)
        self._links = SavedLinks(self)
        self.addPermanentWidget(self._links)
        self._links.hide()  # which the bar has shown
        self.messageChanged.connect(self._links.hide)  # its sentence is over
        self._progress = QProgressBar(self)
        self._progress.setObjectName("runProgressBar")
        self._progress.setAccessibleName("Progress of the run")
        speaks(self._progress, Kind.PROGRESS, self.progress_text, self._progress_number)
        self._progress.setMaximumWidth(160)
        self._progress.setFixedHeight(8)
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self.addPermanentWidget(self._progress)
        self.setContentsMargins(0, 0, 8, 0)
        self.set_busy("Loading data …")
        self._tell(workbench.config)
        workbench.configChanged.connect(self._tell)
        workbench.progressed.connect(self.show_run)
        workbench.stateChanged.connect(self._on_state_changed)

    @Slot(object)
    def _tell(self, config: TrainingConfig) -> None:
        """Say what the figures of a run with these settings are, and in what unit."""
        loss = config.architecture.output
        units = "standardized units" if loss.is_squared else "grey from 0 to 1"
        for name, tip in _FIELDS.items():
            text = tip.format(error_name(loss), error_unit(loss), units)
            self._labels[name].setToolTip(plain_tip(text))
            self._labels[name].setAccessibleName(text)

    def offer_file(self, path: Path) -> None:
        """Offer what can be done with a file, beside the message that says that it was written."""
        is_own = path.suffix in OWN_ENDINGS  # this program, in which it is open already
        self._links.offer(path, can_open=not is_own)

    def set_busy(self, text: str) -> None:
        """Show that something is prepared that takes an unknown time."""
        self._places["state"].show_text(text)
        self._progress.setRange(0, 0)

    def progress_text(self) -> str:
        """Return how far the run is, in words."""
        progress = self._workbench.progress
        if self._progress.maximum() == 0 or not progress.end:
            return self._labels["state"].text()
        return f"{self._labels['state'].text()}, iteration {progress.iteration:,} of {progress.end:,}"

    def _progress_number(self) -> Number:
        progress = self._workbench.progress
        return Number(progress.iteration, 0, max(progress.end, progress.iteration))

    @Slot()
    def _on_state_changed(self) -> None:
        self.clearMessage()  # a message of what was before
        self.show_run()
        announce(self._progress, self.progress_text())

    @Slot()
    def show_run(self) -> None:
        """Show the run's figures."""
        self._progress.setRange(0, 1000)
        bench, progress = self._workbench, self._workbench.progress
        state, done, end, rate = bench.state, progress.iteration, progress.end, progress.rate
        self._progress.setValue(round(1000 * done / end) if end else 0)
        self._set("state", "Stopped" if state is State.IDLE and 0 < done < end else _STATE_TEXTS[state])
        self._show_finished(state is State.FINISHED)
        self._set("iteration", f"{done:,} / {end:,}" if end else "")
        running = state is State.RUNNING and rate > 0
        self._set("rate", f"{rate:,.0f} it/s" if running else "")
        self._set("left", f"{_duration((end - done) / rate)} left" if running else "")
        error, _ = bench.history.latest()
        self._set("error", f"error {error:.1f}" if math.isfinite(error) else "")
        figures, noun = bench.figures, "digits" if bench.dataset is None else bench.dataset.noun
        if figures is None:
            for name in ("held_out", "sparsity", "dead"):
                self._set(name, "")
            return
        self._set("held_out", f"held-out {figures.error:,.1f} (MSE {figures.mse:.4f}, {figures.n_images:,} {noun})")
        self._set("sparsity", f"active {figures.sparsity:.1%}" if figures.sparsity is not None else "")
        self._set("dead", dead_text(figures))

    def _show_finished(self, is_finished: bool) -> None:
        """Say quietly that the run has come to its end; nothing moves or sounds."""
        if is_finished != self._progress.property("finished"):
            self._progress.setProperty("finished", is_finished)
            repolish(self._progress)  # the style sheet goes by the property
            self._tick.setVisible(is_finished)

    def _set(self, name: str, text: str) -> None:
        place = self._places[name]
        place.show_text(text)
        place.setVisible(bool(text))


def dead_text(figures: Figures) -> str:
    """Return how many of the units are dead: ``14 of 225 dead``; nothing where no units fire or stay silent."""
    rates = figures.firing_rates
    return "" if rates is None else f"{figures.dead_units:,} of {len(rates):,} dead"


def _duration(seconds: float) -> str:
    """Return seconds in words: 8 s, 3 min 5 s, 2 h 10 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"

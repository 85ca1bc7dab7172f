"""Looking back: which weights the window shows, the newest ones or a snapshot that the person has moved to."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from dae_core.training.history import History
from dae_core.training.snapshots import Snapshot
from dae_gui.panels.curves_panel import CurvesPanel
from dae_gui.panels.timeline_panel import TimelinePanel
from dae_gui.training.controller import TrainingController
from dae_gui.workbench.model_feed import ModelFeed


class TimeMachine(QObject):
    """Stands between the run and the panels that show its weights.

    Training goes on while the person looks back; the newest weights are shown again when asked for, and with a new run.

    Signals
    -------
    moved(bool)
        Other weights are shown than before: the newest ones (True), or those of a snapshot.
    """

    moved = Signal(bool)

    def __init__(
        self,
        controller: TrainingController,
        feed: ModelFeed,
        timeline: TimelinePanel,
        curves: CurvesPanel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._feed = feed
        self._timeline = timeline
        self._curves = curves
        self._shown: Snapshot | None = None
        controller.snapshotsChanged.connect(timeline.set_snapshots)
        controller.historyReplaced.connect(self._on_history_replaced)
        controller.progressed.connect(self._on_progressed)
        timeline.snapshotShown.connect(self._on_snapshot_shown)
        timeline.liveRequested.connect(self.show_newest)

    @property
    def is_live(self) -> bool:
        """Whether the newest weights are shown."""
        return self._shown is None

    @property
    def shown_iteration(self) -> int:
        """The iteration that the shown weights are of."""
        return self._controller.iteration if self._shown is None else self._shown.iteration

    @Slot()
    def show_newest(self) -> None:
        """Show the newest weights, and those that come."""
        if self._shown is None:
            return
        self._forget()
        if self._controller.model is not None:
            self._feed.show(self._controller.model, self._controller.iteration)
        self.moved.emit(True)

    def _forget(self) -> None:
        self._shown = None
        self._curves.set_marker(None)
        self._timeline.show_live()

    @Slot(object)
    def _on_snapshot_shown(self, snapshot: Snapshot) -> None:
        self._shown = snapshot
        self._curves.set_marker(snapshot.iteration)
        self._feed.show(snapshot.model, snapshot.iteration)
        self.moved.emit(False)

    @Slot(object)
    def _on_history_replaced(self, _history: History) -> None:
        was_live = self.is_live
        self._forget()
        self._on_progressed()
        if not was_live:
            self.moved.emit(True)

    @Slot()
    def _on_progressed(self) -> None:
        self._timeline.set_run(self._controller.iteration, self._controller.end)

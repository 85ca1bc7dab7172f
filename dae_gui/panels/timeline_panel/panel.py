"""The row under the curves that moves the whole window to an earlier iteration of the run, and back to now."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dae_core.training.snapshots import Snapshot
from dae_gui.panels.timeline_panel.controls import TimelineControls
from dae_gui.panels.timeline_panel.paced import Paced
from dae_gui.panels.timeline_panel.places import after_steps, half_place
from dae_gui.panels.timeline_panel.snapshot_slider import EMPTY_TEXT, NONE_KEPT_TEXT, SnapshotSlider
from dae_gui.support import notices
from dae_gui.support.jobs import Jobs
from dae_gui.widgets.controls.layouts import vbox
from dae_gui.workbench.facts import RunProgress, Weights
from dae_gui.workbench.state import State
from dae_gui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from dae_gui.panels.timeline_panel.film_dialog import FilmDialog

_SHOW_MS = 40  # at most 25 snapshots a second are shown by the other panels
_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Escape)


class TimelinePanel(QWidget):
    """A slider over the snapshots of the run, which can be played, branched from, and written as a film.

    Parameters
    ----------
    workbench
        Whose snapshots are shown; the one that is looked at is put there.
    jobs
        Where films are made.

    Signals
    -------
    branchRequested(Snapshot)
        A new run is to begin with these weights.
    """

    branchRequested = Signal(object)

    def __init__(self, workbench: Workbench, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timelinePanel")
        self.setAccessibleName("Time machine")
        self.workbench = workbench
        self._jobs = jobs
        self._snapshots: tuple[Snapshot, ...] = ()
        self._iterations: tuple[int, ...] = ()
        self._shown: Snapshot | None = None
        self._run = (0, 0)
        self._dialog: FilmDialog | None = None
        self._build()
        self._playing = QTimer(self)
        self._playing.setTimerType(Qt.TimerType.PreciseTimer)
        self._playing.timeout.connect(self._on_film_timeout)
        self._paced = Paced(_SHOW_MS, self)
        self._paced.paced.connect(workbench.look_at)
        workbench.snapshotsChanged.connect(self.set_snapshots)
        workbench.weightsChanged.connect(self._on_weights_changed)
        workbench.averageOffered.connect(self._on_average_offered)
        workbench.progressed.connect(self._on_progressed)
        workbench.dataChanged.connect(self._on_data_changed)

    def _build(self) -> None:
        self.slider = SnapshotSlider(self)
        self.slider.setToolTip("Drag to see the run at an earlier iteration; the right end is now")
        self.slider.placeChosen.connect(self._on_slider_moved)
        self.slider.stepped.connect(self._on_stepped)
        self.controls = TimelineControls(self)
        for button in (self.controls.first, self.controls.back, self.controls.forward):
            button.clicked.connect(self._on_button_clicked)
        self.controls.play.clicked.connect(self._on_play_clicked)
        self.controls.speedChanged.connect(self._on_speed_changed)
        self.controls.average.toggled.connect(self._on_average_toggled)
        self.controls.live.clicked.connect(self.show_live)
        self.controls.branch.clicked.connect(self._on_branch_clicked)
        self.controls.export.clicked.connect(self.export_film)
        for button in self.controls.buttons():
            button.installEventFilter(self)
        self.setLayout(vbox(self.slider, self.controls, spacing=2, margins=(6, 3, 6, 3)))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.slider)

    # What the workbench announces

    @Slot(object)
    def set_snapshots(self, snapshots: tuple[Snapshot, ...]) -> None:
        """Take the snapshots of the run, by ascending iteration; cheap where nothing has changed.

        A snapshot that is being looked at stays shown, also where it is not among them any more. With snapshots of
        another run the panel goes back to live.
        """
        old = self._snapshots
        if len(snapshots) == len(old) and (not old or (snapshots[0] is old[0] and snapshots[-1] is old[-1])):
            return
        is_other_run = not snapshots or not old or snapshots[0].model is not old[0].model
        self._snapshots = snapshots
        self._iterations = tuple(snapshot.iteration for snapshot in snapshots)
        if is_other_run:
            self.show_live()
        elif self.workbench.state is State.RUNNING:
            self.workbench.turns.ask(self._refresh)
        else:
            self._refresh()

    @Slot(object)
    def _on_weights_changed(self, weights: Weights | None) -> None:
        if weights is None or (weights.is_live and self._shown is not None):  # there is another run, say
            self.show_live()

    @Slot(object)
    def _on_progressed(self, progress: RunProgress) -> None:
        if (progress.iteration, progress.end) != self._run:
            self._run = progress.iteration, progress.end
            if self.isVisible():
                self._refresh_label()

    @Slot()
    def _on_data_changed(self) -> None:
        self._refresh_enabled()

    @Slot(bool)
    def _on_average_offered(self, is_there: bool) -> None:
        self.controls.average.setVisible(is_there)

    @Slot(bool)
    def _on_average_toggled(self, wanted: bool) -> None:
        self.show_live()
        self.workbench.show_average(wanted)
        self._refresh_label()

    def shown(self) -> Snapshot | None:
        """Return the snapshot that is looked at; None is live."""
        return self._shown

    @Slot()
    def show_live(self) -> None:
        """Go back to the newest weights."""
        self._show(None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Look at a snapshot, as if the user had chosen it."""
        self._show(snapshot)

    @Slot()
    def export_film(self) -> None:
        """Open the window that writes films."""
        bench = self.workbench
        if bench.dataset is None or not self._snapshots:
            notices.note(
                self,
                f"There is no film of this run: {NONE_KEPT_TEXT[0].lower()}{NONE_KEPT_TEXT[1:]}."
                if self._run[0] and not self._snapshots
                else "There is no film yet: snapshots of the weights are taken during training.",
            )
            return
        if self._dialog is None:
            from dae_gui.panels.timeline_panel.film_dialog import FilmDialog  # not needed at the start

            self._dialog = FilmDialog(self._jobs, self)
        self._dialog.offer(self._snapshots, bench.dataset, bench.config, self._shown, self.controls.per_second())

    # Moving

    def _show(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            self._playing.stop()
        if snapshot is not self._shown:
            self._shown = snapshot
            if snapshot is None:
                self._paced.drop()
                self.workbench.look_at(None)
            else:
                self._paced.tell(snapshot)
        self._refresh()

    def _half_place(self) -> int:
        return half_place(self._iterations, None if self._shown is None else self._shown.iteration)

    def _go_to(self, place: int) -> None:
        if self._snapshots:
            self._show(self._snapshots[place] if place < len(self._snapshots) else None)

    @Slot(int)
    def _on_slider_moved(self, place: int) -> None:
        """Go to a place of the slider, which may not show the newest snapshots yet."""
        seen = self.slider.iterations()
        is_live = place >= len(seen)
        self._on_place_chosen(len(self._iterations) if is_live else bisect_left(self._iterations, seen[place]))

    @Slot(int)
    def _on_place_chosen(self, place: int) -> None:
        self._playing.stop()
        self._go_to(place)

    @Slot(int)
    def _on_stepped(self, steps: int) -> None:
        self._on_place_chosen(after_steps(self._half_place(), steps))

    @Slot()
    def _on_button_clicked(self) -> None:
        if self.sender() is self.controls.first:
            self._on_place_chosen(0)
        else:
            self._on_stepped(-1 if self.sender() is self.controls.back else 1)

    @Slot()
    def _on_play_clicked(self) -> None:
        """Play on from here, or from the start when all has been seen; or pause."""
        if self._playing.isActive():
            self._playing.stop()
        elif self._snapshots:
            self._playing.start(self.controls.interval_ms())
            if self._shown is None:
                self._go_to(0)
        self._refresh()

    @Slot()
    def _on_film_timeout(self) -> None:
        self._go_to(after_steps(self._half_place(), 1))

    @Slot()
    def _on_speed_changed(self) -> None:
        if self._playing.isActive():
            self._playing.start(self.controls.interval_ms())

    @Slot()
    def _on_branch_clicked(self) -> None:
        if self._shown is not None:
            self._playing.stop()
            self._refresh()
            self.branchRequested.emit(self._shown)

    # Keys and events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, go to the ends, play, or go back to now."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._on_stepped(-1 if key == Qt.Key.Key_Left else 1)
        elif key == Qt.Key.Key_Home:
            self._on_place_chosen(0)
        elif key in (Qt.Key.Key_End, Qt.Key.Key_Escape):
            self.show_live()
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._on_play_clicked()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys step also where a button has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _KEYS:
            self.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the keys."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop playing: it cannot be seen."""
        self._playing.stop()
        super().hideEvent(event)

    # Showing

    def _refresh(self) -> None:
        self.workbench.turns.forget(self._refresh)
        if not self.isVisible():
            return  # `showEvent` catches up
        self.slider.set_iterations(self._iterations)
        self.slider.set_half_place(self._half_place())
        self._refresh_label()
        self._refresh_enabled()
        self.controls.show_playing(self._playing.isActive())

    def _refresh_label(self) -> None:
        if self._shown is not None:
            self.controls.show_iteration(self._shown.iteration, self._run[1], is_live=False)
        elif self._snapshots:
            weights = self.workbench.weights
            is_average = weights is not None and weights.is_average
            self.controls.show_iteration(*self._run, is_live=True, is_average=is_average)
        else:
            self.slider.set_empty_text(NONE_KEPT_TEXT if self._run[0] else EMPTY_TEXT)
            self.controls.show_nothing()

    def _refresh_enabled(self) -> None:
        count, controls, data = len(self._snapshots), self.controls, self.workbench.data
        shown = None if self._shown is None else self._shown.iteration
        self.slider.setEnabled(count > 0)
        for button in (controls.first, controls.back):
            button.setEnabled(count > 0 and self._half_place() > 0)
        controls.forward.setEnabled(count > 0 and shown is not None)
        controls.play.setEnabled(count > 1)
        controls.speed.setEnabled(count > 1)
        controls.live.setEnabled(count > 0 or shown is not None)
        controls.live.setChecked(count > 0 and shown is None)
        controls.export.setEnabled(count > 1 and data is not None)
        controls.show_branch(shown, data is not None and not data.is_stand_in)

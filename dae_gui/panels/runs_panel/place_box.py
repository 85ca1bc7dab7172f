"""Where a sweep is trained: on this computer, or on the workers of a Dask scheduler, which is looked for at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from dae_core.jobs import Monitor
from dae_core.sweeps.cluster import ClusterState, checked_address, look_at
from dae_core.sweeps.plan import SweepError
from dae_gui.support.jobs import Job, Jobs
from dae_gui.support.plain_text import PlainLabel
from dae_gui.support.settings_file import settings_file
from dae_gui.widgets.controls.job_line import JobLine
from dae_gui.widgets.controls.layouts import hbox, vbox
from dae_gui.widgets.controls.named import combo_box, named

_HERE, _DASK = "here", "dask"
_REMEMBERED = "sweeps/scheduler"
_CONNECT_FIRST = "Type the address of a Dask scheduler, such as tcp://HOST:8786, and press Connect."
_ADDRESS_TIP = (
    "Where the scheduler listens, as it says when it starts. Connect only to your own: whoever runs a scheduler can "
    "run code on the computers that connect to it"
)


class PlaceBox(QWidget):
    """A box with the two places; for the second the address of a scheduler, and what it has.

    Parameters
    ----------
    jobs
        Returns the jobs of the window, which look for the scheduler.
    parent
        The widget that it stands in.

    Signals
    -------
    changed()
        Another place was chosen, or more is known of it.
    """

    changed = Signal()

    def __init__(self, jobs: Callable[[], Jobs], parent: QWidget) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None
        self._tried = ""
        self._state: ClusterState | None = None
        self._reason = ""
        places = [("this computer", _HERE), ("Dask scheduler at", _DASK)]
        tip = "Whose processors train the runs; docs/sweeps.md says how to start Dask"
        self.choice = combo_box("sweepPlaceComboBox", "Where the runs are trained", tip, places, self)
        edit = QLineEdit(str(settings_file().value(_REMEMBERED) or ""), self)
        self._address = named(edit, "sweepSchedulerLineEdit", "Address of the Dask scheduler", _ADDRESS_TIP)
        self._address.setPlaceholderText("tcp://HOST:8786")
        self._line = JobLine("sweepConnect", "Connect", "Look for the scheduler and its workers", self)
        self._label = named(PlainLabel(parent=self), "sweepClusterLabel", "What the scheduler has")
        self._label.setWordWrap(True)
        where = hbox(self.choice, (self._address, 1), margins=(0, 0, 0, 0))
        what = hbox(self._line, (self._label, 1), margins=(0, 0, 0, 0))
        self.setLayout(vbox(where, what, margins=(0, 0, 0, 0)))
        self.choice.currentIndexChanged.connect(self._on_place_chosen)
        self._address.textEdited.connect(self._on_address_edited)
        self._address.editingFinished.connect(self._on_address_typed)
        self._line.started.connect(self.connect_now)
        self._show()

    @property
    def is_here(self) -> bool:
        """Whether it is this computer."""
        return bool(self.choice.currentData() == _HERE)

    @property
    def threads(self) -> int:
        """How many runs the workers of the scheduler train at a time; 0 where it is not reached."""
        return 0 if self._state is None else self._state.threads

    def scheduler(self) -> str:
        """Return the address of the scheduler, nothing for this computer. Raises SweepError where it is not reached."""
        if self.is_here:
            return ""
        if self._state is None:
            raise SweepError(self._reason or _CONNECT_FIRST)
        return checked_address(self._address.text())

    @Slot()
    def leave(self) -> None:
        """Look for nothing any more."""
        if self._job is not None:
            self._job.discard()
            self._job = None

    @Slot()
    def connect_now(self) -> None:
        """Look for the scheduler in a thread; what comes of it, or why nothing does, is told by ``changed``."""
        self.leave()
        self._tried = self._address.text()
        self._state, self._reason = None, ""
        try:
            address = checked_address(self._tried)
        except SweepError as error:
            self._tell(None, str(error) if self._tried.strip() else "")
            return
        self._reason = f"Looking for the Dask scheduler at {address}…"
        self._job = self._jobs().start(_look, address, failure="The scheduler was not reached")
        self._job.done.connect(self._on_found)
        self._job.failed.connect(self._on_failed)
        self._job.cancelled.connect(self._on_cancelled)
        self._job.show_in(self._line, "Connecting")
        self._show()

    @Slot(int)
    def _on_place_chosen(self) -> None:
        if not self.is_here and self._state is None and self._address.text().strip():
            self.connect_now()
        self._show()

    @Slot()
    def _on_address_edited(self) -> None:
        self.leave()
        self._tell(None, "")

    @Slot()
    def _on_address_typed(self) -> None:
        if self._address.text() != self._tried and not self.is_here:
            self.connect_now()

    @Slot(object)
    def _on_found(self, state: ClusterState) -> None:
        settings_file().setValue(_REMEMBERED, self._address.text().strip())
        self._tell(state, "")

    @Slot(str)
    def _on_failed(self, reason: str) -> None:
        self._tell(None, reason)

    @Slot()
    def _on_cancelled(self) -> None:
        self._tell(None, "It was not waited for the scheduler: press Connect to look for it again.")

    def _tell(self, state: ClusterState | None, reason: str) -> None:
        self._state, self._reason = state, reason
        self._show()

    def _show(self) -> None:
        for widget in (self._address, self._line):
            widget.setVisible(not self.is_here)
        state = None if self.is_here else self._state
        self._label.setVisible(state is not None)
        self._label.setText("" if state is None else " ".join(filter(None, (f"{state.text}.", state.warning))))
        self.changed.emit()


def _look(address: str, _monitor: Monitor) -> ClusterState:
    return look_at(address)

"""Sessions with one thing changed, under a sound checksum: what opens is drawn by every panel, and goes on."""

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.sessions.container import SessionError, write_container
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Label, Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_codec import pack
from dae_core.sessions.session_file import load_session
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.snapshots import Snapshot
from dae_core.training.trainer import Trainer
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.crafting import mutated, write_crafted
from helpers.sessions import advance
from helpers.windows import action

OPENED = max(12, int(os.environ.get("DAE_STUDIO_MUTATIONS", "0")) // 100)
CONFIG = TrainingConfig(iterations=120, hidden_units=4, batch_size=2, optimizer="adam")


def session() -> Session:
    """A run on the bundled digits that is half done, with another beside it."""
    runs = []
    for name in ("One", "Other"):
        trainer, history = Trainer(load_bundled_digits(), CONFIG), History()
        start = Snapshot(0, trainer.model.copy())
        advance(trainer, history, 60)
        history.held_out += [(0, 800.0), (30, 500.0), (60, 300.0)]
        data = DataReference.of(trainer.dataset, "digits")
        runs.append(Run(trainer.checkpoint(), data, history.record(), (start,), label=Label.new(name)))
        trainer.close()
    return Session(runs[0], (runs[1],), view={"curves_log_x": True, "curves_follow_width": 50})


def show(qtbot: QtBot, window: MainWindow, path: Path, *, everything: bool) -> None:
    """Open a session, and let all be painted that there is."""
    with qtbot.waitSignal(window.sessions.opened):
        window.open_path(path)
    window.grab()
    if everything:
        for dock in window.studies.docks.values():
            dock.show()
            dock.raise_()
            QApplication.processEvents()
            dock.grab()
    for log in (True, False):
        window.curves_panel.set_log(x=log, y=log)
        window.grab()


@pytest.mark.parametrize(
    ("iterations", "errors"),
    [
        ([2**63 - 1], [1.0]),
        ([-(2**63)], [1.0]),
        ([10**9], [1.0]),
        ([-5], [1.0]),
        ([60, 5, 60], [1.0, 2.0, 3.0]),
    ],
)
def test_points_at_far_iterations_are_refused(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, iterations: list[int], errors: list[float]
) -> None:
    arrays = {"history/held_out_iterations": np.array(iterations), "history/held_out_errors": np.array(errors)}
    path = write_crafted(tmp_path / "a.dae", session(), arrays)
    with qtbot.waitSignal(window.sessions.failed) as failed:
        window.open_path(path)
    assert "is damaged: history/held_out_iterations" in failed.args[0]


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
def test_what_is_accepted_is_shown_and_goes_on(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)
    arrays, texts = pack(session())
    rng = np.random.default_rng(15)
    opened = trained = 0
    bench = window.workbench
    while opened < OPENED:
        path = tmp_path / f"{opened}.dae"
        path.unlink(missing_ok=True)
        write_container(path, *mutated(arrays, texts, rng))
        try:
            load_session(path)
        except SessionError:
            continue
        opened += 1
        show(qtbot, window, path, everything=opened % 6 == 0)
        if bench.can_train and bench.config.batch_size < 1000 and bench.progress.iteration < bench.progress.end:
            action(window, "stepAction").trigger()
            qtbot.waitUntil(lambda: bench.state in (State.PAUSED, State.FINISHED, State.DIVERGED))
            trained += 1
            with qtbot.waitSignal(window.sessions.saved):
                window.sessions.save()
    assert trained > OPENED // 3

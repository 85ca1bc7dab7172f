"""Runs in the whole window, and the same runs without one, to compare their weights."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from dae_core.datasets.bundled import load_bundled_digits
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.run import Label, Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.snapshots import Snapshot
from dae_core.training.trainer import Trainer, train
from dae_gui.window.main_window import MainWindow
from dae_gui.workbench.state import State
from helpers.holding import held
from helpers.sessions import run_of
from helpers.widgets import find
from helpers.windows import action, shows

CONFIG = TrainingConfig(iterations=900, hidden_units=9, seed=4, schedule="linear")


def start(window: MainWindow, config: TrainingConfig = CONFIG) -> None:
    window.training_panel.set_config(config)
    action(window, "startAction").trigger()


def finish(qtbot: QtBot, window: MainWindow, config: TrainingConfig = CONFIG) -> None:
    start(window, config)
    wait_for_end(qtbot, window)


def wait_for_end(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.workbench.state is State.FINISHED)


def pause_at(qtbot: QtBot, window: MainWindow, least: int, config: TrainingConfig = CONFIG) -> int:
    """Train and pause somewhere before the end; returns where."""
    with held(least) as is_there:
        start(window, config)
        qtbot.waitUntil(is_there.is_set)
        action(window, "pauseAction").trigger()
    qtbot.waitUntil(lambda: window.workbench.state is State.PAUSED)
    assert least <= window.workbench.progress.iteration < config.iterations
    return window.workbench.progress.iteration


def save_to(qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(window.sessions.saved):
        action(window, "saveSessionAsAction").trigger()
    return load_session(path)


def open_in(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.sessions.opened):
        window.open_path(path)


def uninterrupted(config: TrainingConfig = CONFIG) -> AutoEncoder:
    trainer = Trainer(load_bundled_digits(), config)
    for _ in train(trainer):
        pass
    return trainer.model


def assert_same(model: AutoEncoder | None, other: AutoEncoder) -> None:
    assert model is not None
    for name, values in other.parameters.items():
        np.testing.assert_array_equal(model.parameters[name], values, err_msg=name)


def message(window: MainWindow) -> str:
    """Return the sentence that stays: in the banner, or on the card over the empty curves."""
    if window.banner.isVisible():
        return find(window, QLabel, "messageLabel").text()
    rows = [row for row in window.curves_panel.card.entries if row.name == "goOn"]
    return rows[0].tip if rows and window.curves_panel.card.isVisible() else ""


def answer_offer(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Click what says this about unsaved work: in the banner, or on the card over the empty curves."""
    on_card = {"Open it": "goOn", "Delete it": "deleteFound", "Later": "later"}[text]
    in_banner = {"Open it": "answerButton0", "Delete it": "answerButton1", "Later": "closeMessageButton"}[text]
    name, parent = (in_banner, window.banner) if window.banner.isVisible() else (f"{on_card}CardButton", window)
    qtbot.mouseClick(find(parent, QAbstractButton, name), Qt.MouseButton.LeftButton)


def go_back(qtbot: QtBot, window: MainWindow, iteration: int) -> Snapshot:
    """Have the timeline show a snapshot, as its slider does."""
    snapshot = next(s for s in window.workbench.snapshots if s.iteration == iteration)
    window.workbench.look_at(snapshot)
    qtbot.waitUntil(lambda: shows(window.filters_w_panel, snapshot.model))
    return snapshot


def a_run(iterations: int = 40, name: str = "Run 1") -> Run:
    dataset = load_bundled_digits()
    trainer, history = Trainer(dataset, TrainingConfig(iterations=100, hidden_units=5)), History()
    history.append(trainer.advance(iterations))
    trainer.close()
    return run_of(trainer, history, "digits", label=Label.new(name))

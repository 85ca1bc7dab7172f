"""Averaged weights beside those of a run: a held-out line of their own, looked at, saved, kept by the session."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from dae_core.model.autoencoder import AutoEncoder
from dae_gui.panels.timeline_panel import TimelinePanel
from dae_gui.support.jobs import Jobs
from dae_gui.workbench.facts import Weights
from dae_gui.workbench.workbench import Workbench
from helpers.run_steps import SHORT
from helpers.session_parts import SessionParts
from helpers.widgets import find

AVERAGED = SHORT.replace(average=True, iterations=600)


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[SessionParts]:
    parts = SessionParts(qtbot, tmp_path)
    parts.use_small_data()
    yield parts
    parts.close()


def test_they_are_measured_looked_at_and_saved(parts: SessionParts, tmp_path: Path) -> None:
    bench = parts.workbench
    run = parts.finish(AVERAGED)
    assert bench.average is not None
    assert run.checkpoint.average is not None
    np.testing.assert_array_equal(bench.average.W, run.checkpoint.average.W)
    assert [at for at, _ in run.record.averaged] == [at for at, _ in run.record.held_out]
    assert run.record.averaged[-1][1] != run.record.held_out[-1][1]
    shown: list[Weights | None] = []
    bench.weightsChanged.connect(shown.append)
    bench.show_average(True)
    assert shown[-1] is not None
    assert shown[-1].is_average
    assert shown[-1].model is bench.average
    saved = parts.controller.saved_model()
    assert saved is not None
    assert saved.model is bench.average
    session = parts.save(tmp_path / "averaged.dae")
    assert session.run.record.averaged == run.record.averaged
    bench.show_average(False)
    assert shown[-1] is not None
    assert shown[-1].model is bench.model
    parts.finish(SHORT)
    assert bench.average is None
    bench.show_average(True)
    assert bench.weights is not None
    assert not bench.weights.is_average, "there are none to be shown"


def test_the_time_machine_offers_them_where_there_are_any(qtbot: QtBot, jobs: Jobs) -> None:
    bench = Workbench()
    panel = TimelinePanel(bench, jobs)
    qtbot.addWidget(panel)
    button = find(panel, QAbstractButton, "timelineAverageButton")
    assert button.isHidden()
    model, mean = (AutoEncoder.random(64, 4, np.random.default_rng(seed)) for seed in (1, 2))
    bench.set_model(model, 500, mean)
    assert not button.isHidden()
    button.click()
    assert bench.weights is not None
    assert bench.weights.model is mean
    button.click()
    assert bench.weights.model is model
    bench.set_model(model, 600)
    assert button.isHidden()

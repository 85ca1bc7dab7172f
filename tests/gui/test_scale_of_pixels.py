"""A run is trained on, and looked at with, pixels of its own scale: 0 to 1 for cross-entropy, else standardized."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dae_core.datasets.dataset import UNIT_SCALE
from dae_core.evaluation.held_out import HeldOut
from dae_core.model.corruption import Masking
from dae_core.training.scaling import scaled_for
from dae_gui.workbench.state import State
from helpers.datasets import small_dataset
from helpers.run_steps import SHORT
from helpers.session_parts import SessionParts

ENTROPY = SHORT.replace(loss="cross-entropy", activation="sigmoid", corruption=Masking(0.25), learning_rate=0.05)


@pytest.fixture
def parts(qtbot: QtBot, tmp_path: Path) -> Iterator[SessionParts]:
    parts = SessionParts(qtbot, tmp_path)
    parts.use_small_data()
    yield parts
    parts.close()


def assert_unit(parts: SessionParts, *, is_unit: bool) -> None:
    """The data set, and the figures that the run recorded, are of this scale."""
    dataset, run = parts.workbench.dataset, parts.ask_for_run()
    assert dataset is not None
    assert (dataset.scale == UNIT_SCALE) is is_unit
    assert run.data.scale == dataset.scale
    assert (dataset.black, dataset.white) == ((0.0, 1.0) if is_unit else (dataset.black, dataset.white))
    assert run.figures is not None
    expected = HeldOut(scaled_for(small_dataset(), run.config), run.config.corruption).evaluate(run.model)
    assert run.figures.mse == expected.mse


def test_each_run_has_the_pixels_that_its_loss_takes(parts: SessionParts, tmp_path: Path) -> None:
    data = parts.workbench.data
    first = parts.finish(ENTROPY)
    assert_unit(parts, is_unit=True)
    second = parts.finish(SHORT)
    assert_unit(parts, is_unit=False)
    assert parts.workbench.data is data, "the same again, of which all is known that was"
    parts.make_present(first)
    assert_unit(parts, is_unit=True)
    assert parts.workbench.state is State.FINISHED
    session = parts.save(tmp_path / "both.dae")
    assert all((run.data.scale == UNIT_SCALE) is (run.config.loss == "cross-entropy") for run in session.runs)
    parts.make_present(second)
    assert_unit(parts, is_unit=False)
    parts.open(tmp_path / "both.dae")
    assert_unit(parts, is_unit=True)


def test_settings_of_another_scale_bring_its_start_weights_and_pixels(qtbot: QtBot, parts: SessionParts) -> None:
    bench = parts.workbench
    parts.controller.reset(ENTROPY)
    qtbot.waitUntil(lambda: bench.model is not None)
    assert bench.dataset is not None
    assert bench.dataset.scale == UNIT_SCALE
    changes: list[object] = []
    bench.dataChanged.connect(changes.append)
    parts.controller.reset(ENTROPY.replace(seed=3))
    assert not changes
    parts.controller.reset(SHORT)
    assert len(changes) == 1
    assert bench.dataset.scale == small_dataset().scale


def test_what_the_images_decide_is_not_found_anew(parts: SessionParts) -> None:
    data = parts.workbench.data
    assert data is not None
    data.dataset.fingerprint()
    other = data.scaled_for(ENTROPY)
    assert other.scaled_for(SHORT) is data
    assert other.scaled_for(ENTROPY) is other
    assert "_fingerprint" in vars(other.dataset)
    assert other.reference().fingerprint == data.reference().fingerprint


def test_a_strength_that_is_changed_during_the_run_is_recorded(qtbot: QtBot, parts: SessionParts) -> None:
    parts.controller.set_strength("weight_decay", 0.5)
    assert parts.workbench.config.weight_decay == 0.0, "no run is under way"
    parts.pause(SHORT.replace(iterations=100_000), 100)
    parts.controller.set_strength("weight_decay", 0.001)
    run = parts.ask_for_run()
    assert run.config.weight_decay == parts.workbench.config.weight_decay == 0.001
    change = run.record.changes[-1]
    assert (change.iteration, change.name, change.old, change.new) == (
        run.checkpoint.iteration, "weight decay", 0.0, 0.001,
    )  # fmt: skip

"""Every kind of state that a member of the family has comes back from a session, and its run goes on bit for bit."""

import json
from pathlib import Path

import numpy as np
import pytest

from dae_core.sessions.branching import branched
from dae_core.sessions.container import SessionError, read_container, write_container
from dae_core.sessions.run import Label
from dae_core.sessions.session import Session
from dae_core.sessions.session_codec import pack
from dae_core.sessions.session_file import load_session, save_session
from dae_core.training.history import History
from dae_core.training.snapshots import Snapshot
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset
from helpers.sessions import SGD, advance, assert_same, run_of

KINDS = {
    "tied cross-entropy": {"activation": "sigmoid", "loss": "cross-entropy", "tied": True},
    "KL": {"activation": "sigmoid", "kl_weight": 0.5, "kl_target": 0.1},
    "KL and tied in batches of Adam": {
        "activation": "sigmoid",
        "kl_weight": 0.5,
        "tied": True,
        "batch_size": 4,
        "optimizer": "adam",
    },
    "averaged": {"average": True},
    "averaged and tied": {"average": True, "tied": True},
    "k-sparse with L1 and decay": {"k_sparse": 5, "l1": 0.1, "weight_decay": 0.01},
}


def begun(settings, iterations=150):
    """Return a trainer with its history, and snapshots at 0 and 100."""
    trainer, history = Trainer(small_dataset(), SGD.replace(iterations=400, **settings)), History()
    first = Snapshot(0, trainer.model.copy())
    advance(trainer, history, 100)
    kept = first, Snapshot(100, trainer.model.copy())
    advance(trainer, history, iterations - 100)
    return trainer, history, kept


@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
def test_a_reopened_run_goes_on_as_if_it_had_never_stopped(tmp_path: Path, settings) -> None:
    trainer, history, snapshots = begun(settings)
    session = Session(run_of(trainer, history, "digits", snapshots=snapshots))
    save_session(tmp_path / "a.dae", session)
    opened = load_session(tmp_path / "a.dae")
    assert_same(opened, session)
    assert opened.run.model.architecture == trainer.config.architecture
    again, continued = opened.run.trainer(small_dataset()), opened.run.history()
    advance(trainer, history, 150)
    advance(again, continued, 150)
    trainer.close(), again.close()
    for name, array in trainer.model.parameters.items():
        np.testing.assert_array_equal(again.model.parameters[name], array)
    np.testing.assert_array_equal(continued.error.values(), history.error.values())
    assert (again.average is None) == (trainer.average is None) == ("average" not in settings)
    if trainer.average is not None:
        np.testing.assert_array_equal(again.average.W, trainer.average.W)
        assert not np.array_equal(trainer.average.W, trainer.model.W)
    assert again.dataset.scale == trainer.dataset.scale == opened.run.data.scale


def test_a_branch_has_the_strength_of_its_time() -> None:
    trainer, history, snapshots = begun({"l1": 0.1}, 100)
    trainer.set_strength("l1", 0.7)
    advance(trainer, history, 50)
    run = run_of(trainer, history, "digits", snapshots=snapshots)
    trainer.close()
    branch = branched(run, 0, Label.new("branch"))
    assert run.config.l1 == 0.7
    assert branch.config.l1 == 0.1
    again, record = branch.trainer(small_dataset()), History()
    advance(again, record, 100)
    again.close()
    np.testing.assert_array_equal(record.error.values(), history.error.values()[:100])


def test_what_a_branch_of_a_kl_run_lacks_is_recorded() -> None:
    trainer, history, snapshots = begun(KINDS["KL"])
    branch = branched(run_of(trainer, history, "digits", snapshots=snapshots), 100, Label.new("branch"))
    trainer.close()
    assert [str(change) for change in branch.checkpoint.changes] == ["mean activities: as trained → the target"]


def test_the_average_of_a_branch_begins_anew() -> None:
    trainer, history, snapshots = begun({"average": True})
    branch = branched(run_of(trainer, history, "digits", snapshots=snapshots), 100, Label.new("branch"))
    trainer.close()
    assert [change.name for change in branch.checkpoint.changes] == ["averaged weights"]
    assert branch.checkpoint.average is None


def test_files_that_contradict_themselves_are_refused(tmp_path: Path) -> None:
    trainer, history, _ = begun(KINDS["tied cross-entropy"])
    session = Session(run_of(trainer, history, "digits"))
    trainer.close()
    arrays, texts = pack(session)
    other = {**arrays, "V": arrays["V"] + 1}
    write_container(tmp_path / "a.dae", other, texts)
    with pytest.raises(SessionError, match="V is not the transpose of W"):
        load_session(tmp_path / "a.dae")
    data = json.loads(texts["data"]) | {"mean": 33.0, "std": 70.0}
    write_container(tmp_path / "b.dae", arrays, texts | {"data": json.dumps(data)})
    with pytest.raises(SessionError, match="cross-entropy"):
        load_session(tmp_path / "b.dae")
    config = json.loads(texts["config"]) | {"kl_weight": 0.1, "activation": "relu"}
    write_container(tmp_path / "c.dae", arrays, texts | {"config": json.dumps(config)})
    with pytest.raises(SessionError, match="choose sigmoid"):
        load_session(tmp_path / "c.dae")
    save_session(tmp_path / "d.dae", session)
    assert "engine/activity" in read_container(tmp_path / "d.dae")[0]

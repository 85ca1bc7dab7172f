"""A branch repeats the run that it comes from bit for bit, and settings that were changed later are undone."""

import dataclasses

import numpy as np
import pytest

from dae_core.exporting.errors import ExportError
from dae_core.exporting.recipe import recipe_of
from dae_core.model.corruption import Masking
from dae_core.sessions.branching import branch, branched, record_until
from dae_core.sessions.run import Label, Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session, save_session
from dae_core.training.config import TrainingConfig
from dae_core.training.divergence import DivergenceGuard
from dae_core.training.history import History
from dae_core.training.progress import Change
from dae_core.training.snapshots import Snapshot, SnapshotKeeper
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset
from helpers.sessions import ADAM, MOMENTUM, SGD, advance, assert_same, run_of


def go(trainer, history, keeper, actions, until):
    """Train until an iteration, doing what a person does on the way, and keep snapshots."""
    actions = sorted(actions, key=lambda action: action[0])
    while True:
        if trainer.divergence is None:
            keeper.add(trainer.iteration, trainer.model.copy())
        while actions and actions[0][0] <= trainer.iteration:
            _, name, value = actions.pop(0)
            getattr(trainer, name)(value)
        if trainer.iteration >= min(until, trainer.end) or trainer.divergence is not None:
            history.append(trainer.advance(0))  # what is pending comes into the record
            return
        stops = keeper.next_due(trainer.iteration + 1), *(at for at, *_ in actions), until
        advance(trainer, history, min(stops) - trainer.iteration)


def trained_with(config, actions, until):
    trainer, history, keeper = Trainer(small_dataset(), config), History(), SnapshotKeeper(10**7)
    go(trainer, history, keeper, actions, until)
    history.held_out += [(at, 1.0 * at) for at in range(0, min(until, len(history) + 1), 100)]
    trainer.close()
    return run_of(trainer, history, "digits", snapshots=keeper.snapshots)


def repeated(run, at, actions, until):
    """Branch at an iteration, do all that was done later, and return the new run at its end."""
    new = branched(run, at, Label.new("Branch"))
    assert new.checkpoint.divergence is None
    trainer, history = new.trainer(small_dataset()), new.history()
    later = [a for a in actions if a[0] > at or (a[0] == at and a[1] == "revive")]
    keeper = SnapshotKeeper.restored(new.snapshots, 10**7)
    go(trainer, history, keeper, later, until)
    trainer.close()
    made = Run(trainer.checkpoint(), run.data, history.record(), keeper.snapshots, label=run.label)
    everything = dataclasses.replace(made.record, held_out=run.record.held_out)
    return dataclasses.replace(made, record=everything)


def assert_repeats(run, again):
    """Compare all but the seconds, which earlier weights would be gone back to, and the order within an iteration."""
    checkpoint = dataclasses.replace(again.checkpoint, seconds=run.checkpoint.seconds, good=run.checkpoint.good)
    again = dataclasses.replace(again, checkpoint=checkpoint)
    one, other = (dataclasses.replace(r, record=in_order(r.record)) for r in (run, again))
    assert_same(Session(one), Session(other))


def in_order(record):
    """Return the record with units that were revived after all else that was done at their iteration."""
    return dataclasses.replace(
        record, changes=sorted(record.changes, key=lambda c: (c.iteration, c.name == "units revived"))
    )


def test_a_branch_repeats_the_run_bit_for_bit_20_random_cases():
    """With rates, noise and schedule segments changed and units revived, also at the very iteration of a snapshot."""
    rng = np.random.default_rng(20_261_124)
    branches = 0
    for case in range(20):
        end = int(rng.integers(300, 1500))
        config = TrainingConfig(
            hidden_units=int(rng.integers(3, 12)),
            iterations=end,
            learning_rate=float(rng.uniform(0.0005, 0.01)),
            schedule=["constant", "linear", "cosine"][case % 3],
            corruption=[SGD.corruption, Masking(0.4)][case // 2 % 2],
            batch_size=[1, 1, 4][case % 3],
            seed=case,
        )
        places = [*rng.integers(0, end, 5), *(4 * rng.integers(0, int(end**0.5 / 2), 3) ** 2)]
        actions = [(end, "extend", 400), (end + 150, "extend", 300)]
        for i, at in enumerate(map(int, places)):
            name = ("set_learning_rate", "set_noise_level", "revive")[i % 3]
            value = {"revive": [1, 2]}.get(name, float(rng.uniform(0.001, 0.01)))
            actions.append((at, name, value))
        run = trained_with(config, actions, end + 450)
        assert run.checkpoint.iteration == run.checkpoint.end == end + 450
        for snapshot in run.snapshots:
            again = repeated(run, snapshot.iteration, actions, end + 450)
            steps = {"steps": run.checkpoint.engine["steps"]} if config.batch_size > 1 else {}  # nothing counts on it
            again = dataclasses.replace(again, checkpoint=dataclasses.replace(again.checkpoint, engine=steps))
            assert_repeats(run, again)
            branches += 1
    assert branches > 200


def test_an_untouched_branch_goes_to_the_end_by_itself(tmp_path):
    """All changes lie before it: nothing has to be done again, also after the file was written and read."""
    actions = [(100, "set_learning_rate", 0.004), (200, "set_noise_level", 0.2), (256, "revive", [0, 4])]
    run = trained_with(SGD, actions, 1500)
    save_session(tmp_path / "a.dae", Session(run))
    run = load_session(tmp_path / "a.dae").run
    places = [s.iteration for s in run.snapshots if s.iteration > 256]
    assert places == [400, 576, 784, 1024, 1296]
    for at in places:
        new = branched(run, at, Label.new("Branch"))
        trainer, history = new.trainer(small_dataset()), new.history()
        advance(trainer, history, 10**6)
        trainer.close()
        np.testing.assert_array_equal(trainer.model.W, run.model.W)
        np.testing.assert_array_equal(trainer.model.C, run.model.C)
        np.testing.assert_array_equal(history.error.values(), run.record.errors)
        np.testing.assert_array_equal(history.sparsity.values(), run.record.sparsities)


def test_settings_are_those_in_force_then():
    actions = [(400, "set_learning_rate", 0.002), (600, "set_noise_level", 0.3), (400, "set_learning_rate", 0.003)]
    run = trained_with(SGD, [*actions, (900, "set_learning_rate", 0.001), (1500, "extend", 500)], 1700)
    level = SGD.corruption.level
    for at, rate, noise, segment in [
        (0, 0.01, level, (0, 1500)),
        (256, 0.01, level, (0, 1500)),
        (400, 0.003, level, (0, 1500)),
        (576, 0.003, level, (0, 1500)),
        (784, 0.003, 0.3, (0, 1500)),
        (1024, 0.001, 0.3, (0, 1500)),
        (1600, 0.001, 0.3, (1500, 2000)),
        (1700, 0.001, 0.3, (1500, 2000)),
    ]:
        run = dataclasses.replace(run, snapshots=(*run.snapshots, Snapshot(at, run.model)))
        c = branch(run, at)
        assert (c.iteration, c.config.learning_rate, c.config.corruption.level) == (at, rate, noise)
        assert c.config == SGD.replace(learning_rate=rate, corruption=SGD.corruption.with_level(noise))
        assert (c.segment_start, c.end) == segment
        assert c.seconds == pytest.approx(run.checkpoint.seconds * at / 1700)
        assert len(c.guard[0]) == min(25, at)


def test_the_record_is_cut():
    actions = [(144, "set_learning_rate", 0.002), (144, "revive", [1]), (145, "set_noise_level", 0.1)]
    run = trained_with(SGD, actions, 700)
    record = record_until(run.record, 144)
    np.testing.assert_array_equal(record.errors, run.record.errors[:144])
    np.testing.assert_array_equal(record.sparsities, run.record.sparsities[:144])
    assert [change.name for change in record.changes] == ["learning rate"]
    assert record.held_out == ((0, 0.0), (100, 100.0))
    assert record_until(run.record, 100).held_out == record.held_out
    assert record_until(run.record, 99).held_out == ((0, 0.0),)
    assert [c.name for c in record_until(run.record, 145).changes] == ["learning rate", "units revived", "noise level"]
    assert record_until(run.record, 700) is run.record
    assert len(record_until(run.record, 0).errors) == 0


@pytest.mark.parametrize("config", [ADAM, MOMENTUM])
def test_optimizers_with_moments_start_them_anew_and_say_so(config):
    run = trained_with(config, [], 300)
    new = branched(run, 256, Label.new("Branch"))
    assert new.checkpoint.engine == {}
    change = Change(256, "moments of the optimizer", "as trained", "zero")
    assert new.checkpoint.changes == (change,)
    trainer, history = new.trainer(small_dataset()), new.history()
    advance(trainer, history, 44)
    fresh = Trainer(small_dataset(), config.replace(iterations=1500), dataclasses.replace(new.checkpoint, changes=()))
    np.testing.assert_array_equal(fresh.advance(44).errors, history.error.values()[256:])
    assert not np.array_equal(run.record.errors[258:], history.error.values()[258:])
    assert history.changes == [change]
    with pytest.raises(ExportError, match=r"cannot repeat \(moments of the optimizer\)"):
        recipe_of(Run(trainer.checkpoint(), run.data, history.record()))
    trainer.close()
    fresh.close()
    assert branch(run, 0).changes == ()  # there are none to forget


def test_the_newest_iteration_goes_on_with_everything():
    run = trained_with(ADAM, [(100, "set_learning_rate", 0.002)], 310)
    whole = Trainer.resume(small_dataset(), run.checkpoint)
    new = branched(run, 310, Label.new("Branch", 2, "Run 1 at iteration 310"))
    assert new.record is run.record
    assert new.snapshots == run.snapshots
    branched_off = new.trainer(small_dataset())
    np.testing.assert_array_equal(whole.advance(200).errors, branched_off.advance(200).errors)
    np.testing.assert_array_equal(whole.model.W, branched_off.model.W)
    whole.close()
    branched_off.close()


def test_after_a_divergence():
    """A diverged run branches from its last good weights; later snapshots have the guard of the run that went on."""
    bad = SGD.replace(learning_rate=5.0, schedule="constant")
    run = trained_with(bad, [], 1500)
    at = run.checkpoint.iteration
    assert run.checkpoint.divergence is not None
    c = branch(run, at)
    assert (c.divergence, c.iteration, c.end) == (None, at, 1500)
    np.testing.assert_array_equal(c.model.W, run.model.W)
    actions = [(at, "set_learning_rate", 0.002), (at, "extend", 1500)]
    trainer, history = run.trainer(small_dataset()), run.history()
    keeper = SnapshotKeeper.restored(run.snapshots, 10**7)
    trainer.set_learning_rate(0.002)
    trainer.extend(1500)
    go(trainer, history, keeper, [], at + 900)
    trainer.close()
    longer = Run(trainer.checkpoint(), run.data, history.record(), keeper.snapshots)
    places = [s.iteration for s in keeper.snapshots if s.iteration > at]
    assert len(places) > 3
    for place in places:
        starts, high = branch(longer, place).guard
        assert (starts, high) == (longer.checkpoint.guard[0][: place - at], 0)
        assert_repeats(longer, repeated(longer, place, actions, at + 900))


def test_a_branch_in_danger_can_go_back_to_weights_from_before():
    """Errors are high just before the snapshot: the weights to go back to are older, and the run diverges as it did."""
    run = trained_with(SGD, [], 700)
    errors = run.record.errors.copy()
    errors[566:] = 1e9
    run = dataclasses.replace(run, record=dataclasses.replace(run.record, errors=errors))
    c = branch(run, 576)
    assert c.guard[1] == 10
    assert [s.iteration for s in run.snapshots][-3:] == [484, 576, 676]
    assert c.good[0] == 484
    np.testing.assert_array_equal(c.good[1].W, run.snapshots[-3].model.W)
    guard = DivergenceGuard.restored(c.guard)
    assert guard.first_bad(errors[576:])[0] == 14
    np.testing.assert_array_equal(branch(run, 256).good[1].W, branch(run, 256).model.W)


def test_what_cannot_be_branched_is_refused_in_a_sentence():
    run = trained_with(SGD, [(600, "extend", 900)], 700)
    for at in (-1, 1, 257, 701, 10**9):
        with pytest.raises(ValueError, match=r"^No weights were kept at iteration .*go on from there\.$"):
            branch(run, at)
    broken = run.model.copy()
    broken.W[0, 0] = np.nan
    with pytest.raises(ValueError, match=r"weights of iteration 300 are not finite"):
        branch(dataclasses.replace(run, snapshots=(Snapshot(300, broken),)), 300)
    for changes, words in [
        ((), "where the schedule segment of iteration 256 ends"),
        ((Change(600, "end of the run", "soon", "1,500"),), "where the schedule segment of iteration 256 ends"),
        ((Change(600, "end of the run", "200", "1,500"),), "where the schedule segment of iteration 256 ends"),
        ((Change(600, "end of the run", "600", ""), Change(300, "learning rate", None, 0.1)), "hold the learning rate"),
        ((Change(600, "end of the run", "600", ""), Change(300, "learning rate", 1e9, 0.1)), "cannot be restored"),
        ((Change(600, "end of the run", "600", ""), Change(300, "noise level", -5.0, 0.1)), "cannot be restored"),
    ]:
        record = dataclasses.replace(run.record, changes=changes)
        with pytest.raises(ValueError, match=words):
            branch(dataclasses.replace(run, record=record), 256)


def test_a_branch_changes_nothing_of_its_parent():
    run = trained_with(SGD, [], 400)
    before = [s.model.W.copy() for s in run.snapshots]
    for at in (256, 400):
        new = branched(run, at, Label.new("Branch"))
        assert new.snapshots[-1].iteration == at
        new.model.W += 1
        trainer = branched(run, at, Label.new("Branch")).trainer(small_dataset())
        trainer.advance(50)
        trainer.close()
    np.testing.assert_array_equal(run.model.W, before[-1])
    for snapshot, W in zip(run.snapshots, before, strict=True):
        np.testing.assert_array_equal(snapshot.model.W, W)

"""Runs side by side: what differs, fair pairs against the real weights and examples, and filters in pairs."""

import dataclasses

import numpy as np
import pytest

from dae_core.model.corruption import Gaussian, Masking, SaltAndPepper
from dae_core.sessions.run import Label
from dae_core.sessions.run_comparison import (
    differences,
    is_fair_pair,
    paired_filters,
)
from dae_core.sweeps.plan import PRESETS, plan
from dae_core.training.config import TrainingConfig
from dae_core.training.examples import examples_at
from dae_core.training.history import History
from dae_core.training.settings import SETTINGS
from dae_core.training.snapshots import Snapshot
from dae_core.training.start import start_model
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset
from helpers.sessions import run_of

BASE = TrainingConfig(hidden_units=6, iterations=40, learning_rate=0.01, seed=3)


def make_run(config=BASE, iterations=0, dataset=None, **further):
    trainer, history = Trainer(dataset or small_dataset(), config), History()
    if iterations:
        history.append(trainer.advance(iterations))
    run = run_of(trainer, history, "", **further)
    trainer.close()
    return run


def table(*runs):
    return {row.name: row.values for row in differences(runs)}


def test_only_what_differs_is_listed():
    a = make_run()
    b = make_run(BASE.replace(hidden_units=9, corruption=Masking(0.25), schedule="linear", learning_rate=0.02))
    assert table(a, b) == {
        "noise": ("Gaussian σ 1", "masking 25 %"),
        "hidden units": ("6", "9"),
        "learning rate": ("0.01", "0.02"),
        "schedule": ("constant", "linear to 0"),
    }
    assert differences([a]) == differences([]) == ()
    assert table(a, make_run()) == {}


@pytest.mark.parametrize(
    ("field", "value", "texts"),
    [
        ("iterations", 5000, ("40", "5,000")),
        ("seed", 12345, ("3", "12345")),
        ("optimizer", "adam", ("SGD", "Adam")),
        ("batch_size", 16, ("1", "16")),
        ("gradient", "published", ("exact", "as published")),
        ("decoder_start", "transposed", ("at random", "0.2 Wᵀ")),
    ],
)
def test_every_setting_is_compared(field, value, texts):
    assert table(make_run(), make_run(BASE.replace(**{field: value}))) == {SETTINGS[field].name: texts}
    assert set(SETTINGS) == {f.name for f in dataclasses.fields(TrainingConfig)}


def test_data_origin_beginning_length_and_changes_are_compared():
    a = make_run()
    branched = dataclasses.replace(make_run(), label=Label.new("Run 2", origin="Run 1 at iteration 10"))
    assert table(a, branched) == {"comes from": ("its start", "Run 1 at iteration 10")}
    assert table(a, make_run(base_iteration=500)) == {"begun from": ("the seed", "a file (500 iterations)")}
    assert table(a, make_run(iterations=12)) == {"trained for": ("0 iterations", "12 iterations")}
    other = dataclasses.replace(small_dataset(train=300), name="others")
    assert table(a, make_run(dataset=other))["data set"] == ("blobs (400)", "others (300)")
    trainer, history = Trainer(small_dataset(), BASE), History()
    trainer.record_pace(None, 30.0)
    history.append(trainer.advance(5))
    paced = run_of(trainer, history, "")
    trainer.set_learning_rate(0.5)
    trainer.set_learning_rate(0.01)
    changed = run_of(trainer, history, "")
    trainer.close()
    assert table(paced, make_run(iterations=5)) == {}, "the pace changes nothing of a run"
    assert table(paced, changed) == {
        "changed on the way": ("nothing", "learning rate: 0.01 → 0.5 at 5; learning rate: 0.5 → 0.01 at 5")
    }


def starts_alike(a, b):
    """Look at the weights themselves."""
    first, second = (start_model(run.data.n_inputs, run.config) for run in (a, b))
    theirs = second.parameters
    return all(np.array_equal(values, theirs[name]) for name, values in first.parameters.items())


def digits_alike(a, b, dataset_a, dataset_b):
    """Look at the clean digits of some iterations, late ones too."""
    pairs = []
    for iteration in (0, 1, 300, 777):
        rows = [
            examples_at(dataset, run.config.corruption, run.config.seed, iteration, run.config.batch_size)[0]
            for run, dataset in ((a, dataset_a), (b, dataset_b))
        ]
        pairs.append(np.array_equal(*rows))
    return all(pairs)


@pytest.mark.parametrize(
    ("changes", "same_start", "same_examples", "words"),
    [
        ({}, True, True, "the same noise, in the same order"),
        ({"corruption": Gaussian(0.5)}, True, True, "the same random numbers, with another level"),
        ({"corruption": Masking(0.5)}, True, True, "noise of another kind"),
        ({"learning_rate": 0.1, "schedule": "cosine", "iterations": 7}, True, True, "The same start weights."),
        ({"gradient": "published"}, True, True, "The same start weights."),
        ({"optimizer": "adam"}, True, True, "The same start weights."),
        ({"seed": 4}, False, False, "Other examples: the seed differs."),
        ({"hidden_units": 7}, False, True, "Other start weights: the number of hidden units differs."),
        ({"decoder_start": "transposed"}, False, True, "Other start weights: the start of V differs."),
        ({"batch_size": 4}, True, False, "Other examples: the batch size differs."),
        ({"batch_size": 4, "seed": 4}, False, False, "the seed and the batch size differ."),
    ],
)
def test_fair_pairs_are_those_of_the_same_weights_and_digits(changes, same_start, same_examples, words):
    a, b = make_run(), make_run(BASE.replace(**changes))
    found = is_fair_pair(a, b)
    assert (found.same_start, found.same_examples) == (same_start, same_examples)
    assert found.is_fair == (same_start and same_examples)
    assert words in " ".join(found.why)
    assert starts_alike(a, b) == same_start
    assert digits_alike(a, b, small_dataset(), small_dataset()) == same_examples
    assert is_fair_pair(b, a) == found, "either way round"


def test_another_level_has_the_same_random_numbers():
    for kind in (Gaussian, Masking, SaltAndPepper):
        weak, strong = kind(0.2), kind(0.4)
        (clean, a), (_, b) = (examples_at(small_dataset(), noise, 3, 50) for noise in (weak, strong))
        if kind is Gaussian:
            np.testing.assert_allclose((b - clean), 2 * (a - clean), atol=1e-5)
        else:
            assert ((a != clean) <= (b != clean)).all(), "what the weak one spoils, the strong one spoils too"


def test_other_data_is_no_fair_pair():
    other = small_dataset(train=300)
    a, b = make_run(), make_run(dataset=other)
    found = is_fair_pair(a, b)
    assert found.same_start
    assert not found.same_examples
    assert "the data set differs" in found.why[1]
    assert not digits_alike(a, b, small_dataset(), other)
    wide = make_run(dataset=small_dataset(size=9))
    assert "the number of inputs differs" in is_fair_pair(a, wide).why[0]


def test_runs_from_a_file_are_compared_by_their_first_weights():
    a, b = make_run(iterations=9, base_iteration=100), make_run()
    assert is_fair_pair(a, b).why[0].endswith("its first weights were not kept.")
    assert not is_fair_pair(a, b).same_start
    start = start_model(a.data.n_inputs, BASE)
    kept = dataclasses.replace(a, snapshots=(Snapshot(0, start),))
    assert is_fair_pair(kept, b).same_start, "b is at its start, and the weights are the same"
    other = start.copy()
    other.C[0] += 1
    assert not is_fair_pair(dataclasses.replace(a, snapshots=(Snapshot(0, other),)), b).same_start
    assert not is_fair_pair(dataclasses.replace(a, snapshots=(Snapshot(4, start),)), b).same_start


def test_words():
    assert SaltAndPepper(0.125).describe() == "salt and pepper 12.5 %"
    assert Gaussian(1 / 3).describe() == "Gaussian σ 0.333333"
    assert SETTINGS["hidden_units"].text(1000) == "1,000"
    series = plan(BASE, PRESETS["masking-series"])
    assert [config.short_name(["corruption"]) for config in series] == ["masking 0 %", "masking 25 %", "masking 50 %"]
    assert BASE.short_name(["hidden_units", "learning_rate"]) == "6 hidden units, rate 0.01"
    assert BASE.short_name(list(SETTINGS)), "every setting has a name"


def test_pairs_stand_side_by_side():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 5, 6))
    picture, level = paired_filters(a, b, (2, 3), columns=2)
    assert picture.shape == (3 * 2, 2 * 6)
    for unit in range(5):
        top, left = 2 * (unit // 2), 6 * (unit % 2)
        np.testing.assert_array_equal(picture[top : top + 2, left : left + 3], a[unit].reshape(2, 3))
        np.testing.assert_array_equal(picture[top : top + 2, left + 3 : left + 6], b[unit].reshape(2, 3))
    assert not picture[4:, 6:].any()
    everything = np.sort(np.abs(np.concatenate([a, b])), axis=None)
    assert level == everything[int(0.995 * (everything.size - 1))]
    each, level = paired_filters(a, 100 * b, (2, 3), columns=5, scale_each=True)
    assert level == 1
    np.testing.assert_allclose(np.abs(each[:, :3]).max(), 1)
    np.testing.assert_allclose(each[:, 3:6].ravel(), (b[0] / np.abs(b[0]).max()))
    with pytest.raises(ValueError, match="make no pairs"):
        paired_filters(a, b[:4], (2, 3), columns=2)


def test_weights_that_are_not_finite_make_a_picture():
    a = np.full((3, 4), np.nan)
    picture, level = paired_filters(a, np.full((3, 4), np.inf), (2, 2), columns=3)
    assert (picture.shape, level) == ((2, 12), 1.0)

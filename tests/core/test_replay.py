"""A piece of a run on another processor, where a unit fires that a rounding keeps from firing here."""

from dataclasses import replace

import pytest

from dae_core.lessons.handin import replay as module
from dae_core.lessons.handin.closeness import Closeness
from dae_core.lessons.handin.pieces import pieces_of
from dae_core.lessons.handin.replay import replay
from helpers.datasets import small_dataset
from helpers.handins import attempt

FAR = 1.5  # times the weights as they are: further than they move in the last piece


@pytest.mark.parametrize(("firing", "weights", "tried"), [(0, "UNSTABLE", 1), (3, "UNSTABLE", 4), (99, "APART", 6)])
def test_the_start_is_changed_until_that_explains_what_is_claimed(monkeypatch, firing, weights, tried):
    run, dataset = attempt("mia").session.run, small_dataset()
    piece, train, changes = pieces_of(run)[0][-1], module._train, []
    claimed = run.model.copy()
    for values in claimed.parameters.values():
        values *= FAR
    run = replace(run, checkpoint=replace(run.checkpoint, model=claimed))

    def on_a_processor(run, dataset, piece, runs_code, *, shaken=None):
        found = train(run, dataset, piece, runs_code)
        if shaken is not None:
            changes.append(shaken)
            if shaken[0] >= firing:
                found = replace(found, models=tuple(claimed.copy() for _ in found.models))
        return found

    monkeypatch.setattr(module, "_train", on_a_processor)
    found = replay(run, dataset, piece)
    assert found.weights is Closeness[weights]
    assert [number for number, _ in changes] == list(range(tried))
    assert [size for _, size in changes] == sorted(size for _, size in changes)

"""Sessions made by hand: of three optimizers, with kept runs, with something in every place."""

import dataclasses

import numpy as np

from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.model.corruption import Masking
from dae_core.sessions.data_reference import DataReference
from dae_core.sessions.run import Label, Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_codec import pack
from dae_core.training.config import TrainingConfig
from dae_core.training.history import History
from dae_core.training.progress import Change
from dae_core.training.snapshots import Snapshot
from dae_core.training.trainer import Trainer
from helpers.datasets import small_dataset

SGD = TrainingConfig(hidden_units=9, iterations=1500, learning_rate=0.01, schedule="cosine", seed=5)
ADAM = SGD.replace(batch_size=7, optimizer="adam", learning_rate=0.003, decoder_start="transposed")
MOMENTUM = ADAM.replace(optimizer="momentum", corruption=Masking(0.3), gradient="published", learning_rate=0.001)


def advance(trainer, history, count):
    while count > 0 and trainer.iteration < trainer.end and trainer.divergence is None:
        progress = trainer.advance(min(count, 300))
        history.append(progress)
        count -= len(progress.errors)


def run_of(trainer, history, source, **further):
    """Return the run of a trainer whose progress is all in the history, on a data set from a source."""
    return Run(trainer.checkpoint(), DataReference.of(trainer.dataset, source), history.record(), **further)


def session_of(trainer, history, source, *, kept=(), drawings=(), view=None, **further):
    """Return the session of a trainer; ``further`` are the other fields of its run."""
    return Session(run_of(trainer, history, source, **further), kept, drawings, view or {})


def trained(config=SGD, iterations=700, **further):
    trainer, history = Trainer(small_dataset(), config), History()
    advance(trainer, history, iterations)
    history.held_out += [point for point in ((100, 61.25), (500, 1 / 3)) if point[0] <= len(history)]
    session = session_of(trainer, history, "digits", **further)
    trainer.close()
    return session


def assert_same(one, other):
    """Compare two sessions to the last bit, through what is written of them."""
    arrays, texts = pack(one)
    other_arrays, other_texts = pack(other)
    assert texts == other_texts
    assert arrays.keys() == other_arrays.keys()
    for name, a in arrays.items():
        assert (a.dtype, a.shape) == (other_arrays[name].dtype, other_arrays[name].shape)
        assert np.ascontiguousarray(a).tobytes() == np.ascontiguousarray(other_arrays[name]).tobytes(), name


def kept_runs():
    """Two runs of other kinds than the current one: one with momentum, and one that diverged."""
    with_momentum, diverged = trained(MOMENTUM, 200).run, trained(SGD.replace(learning_rate=5.0), 1500).run
    assert diverged.checkpoint.divergence is not None
    snapshot = Snapshot(150, with_momentum.model.copy())
    snapshot.model.C -= 2
    figures = Figures(float("inf"), float("-inf"), 90, 64)
    return (
        dataclasses.replace(
            with_momentum, snapshots=(snapshot,), label=Label("b", "B", created="2026-11-23T23:44:40Z")
        ),
        dataclasses.replace(diverged, figures=figures, label=Label("a" * 64, "")),
    )


def rich_session():
    """A session with something in every place."""
    plain = trained(ADAM, 300)
    model = plain.run.model
    snapshots = (Snapshot(0, model.copy()), Snapshot(250, model.copy()))
    snapshots[0].model.W += 1
    waiting = (Change(300, "pace", "unlimited", "30/s"),)
    guard = (plain.run.checkpoint.guard[0], 7)
    checkpoint = dataclasses.replace(plain.run.checkpoint, changes=waiting, guard=guard)
    record = dataclasses.replace(plain.run.record, changes=(Change(120, "learning rate", 0.1, 0.003),), window=40)
    drawings = (np.arange(60, dtype=np.uint8).reshape(6, 10).T, np.zeros((28, 28), np.uint8))
    view = {"docks": ["curves"], "zoom": 1.5, "übersicht": {"deep": [None, True]}}
    label = Label("5e", "Übung 😀", "Notes\non two lines", 3, "2026-11-23T23:44:47+00:00", "Run 2 at iteration 12,500")
    figures = HeldOut(small_dataset(), ADAM.corruption).evaluate(model)
    run = Run(checkpoint, plain.run.data, record, snapshots, 1234, label, figures)
    return Session(run, kept_runs(), drawings, view)

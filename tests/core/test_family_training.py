"""Training of every member of the family: the compiled loop and mini-batches against the specification."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest

from dae_core.model import family_kernels
from dae_core.model.activations import ACTIVATIONS
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.family_kernels import loop_for, strengths_of
from dae_core.model.losses import LOSSES
from dae_core.model.penalties import MEMORY
from dae_core.training.config import TrainingConfig
from dae_core.training.engines import make_engine
from dae_core.training.minibatches import MiniBatchTrainer
from dae_core.training.progress import Progress
from dae_core.training.trainer import Trainer, train
from helpers.datasets import small_dataset
from helpers.family import a_model, examples, sensible, title

N, D, H = 60, 13, 7
EVERY = bool(os.environ.get("DAE_STUDIO_FAMILY"))
"""Whether all loops are compiled, also in float64: minutes."""
COMPILED = [kind for kind in sensible() if EVERY or (kind.activation, kind.loss) == ("sigmoid", "cross-entropy")]


def specification(model: AutoEncoder, x, x0, rates, batch: int = 1):
    """Train with `AutoEncoder` alone, in place; return errors, sparsities and the mean activity at the end."""
    activity = np.full(model.n_hidden, model.architecture.kl_target, model.B.dtype)
    errors, sparsities = [], []
    for i, rate in enumerate(rates):
        rows = slice(i * batch, (i + 1) * batch)
        z = model.code(x[rows])
        activity = activity + (z.mean(axis=0) - activity) * min(1.0, batch / MEMORY)
        errors.append(model.errors(x[rows], x0[rows]).mean())
        sparsities.append(model.active(z).mean())
        model.update(model.backward(x[rows], x0[rows], activity=activity), float(rate))
    return np.array(errors), np.array(sparsities), activity


def loop_arguments(model: AutoEncoder, x, x0, rates, activity):
    """Return what a loop is called with; errors and sparsities, which it fills, are the last two."""
    kind = model.architecture
    errors, sparsities = np.empty((2, len(rates)), model.B.dtype)
    parameters = model.W.T, model.B, model.V, model.C
    added = kind.tied, kind.k_sparse, strengths_of(kind), kind.kl_target, activity
    return x0, x, rates, *parameters, *added, errors, sparsities


def assert_like_the_specification(loop, kind: Architecture, dtype, tolerance: float) -> None:
    slow = a_model(kind, D, H).astype(dtype)
    fast = slow.copy()
    x, x0 = (rows.astype(dtype) for rows in examples(kind, N, D))
    rates = np.linspace(0.02, 0.005, N).astype(dtype)
    start = slow.copy()
    activity = np.full(H, kind.kl_target, dtype)
    *_, errors, sparsities = arguments = loop_arguments(fast, x, x0, rates, activity)
    loop(*arguments)
    expected_errors, expected_sparsities, expected_activity = specification(slow, x, x0, rates)
    np.testing.assert_allclose(errors, expected_errors, rtol=tolerance)
    np.testing.assert_allclose(sparsities, expected_sparsities, rtol=1e-6)
    if kind.hidden.unit_interval:
        np.testing.assert_allclose(activity, expected_activity, rtol=tolerance)
    for name, parameter in fast.parameters.items():
        np.testing.assert_allclose(parameter, slow.parameters[name], rtol=0, atol=tolerance, err_msg=name)
        assert np.abs(parameter - start.parameters[name]).max() > 0.01, name  # it is not a comparison of standstills


@pytest.mark.parametrize("kind", sensible(), ids=title)
def test_the_loop_as_python_is_the_specification(kind: Architecture) -> None:
    assert_like_the_specification(loop_for(kind.activation, kind.loss).py_func, kind, np.float64, 1e-12)


@pytest.mark.parametrize("kind", COMPILED, ids=title)
def test_the_compiled_loop_is_the_specification(kind: Architecture) -> None:
    loop = loop_for(kind.activation, kind.loss)
    assert_like_the_specification(loop, kind, np.float32, 2e-5)
    if EVERY:
        assert_like_the_specification(loop, kind, np.float64, 1e-12)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("kind", sensible() if EVERY else sensible()[::3], ids=title)
def test_batches_are_the_specification(kind: Architecture, optimizer) -> None:
    slow, batch, rate = a_model(kind, D, H), 6, 0.01
    fast = slow.copy()
    trainer = MiniBatchTrainer(fast, batch, optimizer)
    x, x0 = examples(kind, N, D)
    activity = np.full(H, kind.kl_target)
    moments = {name: [np.zeros_like(p), np.zeros_like(p)] for name, p in slow.trained.items()}
    for i in range(N // batch):
        rows = slice(i * batch, (i + 1) * batch)
        z = slow.code(x[rows])
        activity += (z.mean(axis=0) - activity) * batch / MEMORY
        error, sparsity = trainer.step(x0[rows], x[rows], rate)
        assert error == pytest.approx(slow.errors(x[rows], x0[rows]).mean(), rel=1e-12)
        assert sparsity == pytest.approx(slow.active(z).mean())
        gradients = slow.backward(x[rows], x0[rows], activity=activity)
        for name, parameter in slow.trained.items():
            g, (first, second) = getattr(gradients, name), moments[name]
            if optimizer == "sgd":
                parameter -= rate * g
            elif optimizer == "momentum":
                first[...] = 0.9 * first + g
                parameter -= rate * first
            else:
                first[...] = 0.9 * first + 0.1 * g
                second[...] = 0.999 * second + 0.001 * g**2
                corrected = np.sqrt(second / (1 - 0.999 ** (i + 1))) + 1e-8
                parameter -= rate * first / (1 - 0.9 ** (i + 1)) / corrected
    for name, parameter in fast.parameters.items():
        np.testing.assert_allclose(parameter, slow.parameters[name], rtol=0, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("penalties", [{}, {"kl_weight": 0.3, "weight_decay": 0.01}], ids=str)
@pytest.mark.parametrize("tied", [False, True])
def test_cuts_make_no_difference_to_the_bits(tied: bool, penalties) -> None:
    kind = Architecture("sigmoid", "cross-entropy", tied, **penalties)
    whole = a_model(kind, 784, 41).astype(np.float32)
    pieces = whole.copy()
    x, x0 = (rows.astype(np.float32) for rows in examples(kind, N, 784))
    rates = np.full(N, 0.01, np.float32)
    activity = np.full((2, 41), 0.05, np.float32)
    *_, errors, _ = arguments = loop_arguments(whole, x, x0, rates, activity[0])
    loop_for("sigmoid", "cross-entropy")(*arguments)
    parts = []
    for a, b in [(0, 1), (1, 8), (8, N)]:
        *_, some, _ = arguments = loop_arguments(pieces, x[a:b], x0[a:b], rates[a:b], activity[1])
        loop_for("sigmoid", "cross-entropy")(*arguments)
        parts.append(some)
    np.testing.assert_array_equal(np.concatenate(parts), errors)
    np.testing.assert_array_equal(*activity)
    for name, parameter in whole.parameters.items():
        np.testing.assert_array_equal(pieces.parameters[name], parameter)


@pytest.mark.parametrize("k", range(1, H + 1))
def test_the_strongest_are_those_of_the_specification(k: int) -> None:
    model = a_model(Architecture(k_sparse=k), D, H)
    rng = np.random.default_rng(4)
    for _ in range(20):
        z = np.round(rng.normal(size=H), 1) + 0.0  # with equal ones
        z[rng.random(H) < 0.1] = np.nan
        expected = model.strongest(z)
        if k < H:
            family_kernels._keep_strongest(z, k, np.empty(H))  # private: what the loops call
        np.testing.assert_array_equal(z, expected)


@pytest.mark.parametrize("name", "WBVC")
@pytest.mark.parametrize("kind", [Architecture("sigmoid", "cross-entropy", k_sparse=3), Architecture("sigmoid")])
def test_nan_in_a_parameter_shows_in_the_error(kind: Architecture, name: str) -> None:
    model = a_model(kind, D, H)
    model.parameters[name].flat[0] = np.nan
    x, x0 = examples(kind, 2, D)
    *_, errors, _ = arguments = loop_arguments(model, x, x0, np.full(2, 0.01), np.full(H, 0.05))
    loop_for(kind.activation, kind.loss).py_func(*arguments)
    assert np.isnan(errors[-1])


SETTINGS = {
    "single": {},
    "batches": {"batch_size": 4, "optimizer": "adam"},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("tied", [False, True])
def test_the_state_of_an_engine_holds_what_goes_on(settings, tied: bool) -> None:
    config = TrainingConfig(hidden_units=H, activation="sigmoid", loss="cross-entropy", tied=tied, **settings)
    wanted = {"activity"}
    if config.optimizer == "adam":
        wanted |= {"steps", *(f"moment_{i}_{k}" for i in range(3 if tied else 4) for k in range(2))}
    model = a_model(config.architecture, D, H).astype(np.float32)
    engine = make_engine(model, config)
    assert engine.state().keys() == wanted
    assert (engine.state()["activity"] == np.float32(0.05)).all()
    state = {name: np.full_like(a, 2) for name, a in engine.state().items()}
    engine.restore(state)
    engine.forget_units([1, 3])
    assert engine.state()["activity"].tolist() == [np.float32(0.05) if j in (1, 3) else 2 for j in range(H)]
    for name, array in engine.state().items():
        if name.startswith("moment") and array.ndim == 2:
            assert np.flatnonzero((array == 0).all(axis=1)).tolist() == [1, 3]
    with pytest.raises(ValueError, match="mean activity"):
        engine.restore({})
    relu = TrainingConfig(hidden_units=H, tied=True)
    assert make_engine(a_model(relu.architecture, D, H), relu).state() == {}


RUN = TrainingConfig(
    hidden_units=12,
    activation="sigmoid",
    loss="cross-entropy",
    kl_weight=0.2,
    learning_rate=0.02,
    iterations=600,
    seed=5,
)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("added", [{"tied": True}, {"kl_weight": 0.0, "k_sparse": 5, "l1": 0.01}], ids=str)
def test_resuming_at_any_iteration_goes_on_with_the_same_bits(settings, added) -> None:
    config = RUN.replace(**settings, **added)
    whole = Trainer(small_dataset(), config)
    expected = Progress.merged(list(train(whole)))
    assert expected.errors[-100:].mean() < expected.errors[:100].mean()
    trainer, parts = Trainer(small_dataset(), config), []
    for chunk in (1, 100, 155, 200):
        parts.append(trainer.advance(chunk))
        trainer.close()
        trainer = Trainer.resume(small_dataset(), trainer.checkpoint())
    got = Progress.merged([*parts, *train(trainer)])
    np.testing.assert_array_equal(got.errors, expected.errors)
    np.testing.assert_array_equal(got.sparsities, expected.sparsities)
    for name, parameter in whole.model.parameters.items():
        np.testing.assert_array_equal(trainer.model.parameters[name], parameter, err_msg=name)


def test_a_strength_that_is_changed_acts_from_there_on() -> None:
    trainers = [Trainer(small_dataset(), RUN.replace(l1=l1)) for l1 in (0.0, 0.5)]
    changed, other = trainers
    first = changed.advance(300), other.advance(300)
    assert not np.array_equal(first[0].errors, first[1].errors)
    for trainer in trainers:
        trainer.close()
    checkpoint = changed.checkpoint()
    changed.set_strength("l1", 0.5)
    resumed = Trainer.resume(small_dataset(), dataclasses.replace(checkpoint, config=RUN.replace(l1=0.5)))
    ends = [Progress.merged(list(train(trainer))).errors for trainer in (changed, resumed)]
    np.testing.assert_array_equal(*ends)
    assert not np.array_equal(ends[0], Progress.merged(list(train(other))).errors)


def test_a_rate_that_is_too_large_ends_with_the_last_good_weights() -> None:
    trainer = Trainer(small_dataset(), RUN.replace(learning_rate=1000.0, kl_weight=0.0, weight_decay=0.1))
    for _ in train(trainer):
        pass
    assert trainer.divergence is not None
    assert trainer.model.is_finite()


def test_a_loop_is_compiled_by_another_process_and_read_from_the_cache(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    script = (
        "from dae_core.model import family_kernels as f;"
        "f.prepare('relu', 'squared');"
        "loop = f.loop_for('relu', 'squared');"
        "print(sum(loop.stats.cache_hits.values()), sum(loop.stats.cache_misses.values()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["1", "0"], "")


def test_changed_tables_are_compiled_anew(monkeypatch) -> None:
    loop = loop_for("tanh", "squared")
    key = loop._cache._index_key((), loop.targetctx.codegen())  # private to numba
    loop_for.cache_clear()
    again = loop_for("tanh", "squared")
    assert again._cache._index_key((), loop.targetctx.codegen()) == key
    loop_for.cache_clear()
    monkeypatch.setattr(family_kernels, "tables_version", lambda: "another")
    assert loop_for("tanh", "squared")._cache._index_key((), loop.targetctx.codegen()) != key
    loop_for.cache_clear()


def test_there_is_a_loop_for_every_row() -> None:
    assert {(kind.activation, kind.loss) for kind in sensible()} == {(a, b) for a in ACTIVATIONS for b in LOSSES}

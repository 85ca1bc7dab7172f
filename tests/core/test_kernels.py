"""The compiled loop against AutoEncoder, step by step."""

import subprocess
import sys

import numpy as np
import pytest

from dae_core.model import preparing
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.kernels import sgd_steps, steps


def stream(n, d, dtype, seed=7):
    """Return clean and noisy rows with the structure of digits: few directions, and a part that is constant."""
    rng = np.random.default_rng(seed)
    clean = rng.normal(size=(n, 10)) @ rng.normal(0, 0.3, (10, d))
    clean[:, : d // 4] = -0.42
    return clean.astype(dtype), (clean + rng.normal(size=(n, d))).astype(dtype)


def kernel(model, clean, noisy, rates, published):
    """Run the compiled loop on ``model`` and return errors and sparsities."""
    errors, sparsities = np.empty((2, len(clean)), model.W.dtype)
    sgd_steps(clean, noisy, rates, model.W.T, model.B, model.V, model.C, published, errors, sparsities)
    return errors, sparsities


def reference(model, clean, noisy, rates):
    """Do the same with AutoEncoder's own methods."""
    errors, sparsities = [], []
    for x0, x, rate in zip(clean, noisy, rates, strict=True):
        activations = model.forward(x)
        errors.append(((activations.y - x0) ** 2).sum())
        sparsities.append((activations.z > 0).mean())
        model.update(model.backward(x, x0, activations), float(rate))
    return np.array(errors), np.array(sparsities)


@pytest.mark.parametrize("gradient", ["exact", "published"])
@pytest.mark.parametrize(("d", "h", "rate"), [(784, 225, 0.0005), (64, 30, 0.005)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_500_iterations_equal_autoencoder(dtype, d, h, rate, gradient):
    n = 500
    clean, noisy = stream(n, d, dtype)
    rates = np.linspace(rate, rate / 5, n).astype(dtype)
    slow = AutoEncoder.random(d, h, np.random.default_rng(1), dtype=dtype, gradient=gradient)
    slow.B -= dtype(0.4)  # many silent units from the start
    fast = slow.copy()

    expected_errors, expected_sparsities = reference(slow, clean, noisy, rates)
    errors, sparsities = kernel(fast, clean, noisy, rates, gradient == "published")

    relative = 1e-4 if dtype is np.float32 else 1e-10
    np.testing.assert_allclose(errors, expected_errors, rtol=relative)
    np.testing.assert_allclose(sparsities, expected_sparsities, rtol=1e-6)
    for name, parameter in fast.parameters.items():
        other = slow.parameters[name]
        assert np.abs(parameter - other).max() <= relative * np.abs(other).max(), name
    assert expected_sparsities.min() < 0.95
    assert errors[-50:].mean() < errors[:50].mean()  # it learnt, so the comparison is not of a standstill


@pytest.mark.parametrize("gradient", ["exact", "published"])
def test_the_active_units_are_the_same_ones_at_every_iteration(gradient):
    n, d, h = 500, 64, 30
    clean, noisy = stream(n, d, np.float64)
    slow = AutoEncoder.random(d, h, np.random.default_rng(1), dtype=np.float64, gradient=gradient)
    slow.B -= 0.5
    fast = slow.copy()
    seen = set()
    for i in range(n):
        rows = slice(i, i + 1)
        before = fast.V.copy()
        kernel(fast, clean[rows], noisy[rows], np.full(1, 0.005), gradient == "published")
        active = (before != fast.V).any(axis=1)  # only an active unit's row of V moves
        np.testing.assert_array_equal(active, slow.forward(noisy[i]).z > 0)
        reference(slow, clean[rows], noisy[rows], [0.005])
        seen.add(active.tobytes())
    assert len(seen) > 50


@pytest.mark.parametrize("published", [False, True])
def test_cuts_make_no_difference_to_the_bits(published):
    clean, noisy = stream(60, 784, np.float32)
    rates = np.full(60, 0.001, np.float32)
    whole = AutoEncoder.random(784, 40, np.random.default_rng(2))
    pieces = whole.copy()

    errors, sparsities = kernel(whole, clean, noisy, rates, published)
    parts = [
        kernel(pieces, clean[a:b], noisy[a:b], rates[a:b], published)
        for a, b in [(0, 1), (1, 8), (8, 8), (8, 60)]
        if b > a
    ]

    np.testing.assert_array_equal(errors, np.concatenate([part[0] for part in parts]))
    np.testing.assert_array_equal(sparsities, np.concatenate([part[1] for part in parts]))
    assert all(np.array_equal(a, pieces.parameters[name]) for name, a in whole.parameters.items())


@pytest.mark.parametrize("gradient", ["exact", "published"])
@pytest.mark.parametrize("h", range(1, 14))
def test_any_number_of_units_active_or_silent(h, gradient):
    """The loop takes several units at a time; none may be left over, whatever their number."""
    clean, noisy = stream(40, 9, np.float64, seed=h)
    rng = np.random.default_rng(h)
    slow = AutoEncoder(rng.normal(size=(9, h)), rng.normal(size=h), rng.normal(size=(h, 9)), np.zeros(9), gradient)
    fast = slow.copy()
    rates = np.full(40, 0.002)
    expected_errors, expected_sparsities = reference(slow, clean, noisy, rates)
    errors, sparsities = kernel(fast, clean, noisy, rates, gradient == "published")
    np.testing.assert_allclose(errors, expected_errors, rtol=1e-9)
    np.testing.assert_allclose(sparsities, expected_sparsities)
    for name, parameter in fast.parameters.items():
        np.testing.assert_allclose(parameter, slow.parameters[name], rtol=1e-9, atol=1e-12, err_msg=name)


def test_errors_and_sparsities_are_from_before_the_update():
    clean, noisy = stream(1, 24, np.float64)
    model = AutoEncoder.random(24, 9, np.random.default_rng(2), dtype=np.float64)
    z, y = model.forward(noisy[0])

    errors, sparsities = kernel(model, clean, noisy, np.full(1, 0.05), False)

    assert errors[0] == pytest.approx(((y - clean[0]) ** 2).sum(), rel=1e-12)
    assert sparsities[0] == pytest.approx((z > 0).mean())


def test_each_iteration_uses_its_own_rate():
    clean, noisy = stream(3, 24, np.float64)
    model = AutoEncoder.random(24, 9, np.random.default_rng(2), dtype=np.float64)
    other = model.copy()
    kernel(model, clean, noisy, np.array([0.0, 0.02, 0.0]), False)
    other.update(other.backward(noisy[1], clean[1]), 0.02)
    for name, parameter in model.parameters.items():
        np.testing.assert_allclose(parameter, other.parameters[name], rtol=1e-12, atol=1e-15)


def test_examples_are_left_as_they_are():
    clean, noisy = stream(20, 24, np.float32)
    copies = clean.copy(), noisy.copy()
    kernel(AutoEncoder.random(24, 9, np.random.default_rng(2)), clean, noisy, np.full(20, 0.01, np.float32), False)
    np.testing.assert_array_equal(clean, copies[0])
    np.testing.assert_array_equal(noisy, copies[1])


@pytest.mark.parametrize("name", ["W", "B", "V", "C"])
def test_nan_in_a_parameter_shows_in_the_error(name):
    clean, noisy = stream(2, 24, np.float32)
    model = AutoEncoder.random(24, 9, np.random.default_rng(2))
    model.parameters[name].flat[0] = np.nan
    errors, _ = kernel(model, clean, noisy, np.full(2, 0.01, np.float32), False)
    assert np.isnan(errors).all()


def test_a_huge_rate_ends_in_non_finite_errors():
    clean, noisy = stream(200, 24, np.float32)
    errors, _ = kernel(
        AutoEncoder.random(24, 9, np.random.default_rng(2)), clean, noisy, np.full(200, 10, np.float32), False
    )
    assert np.isfinite(errors[0])
    assert not np.isfinite(errors[-1])


def test_warm_up_compiles_what_a_trainer_calls():
    from dae_core.training.config import TrainingConfig
    from dae_core.training.trainer import Trainer, train
    from helpers.datasets import small_dataset

    preparing.warm_up()
    before = set(steps.signatures)
    list(train(Trainer(small_dataset(), TrainingConfig(hidden_units=5, iterations=300))))
    assert set(steps.signatures) == before


def test_prepare_fills_the_cache_in_another_process(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    script = (
        # Private: whether the compiled loop is cached is its own matter.
        "from dae_core.model import kernels, preparing;"
        "assert not preparing._is_cached(); preparing.prepare(); assert preparing._is_cached();"
        "hits = sum(kernels.steps.stats.cache_hits.values());"
        "misses = sum(kernels.steps.stats.cache_misses.values()); print(hits, misses)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["1", "0"], "")

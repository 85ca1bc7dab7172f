"""Mini-batch training against the readable model and the published formulas of the optimizers."""

import numpy as np
import pytest

from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.optimizers import OPTIMIZERS, MiniBatchTrainer, OptimizerName

D, H, N = 20, 7, 11


def model(gradient: str = "exact") -> AutoEncoder:
    made = AutoEncoder.random(D, H, np.random.default_rng(0), dtype=np.float64, gradient=gradient)  # type: ignore[arg-type]
    made.W[...] *= 30  # so that some units are silent
    return made


def batches(count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(1)
    clean = rng.standard_normal((count, N, D))
    return [(c, c + rng.standard_normal((N, D))) for c in clean]


@pytest.mark.parametrize("gradient", ["exact", "published"])
def test_plain_sgd_is_backward_and_update(gradient: str) -> None:
    fast, slow = model(gradient), model(gradient)
    trainer = MiniBatchTrainer(fast, N, "sgd")
    for clean, noisy in batches(20):
        z, y = slow.forward(noisy)
        expected = ((y - clean) ** 2).sum(axis=1).mean(), (z > 0).mean()
        slow.update(slow.backward(noisy, clean), 0.01)
        assert trainer.step(clean, noisy, 0.01) == pytest.approx(expected, rel=1e-12)
        for name, array in slow.parameters.items():
            np.testing.assert_allclose(fast.parameters[name], array, rtol=1e-10, atol=1e-14)


def test_momentum_follows_its_formula() -> None:
    fast, slow = model(), model()
    trainer = MiniBatchTrainer(fast, N, "momentum")
    velocity = [np.zeros_like(p) for p in slow.parameters.values()]
    for clean, noisy in batches(20):
        for parameter, v, gradient in zip(slow.parameters.values(), velocity, slow.backward(noisy, clean), strict=True):
            v[...] = 0.9 * v + gradient
            parameter -= 0.01 * v
        trainer.step(clean, noisy, 0.01)
    for name, array in slow.parameters.items():
        np.testing.assert_allclose(fast.parameters[name], array, rtol=1e-9, atol=1e-13)


def test_adam_follows_algorithm_1() -> None:
    fast, slow = model(), model()
    trainer = MiniBatchTrainer(fast, N, "adam")
    m = [np.zeros_like(p) for p in slow.parameters.values()]
    v = [np.zeros_like(p) for p in slow.parameters.values()]
    for t, (clean, noisy) in enumerate(batches(20), start=1):
        gradients = slow.backward(noisy, clean)
        for i, (parameter, gradient) in enumerate(zip(slow.parameters.values(), gradients, strict=True)):
            m[i] = 0.9 * m[i] + 0.1 * gradient
            v[i] = 0.999 * v[i] + 0.001 * gradient**2
            parameter -= 0.003 * (m[i] / (1 - 0.9**t)) / (np.sqrt(v[i] / (1 - 0.999**t)) + 1e-8)
        trainer.step(clean, noisy, 0.003)
    for name, array in slow.parameters.items():
        np.testing.assert_allclose(fast.parameters[name], array, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_restored_optimizer_goes_on_with_the_same_bits(name: OptimizerName) -> None:
    whole, first = model(), model()
    one, two = MiniBatchTrainer(whole, N, name), MiniBatchTrainer(first, N, name)
    for clean, noisy in batches(10):
        one.step(clean, noisy, 0.01)
    for clean, noisy in batches(10)[:4]:
        two.step(clean, noisy, 0.01)
    state, second = two.optimizer.state(), first.copy()
    for clean, noisy in batches(10)[4:]:
        two.step(clean, noisy, 0.01)  # must not change the state that was taken
    three = MiniBatchTrainer(second, N, name)
    three.optimizer.restore(state)
    for clean, noisy in batches(10)[4:]:
        three.step(clean, noisy, 0.01)
    for key, array in whole.parameters.items():
        np.testing.assert_array_equal(second.parameters[key], array)


def test_a_state_of_another_optimizer_is_refused() -> None:
    adam = MiniBatchTrainer(model(), N, "adam")
    sgd = MiniBatchTrainer(model(), N, "sgd")
    with pytest.raises(ValueError, match="does not belong to adam"):
        adam.optimizer.restore(sgd.optimizer.state())


@pytest.mark.parametrize("gradient", ["exact", "published"])
def test_the_exercises_step_keeps_its_bits(gradient: str) -> None:
    """The step as it was before there were other members: the same products in the same order."""
    fast = AutoEncoder.random(D, H, np.random.default_rng(0), gradient=gradient)  # type: ignore[arg-type]
    fast.W[...] *= 30
    W, B, V, C = (a.copy(order="K") for a in fast.parameters.values())
    trainer, rate = MiniBatchTrainer(fast, N, "sgd"), np.float32(0.01)
    for clean, noisy in (map(np.float32, pair) for pair in batches(10)):
        error, sparsity = trainer.step(clean, noisy, float(rate))
        z = np.maximum(noisy @ W + B, 0)
        e = z @ V + C - clean
        assert error == float(np.einsum("ij,ij->", e, e, dtype=np.float64)) / N
        assert sparsity == float((z > 0).mean())
        da = e @ V.T if gradient == "published" else (e @ V.T) * (z > 0)
        for parameter, dE in ((W.T, da.T @ noisy), (V, z.T @ e), (B, da.sum(axis=0)), (C, e.sum(axis=0))):
            parameter -= dE * np.float32(1.0 / N) * rate
    for name, array in zip("WBVC", (W, B, V, C), strict=True):
        np.testing.assert_array_equal(fast.parameters[name], array, err_msg=name)

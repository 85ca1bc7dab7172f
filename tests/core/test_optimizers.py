"""Mini-batch training against the readable model and the published formulas of the optimizers."""

import threading

import numpy as np
import pytest

from dae_core.jobs import Cancelled
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training import minibatches
from dae_core.training.minibatches import MiniBatchTrainer
from dae_core.training.optimizers import OPTIMIZERS, OptimizerName

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


class Checks:
    """Counts how often it is asked, by whichever thread, and raises at one of these times."""

    def __init__(self, last: int = -1) -> None:
        self.count = 0
        self._last = last
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            if self.count == self._last:
                raise Cancelled
            self.count += 1


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("whole", [0, 10**9])
def test_an_iteration_that_is_left_at_any_moment_has_changed_nothing(
    monkeypatch: pytest.MonkeyPatch, whole: int, name: OptimizerName
) -> None:
    monkeypatch.setattr(minibatches, "_WHOLE", whole)
    monkeypatch.setattr(minibatches, "_SHARE", 1)
    rng = np.random.default_rng(1)
    clean, noisy = rng.standard_normal((2, 70, 36)).astype(np.float32)
    other, left = (AutoEncoder.random(36, 150, np.random.default_rng(2)) for _ in range(2))
    straight, trainer = MiniBatchTrainer(other, 70, name), MiniBatchTrainer(left, 70, name, threads=2)
    every = Checks()
    for _ in range(2):  # so that there are moments
        straight.step(clean, noisy, 0.01, every)
        trainer.step(clean, noisy, 0.01)
    asked = every.count // 2
    # Blocks of units, of pixels, of units where they are large, and before what is done as a whole.
    assert asked == 4 + 3 + (0 if whole else 4) + 1
    before = [p.tobytes() for p in left.parameters.values()]
    state = {key: value.tobytes() for key, value in trainer.optimizer.state().items()}
    for last in range(asked):
        with pytest.raises(Cancelled):
            trainer.step(clean, noisy, 0.01, Checks(last))
        assert [p.tobytes() for p in left.parameters.values()] == before
        assert {key: value.tobytes() for key, value in trainer.optimizer.state().items()} == state
    assert trainer.step(clean, noisy, 0.01) == straight.step(clean, noisy, 0.01)
    for key, array in other.parameters.items():
        np.testing.assert_array_equal(left.parameters[key], array)
    trainer.close()


@pytest.mark.parametrize(
    "kind",
    [
        Architecture(),
        Architecture("sigmoid", "cross-entropy", tied=True, weight_decay=0.01, l1=0.01, kl_weight=0.1, contractive=0.1),
        Architecture(k_sparse=20, weight_decay=0.01),
    ],
    ids=Architecture.describe,
)
def test_any_number_of_threads_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch, kind: Architecture) -> None:
    """At sizes at which no block is as large as another, and products of BLAS's own threads differ."""
    monkeypatch.setattr(minibatches, "_SHARE", 1)
    rng = np.random.default_rng(1)
    clean, noisy = rng.random((2, 130, 784), np.float32)
    results = set()
    for threads in (1, 2, 4):
        made = AutoEncoder.random(784, 225, np.random.default_rng(2), architecture=kind)
        trainer = MiniBatchTrainer(made, 130, "adam", threads)
        assert trainer.crew.size == threads
        figures = [trainer.step(clean, noisy, 0.001) for _ in range(4)]
        trainer.close()
        results.add((*figures, *(p.tobytes() for p in made.parameters.values())))
    assert len(results) == 1


def test_small_batches_are_not_shared() -> None:
    assert MiniBatchTrainer(model(), N, "sgd", threads=4).crew.size == 1

"""Large matrix products are made in parts, between which they can be left; small ones in one call, with its bits."""

from __future__ import annotations

import numpy as np
import pytest

from dae_core.jobs import Cancelled
from dae_core.model import products
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.optimizers import OPTIMIZERS, MiniBatchTrainer, OptimizerName

ROWS, INNER, COLUMNS = 300, 40, 50


class Checks:
    """Counts how often it is asked, and raises at one of these times."""

    def __init__(self, last: int = -1) -> None:
        self.count = 0
        self._last = last

    def __call__(self) -> None:
        if self.count == self._last:
            raise Cancelled
        self.count += 1


def factors() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((ROWS, INNER)), rng.standard_normal((INNER, COLUMNS))
    return a.astype(np.float32), b.astype(np.float32)


def test_a_small_product_is_one_call_with_the_bits_of_numpy() -> None:
    (a, b), checks = factors(), Checks()
    out = np.empty((ROWS, COLUMNS), np.float32)
    products.matmul(a, b, out, checks)
    assert checks.count == 1
    assert out.tobytes() == (a @ b).tobytes()


def test_the_products_of_usual_settings_are_made_whole() -> None:
    """So their bits are those of every version before."""
    for batch, units in ((10_000, 225), (128, 10_000), (1000, 2000)):
        assert batch * units * 784 <= products.WHOLE


@pytest.mark.parametrize(("whole", "parts"), [(1, 5), (300_000, 3), (600_000, 1)])
def test_a_large_product_is_made_in_parts_of_some_rows(monkeypatch: pytest.MonkeyPatch, whole: int, parts: int) -> None:
    monkeypatch.setattr(products, "WHOLE", whole)
    a, b = factors()
    for left in (a, np.ascontiguousarray(a.T).T):  # also transposed in memory, as in the gradients
        out, checks = np.full((ROWS, COLUMNS), np.nan, np.float32), Checks()
        products.matmul(left, b, out, checks)
        assert checks.count == parts
        np.testing.assert_allclose(out, a @ b, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_iteration_that_is_left_at_any_moment_has_changed_nothing(
    monkeypatch: pytest.MonkeyPatch, name: OptimizerName
) -> None:
    monkeypatch.setattr(products, "WHOLE", 1)
    rng = np.random.default_rng(1)
    clean, noisy = rng.standard_normal((2, 150, 36)).astype(np.float32)
    whole, left = (AutoEncoder.random(36, 70, np.random.default_rng(2)) for _ in range(2))
    straight, trainer = (MiniBatchTrainer(model, 150, name) for model in (whole, left))
    every = Checks()
    for _ in range(2):  # so that there are moments
        straight.step(clean, noisy, 0.01, every)
        trainer.step(clean, noisy, 0.01)
    moments = every.count // 2
    assert moments > 10
    before = [p.tobytes() for p in left.parameters.values()]
    state = {key: value.tobytes() for key, value in trainer.optimizer.state().items()}
    for last in range(moments):
        with pytest.raises(Cancelled):
            trainer.step(clean, noisy, 0.01, Checks(last))
        assert [p.tobytes() for p in left.parameters.values()] == before
        assert {key: value.tobytes() for key, value in trainer.optimizer.state().items()} == state
    assert trainer.step(clean, noisy, 0.01) == straight.step(clean, noisy, 0.01)
    for key, array in whole.parameters.items():
        np.testing.assert_array_equal(left.parameters[key], array)

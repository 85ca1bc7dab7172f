"""The gradient check passes the exact gradient, and catches the published one and any other fault."""

import numpy as np
import pytest

from dae_core.model.autoencoder import AutoEncoder, Gradients
from dae_core.model.gradient_check import BlockCheck, check_gradient


def model_and_examples(gradient="exact", rows=None, seed=3):
    rng = np.random.default_rng(seed)
    model = AutoEncoder(
        rng.normal(0, 0.3, (16, 9)),
        rng.normal(0, 0.3, 9),
        rng.normal(0, 0.3, (9, 16)),
        rng.normal(0, 0.3, 16),
        gradient,
    )
    shape = (16,) if rows is None else (rows, 16)
    x0 = rng.normal(size=shape)
    return model, x0 + rng.normal(size=shape), x0


@pytest.mark.parametrize("rows", [None, 1, 6])
def test_exact_gradient_passes_in_every_block(rows):
    model, x, x0 = model_and_examples(rows=rows)
    before = model.copy()

    checks = check_gradient(model, x, x0, samples_per_block=1000, rng=np.random.default_rng(0))

    assert list(checks) == ["W", "B", "V", "C"]
    assert all(check.ok and check.worst < 1e-6 for check in checks.values()), checks
    assert {name: check.checked + check.skipped for name, check in checks.items()} == {
        "W": 144,
        "B": 9,
        "V": 144,
        "C": 16,
    }
    assert all(np.array_equal(a, b) for a, b in zip(model.parameters.values(), before.parameters.values(), strict=True))


def test_published_gradient_fails_in_w_and_b_only():
    model, x, x0 = model_and_examples("published")

    checks = check_gradient(model, x, x0, samples_per_block=1000, rng=np.random.default_rng(0))

    assert {name: check.ok for name, check in checks.items()} == {"W": False, "B": False, "V": True, "C": True}
    assert checks["W"].worst > 0.1


class Faulty(AutoEncoder):
    """The exact gradient with one block off by one part in ten thousand."""

    block = "W"

    def backward(self, x, x0, activations=None):
        gradients = super().backward(x, x0, activations)._asdict()
        gradients[self.block] = gradients[self.block] * (1 + 1e-4)
        return Gradients(**gradients)


@pytest.mark.parametrize("block", ["W", "B", "V", "C"])
def test_a_small_fault_is_found_in_its_block(block, monkeypatch):
    model, x, x0 = model_and_examples()
    monkeypatch.setattr(Faulty, "block", block)

    checks = check_gradient(Faulty(**model.parameters), x, x0, rng=np.random.default_rng(0))

    assert [name for name, check in checks.items() if not check.ok] == [block]


def test_samples_are_limited_and_drawn_from_the_generator():
    model, x, x0 = model_and_examples()

    checks = check_gradient(model, x, x0, samples_per_block=5, rng=np.random.default_rng(0))

    assert all(check.checked + check.skipped == 5 for check in checks.values())
    assert checks == check_gradient(model, x, x0, samples_per_block=5, rng=np.random.default_rng(0))
    assert checks != check_gradient(model, x, x0, samples_per_block=5, rng=np.random.default_rng(1))


def test_entries_at_a_kink_are_skipped_and_counted():
    model, x, x0 = model_and_examples()
    unit = 4
    model.B[unit] -= float(x @ model.W[:, unit] + model.B[unit])  # exactly on the kink

    checks = check_gradient(model, x, x0, samples_per_block=1000, rng=np.random.default_rng(0))

    assert checks["B"].skipped == 1
    assert checks["W"].skipped == 16
    assert checks["V"].skipped == checks["C"].skipped == 0
    assert all(check.ok for check in checks.values()), checks


def test_nothing_checked_is_not_ok():
    assert not BlockCheck(0.0, 0, 3).ok


def test_silent_model_has_zero_gradients_of_w_and_b():
    model, x, x0 = model_and_examples()
    model.B[:] = -1e3

    checks = check_gradient(model, x, x0, rng=np.random.default_rng(0))

    assert checks["W"] == BlockCheck(0.0, 50, 0)
    assert checks["C"].ok


def test_float32_is_refused():
    model = AutoEncoder.random(4, 3, np.random.default_rng(0))
    with pytest.raises(ValueError, match="float64, not float32"):
        check_gradient(model, np.zeros(4), np.zeros(4), rng=np.random.default_rng(0))

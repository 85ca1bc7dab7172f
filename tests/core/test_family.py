"""Every member of the family against finite differences, and what the tables promise."""

from __future__ import annotations

import numpy as np
import pytest

from dae_core.model.activations import ACTIVATIONS
from dae_core.model.architecture import Architecture
from dae_core.model.gradient_check import check_gradient
from dae_core.model.losses import LOSSES
from dae_core.model.penalties import PENALTIES
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import ConfigError
from helpers.family import a_model, examples, sensible, title


@pytest.mark.parametrize("kind", sensible(), ids=title)
def test_every_member_passes_finite_differences(kind: Architecture) -> None:
    model, (x, x0) = a_model(kind), examples(kind)
    checks = check_gradient(model, x, x0, rng=np.random.default_rng(3))
    assert list(checks) == [name for name in "WBVC" if not (kind.tied and name == "V")]
    for name, check in checks.items():
        assert check.ok, (name, check)
        assert check.skipped < check.checked


def test_a_wrong_derivative_is_found_for_every_activation() -> None:
    for name in ACTIVATIONS:
        kind = Architecture(name)
        if kind.hidden.constant_slope:
            continue
        model, (x, x0) = a_model(kind), examples(kind)
        model.gradient = "published"
        assert not check_gradient(model, x, x0, rng=np.random.default_rng(3))["W"].ok


@pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=lambda row: row.name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activation_rows(row, dtype) -> None:
    a = np.linspace(-3, 3, 61).astype(dtype)
    a = a[np.abs(a) > 0.01]
    z = row.function(a)
    assert z.dtype == dtype
    assert row.derivative(z).dtype in (dtype, bool)
    assert np.array_equal(eval(row.line, {"np": np, "a": a}), z)  # noqa: S307  # the table's own text
    assert np.allclose(eval(row.derivative_line, {"np": np, "z": z}) + 0 * z, row.derivative(z))  # noqa: S307
    assert np.allclose(eval(row.curvature_line, {"np": np, "z": z}), row.curvature(z))  # noqa: S307
    assert row.function(np.zeros(1, dtype))[0] == row.threshold
    if dtype == np.float64:
        s = 1e-5
        slope = (row.function(a + s) - row.function(a - s)) / (2 * s)
        assert np.allclose(row.derivative(z) + 0.0, slope, atol=1e-8)
        slopes = [row.derivative(row.function(a + t)) + 0.0 for t in (s, -s)]
        assert np.allclose(row.curvature(z), (slopes[0] - slopes[1]) / (2 * s), atol=1e-8)


@pytest.mark.parametrize("row", LOSSES.values(), ids=lambda row: row.name)
def test_loss_rows(row) -> None:
    o = np.linspace(-4, 4, 20)
    x0 = np.linspace(0.05, 0.95, 20)
    y = row.output(o)
    assert np.allclose(eval(row.output_line, {"np": np, "o": o}), y)  # noqa: S307
    assert np.isclose(eval(row.error_line, {"np": np, "o": o, "y": y, "x0": x0}), row.errors(o, x0))  # noqa: S307
    far = np.array([-1e4, 1e4], np.float32)
    assert np.isfinite(row.pixel_error(far, np.array([0.0, 1.0], np.float32))).all()


def test_tied_weights_share_their_memory() -> None:
    model = a_model(Architecture(tied=True))
    for one in (model, model.copy(), model.astype(np.float32)):
        assert np.shares_memory(one.W, one.V)
        one.W[3, 2] = 7
        assert one.V[2, 3] == 7
    assert list(model.trained) == ["W", "B", "C"]


def test_k_sparse_keeps_the_strongest() -> None:
    model = a_model(Architecture(k_sparse=2))
    x, _ = examples(model.architecture, 5)
    z = model.code(x)
    full = np.maximum(x @ model.W + model.B, 0)
    for row, whole in zip(z, full, strict=True):
        kept = np.argsort(-whole, kind="stable")[:2]
        assert np.array_equal(row[kept], whole[kept])
        assert np.count_nonzero(row) == np.count_nonzero(whole[kept])


def test_the_exercise_is_what_it_was() -> None:
    assert TrainingConfig().architecture == Architecture()
    assert Architecture().is_exercise
    assert Architecture(kl_target=0.2).is_exercise
    assert not Architecture(activation="tanh").is_exercise
    assert "activation" not in TrainingConfig().to_json()
    assert Architecture().describe() == "ReLU, linear, untied"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kl_weight": 0.1}, "choose sigmoid"),
        ({"kl_weight": 0.1, "activation": "sigmoid", "k_sparse": 5}, "choose one of them"),
        ({"contractive": 0.1, "activation": "linear"}, "choose weight decay"),
        ({"k_sparse": 226}, "226 strongest of 225"),
        ({"tied": True, "decoder_start": "transposed"}, "no start of V"),
        ({"tied": True, "gradient": "published"}, "for the exercise's model"),
        ({"activation": "tanh", "own_backward": "def backward(): pass"}, "for the exercise's model"),
        ({"tied": 1}, "true or false"),
        ({"l1": float("nan")}, "between 0.0 and 1,000.0"),
        ({"activation": "swish"}, "must be one of relu"),
        ({"activation": ["relu"]}, "must be one of relu"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(settings, words) -> None:
    with pytest.raises(ConfigError, match=words.replace("0.0", r"0(\.0)?")):
        TrainingConfig(**settings)


@pytest.mark.parametrize("kind", sensible()[::7], ids=title)
def test_settings_come_back_from_json(kind: Architecture) -> None:
    settings = {name: getattr(kind, name) for name in Architecture.__dataclass_fields__}
    config = TrainingConfig(**settings, average=True)
    again = TrainingConfig.from_json(config.to_json())
    assert again == config
    assert again.architecture == kind


def test_penalties_are_named_by_their_strength() -> None:
    assert set(PENALTIES) <= set(Architecture.__dataclass_fields__)


@pytest.mark.parametrize("function", [ACTIVATIONS["sigmoid"].function, LOSSES["cross-entropy"].output])
def test_a_sigmoid_does_not_overflow(function) -> None:
    far = np.array([-1e30, -200, 200, 1e30], np.float32)
    assert np.array_equal(function(far), np.array([0, 0, 1, 1], np.float32))
    a = np.linspace(-20, 20, 41)
    assert np.allclose(function(a), 1 / (1 + np.exp(-a)), rtol=0, atol=1e-15)

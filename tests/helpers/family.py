"""Members of the family of models that make sense, with models and examples to try them on."""

from __future__ import annotations

import itertools

import numpy as np

from dae_core.model.activations import ACTIVATIONS
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.losses import LOSSES

STRENGTHS = {"weight_decay": 0.03, "l1": 0.2, "kl_weight": 0.4, "contractive": 0.05}
_SETS = ({}, *({name: s} for name, s in STRENGTHS.items()), STRENGTHS, {"k_sparse": 3}, {"k_sparse": 2, "l1": 0.1})


def sensible() -> list[Architecture]:
    """Return every combination of the tables that makes sense, with no penalty, each, all that go together."""
    found = []
    for activation, loss, tied, penalties in itertools.product(ACTIVATIONS, LOSSES, (False, True), _SETS):
        allowed = {
            name: value
            for name, value in penalties.items()
            if len(penalties) < len(STRENGTHS) or not Architecture(activation, **{name: value}).conflict()
        }
        kind = Architecture(activation, loss, tied, **allowed)
        if not kind.conflict() and kind not in found:
            found.append(kind)
    return found


def a_model(kind: Architecture, d: int = 12, h: int = 6, seed: int = 1) -> AutoEncoder:
    """Return a model in float64 whose units are neither all alike nor saturated."""
    rng = np.random.default_rng(seed)
    W, B = rng.normal(0, 0.3, (d, h)), rng.normal(0.2, 0.3, h)
    return AutoEncoder(W, B, rng.normal(0, 0.3, (h, d)), rng.normal(0, 0.1, d), architecture=kind)


def examples(kind: Architecture, n: int = 3, d: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Return noisy and clean rows (n, d) whose pixels are as the loss takes them."""
    rng = np.random.default_rng(2)
    x0 = rng.uniform(0, 1, (n, d)) if kind.output.unit_pixels else rng.normal(size=(n, d))
    return x0 + rng.normal(0, 0.5, (n, d)), x0


def title(kind: Architecture) -> str:
    """Return the name of a member, for a test's."""
    return f"{kind.describe()}, {kind.loss}"

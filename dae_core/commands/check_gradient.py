"""``python -m dae_core check-gradient``: the gradient beside finite differences, block by block."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from dae_core.commands import common
from dae_core.commands.settings import add_settings, config_of
from dae_core.commands.terminal import FAILED, OK, say
from dae_core.evaluation.denoising import add_noise
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from dae_core.model.gradient_check import TOLERANCE, check_gradient, explain
from dae_core.training.scaling import scaled_for

_SETTINGS = ("gradient", "hidden_units", "seed", "kl", *Architecture.__dataclass_fields__)
_ENTRIES = 200
_BIAS_SPREAD = 0.5


def add(commands: Any) -> None:
    """Add the command to the subparsers of the program."""
    command = commands.add_parser(
        "check-gradient",
        help="hold the gradient against finite differences",
        description="Hold the gradient against finite differences in float64, for random entries of W, B, V and C, "
        "on a random training image with Gaussian noise 1.0. Weights are those of a start; biases are N(0, 0.5²), so "
        "that some units are silent. Exits with 0 when all blocks agree, else with 1.",
    )
    command.set_defaults(run=_run)
    common.add_data(command)
    add_settings(command, _SETTINGS)
    common.add_json(command)


def _run(options: argparse.Namespace) -> int:
    config = config_of(options, _SETTINGS)
    dataset = scaled_for(common.open_data(options)[0], config)
    rng = np.random.default_rng(config.seed)
    kind: dict[str, Any] = {"gradient": config.gradient, "architecture": config.architecture}
    model = AutoEncoder.random(dataset.n_inputs, config.hidden_units, rng, dtype=np.float64, **kind)
    model.B[:] = rng.normal(0.0, _BIAS_SPREAD, model.n_hidden)
    index = int(rng.integers(len(dataset.train_images)))
    clean, noisy = add_noise(dataset, dataset.train_images[index], Gaussian(), config.seed)
    x, x0 = noisy.astype(np.float64), clean.astype(np.float64)
    with common.progress_shown() as monitor:
        checks = check_gradient(model, x, x0, samples_per_block=_ENTRIES, rng=rng, monitor=monitor)
    ok = all(check.ok for check in checks.values())
    verdict = explain(checks, config.gradient)
    if options.json:
        common.print_json(
            {
                "blocks": {name: check.worst for name, check in checks.items()},
                "ok": ok,
                "checked": {name: check.checked for name, check in checks.items()},
                "skipped": {name: check.skipped for name, check in checks.items()},
                "tolerance": TOLERANCE,
                "gradient": config.gradient,
                "model": config.architecture.describe(),
                "verdict": verdict,
            }
        )
    else:
        rows = (
            f"{name:<6} {check.worst:21.2e} {check.checked:8,} {check.skipped:9,}  {'ok' if check.ok else 'WRONG'}"
            for name, check in checks.items()
        )
        say(f"{'block':<6} {'worst relative error':>21} {'checked':>8} {'at kinks':>9}", *rows, "", verdict)
    return OK if ok else FAILED

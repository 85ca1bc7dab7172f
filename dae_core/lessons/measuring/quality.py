"""How well a run cleans held-out images: errors, beside the noise and beside the best linear denoiser."""

from __future__ import annotations

import numpy as np

from dae_core.evaluation.beside_linear import times_linear
from dae_core.evaluation.held_out import HeldOut
from dae_core.evaluation.metrics import squared_error
from dae_core.inspection.health_metrics import HealthEvaluator
from dae_core.lessons.errors import MeasureError
from dae_core.lessons.measuring.subject import Subject
from dae_core.model.corruption import KINDS
from dae_core.sessions.run import Run

_ROWS = 1000


def noisy_mse(subject: Subject) -> float:
    """Return the MSE of the noisy images themselves."""
    held_out = subject.held_out(subject.noise)
    return held_out.score(held_out.noisy).mse


def held_out_mse(subject: Subject) -> float:
    """Return the MSE of what the network makes of noisy held-out images."""
    return subject.held_out(subject.noise).evaluate(subject.run.model, subject.monitor).mse


def psnr(subject: Subject) -> float:
    """Return the mean PSNR of the same."""
    return subject.held_out(subject.noise).evaluate(subject.run.model, subject.monitor).psnr


def linear_mse(subject: Subject) -> float:
    """Return the MSE of the best linear denoiser on the same images."""
    return subject.bound(subject.held_out(subject.noise))


def ratio_to_linear(subject: Subject) -> float:
    """Return the network's MSE as a multiple of that of the best linear denoiser."""
    held_out = subject.held_out(subject.noise)
    error = held_out.evaluate(subject.run.model, subject.monitor).mse
    ratio = times_linear(error, subject.bound(held_out))
    if ratio is None:
        raise MeasureError("The error cannot be compared with that of the best linear denoiser: there is no noise.")
    return ratio


def training_gap(subject: Subject) -> float:
    """Return the held-out error as a multiple of that on training images."""
    run = subject.run
    evaluator = HealthEvaluator(subject.dataset, run.config.corruption)
    found = evaluator.measure(run.model, run.model_iteration, run.config.learning_rate, subject.monitor)
    return found.error / found.training_error if found.training_error else float("inf")


def best_training_noise(subject: Subject) -> float:
    """Return the training noise of the run that is best at one level of noise on the held-out images."""
    runs = _alike(subject)
    present = subject.run.config.corruption
    try:
        held_out = HeldOut(subject.dataset, present.with_level(subject.parameters["test"]))
    except ValueError as error:
        raise MeasureError(str(error)) from None
    found = {}
    for level, run in sorted(runs.items()):
        mse = held_out.evaluate(run.model, subject.monitor).mse
        found[level] = mse if np.isfinite(mse) else float("inf")
    return min(found, key=found.__getitem__)


def _alike(subject: Subject) -> dict[float, Run]:
    """Return the runs that differ from the present one in the level of their noise alone, by this level."""
    present = subject.run
    found: dict[float, Run] = {}
    for run in subject.runs:
        same = run.config.replace(corruption=present.config.corruption, seed=present.config.seed) == present.config
        if (
            same
            and isinstance(run.config.corruption, KINDS[present.config.corruption.kind])
            and run.model_iteration == present.model_iteration
            and run.data.fingerprint == present.data.fingerprint
        ):
            found.setdefault(run.config.corruption.level, run)
    if len(found) < 2:
        raise MeasureError(
            "There must be at least two runs that differ in the level of their noise alone, and are equally long."
        )
    return found


def passes_until_worse(subject: Subject) -> float:
    """Return at which pass through the network the mean error of noisy held-out images rises for the first time."""
    held_out, model = subject.held_out(), subject.run.model
    most = subject.parameters["most"]
    rows = np.asarray(held_out.noisy, model.W.dtype)
    before = float(squared_error(rows, held_out.clean).mean())
    for done in range(1, most + 1):
        errors = np.empty(len(rows))
        with np.errstate(all="ignore"):
            for start in range(0, len(rows), _ROWS):
                subject.monitor.check()
                some = slice(start, start + _ROWS)
                rows[some] = model.reconstruct(rows[some])
                errors[some] = squared_error(rows[some], held_out.clean[some])
        after = float(errors.mean())
        if not after <= before:
            return float(done)
        before = after
    raise MeasureError(f"The error does not rise within {most:,} passes through the network.")

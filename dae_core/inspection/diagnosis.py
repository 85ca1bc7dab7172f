"""Finds the problems of a run, their usual causes and remedies, from measurements and by stated criteria."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dae_core.evaluation.activity_count import dead_words, is_silent
from dae_core.inspection.health_metrics import HealthMetrics
from dae_core.training.config import TrainingConfig

DEAD_SHARE = 0.05
RISE = 1.3
RISING_MEASUREMENTS = 2
GRADIENT_RISE = 100.0
PATIENCE = 2_000
UNLEARNT_SHARE = 0.8
MOST_RISE = 1.01
MEAN_OF = 5
OVERFIT_RISE = 1.05
OVERFIT_GAP = 1.2
_TRAINING_RISE = 1.02


class Problem(StrEnum):
    """The kinds of problems."""

    DEAD = "dead units"
    EXPLODING = "exploding"
    RATE_TOO_LARGE = "rate too large"
    RATE_TOO_SMALL = "rate too small"
    OVERFITTING = "overfitting"


class Remedy(StrEnum):
    """What can be done about a problem during the run."""

    REVIVE = "revive"
    HALVE = "halve"
    DOUBLE = "double"


@dataclass(frozen=True)
class Diagnosis:
    """One problem: a sentence, the criterion that it meets, and the remedy, if there is one."""

    problem: Problem
    sentence: str
    criterion: str
    remedy: Remedy | None = None


def diagnose(metrics: Sequence[HealthMetrics], config: TrainingConfig) -> tuple[Diagnosis, ...]:
    """Return the present problems, the worst first; nothing for a healthy run.

    Parameters
    ----------
    metrics : sequence of HealthMetrics
        All measurements of a run so far, in order. Those made before the noise or the rate was last changed do not
        count for what compares moments.
    config : TrainingConfig
        The settings of the run.
    """
    if not metrics:
        return ()
    recent = same_settings(metrics)
    found: list[Diagnosis] = []
    for check in _CHECKS:
        diagnosis = check(recent, config)
        # The same remedy twice would be the same problem twice.
        if diagnosis is not None and all(diagnosis.remedy != other.remedy for other in found):
            found.append(diagnosis)
    return tuple(found)


def same_settings(metrics: Sequence[HealthMetrics]) -> Sequence[HealthMetrics]:
    """Return the last measurements, those made with the rate and the noise of the newest."""
    now, start = metrics[-1], len(metrics)
    while start and (metrics[start - 1].learning_rate, metrics[start - 1].corruption) == (
        now.learning_rate,
        now.corruption,
    ):
        start -= 1
    return metrics[start:]


def exploding(metrics: Sequence[HealthMetrics], config: TrainingConfig) -> Diagnosis | None:
    """Find an error that climbs well above the least so far, or a gradient far above its usual size."""
    now = metrics[-1]
    errors = np.array([v.error for v in metrics])
    if not np.isfinite(errors[-1]):
        text = "The error is no longer a finite number: the weights have overflowed."
        return _exploding(text, "held-out error is NaN or infinite", config)
    least = float(np.fmin.reduce(errors))
    if len(errors) > RISING_MEASUREMENTS and (errors[-RISING_MEASUREMENTS:] >= RISE * least).all():
        text = f"The held-out error has climbed from {least:,.0f} to {now.error:,.0f}."
        criterion = (
            f"in the last {RISING_MEASUREMENTS} measurements at least {RISE:g} times the least at this rate and noise"
        )
        return _exploding(text, criterion, config)
    gradients = np.array([np.hypot(v.gradient_w, v.gradient_v) for v in metrics])
    usual = float(np.median(gradients))
    if len(gradients) > 2 * RISING_MEASUREMENTS and not gradients[-1] < GRADIENT_RISE * usual:
        text = f"The gradient's norm is {gradients[-1]:,.3g}, usually {usual:,.3g}."
        return _exploding(text, f"at least {GRADIENT_RISE:g} times its median at this rate and noise", config)
    return None


def _exploding(text: str, criterion: str, config: TrainingConfig) -> Diagnosis:
    if config.gradient == "published":
        cause = (
            "Likely cause: the published gradient lacks the ReLU's derivative, which pushes silent units for ever. The "
            "exact one cures it; half the rate only delays it."
        )
    elif config.own_backward:
        cause = f"Likely cause: the run's own backward, or a rate that is too large ({config.learning_rate:g})."
    else:
        cause = f"Likely cause: a learning rate that is too large (it is {config.learning_rate:g})."
    return Diagnosis(Problem.EXPLODING, f"{text} {cause}", criterion, Remedy.HALVE)


def rate_out_of_range(metrics: Sequence[HealthMetrics], config: TrainingConfig) -> Diagnosis | None:
    """Find a rate that is too small, where the error falls only slowly, or too large, where it goes up and down."""
    now, first = metrics[-1], metrics[0]
    limit = UNLEARNT_SHARE * now.mean_error
    if now.iteration - first.iteration < PATIENCE or not now.error > limit or len(metrics) < 3:
        return None
    text = (
        f"After {now.iteration - first.iteration:,} iterations at this rate the held-out error is {now.error:,.0f}; "
        f"always showing the mean digit gives {now.mean_error:,.0f}."
    )
    criterion = f"above {UNLEARNT_SHARE:g} times the mean digit's error after {PATIENCE:,} iterations at this rate"
    errors = np.array([v.error for v in metrics])
    falls = bool((errors[1:] <= MOST_RISE * errors[:-1]).all()) and now.error < first.error
    if falls:
        text += f" It falls steadily, but slowly: the learning rate is too small (it is {config.learning_rate:g})."
        criterion += f", and never rose by more than {MOST_RISE - 1:.0%}"
        return Diagnosis(Problem.RATE_TOO_SMALL, text, criterion, Remedy.DOUBLE)
    text += f" It goes up and down. Likely cause: a learning rate that is too large (it is {config.learning_rate:g})."
    criterion += f", and rose by more than {MOST_RISE - 1:.0%} between two measurements, or did not fall"
    return Diagnosis(Problem.RATE_TOO_LARGE, text, criterion, Remedy.HALVE)


def dead_units(metrics: Sequence[HealthMetrics], config: TrainingConfig) -> Diagnosis | None:
    """Find that a good part of the units is dead."""
    now = metrics[-1]
    dead = now.n_dead
    if not dead or dead < DEAD_SHARE * now.n_units:
        return None
    kind = config.architecture
    if not is_silent(kind):
        cause = (
            f"Likely cause: saturated by a rate that is too large ({config.learning_rate:g}), or drawn to one value by "
            "a penalty."
        )
    elif config.gradient == "published":
        cause = "Likely cause: the published gradient, which also pushes silent units."
    elif config.own_backward:
        cause = f"Likely cause: the run's own backward, or a rate that is too large ({config.learning_rate:g})."
    elif config.optimizer == "adam" and config.decoder_start == "random":
        cause = "Likely cause: Adam with V started at random; V started at 0.2 Wᵀ leaves fewer dead."
    else:
        cause = (
            f"Likely cause: a rate so large ({config.learning_rate:g}) that it threw them to where no digit excites "
            "them; there the gradient is 0."
        )
    how = "silent" if is_silent(kind) else "of the same value"
    return Diagnosis(
        Problem.DEAD,
        f"{dead:,} of {now.n_units:,} units are dead: {how} on all {now.n_images:,} held-out digits. {cause}",
        f"of at least {DEAD_SHARE:.0%} of the units, each {dead_words(kind)}",
        Remedy.REVIVE,
    )


def overfitting(metrics: Sequence[HealthMetrics], _config: TrainingConfig) -> Diagnosis | None:
    """Find that the held-out error rises while the training error does not."""
    if len(metrics) < 2 * MEAN_OF:
        return None
    held = _means(np.array([v.error for v in metrics]))
    training = _means(np.array([v.training_error for v in metrics]))
    if not (np.isfinite(held).all() and np.isfinite(training).all()):
        return None
    best = int(np.argmin(held))
    has_risen = held[-1] >= OVERFIT_RISE * held[best] and training[-1] <= _TRAINING_RISE * training[best]
    if not (has_risen and held[-1] >= OVERFIT_GAP * training[-1]):
        return None
    now = metrics[-1]
    return Diagnosis(
        Problem.OVERFITTING,
        f"Overfitting: the held-out error has risen from {held[best]:,.0f} to {held[-1]:,.0f}, while that on training "
        f"digits is {training[-1]:,.0f}. Likely cause: too few training digits for {now.n_units:,} units. More "
        "digits, fewer units or an earlier end would help.",
        f"means of {MEAN_OF} measurements: held-out error at least {OVERFIT_RISE:g} times its least and "
        f"{OVERFIT_GAP:g} times that of {now.n_training:,} training digits, which has not risen",
    )


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of MEAN_OF neighbouring values (n,), as (n - MEAN_OF + 1,)."""
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, MEAN_OF).mean(axis=1))


_Check = Callable[[Sequence[HealthMetrics], TrainingConfig], Diagnosis | None]
_CHECKS: tuple[_Check, ...] = (exploding, dead_units, rate_out_of_range, overfitting)

"""The exercise's questions, answered in sentences that are made of measurements: other weights give other sentences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.evaluation.activity_count import active_equation, dead_words, is_silent
from dae_core.inspection.filter_kinds import CONCENTRATED, KIND_NAMES, SMOOTH, FilterShapes
from dae_core.inspection.units import UnitActivity, UnitWeights
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import EXERCISE
from dae_core.model.losses import Loss
from dae_core.report.curves import Curves

Floats = NDArray[np.floating[Any]]

ALIKE = 0.5
"""Least mean cosine at which two sets of filters are called alike (an angle of 60 degrees)."""
_CHANCES = 3.0
_STEADY = 0.02
_PURPOSES = {"W": "W (what the units look for)", "V": "V (what the units add to the picture)"}


def learning(curves: Curves, loss: Loss = EXERCISE.output) -> list[str]:
    """Say how error and sparsity went over the run, and whether the error was still falling at the end."""
    (error, sparsity), (last_error, last_sparsity) = curves.first, curves.last
    what = loss.error_equation.replace("x0", "x₀").replace("-", "−") if loss.is_squared else loss.error_title
    sentences = [
        f"The moving average over {curves.window:,} iterations of the error {what} {_went(error, last_error)}; "
        f"the share of active hidden units {_went(100 * sparsity, 100 * last_sparsity, ' %')}."
    ]
    before, after = curves.late
    if curves.count >= 50 and before > 0 and math.isfinite(before) and math.isfinite(after):
        change = after / before - 1
        if abs(change) < _STEADY:
            text = f"changed by less than {percent(_STEADY)} between"
        else:
            text = f"{'rose' if change > 0 else 'still fell'} by {percent(abs(change))} from"
        joined = "and" if abs(change) < _STEADY else "to"
        sentences.append(
            f"Averaged over many images, the error {text} the last but one fifth of the iterations "
            f"({before:.4g}) {joined} the last ({after:.4g})."
        )
    return sentences


def features(layer: str, shapes: FilterShapes) -> list[str]:
    """Say which kinds of filters a layer has, "W" or "V", and which is the most common."""
    shares = shapes.shares()
    listed = ", ".join(f"{percent(shares[kind])} {'are ' * (not kind)}{name}" for kind, name in KIND_NAMES.items())
    count = len(shapes.correlations)
    kind = max(shares, key=shares.__getitem__)
    if shares[kind] > 0.5:
        verdict = f"most of them are {KIND_NAMES[kind]}"
    else:
        verdict = f"no kind has the majority; the largest group is {KIND_NAMES[kind]}"
    sentences = [f"Of the {count:,} filters of {_PURPOSES[layer]}, {listed}: {verdict}."]
    known = np.isfinite(shapes.correlations)
    if known.any():
        correlation, concentration, elongation = (
            float(np.median(values[known]))
            for values in (shapes.correlations, shapes.concentrations, shapes.elongations)
        )
        sentences.append(
            f"The median filter has a correlation of neighbouring weights of {number(correlation)} (limit {SMOOTH:g}), "
            f"half of its energy in {percent(concentration)} of the pixels (limit {percent(CONCENTRATED)}), and a "
            f"strongest lobe {number(elongation)} times as long as wide."
        )
    if not known.all():
        sentences.append(f"{int((~known).sum()):,} filters are zero or hold weights that are no numbers.")
    return sentences


def relation(weights: UnitWeights, n_inputs: int, kind: Architecture = EXERCISE) -> list[str]:
    """Say how each unit's filters in W and V relate, by their cosines."""
    if kind.tied:
        return ["The weights are tied: V is Wᵀ, so the two filters of a unit are one, and their cosine is no finding."]
    known = weights.cosines[np.isfinite(weights.cosines)]
    if not known.size:
        return ["How W and V relate cannot be said: no unit has a finite cosine between its two filters."]
    chance = 1 / math.sqrt(n_inputs)
    limit = _CHANCES * chance
    mean = float(known.mean())
    if mean >= ALIKE:
        verdict = f"above {ALIKE:g}, so a unit adds to the picture much the same pattern that it looks for"
    elif mean > limit:
        verdict = f"above chance but below {ALIKE:g}, so what a unit adds resembles what it looks for only in part"
    elif mean >= -limit:
        verdict = "within chance, so on average the two sets of filters have nothing to do with each other"
    else:
        verdict = "below chance, so a unit adds the opposite of what it looks for"
    low, middle, high = np.percentile(known, (5, 50, 95))
    return [
        f"The cosine between column j of W and row j of V, the two filters of a unit, is {number(mean)} in the mean "
        f"over {known.size:,} units (median {number(middle)}, 90 % of them between {number(low)} and {number(high)}). "
        f"Chance is ±{limit:.2f}: three standard deviations of the cosine of independent directions in "
        f"{n_inputs:,} dimensions. The mean is {verdict}.",
        f"{percent((known >= ALIKE).mean())} of the units have a cosine of at least {ALIKE:g}, "
        f"{percent((known < 0).mean())} a negative one. "
        f"The mean norm is {number(_mean(weights.norms_w))} for a column of W and {number(_mean(weights.norms_v))} "
        "for a row of V.",
    ]


def biases(weights: UnitWeights, kind: Architecture = EXERCISE) -> list[str]:
    """Say how the hidden units' biases are distributed."""
    known = weights.biases[np.isfinite(weights.biases)]
    if not known.size:
        return ["No bias is a finite number."]
    low, middle, high = np.percentile(known, (5, 50, 95))
    negative = float((known < 0).mean())
    start, quiet = kind.hidden.start_bias, "silent" if is_silent(kind) else f"not active ({active_equation(kind)})"
    meaning = (
        f"{percent(negative)} are negative, so that such a unit is {quiet} unless its filter finds a match"
        if negative
        else "None is negative, so that every unit is active on an input in which its filter finds nothing"
    )
    return [
        f"The biases B have a mean of {number(known.mean())} and a median of {number(middle)}; 90 % lie between "
        f"{number(low)} and {number(high)}. {meaning}. "
        f"{percent(float((known < start).mean()))} lie below {start:g}, where this program starts them."
    ]


def activity(found: UnitActivity, noun: str = "digits", kind: Architecture = EXERCISE) -> list[str]:
    """Say how often units fire on noisy held-out images, counted by a noun, and what the most useful one is worth."""
    rates = found.firing_rates
    dead, always = int(found.dead.sum()), int((rates == 1).sum())
    counted = f"{_units(dead)} never (dead) and {_units(always)} always"
    if not is_silent(kind):
        never = int((rates == 0).sum())
        counted = (
            f"{_units(never)} never and {_units(always)} always; {_units(dead)} dead, of which each {dead_words(kind)}"
        )
    shown = "" if kind.is_exercise else f" ({active_equation(kind)})"
    sentences = [
        f"On {found.n_images:,} noisy held-out {noun} {percent(rates.mean())} of the {len(rates):,} units are "
        f"active{shown} on average. A unit fires on {percent(rates.min())} to {percent(rates.max())} of the {noun}; "
        f"{counted}."
    ]
    known = np.isfinite(found.importances)
    if known.any() and found.mse > 0 and math.isfinite(found.mse):
        values = np.where(known, found.importances, -np.inf)
        best = int(values.argmax())
        change = f"{100 * values[best] / found.mse:+.2g}".replace("-", "−")
        error = "MSE" if kind.output.is_squared else "error"
        useless = int((found.importances[known] < 0).sum())
        sentences.append(
            f"Switching off unit {best + 1}, the most useful one, changes the held-out {error} by {change} %. "
            f"{_units(useless)} of {int(known.sum()):,} lower it when switched off alone."
        )
    return sentences


def number(value: float) -> str:
    """Return a number with a true minus sign."""
    return f"{value:.2f}".replace("-", "−") if abs(value) >= 0.005 or value == 0 else f"{value:.1g}".replace("-", "−")


def percent(fraction: float) -> str:
    """Return a fraction in per cent, with a digit behind the point near 0 and 100."""
    return f"{100 * fraction:.1f} %" if 0 < fraction < 0.1 or 0.99 < fraction < 1 else f"{100 * fraction:.0f} %"


def _went(before: float, after: float, unit: str = "") -> str:
    if not (math.isfinite(before) and math.isfinite(after)):
        return "did not stay a finite number"
    if after == before:
        return f"stayed at {after:.4g}{unit}"
    return f"{'fell' if after < before else 'rose'} from {before:.4g}{unit} to {after:.4g}{unit}"


def _units(count: int) -> str:
    return f"{count:,} unit" if count == 1 else f"{count:,} units"


def _mean(values: Floats) -> float:
    return float(values.mean())

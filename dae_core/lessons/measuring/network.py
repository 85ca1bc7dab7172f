"""What a run's hidden units, weights and gradient are like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.filter_kinds import KIND_NAMES, filter_shapes
from dae_core.inspection.strongest import strongest_units
from dae_core.inspection.units import UnitActivity, measure_units, unit_weights
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.lessons.errors import MeasureError
from dae_core.lessons.measuring.subject import Subject
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.gradient_check import check_gradient

Integers = NDArray[np.int64]
KINDS = {name: kind for kind, name in KIND_NAMES.items()}
_GRADIENT_SEED = 20_241_129


def sparsity(subject: Subject) -> float:
    """Return the mean share of active hidden units in percent."""
    figures = subject.held_out(subject.noise).evaluate(subject.run.model, subject.monitor)
    return 100 * float(figures.sparsity or 0.0)


def dead_units(subject: Subject) -> float:
    """Return how many units fire on none of the held-out images."""
    return float(subject.held_out(subject.noise).evaluate(subject.run.model, subject.monitor).dead_units)


def mean_cosine(subject: Subject) -> float:
    """Return the mean over units of the cosine between a column of W and its row of V."""
    cosines = unit_weights(subject.run.model).cosines
    known = cosines[np.isfinite(cosines)]
    return float(known.mean()) if len(known) else float("nan")


def mean_bias(subject: Subject) -> float:
    """Return the mean of B."""
    return float(subject.run.model.B.astype(np.float64).mean())


def filter_share(subject: Subject) -> float:
    """Return how many of the filters of a layer are of a kind, in percent."""
    model, shape = subject.run.model, subject.dataset.shape
    filters = model.W.T if subject.parameters["layer"] == "W" else model.V
    return 100 * float(filter_shapes(filters, shape).shares()[KINDS[subject.parameters["filter"]]])


def unit_worth(subject: Subject) -> float:
    """Return by how much the held-out MSE rises without a unit, in percent."""
    unit = _unit(subject, subject.parameters["rank"])
    return _worth(subject, (unit,))


def pair_worth(subject: Subject) -> float:
    """Return by how much the held-out MSE rises without two units, in percent."""
    return _worth(subject, _pair(subject))


def pair_worth_gap(subject: Subject) -> float:
    """Return what two units together are worth beyond the sum of what each is worth alone, in percent of the MSE."""
    pair = _pair(subject)
    return _worth(subject, pair) - sum(_worth(subject, (unit,)) for unit in pair)


def gradient_error(subject: Subject) -> float:
    """Return the worst relative error of the run's kind of gradient against finite differences."""
    run = subject.run
    if run.config.own_backward:
        raise MeasureError("This run was trained with code of your own, whose gradient is checked in “Your code”.")
    held_out = HeldOut(subject.dataset, run.config.corruption, 1)
    W, B, V, C = (np.asarray(a, np.float64) for a in run.model.parameters.values())
    model = AutoEncoder(W, B, V, C, run.config.gradient, run.config.architecture)
    x, x0 = (np.asarray(rows[0], np.float64) for rows in (held_out.noisy, held_out.clean))
    checks = check_gradient(model, x, x0, rng=np.random.default_rng(_GRADIENT_SEED), monitor=subject.monitor.part())
    return max(check.worst for check in checks.values())


def ranked_units(model: AutoEncoder, held_out: HeldOut, by: str, monitor: Monitor = UNWATCHED) -> Integers:
    """Return all hidden units (h,), counted from 0, in one of the orders of `UNIT_ORDERS`."""
    return np.asarray(_ORDERS[by](model, held_out, monitor), np.int64)


def _by_activity(values: Callable[[UnitActivity], NDArray[Any]]) -> Callable[[AutoEncoder, HeldOut, Monitor], Integers]:
    def order(model: AutoEncoder, held_out: HeldOut, monitor: Monitor) -> Integers:
        found = values(measure_units(model, held_out, monitor=monitor))
        return np.argsort(-np.where(np.isfinite(found), found, -np.inf), kind="stable")

    return order


_ORDERS: dict[str, Callable[[AutoEncoder, HeldOut, Monitor], Integers]] = {
    "worth": _by_activity(lambda activity: activity.importances),
    "rate": _by_activity(lambda activity: activity.firing_rates),
    "norm": lambda model, _held_out, _monitor: np.asarray(strongest_units(model, model.n_hidden), np.int64),
    "number": lambda model, _held_out, _monitor: np.arange(model.n_hidden),
}


def _unit(subject: Subject, rank: int) -> int:
    n_units = subject.run.model.n_hidden
    if rank > n_units:
        raise MeasureError(f"There is no unit of rank {rank:,}: the network has {n_units:,} hidden units.")
    ranked = ranked_units(subject.run.model, subject.held_out(), subject.parameters["by"], subject.monitor)
    return int(ranked[rank - 1])


def _pair(subject: Subject) -> tuple[int, int]:
    first, second = (_unit(subject, subject.parameters[name]) for name in ("first", "second"))
    if first == second:
        raise MeasureError("The two units are the same.")
    return first, second


def _worth(subject: Subject, units: tuple[int, ...]) -> float:
    activity = measure_units(subject.run.model, subject.held_out(), units, subject.monitor)
    return 100 * (activity.mse_without / activity.mse - 1) if activity.mse else float("nan")

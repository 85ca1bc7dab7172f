"""The orders and the selections of units that mosaics and the unit inspector offer: a table of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.filter_kinds import FilterKind, filter_kinds
from dae_core.inspection.units import UnitActivity, UnitWeights, measure_units, unit_weights
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.activations import ACTIVE
from dae_core.model.autoencoder import AutoEncoder

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

INDEX = "index"
ALL = "all"
USUAL_RATE = 0.5


@dataclass(frozen=True, eq=False)
class UnitSurvey:
    """What is known of all h units of a model: of their weights, their kinds, and what was measured, if it was."""

    weights: UnitWeights
    kinds: NDArray[np.uint8]
    activity: UnitActivity | None = None


@dataclass(frozen=True)
class UnitOrder:
    """An order of the units, by a figure of each.

    Attributes
    ----------
    key, name, tip
        What settings and code, a menu and its tip call it.
    figures
        Returns a figure of each unit (h,); the largest comes first, NaN last, ties by index.
    needs_activity
        Whether the units have to be measured on held-out images.
    """

    key: str
    name: str
    tip: str
    figures: Callable[[UnitSurvey], NDArray[Any]]
    needs_activity: bool = False


@dataclass(frozen=True)
class UnitSelection:
    """A part of the units.

    Attributes
    ----------
    key, name, tip
        As in `UnitOrder`.
    holds
        Returns which units (h,) it holds, with a firing rate that only some selections ask for.
    needs_activity
        Whether the units have to be measured on held-out images.
    needs_rate
        Whether it asks for the firing rate.
    """

    key: str
    name: str
    tip: str
    holds: Callable[[UnitSurvey, float], NDArray[np.bool_]]
    needs_activity: bool = False
    needs_rate: bool = False


Row = TypeVar("Row", UnitOrder, UnitSelection)


def _activity(survey: UnitSurvey) -> UnitActivity:
    if survey.activity is None:
        raise ValueError("This order or selection needs the units measured on held-out images.")
    return survey.activity


def _of_kind(kind: FilterKind) -> Callable[[UnitSurvey, float], NDArray[np.bool_]]:
    return lambda survey, _rate: survey.kinds == kind


ORDERS: tuple[UnitOrder, ...] = (
    UnitOrder(INDEX, "Index", "As the columns of W stand", lambda s: np.zeros(len(s.kinds))),
    UnitOrder("kind", "Kind", "Strokes, spots, spread out, noise", lambda s: -s.kinds.astype(float)),
    UnitOrder("rate", "Firing rate", f"Share of images on which {ACTIVE}", lambda s: _activity(s).firing_rates, True),
    UnitOrder(
        "importance", "Worth", "By how much the error rises without the unit", lambda s: _activity(s).importances, True
    ),
    UnitOrder("norm", "Norm of V", "Length of what the unit adds", lambda s: s.weights.norms_v),
    UnitOrder("norm_w", "Norm of W", "Length of what the unit looks for", lambda s: s.weights.norms_w),
    UnitOrder("cosine", "Cosine W, V", "How alike W and V are", lambda s: s.weights.cosines),
)

SELECTIONS: tuple[UnitSelection, ...] = (
    UnitSelection(ALL, "All units", "Every unit", lambda s, _: np.ones(len(s.kinds), bool)),
    UnitSelection("stroke", "Strokes", "Long, and in one place", _of_kind(FilterKind.STROKE)),
    UnitSelection("spot", "Spots", "Round, and in one place", _of_kind(FilterKind.SPOT)),
    UnitSelection("spread_out", "Spread out", "In many places, or a whole shape", _of_kind(FilterKind.SPREAD_OUT)),
    UnitSelection("noise", "Noise", "No shape: neighbouring weights are unlike", _of_kind(FilterKind.NOISE)),
    UnitSelection(
        "dead",
        "Dead",
        "Fire on no held-out image, or have one value on all of them",
        lambda s, _: _activity(s).dead,
        True,
    ),
    UnitSelection("alive", "Alive", "All that are not dead", lambda s, _: ~_activity(s).dead, True),
    UnitSelection(
        "active",
        "Active on more than …",
        "Fire on more than this share of the held-out images",
        lambda s, rate: _activity(s).firing_rates > rate,
        True,
        True,
    ),
)


def find_order(key: str) -> UnitOrder:
    """Return a row of `ORDERS`. Raises ValueError where there is no such one."""
    return _find(ORDERS, key, "order")


def find_selection(key: str) -> UnitSelection:
    """Return a row of `SELECTIONS`. Raises ValueError where there is no such one."""
    return _find(SELECTIONS, key, "selection")


def _find(rows: tuple[Row, ...], key: str, what: str) -> Row:
    for row in rows:
        if row.key == key:
            return row
    raise ValueError(f"Unknown {what} {key!r}; known are {', '.join(row.key for row in rows)}.")


def survey_units(
    model: AutoEncoder, shape: tuple[int, int], held_out: HeldOut | None = None, monitor: Monitor = UNWATCHED
) -> UnitSurvey:
    """Return what is known of a model's units, with their activity where held-out images are given.

    ``shape`` is that of the images, (height, width). Raises Cancelled, and what `measure_units` raises.
    """
    activity = None if held_out is None else measure_units(model, held_out, monitor=monitor)
    return UnitSurvey(unit_weights(model), filter_kinds(model.V, shape), activity)


def arrange(
    survey: UnitSurvey, order: UnitOrder, selection: UnitSelection = SELECTIONS[0], rate: float = USUAL_RATE
) -> Integers:
    """Return the units (k,) of a selection, sorted: the unit at each position, k from 0 to h.

    Raises
    ------
    ValueError
        When the units have to be measured for it, and were not.
    """
    figures = np.asarray(order.figures(survey), np.float64)
    units = np.argsort(np.where(np.isnan(figures), np.inf, -figures), kind="stable")
    return units[selection.holds(survey, rate)[units]]

"""What each hidden unit is and does: how its weights relate, when it fires, what it is worth."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.evaluation.activity_count import ActivityCount, dead_of, is_silent
from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.unit_histograms import UnitHistograms
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

TOP_DIGITS = 9
_NUMBERS = 1 << 19  # in one block of rows, of the widest array: 2 MiB of float32


@dataclass(frozen=True, eq=False)
class UnitWeights:
    """What a model's weights alone say of its h units; float64 (h,), read-only.

    ``cosines`` is the cosine of the angle between column j of W (what the unit looks for) and row j of V (what it
    adds), NaN where one of them is zero or not finite; ``norms_w`` and ``norms_v`` are their Euclidean norms;
    ``biases`` is B.
    """

    cosines: Doubles
    norms_w: Doubles
    norms_v: Doubles
    biases: Doubles


@dataclass(frozen=True, eq=False)
class UnitActivity:
    """What a model's h units do on n noisy held-out digits; all arrays are read-only.

    Attributes
    ----------
    n_images : int
        Number of digits n.
    mse : float
        Mean squared error over pixels and digits, in standardized units.
    off : tuple of int
        Units that ``mse_without`` was measured without, ascending.
    mse_without : float
        The same error with these units switched off: z_j = 0.
    firing_rates : ndarray of float64, shape (h,)
        Fraction of the digits on which the unit is active: z > 0, or 0.5 for sigmoid units.
    classes : ndarray of uint8, shape (k,), or None
        The labels that occur among the digits, ascending; None for data without labels.
    class_counts : ndarray of int64, shape (k,), or None
        Digits of each class.
    class_rates : ndarray of float64, shape (h, k), or None
        Firing rate on the digits of each class.
    importances : ndarray of float64, shape (h,)
        By how much ``mse`` rises when this unit alone is switched off; below zero where that helps. With another loss
        than the squared error, by how much that rises a pixel, to the second order.
    histograms : ndarray of int64, shape (h, BINS)
        How often z, where it is not 0, fell into each of equal bins from ``lows`` to ``ranges``; see `UnitHistograms`.
    ranges, lows : ndarray of float64, shape (h,)
        Upper end of each unit's last bin, and lower end of its first: 0 where z is never negative, and both 0 for units
        that never fired.
    top_digits : ndarray of int64, shape (h, at most 9)
        Indices into the data set's ``test_images`` of the digits whose noisy picture gives the largest z, largest
        first; -1 where a unit that is silent when it is not active fires on fewer digits.
    top_activations : ndarray of float64, shape (h, at most 9)
        Their z; 0 where there is none.
    """

    n_images: int
    mse: float
    off: tuple[int, ...]
    mse_without: float
    firing_rates: Doubles
    classes: NDArray[np.uint8] | None
    class_counts: Integers | None
    class_rates: Doubles | None
    importances: Doubles
    histograms: Integers
    ranges: Doubles
    lows: Doubles
    top_digits: Integers
    top_activations: Doubles
    still: NDArray[np.bool_] | None = None

    @property
    def dead(self) -> NDArray[np.bool_]:
        """Which units (h,) are dead; see `dae_core.evaluation.activity_count`."""
        return dead_of(self.firing_rates, self.still)


def unit_weights(model: AutoEncoder, units: slice = slice(None)) -> UnitWeights:
    """Return norms, cosines and biases of a model's units, all or some of them; the model is only read."""
    W, V = model.W.T[units], model.V[units]
    with np.errstate(all="ignore"):  # a diverged model has figures of inf or NaN
        norms_w, norms_v = (np.sqrt(np.einsum("ij,ij->i", a, a, dtype=np.float64)) for a in (W, V))
        product = norms_w * norms_v
        cosines = np.einsum("ij,ij->i", W, V, dtype=np.float64) / np.where(product > 0, product, np.nan)
    if model.architecture.tied:  # there it says nothing that V as Wᵀ does not say
        cosines = np.full_like(norms_w, np.nan)
    cosines = np.where(np.isfinite(cosines), np.clip(cosines, -1.0, 1.0), np.nan)
    return UnitWeights(*map(_frozen, (cosines, norms_w, norms_v, model.B[units].astype(np.float64))))


def reconstruct_without(model: AutoEncoder, x: Floats, off: Collection[int]) -> Floats:
    """Return y for noisy rows (d,) or (n, d) with some units switched off, z_j = 0; the model is only read."""
    z, y = model.forward(np.asarray(x, model.W.dtype))
    return _decode_without(model, z, off) if off else y


def _decode_without(model: AutoEncoder, z: Floats, off: Collection[int]) -> Floats:
    # A silent unit adds nothing, whatever its row of V is: the row is left out, as 0 times infinity is NaN.
    on = np.ones(model.n_hidden, bool)
    on[list(off)] = False
    return np.asarray(model.architecture.output.output(z[..., on] @ model.V[on] + model.C))


def measure_units(
    model: AutoEncoder,
    held_out: HeldOut,
    off: Collection[int] = (),
    monitor: Monitor = UNWATCHED,
) -> UnitActivity:
    """Measure all units of a model on held-out digits, in blocks of rows of bounded memory.

    The importance of all units comes from one forward pass: where the error on a digit is e = y - x0, switching unit j
    off makes it e - z_j V_j, so that its square changes by -2 z_j (e · V_j) + z_j² |V_j|². The same of another loss, up
    to the second order, has its curvature by the output's sums in the norm: |V_j|² = Σ E'' V_ji² on each digit.

    Parameters
    ----------
    model : AutoEncoder
        Only read. A diverged one gives figures that are not finite, and no warning.
    held_out : HeldOut
        Digits and their noise.
    off : collection of int
        Units to measure ``mse_without`` without.
    monitor : Monitor
        Told of each block; may end the measurement with Cancelled.

    Raises
    ------
    ValueError
        When a unit of ``off`` does not exist, or the digits are not of the model's size.
    """
    n, h = len(held_out), model.n_hidden
    silenced = sorted({int(unit) for unit in off})
    if silenced and not 0 <= silenced[0] <= silenced[-1] < h:
        raise ValueError(f"Units to switch off must lie from 0 to {h - 1}, not {silenced}.")
    if held_out.clean.shape[1] != model.n_inputs:
        raise ValueError(f"Digits of {held_out.clean.shape[1]} pixels do not fit a model of {model.n_inputs} inputs.")
    labels = held_out.dataset.test_labels
    sums = _Sums(model, None if labels is None else labels[held_out.indices])
    rows = max(1, _NUMBERS // max(h, model.n_inputs))
    for start in range(0, n, rows):
        monitor.count(start, n, "images", "Measuring the units")
        sums.add(model, held_out, slice(start, min(n, start + rows)), silenced)
    return sums.result(model, held_out, tuple(silenced))


class _Sums:
    """What is added up block by block."""

    def __init__(self, model: AutoEncoder, labels: NDArray[np.uint8] | None) -> None:
        h = model.n_hidden
        self.labels = labels
        self.classes: NDArray[np.uint8] | None = None
        self.class_counts: Integers | None = None
        if labels is not None:
            self.classes, self.class_counts = np.unique(labels, return_counts=True)
        self.squares = self.squares_without = 0.0
        self.count = ActivityCount(model)
        self.fired_by_class = np.zeros((h, 0 if self.classes is None else len(self.classes)), np.int64)
        self.crossed, self.squared = np.zeros(h), np.zeros(h)
        self.histograms = UnitHistograms(h, is_signed=model.architecture.hidden.is_signed)
        self.has_silence = is_silent(model.architecture)
        self.top_z: Doubles = np.zeros((0, h))
        self.top_rows: Integers = np.zeros((0, h), np.int64)

    def add(self, model: AutoEncoder, held_out: HeldOut, rows: slice, off: list[int]) -> None:
        """Add the digits of some rows."""
        clean = held_out.clean[rows]
        with np.errstate(all="ignore"):
            z, y = model.forward(held_out.noisy[rows].astype(model.W.dtype, copy=False))
            e = y - clean
            self.squares += float(np.einsum("ij,ij->", e, e, dtype=np.float64))
            self.crossed += np.einsum("ij,ij->j", z, e @ model.V.T, dtype=np.float64)
            self.squared += self._bent(model, z, y)
            if off:
                e = _decode_without(model, z, off) - clean
                self.squares_without += float(np.einsum("ij,ij->", e, e, dtype=np.float64))
            fired = self.count.add(z)
        if self.labels is not None and self.classes is not None:
            labels = self.labels[rows]
            for column, label in enumerate(self.classes):
                self.fired_by_class[:, column] += fired[labels == label].sum(axis=0)
        self.histograms.add(z)
        self._keep_largest(np.where(fired if self.has_silence else np.isfinite(z), z, -np.inf), rows.start)

    @staticmethod
    def _bent(model: AutoEncoder, z: Floats, y: Floats) -> Doubles:
        """Return the sums over rows of z_j² times the loss's curvature along V_j (h,)."""
        if model.architecture.output.is_squared:
            norms = np.einsum("ij,ij->i", model.V, model.V, dtype=np.float64)
            return np.asarray(np.einsum("ij,ij->j", z, z, dtype=np.float64) * norms)
        along = model.architecture.output.curvature(y) @ (model.V * model.V).T
        return np.asarray(np.einsum("ij,ij,ij->j", z, z, along, dtype=np.float64))

    def _keep_largest(self, z: Floats, start: int) -> None:
        """Keep of each unit the digits with the largest activations so far."""
        k = min(TOP_DIGITS, len(z))
        best = np.argpartition(-z, k - 1, axis=0)[:k]
        self.top_z = np.concatenate([self.top_z, np.take_along_axis(z, best, axis=0)])
        self.top_rows = np.concatenate([self.top_rows, best + start])
        best = np.argsort(-self.top_z, axis=0, kind="stable")[:TOP_DIGITS]
        self.top_z = np.take_along_axis(self.top_z, best, axis=0)
        self.top_rows = np.take_along_axis(self.top_rows, best, axis=0)

    def result(self, model: AutoEncoder, held_out: HeldOut, off: tuple[int, ...]) -> UnitActivity:
        n, numbers = len(held_out), held_out.clean.size
        with np.errstate(all="ignore"):
            importances = (self.squared - 2 * self.crossed) / numbers
            importances *= 0.5 / model.architecture.output.energy_factor
        rates = None if self.class_counts is None else _frozen(self.fired_by_class / self.class_counts)
        mse = self.squares / numbers
        there, still = np.isfinite(self.top_z), self.count.still
        return UnitActivity(
            n_images=n,
            mse=mse,
            off=off,
            mse_without=self.squares_without / numbers if off else mse,
            firing_rates=_frozen(self.count.rates),
            classes=None if self.classes is None else _frozen(self.classes),
            class_counts=None if self.class_counts is None else _frozen(self.class_counts),
            class_rates=rates,
            importances=_frozen(importances),
            histograms=_frozen(self.histograms.counts),
            ranges=_frozen(self.histograms.ranges),
            lows=_frozen(self.histograms.lows),
            top_digits=_frozen(np.where(there, held_out.indices[self.top_rows], -1).T.copy()),
            top_activations=_frozen(np.where(there, self.top_z, 0).T.copy()),
            still=None if still is None else _frozen(still),
        )


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array

"""Kinds of filters, and the tables of orders and selections of units."""

import numpy as np
import pytest

from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection import filter_kinds as kinds_module
from dae_core.inspection.filter_kinds import FilterKind, filter_kinds
from dae_core.inspection.unit_orders import (
    ALL,
    INDEX,
    KIND_NAMES,
    ORDERS,
    SELECTIONS,
    arrange,
    find_order,
    find_selection,
    survey_units,
)
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from helpers.datasets import small_dataset

SIDE = 28
MEASURED = [row for row in (*ORDERS, *SELECTIONS) if row.needs_activity]


def make_model(d, h, seed):
    rng = np.random.default_rng(seed)
    return AutoEncoder(*(rng.normal(0, 0.2, shape).astype(np.float32) for shape in ((d, h), (h,), (h, d), (d,))))


def picture(name, seed=0):
    """One filter of a known kind, (28, 28)."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    if name == "bar":  # Gabor: along the diagonal
        across, along = (x - y) / np.sqrt(2), (x + y) / np.sqrt(2)
        return np.exp(-((along / 7) ** 2) - (across / 2) ** 2) * np.cos(across)
    if name == "dot":
        return np.exp(-(((x - 5) ** 2 + (y + 3) ** 2) / 6))
    if name == "ring":
        return np.exp(-((np.hypot(x, y) - 10) ** 2) / 3)
    return np.random.default_rng(seed).standard_normal((SIDE, SIDE))


@pytest.mark.parametrize("scale", [1e-12, -3.0, 1e6])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bar", FilterKind.STROKE),
        ("dot", FilterKind.SPOT),
        ("ring", FilterKind.PATTERN),
        ("noise", FilterKind.NOISE),
    ],
)
def test_the_kind_of_a_filter_depends_neither_on_its_scale_nor_on_its_sign(name, kind, scale):
    model = make_model(SIDE * SIDE, 2, 0)
    model.V[1] = scale * picture(name).ravel()
    assert filter_kinds(model.V, (SIDE, SIDE))[1] == kind


def test_fresh_weights_and_what_is_no_picture_are_noise():
    model = make_model(SIDE * SIDE, 40, 0)
    model.V[3], model.V[4, 7], model.V[5, 0] = 0, np.nan, np.inf
    assert set(filter_kinds(model.V, (SIDE, SIDE))) == {FilterKind.NOISE}


def test_filters_are_classified_block_by_block_as_all_at_once(monkeypatch):
    model = make_model(SIDE * SIDE, 9, 0)
    for unit, name in enumerate(["bar", "dot", "ring"] * 3):
        model.V[unit] = picture(name).ravel()
    whole = filter_kinds(model.V, (SIDE, SIDE))
    monkeypatch.setattr(kinds_module, "_NUMBERS", 2 * SIDE * SIDE)
    np.testing.assert_array_equal(filter_kinds(model.V, (SIDE, SIDE)), whole)
    assert not whole.flags.writeable


@pytest.mark.parametrize("shape", [(1, 8), (8, 1), (1, 1), (2, 3)])
def test_the_smallest_images_have_kinds_too(shape):
    model = make_model(shape[0] * shape[1], 5, 0)
    assert set(filter_kinds(model.V, shape)) <= set(FilterKind)


def make_survey(n_hidden=12, seed=1):
    data = small_dataset()
    model = make_model(data.n_inputs, n_hidden, seed)
    model.V[4] = 0  # no cosine
    model.B[7] = -1e6  # dead
    return survey_units(model, data.shape, HeldOut(data, Gaussian(1.0)))


def test_each_order_goes_down_with_nan_last_and_ties_by_index():
    survey = make_survey()
    for order in ORDERS:
        numbers = np.asarray(order.figures(survey), float)
        expected = sorted(range(12), key=lambda j: (np.isnan(numbers[j]), -np.nan_to_num(numbers[j]), j))
        np.testing.assert_array_equal(arrange(survey, order), expected)
    assert arrange(survey, find_order("cosine"))[-1] == 4
    np.testing.assert_array_equal(arrange(survey, find_order(INDEX)), range(12))


def test_each_selection_holds_its_units_in_the_order():
    survey = make_survey()
    by_norm = list(arrange(survey, find_order("norm")))
    for selection in SELECTIONS:
        held = selection.holds(survey, 0.5)
        assert list(arrange(survey, find_order("norm"), selection, 0.5)) == [unit for unit in by_norm if held[unit]]
    assert list(arrange(survey, find_order(INDEX), find_selection("dead"))) == [7]
    assert 7 not in arrange(survey, find_order(INDEX), find_selection("alive"))
    more = [len(arrange(survey, find_order(INDEX), find_selection("active"), rate)) for rate in (0.0, 0.5, 1.0)]
    assert more[0] == 11
    assert more[2] == 0
    assert more == sorted(more, reverse=True)


def test_keys_are_unique_and_the_first_rows_change_nothing():
    for rows, first in ((ORDERS, INDEX), (SELECTIONS, ALL)):
        keys = [row.key for row in rows]
        assert len(set(keys)) == len(keys)
        assert keys[0] == first
    assert set(KIND_NAMES) == set(FilterKind)


def test_what_needs_a_measurement_says_so():
    survey = survey_units(make_model(64, 12, 0), (8, 8))
    for order in ORDERS:
        if not order.needs_activity:
            assert len(arrange(survey, order)) == 12
    for row in MEASURED:
        order, selection = (row, SELECTIONS[0]) if row in ORDERS else (ORDERS[0], row)
        with pytest.raises(ValueError, match="measured"):
            arrange(survey, order, selection)
    with pytest.raises(ValueError, match="known are index, kind"):
        find_order("size")
    with pytest.raises(ValueError, match="known are all, stroke"):
        find_selection("size")


def test_measuring_tells_how_far_it_is_and_can_be_cancelled():
    seen = []
    data = small_dataset()
    model = make_model(data.n_inputs, 12, 0)
    survey_units(model, data.shape, HeldOut(data, Gaussian(1.0)), Monitor(on_progress=seen.append))
    assert [progress.what for progress in seen[:1]] == ["Measuring the units"]
    with pytest.raises(Cancelled):
        survey_units(model, data.shape, HeldOut(data, Gaussian(1.0)), Monitor(lambda: True))

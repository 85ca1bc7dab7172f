"""The tables of orders and selections of units."""

import numpy as np
import pytest

from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.unit_orders import (
    ALL,
    INDEX,
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

MEASURED = [row for row in (*ORDERS, *SELECTIONS) if row.needs_activity]


def make_model(d, h, seed):
    rng = np.random.default_rng(seed)
    return AutoEncoder(*(rng.normal(0, 0.2, shape).astype(np.float32) for shape in ((d, h), (h,), (h, d), (d,))))


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

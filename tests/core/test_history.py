"""The record of a run against NumPy on the plain list of all values."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dae_core.training import history as history_module
from dae_core.training.averages import SMOOTHING_WINDOW, MovingAverage
from dae_core.training.history import History
from dae_core.training.progress import Change, Progress
from dae_core.training.series import GrowingArray, Series


def progress(errors, sparsities=None, changes=()):
    errors = np.asarray(errors, np.float32)
    sparsities = np.full(len(errors), 0.5, np.float32) if sparsities is None else np.asarray(sparsities, np.float32)
    return Progress(len(errors), 100, errors, sparsities, 0.0, 0.1, changes)


def in_chunks(target, values, lengths):
    """Append values to ``target`` in chunks of the given lengths, over and over."""
    start = 0
    i = 0
    while start < len(values):
        target.append(values[start : start + lengths[i % len(lengths)]])
        start += lengths[i % len(lengths)]
        i += 1


lengths = st.lists(st.integers(1, 700), min_size=1, max_size=5)


def test_growing_array_keeps_all_and_its_views_stand_still():
    array = GrowingArray()
    assert len(array) == len(array.values()) == 0
    values = np.random.default_rng(0).normal(size=30_000).astype(np.float32)
    array.append(values[:10])
    early = array.values()
    in_chunks(array, values[10:], [1, 5000, 0 + 13])
    np.testing.assert_array_equal(array.values(), values)
    np.testing.assert_array_equal(early, values[:10])
    with pytest.raises(ValueError, match="read-only"):
        early[0] = 1


@settings(max_examples=60, deadline=None)
@given(cuts=st.lists(st.integers(0, 9000), min_size=1, max_size=30))
def test_growing_array_keeps_all_however_it_is_cut(cuts):
    array, values = GrowingArray(), np.arange(sum(cuts), dtype=np.float32)
    views = []
    for start, stop in itertools.pairwise([0, *itertools.accumulate(cuts)]):
        array.append(values[start:stop])
        views.append(array.values())
        np.testing.assert_array_equal(views[-1], values[:stop])
    for view in views:
        np.testing.assert_array_equal(view, values[: len(view)])


@pytest.mark.parametrize("length", [1, 37, 1300])
def test_no_append_to_a_growing_array_moves_many_values(length):
    array, chunk = GrowingArray(), np.zeros(length, np.float32)
    moved = []
    while len(array) < 300 * length + 50_000:
        array.append(chunk)
        moved.append(array.moved_last)
    assert max(moved) <= 5 * length
    assert sum(moved) > len(array), "it did grow"


@settings(max_examples=60, deadline=None)
@given(data=st.data(), n=st.integers(1, 5000), cuts=lengths)
def test_envelope_is_exact_for_any_edges(data, n, cuts):
    values = np.random.default_rng(n).normal(size=n).astype(np.float32)
    series = Series()
    in_chunks(series, values, cuts)
    edges = np.array(sorted(data.draw(st.sets(st.integers(0, n), min_size=2, max_size=60))))

    low, high = series.envelope(edges)

    bins = list(itertools.pairwise(edges))
    np.testing.assert_array_equal(low, [values[a:b].min() for a, b in bins])
    np.testing.assert_array_equal(high, [values[a:b].max() for a, b in bins])
    assert low.dtype == high.dtype == np.float32


@pytest.mark.parametrize("n", [1, 7, 8, 9, 63, 64, 65, 511, 512, 513, 4096, 40_000])
def test_envelope_of_one_bin_and_of_single_values(n):
    values = np.random.default_rng(n).normal(size=n).astype(np.float32)
    series = Series()
    series.append(values)
    low, high = series.envelope(np.array([0, n]))
    assert (low[0], high[0]) == (values.min(), values.max())
    low, high = series.envelope(np.arange(n + 1))
    np.testing.assert_array_equal(low, values)
    np.testing.assert_array_equal(high, values)


@pytest.mark.parametrize("shift", range(9))
def test_envelope_finds_a_lone_spike_wherever_it_is(shift):
    for at in range(0, 600, 7):
        values = np.zeros(600, np.float32)
        values[at] = 9
        series = Series()
        series.append(values)
        edges = np.unique([0, *range(shift + 1, 600, 97), 600])
        low, high = series.envelope(edges)
        assert np.flatnonzero(high == 9).tolist() == [np.searchsorted(edges, at, "right") - 1]
        assert (low[np.diff(edges) > 1] == 0).all()


def test_envelope_passes_over_nan_where_a_bin_holds_numbers():
    values = np.arange(100, dtype=np.float32)
    values[[3, 50]] = np.nan
    values[16:24] = np.nan
    series = Series()
    series.append(values)
    low, high = series.envelope(np.array([0, 3, 4, 16, 24, 60, 100]))
    np.testing.assert_array_equal(low, [0, np.nan, 4, np.nan, 24, 60])
    np.testing.assert_array_equal(high, [2, np.nan, 15, np.nan, 59, 99])


def averaged(values, window):
    """The definition, one point at a time."""
    return [float(np.mean(np.asarray(values[max(0, i - window + 1) : i + 1], np.float64))) for i in range(len(values))]


@settings(max_examples=60, deadline=None)
@given(
    values=hnp.arrays(np.float32, st.integers(1, 300), elements=st.floats(0, 1000, width=32)),
    window=st.integers(1, 400),
    cuts=lengths,
)
def test_moving_average_equals_its_definition(values, window, cuts):
    average = MovingAverage(window)
    in_chunks(average, values, cuts)
    np.testing.assert_allclose(average.series.values(), averaged(values, window), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("window", [1, 2, 24, 25, 26, 1000])
@pytest.mark.parametrize("cut", [1, 7, 25, 256, 5000])
def test_moving_average_equals_convolution(window, cut):
    values = np.random.default_rng(0).exponential(200, 3000).astype(np.float32)
    average = MovingAverage(window)
    in_chunks(average, values, [cut])
    expected = np.convolve(values.astype(np.float64), np.ones(window) / window, "valid")
    np.testing.assert_allclose(average.series.values()[window - 1 :], expected, rtol=1e-6)
    np.testing.assert_allclose(average.series.values()[: window - 1], averaged(values[: window - 1], window), rtol=1e-6)


@pytest.mark.parametrize("window", [2, 25, 999, 5000])
@pytest.mark.parametrize("cut", [1, 7, 256, 3000])
def test_a_moving_average_has_the_same_bits_however_many_values_come_at_once(window, cut):
    values = (np.random.default_rng(0).exponential(1, 9000) ** 9).astype(np.float32)
    whole, grown = MovingAverage(window), MovingAverage(window)
    whole.append(values)
    in_chunks(grown, values, [cut])
    assert grown.series.values().tobytes() == whole.series.values().tobytes()


@pytest.mark.parametrize("window", [25, 1000, 100_000])
def test_a_value_costs_the_same_for_any_window(window, monkeypatch):
    average = MovingAverage(window)
    average.append(np.ones(150_000, np.float32))
    summed, cumsum = [], np.cumsum

    def counted(values, *rest, **named):
        summed.append(np.size(values))
        return cumsum(values, *rest, **named)

    monkeypatch.setattr(np, "cumsum", counted)
    in_chunks(average, np.ones(40_000, np.float32), [2000])
    assert sum(summed) < 3 * 40_000


@pytest.mark.parametrize("spike", [np.inf, np.nan, 3e38])
@pytest.mark.parametrize("cut", [1, 10, 1000])
def test_a_spike_shows_in_the_windows_that_hold_it_and_nowhere_else(spike, cut):
    """A run that diverged and was mended goes on being smoothed."""
    values = np.full(300, 100.0, np.float32)
    values[100] = spike
    average = MovingAverage(25)
    in_chunks(average, values, [cut])
    smooth = average.series.values()
    np.testing.assert_allclose(np.delete(smooth, np.arange(100, 125)), 100.0, rtol=1e-6)
    assert not (np.abs(smooth[100:125] - 100) < 1e30).any()


def test_a_window_below_one_is_refused():
    with pytest.raises(ValueError, match="window of a moving average is 0; it must be at least 1"):
        MovingAverage(0)


def test_history_records_everything():
    rng = np.random.default_rng(0)
    errors, sparsities = rng.exponential(200, 1000), rng.random(1000)
    history = History()
    change = Change(600, "learning rate", 0.1, 0.2)
    history.append(progress(errors[:600], sparsities[:600]))
    history.append(progress([]))
    history.append(progress(errors[600:], sparsities[600:], (change,)))

    assert len(history) == 1000
    assert history.window == SMOOTHING_WINDOW == 25
    np.testing.assert_array_equal(history.error.values(), errors.astype(np.float32))
    np.testing.assert_array_equal(history.sparsity.values(), sparsities.astype(np.float32))
    np.testing.assert_allclose(history.smoothed_error.series.values(), averaged(errors, 25), rtol=1e-6)
    np.testing.assert_allclose(history.smoothed_sparsity.series.values(), averaged(sparsities, 25), rtol=1e-6)
    assert history.changes == [change]
    assert history.latest() == pytest.approx((errors[-25:].mean(), sparsities[-25:].mean()), rel=1e-6)


def test_latest_before_the_first_iteration_is_nan():
    assert np.isnan(History().latest()).all()


@pytest.mark.parametrize("at_once", [1_000_000, 7])
def test_a_new_window_smooths_all_raw_values_anew(monkeypatch, at_once):
    monkeypatch.setattr(history_module, "_AT_ONCE", at_once)
    errors = np.random.default_rng(0).exponential(200, 1000)
    history = History()
    history.append(progress(errors[:900]))
    slices = history.change_window(101)
    if at_once == 7:
        next(slices)
        assert history.window == SMOOTHING_WINDOW, "the old averages stay until the new ones are there"
        history.append(progress(errors[900:920]))
    assert len(list(slices)) == (0 if at_once > 7 else -(-920 // 7) - 2)
    history.append(progress(errors[len(history) :]))
    assert history.window == 101
    np.testing.assert_allclose(history.smoothed_error.series.values(), averaged(errors, 101), rtol=1e-6)
    np.testing.assert_allclose(history.smoothed_sparsity.series.values(), 0.5, rtol=1e-6)
    np.testing.assert_array_equal(history.error.values(), errors.astype(np.float32))

    list(history.change_window(1))
    np.testing.assert_array_equal(history.smoothed_error.series.values(), history.error.values())
    with pytest.raises(ValueError, match="at least 1"):
        next(history.change_window(0))


def test_a_window_changed_before_the_first_iteration():
    history = History()
    list(history.change_window(3))
    history.append(progress([1, 2, 3, 4]))
    assert history.smoothed_error.series.values().tolist() == [1, 1.5, 2, 3]

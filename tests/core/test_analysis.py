"""What units are and do: every number against plain loops, really zeroed units and NumPy's own histogram."""

import itertools

import numpy as np
import pytest

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection import units as analysis
from dae_core.inspection.unit_histograms import BINS, UnitHistograms
from dae_core.inspection.units import measure_units, reconstruct_without, unit_weights
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian, Masking
from helpers.datasets import blobs, small_dataset


def make_model(d=64, h=12, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(0, 0.2, shape).astype(dtype) for shape in ((d, h), (h,), (h, d), (d,))]
    model = AutoEncoder(*arrays)
    model.B[3] = -1000.0  # never fires
    return model


def labelled(height=8, width=8, count=90):
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (count, height, width), dtype=np.uint8)
    if height == width == 8:
        images = blobs(count, rng)
    return Dataset("labelled", images, None, images[::-1].copy(), rng.integers(3, 7, count).astype(np.uint8))


@pytest.fixture(params=["one block", "many blocks"])
def blocks(request, monkeypatch):
    if request.param == "many blocks":
        monkeypatch.setattr(analysis, "_NUMBERS", 64 * 7)  # seven rows, so that the last block is short


def activations(model, held_out):
    """z (n, h), digit by digit and unit by unit."""
    z = np.zeros((len(held_out), model.n_hidden))
    for i, x in enumerate(held_out.noisy.astype(np.float64)):
        for j in range(model.n_hidden):
            z[i, j] = max(0.0, float((x * model.W[:, j]).sum() + model.B[j]))
    return z


def zeroed(model, units):
    other = model.copy()
    for unit in units:
        other.W[:, unit] = other.B[unit] = 0
        other.V[unit] = 0
    return other


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_against_a_loop(dtype):
    model = make_model(dtype=dtype)
    figures = unit_weights(model)
    for j in range(model.n_hidden):
        w, v = model.W[:, j].astype(float), model.V[j].astype(float)
        length_w, length_v = sum(w**2) ** 0.5, sum(v**2) ** 0.5
        assert figures.norms_w[j] == pytest.approx(length_w, rel=1e-6)
        assert figures.norms_v[j] == pytest.approx(length_v, rel=1e-6)
        assert figures.cosines[j] == pytest.approx(sum(w * v) / length_w / length_v, rel=1e-5)
        assert figures.biases[j] == model.B[j]
    for name, some in vars(unit_weights(model, slice(2, 5))).items():
        np.testing.assert_array_equal(some, getattr(figures, name)[2:5])


def test_cosine_of_tied_opposite_and_missing_weights():
    model = make_model()
    model.V[0], model.V[1], model.V[2] = 3 * model.W[:, 0], -model.W[:, 1], 0
    model.V[4, 5] = np.inf
    cosines = unit_weights(model).cosines
    assert cosines[0] == pytest.approx(1)
    assert cosines[1] == pytest.approx(-1)
    assert np.abs(cosines[[0, 1]]).max() <= 1
    assert np.isnan(cosines[[2, 4]]).all()


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("count", [None, 40], ids=["all", "forty"])
def test_activity_against_loops(count):
    model, dataset = make_model(), labelled()
    held_out = HeldOut(dataset, Gaussian(1.0), count)
    result = measure_units(model, held_out)
    z = activations(model, held_out)
    labels = dataset.test_labels[held_out.indices]
    assert result.n_images == len(held_out)
    np.testing.assert_array_equal(result.classes, [3, 4, 5, 6])
    np.testing.assert_array_equal(result.class_counts, [(labels == c).sum() for c in range(3, 7)])
    for j in range(model.n_hidden):
        assert result.firing_rates[j] == np.mean([value > 0 for value in z[:, j]])
        for column, label in enumerate((3, 4, 5, 6)):
            assert result.class_rates[j, column] == pytest.approx(np.mean(z[labels == label, j] > 0), abs=1e-15)
        best = sorted(range(len(z)), key=lambda i: -z[i, j])[:9]
        fires = [i for i in best if z[i, j] > 0]
        expected = [held_out.indices[i] for i in fires] + [-1] * (9 - len(fires))
        np.testing.assert_array_equal(result.top_digits[j], expected)
        np.testing.assert_allclose(result.top_activations[j], [z[i, j] for i in best], atol=1e-5)
    np.testing.assert_array_equal(result.dead, np.arange(model.n_hidden) == 3)


@pytest.mark.usefixtures("blocks")
def test_histograms_are_numpys():
    model = make_model()
    held_out = HeldOut(labelled(), Gaussian(1.0))
    result = measure_units(model, held_out)
    z = np.maximum(held_out.noisy.astype(np.float64) @ model.W + model.B, 0)
    for j in range(model.n_hidden):
        positive = z[z[:, j] > 0, j]
        if not len(positive):
            assert (result.ranges[j], result.histograms[j].sum()) == (0, 0)
            continue
        assert result.ranges[j] / 2 <= positive.max() < result.ranges[j]
        expected, _ = np.histogram(positive, bins=np.linspace(0, result.ranges[j], BINS + 1))
        np.testing.assert_array_equal(result.histograms[j], expected)


def test_a_power_of_two_does_not_lie_below_itself():
    histograms = UnitHistograms(1)
    histograms.add(np.array([[3.0], [0.5]]))
    assert histograms.ranges == [4]
    histograms.add(np.array([[4.0]]))
    assert histograms.ranges == [8]
    assert list(np.flatnonzero(histograms.counts[0])) == [2, 12, 16]


def test_a_growing_range_loses_no_count():
    rng = np.random.default_rng(0)
    blocks = [scale * rng.exponential(size=(50, 4)) * [1, 1e-3, 1e4, 0] for scale in (1e-6, 0.5, 0.01, 1, 2, 7, 1000)]
    blocks[2][3, 0], blocks[3][0] = 4.0, [np.nan, np.inf, -1, 0]
    histograms = UnitHistograms(4)
    for block in blocks:
        histograms.add(block)
    values = np.concatenate(blocks)
    for j in range(3):
        kept = values[np.isfinite(values[:, j]) & (values[:, j] > 0), j]
        edges = np.linspace(0, histograms.ranges[j], BINS + 1)
        np.testing.assert_array_equal(histograms.counts[j], np.histogram(kept, bins=edges)[0])
        assert histograms.ranges[j] / 2 <= kept.max() < histograms.ranges[j]
    assert histograms.ranges[3] == histograms.counts[3].sum() == 0


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("shape", [(8, 8), (20, 12)], ids=str)
def test_importance_is_what_really_zeroing_the_unit_costs(shape):
    dataset = labelled(*shape)
    model = make_model(dataset.n_inputs)
    held_out = HeldOut(dataset, Masking(0.3))
    result = measure_units(model, held_out)
    assert result.mse == pytest.approx(held_out.evaluate(model).mse, rel=1e-12)
    assert result.mse_without == result.mse
    for j in range(model.n_hidden):
        without = held_out.evaluate(zeroed(model, [j])).mse
        assert result.importances[j] == pytest.approx(without - result.mse, rel=1e-9, abs=1e-13)
        assert measure_units(model, held_out, [j]).mse_without == pytest.approx(without, rel=1e-12)
    assert result.importances[3] == 0  # the dead one
    assert (np.abs(result.importances) > 1e-5).sum() == model.n_hidden - 1


@pytest.mark.usefixtures("blocks")
def test_several_units_off_at_once():
    model = make_model()
    held_out = HeldOut(labelled(), Gaussian(1.0))
    result = measure_units(model, held_out, [7, 2, 7])
    assert result.off == (2, 7)
    expected = held_out.evaluate(zeroed(model, [2, 7])).mse
    assert result.mse_without == pytest.approx(expected, rel=1e-12)
    assert expected - result.mse != pytest.approx(result.importances[[2, 7]].sum(), rel=1e-3)  # they overlap
    every = measure_units(model, held_out, range(model.n_hidden))
    assert every.mse_without == pytest.approx(float(((model.C - held_out.clean) ** 2).mean()), rel=1e-6)
    for x in (held_out.noisy, held_out.noisy[0]):
        np.testing.assert_allclose(reconstruct_without(model, x, {2, 7}), zeroed(model, [2, 7]).reconstruct(x))
        np.testing.assert_array_equal(reconstruct_without(model, x, ()), model.reconstruct(x))


def test_float32_agrees_with_float64():
    single = make_model(dtype=np.float32)
    double = AutoEncoder(*(a.astype(np.float64) for a in single.parameters.values()))
    held_out = HeldOut(labelled(), Gaussian(1.0))
    np.testing.assert_allclose(
        measure_units(single, held_out).importances, measure_units(double, held_out).importances, rtol=1e-3, atol=1e-6
    )


def test_the_model_is_only_read():
    model = make_model(dtype=np.float32)
    before = {name: array.copy() for name, array in model.parameters.items()}
    for array in model.parameters.values():
        array.flags.writeable = False
    held_out = HeldOut(small_dataset(), Gaussian(1.0))
    measure_units(model, held_out, [1])
    unit_weights(model)
    reconstruct_without(model, held_out.noisy[0], [1])
    for name, array in model.parameters.items():
        assert array.tobytes() == before[name].tobytes()


def test_results_are_frozen():
    result = measure_units(make_model(), HeldOut(labelled(), Gaussian(1.0)))
    values = (*vars(result).values(), *vars(unit_weights(make_model())).values())
    arrays = [value for value in values if isinstance(value, np.ndarray)]
    assert len(arrays) == 14
    assert not any(array.flags.writeable for array in arrays)


def test_without_labels_there_are_no_classes():
    result = measure_units(make_model(), HeldOut(small_dataset(), Gaussian(1.0)))
    assert result.classes is result.class_counts is result.class_rates is None


def test_fewer_digits_than_nine():
    result = measure_units(make_model(), HeldOut(small_dataset(), Gaussian(1.0), 4))
    assert result.top_digits.shape == result.top_activations.shape == (12, 4)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_diverged_weights_give_no_exception(bad):
    model = make_model()
    model.W[0, 1] = model.V[2, 3] = model.B[5] = bad
    held_out = HeldOut(labelled(), Gaussian(1.0))
    result = measure_units(model, held_out, [2])
    assert not np.isfinite(result.importances).all()
    assert not np.isfinite(result.mse)


def test_cancelling_ends_at_the_next_block(monkeypatch):
    monkeypatch.setattr(analysis, "_NUMBERS", 64 * 10)
    asked = itertools.count()
    with pytest.raises(Cancelled):
        measure_units(make_model(), HeldOut(labelled(), Gaussian(1.0)), (), Monitor(lambda: next(asked) >= 3))
    assert next(asked) == 4


def test_wrong_questions_are_refused():
    held_out = HeldOut(labelled(), Gaussian(1.0))
    for off in ([12], [-1]):
        with pytest.raises(ValueError, match="from 0 to 11"):
            measure_units(make_model(), held_out, off)
    with pytest.raises(ValueError, match="64 pixels do not fit a model of 30"):
        measure_units(make_model(30), held_out)

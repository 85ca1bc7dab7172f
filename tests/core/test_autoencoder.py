"""AutoEncoder against its equations: plain loops, finite differences, and the exercise's start values."""

import numpy as np
import pytest

from dae_core.model.autoencoder import AutoEncoder

BLOCKS = ("W", "B", "V", "C")


def random_model(d=12, h=7, gradient="exact", dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(0, 0.4, shape).astype(dtype) for shape in ((d, h), (h,), (h, d), (d,))]
    return AutoEncoder(*arrays, gradient)


def examples(rows, d=12, seed=1):
    rng = np.random.default_rng(seed)
    x0 = rng.normal(size=(d,) if rows is None else (rows, d))
    return x0 + rng.normal(size=x0.shape), x0


def loop_step(model, x, x0, published):
    """Return (z, y, dW, dB, dV, dC) of one example, written out index by index."""
    d, h = model.W.shape
    a = [sum(x[k] * model.W[k, j] for k in range(d)) + model.B[j] for j in range(h)]
    z = [max(0.0, value) for value in a]
    y = [sum(z[j] * model.V[j, k] for j in range(h)) + model.C[k] for k in range(d)]
    dW, dV = np.zeros((d, h)), np.zeros((h, d))
    dB, dC = np.zeros(h), np.zeros(d)
    for k in range(d):
        dC[k] = y[k] - x0[k]
        for j in range(h):
            dV[j, k] = z[j] * (y[k] - x0[k])
    for j in range(h):
        dz = sum((y[k] - x0[k]) * model.V[j, k] for k in range(d))
        da = dz if published or a[j] > 0 else 0.0
        dB[j] = da
        for k in range(d):
            dW[k, j] = x[k] * da
    return np.array(z), np.array(y), dW, dB, dV, dC


@pytest.mark.parametrize("gradient", ["exact", "published"])
def test_one_example_equals_plain_loops(gradient):
    model = random_model(gradient=gradient)
    x, x0 = examples(None)
    z, y, *expected = loop_step(model, x, x0, gradient == "published")

    activations = model.forward(x)
    np.testing.assert_allclose(activations.z, z, rtol=1e-12)
    np.testing.assert_allclose(activations.y, y, rtol=1e-12)
    assert 0 < (z > 0).sum() < len(z)  # or the test says nothing about silent units

    for name, actual, right in zip(BLOCKS, model.backward(x, x0), expected, strict=True):
        np.testing.assert_allclose(actual, right, rtol=1e-11, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("gradient", ["exact", "published"])
def test_a_batch_is_the_mean_of_its_rows(gradient):
    model = random_model(gradient=gradient)
    x, x0 = examples(5)
    rows = [loop_step(model, x[i], x0[i], gradient == "published") for i in range(5)]

    np.testing.assert_allclose(model.forward(x).z, [row[0] for row in rows], rtol=1e-12)
    np.testing.assert_allclose(model.forward(x).y, [row[1] for row in rows], rtol=1e-12)
    for name, actual, *parts in zip(BLOCKS, model.backward(x, x0), *(row[2:] for row in rows), strict=True):
        np.testing.assert_allclose(actual, np.mean(parts, axis=0), rtol=1e-11, atol=1e-14, err_msg=name)


def energy(model, x, x0):
    """E by the definition in the module's first lines, with nothing of AutoEncoder's methods."""
    z = np.clip(x @ model.W + model.B, 0, None)
    return np.mean(np.sum(np.atleast_2d(z @ model.V + model.C - x0) ** 2, axis=1)) / 2


def numerical_gradient(model, name, x, x0, step=1e-6):
    block = getattr(model, name)
    result = np.empty(block.shape)
    for entry in np.ndindex(block.shape):
        value = block[entry]
        block[entry] = value + step
        above = energy(model, x, x0)
        block[entry] = value - step
        below = energy(model, x, x0)
        block[entry] = value
        result[entry] = (above - below) / (2 * step)
    return result


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("rows", [None, 4])
def test_exact_gradient_equals_finite_differences(rows, name):
    model = random_model()
    x, x0 = examples(rows)
    assert np.abs(x @ model.W + model.B).min() > 1e-4  # no unit at its kink

    actual = getattr(model.backward(x, x0), name)
    expected = numerical_gradient(model, name, x, x0)

    assert np.abs(actual - expected).max() <= 1e-6 * np.abs(expected).max()


def test_exact_gradient_at_the_exercises_size():
    rng = np.random.default_rng(5)
    model = AutoEncoder.random(784, 225, rng, dtype=np.float64)
    model.B -= 0.5  # half of the units silent
    x0 = rng.normal(size=784)
    x = x0 + rng.normal(size=784)
    gradients = model.backward(x, x0)
    for name in BLOCKS:
        block, gradient = getattr(model, name), getattr(gradients, name)
        direction = rng.normal(size=block.shape) * (gradient != 0) + gradient
        direction /= np.linalg.norm(direction)
        kept = block.copy()
        block[...] = kept + 1e-5 * direction
        above = energy(model, x, x0)
        block[...] = kept - 1e-5 * direction
        below = energy(model, x, x0)
        block[...] = kept
        assert (above - below) / 2e-5 == pytest.approx(float((gradient * direction).sum()), rel=1e-6), name


def test_published_gradient_differs_exactly_where_units_are_silent():
    x, x0 = examples(None)
    model = random_model()
    exact = model.backward(x, x0)
    model.gradient = "published"
    published = model.backward(x, x0)
    silent = model.forward(x).z == 0

    assert silent.any()
    assert not silent.all()
    np.testing.assert_array_equal(exact.B != published.B, silent)
    np.testing.assert_array_equal(exact.W != published.W, np.broadcast_to(silent, (12, 7)))
    assert (exact.B[silent] == 0).all()
    np.testing.assert_array_equal(exact.V, published.V)
    np.testing.assert_array_equal(exact.C, published.C)


def test_update_descends_in_place():
    model = random_model()
    x, x0 = examples(3)
    before, arrays = model.copy(), model.parameters
    gradients = model.backward(x, x0)

    model.update(gradients, 0.01)

    for name in BLOCKS:
        assert getattr(model, name) is arrays[name]
        expected = getattr(before, name) - 0.01 * getattr(gradients, name)
        np.testing.assert_allclose(getattr(model, name), expected, rtol=1e-14)
    assert energy(model, x, x0) < energy(before, x, x0)


def test_backward_takes_given_activations():
    model = random_model()
    x, x0 = examples(3)
    activations = model.forward(x)
    for given, computed in zip(model.backward(x, x0, activations), model.backward(x, x0), strict=True):
        np.testing.assert_array_equal(given, computed)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_everywhere(dtype):
    model = random_model(dtype=dtype)
    x, x0 = (a.astype(dtype) for a in examples(3))
    assert all(a.dtype == dtype for a in (*model.forward(x), *model.backward(x, x0)))
    model.update(model.backward(x, x0), 0.1)
    assert all(a.dtype == dtype for a in model.parameters.values())
    assert model.reconstruct(x.astype(np.float64)).dtype == dtype


def test_start_is_the_exercises():
    model = AutoEncoder.random(784, 225, np.random.default_rng(0))

    assert (model.n_inputs, model.n_hidden) == (784, 225)
    assert {a.dtype for a in model.parameters.values()} == {np.dtype(np.float32)}
    for weights in (model.W, model.V):
        assert abs(weights.mean()) < 5 * 0.01 / np.sqrt(weights.size)
        assert weights.std() == pytest.approx(0.01, rel=0.01)
    assert (model.B == 0.5).all()
    assert (model.C == 0).all()
    assert model.gradient == "exact"
    again = AutoEncoder.random(784, 225, np.random.default_rng(0))
    assert all(np.array_equal(a, again.parameters[name]) for name, a in model.parameters.items())
    assert not np.array_equal(model.W, AutoEncoder.random(784, 225, np.random.default_rng(1)).W)


@pytest.mark.parametrize("order", ["C", "F"])
def test_transposed_w_is_row_contiguous(order):
    model = AutoEncoder(np.ones((6, 4), order=order), np.ones(4), np.ones((4, 6), order=order), np.ones(6))
    for each in (model, model.copy()):
        assert each.W.T.flags.c_contiguous
        assert each.V.flags.c_contiguous


def test_copy_shares_nothing():
    model = random_model(gradient="published")
    other = model.copy()
    assert other.gradient == "published"
    for name in BLOCKS:
        assert not np.shares_memory(getattr(model, name), getattr(other, name))
        np.testing.assert_array_equal(getattr(model, name), getattr(other, name))


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_is_finite_looks_at_every_block(name, value):
    model = random_model()
    assert model.is_finite()
    getattr(model, name).flat[-1] = value
    assert not model.is_finite()


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        (((4, 3), (2,), (3, 4), (4,)), "do not belong together"),
        (((4, 3), (3,), (4, 3), (4,)), "do not belong together"),
        (((4, 3), (3,), (3, 4), (3,)), "do not belong together"),
        (((4, 3), (3, 1), (3, 4), (4,)), "do not belong together"),
        (((12,), (3,), (3, 4), (4,)), "must be a matrix"),
    ],
)
def test_wrong_shapes_are_refused(shapes, words):
    with pytest.raises(ValueError, match=words):
        AutoEncoder(*(np.zeros(shape) for shape in shapes))


@pytest.mark.parametrize("dtype", [np.int64, np.float16, np.complex128])
def test_wrong_dtypes_are_refused(dtype):
    with pytest.raises(ValueError, match="float32 or float64"):
        AutoEncoder(*(np.zeros(shape, dtype) for shape in ((4, 3), (3,), (3, 4), (4,))))

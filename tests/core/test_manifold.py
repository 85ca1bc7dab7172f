"""Paths of repeated reconstruction beside constructed maps whose paths are known."""

import itertools

import numpy as np
import pytest

from dae_core.datasets import Dataset
from dae_core.datasets.dataset import UNIT_SCALE
from dae_core.inspection.manifold import Fate, HeldOutDigits, Path, outcome, pure_noise, shown_steps
from dae_core.inspection.sampling import SAMPLERS, follow
from dae_core.jobs import UNWATCHED, Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from helpers.datasets import small_dataset


def iterate(model: AutoEncoder, x: np.ndarray, steps: int, monitor: Monitor = UNWATCHED) -> Path:
    return follow(model, x, SAMPLERS["iterate"], steps, Gaussian(), small_dataset(), monitor=monitor)


def affine(matrix, offset):
    """A network that computes r(x) = A x + b exactly, for |x| well below 1000: a large bias keeps all units active."""
    d = len(offset)
    bias = 1000.0
    V = np.asarray(matrix, float).T
    return AutoEncoder(np.eye(d), np.full(d, bias), V, np.asarray(offset, float) - bias * V.sum(axis=0))


def test_the_path_is_the_reconstruction_applied_again_and_again():
    rng = np.random.default_rng(1)
    model = AutoEncoder.random(64, 9, rng)
    model.V[:] = rng.normal(0, 0.3, model.V.shape)
    x = rng.normal(size=64).astype(np.float32)
    path = iterate(model, x, 5)
    expected = [x]
    for _ in range(5):
        expected.append(np.maximum(expected[-1] @ model.W + model.B, 0) @ model.V + model.C)
    assert path.points == pytest.approx(np.stack(expected), rel=1e-5)
    assert path.step_lengths == pytest.approx(
        [np.linalg.norm(b - a) for a, b in itertools.pairwise(expected)], rel=1e-4
    )
    assert path.from_start == pytest.approx([np.linalg.norm(e - x) for e in expected], rel=1e-4)
    assert path.differences[0] == pytest.approx(model.reconstruct(x) - x, abs=1e-5)
    assert path.steps == 5
    assert np.array_equal(path.points[0], x)


def test_a_contraction_ends_in_its_fixed_point():
    model = affine(0.5 * np.eye(3), [1.0, 2.0, 3.0])  # fixed point at 2 b
    path = iterate(model, np.zeros(3), 30)
    end = outcome(path)
    assert path.points[-1] == pytest.approx([2.0, 4.0, 6.0], abs=1e-6)
    assert end.fate is Fate.FIXED_POINT
    assert end.ratio == pytest.approx(0.5, rel=1e-3)
    # |x_{t+1} - x_t| = |b| / 2^t, |x_t| = 2 |b| (1 - 1 / 2^t): the first t with 2^-t <= 0.001 * 2 (1 - 2^-t) is 9
    assert end.step == 9
    assert outcome(iterate(model, np.zeros(3), 9)).fate is Fate.MOVES
    assert outcome(iterate(model, np.array([2.0, 4.0, 6.0]), 4)).step == 0


def test_an_expansion_diverges_and_stops_at_infinity():
    path = iterate(affine(2 * np.eye(2), [0.0, 0.0]), np.array([1.0, 0.0]), 6)
    end = outcome(path)
    assert end.fate is Fate.DIVERGES
    assert end.step == 4  # 16 is the first length above 10 sqrt(2)
    model = AutoEncoder(1e30 * np.eye(2, dtype=np.float32), np.ones(2), 1e30 * np.eye(2), np.zeros(2))
    endless = iterate(model, np.ones(2), 100)
    assert endless.steps < 3
    assert outcome(endless).fate is Fate.DIVERGES


def test_a_rotation_moves_on_and_a_reflection_alternates():
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    assert outcome(iterate(affine(turn, [0, 0]), np.array([1.0, 0.0]), 7)).fate is Fate.MOVES
    assert outcome(iterate(affine(-np.eye(2), [0, 0]), np.array([1.0, 0.5]), 7)).fate is Fate.ALTERNATES


def test_nearest_is_the_least_of_all_distances():
    dataset = small_dataset()
    rows = np.stack([pure_noise(small_dataset(), seed) for seed in range(5)])
    rows[3] = np.nan
    got = HeldOutDigits(dataset).nearest(rows)
    clean = dataset.standardize(dataset.test_images).astype(np.float64)
    for place in (0, 1, 2, 4):
        distances = np.linalg.norm(clean - rows[place], axis=1)
        assert got.indices[place] == np.argmin(distances)
        assert got.distances[place] == pytest.approx(distances.min(), rel=1e-6)
    assert got.indices[3] == -1
    assert np.isnan(got.distances[3])
    assert got.labels is None
    with pytest.raises(Cancelled):
        HeldOutDigits(dataset).nearest(rows, Monitor(lambda: True))


def test_the_nearest_digits_class_is_named():
    plain = small_dataset()
    labels = (np.arange(90) % 10).astype(np.uint8)
    dataset = Dataset("classes", plain.train_images, None, plain.test_images, labels)
    rows = dataset.standardize(dataset.test_images[[17, 42]])
    got = HeldOutDigits(dataset).nearest(rows)
    assert got.indices.tolist() == [17, 42]
    assert got.labels.tolist() == [7, 2]
    assert got.distances.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("steps", "shown"), [(1, (0, 1)), (2, (0, 1, 2)), (5, (0, 1, 2, 4, 5)), (16, (0, 1, 2, 4, 8, 16))]
)
def test_shown_steps_double(steps, shown):
    assert shown_steps(steps) == shown


def test_noise_is_seeded_and_of_unit_variance():
    data = small_dataset()
    assert np.array_equal(pure_noise(data, 3), pure_noise(data, 3))
    assert not np.array_equal(pure_noise(data, 3), pure_noise(data, 4))
    rows = np.stack([pure_noise(data, seed) for seed in range(200)])
    assert (rows.mean(), rows.std()) == pytest.approx((0.0, 1.0), abs=0.03)
    unit = data.standardized_by(UNIT_SCALE)  # pixels from 0 to 1: as bright and as strong as these
    rows = np.stack([pure_noise(unit, seed) for seed in range(200)])
    assert (rows.mean(), rows.std()) == pytest.approx((data.mean / 255, data.std / 255), abs=0.02)


def test_the_model_is_only_read_and_mistakes_are_told():
    model = AutoEncoder.random(64, 9, np.random.default_rng(1))
    before = model.copy()
    iterate(model, np.ones(64), 20)
    for a, b in zip(model.parameters.values(), before.parameters.values(), strict=True):
        assert np.array_equal(a, b)
    with pytest.raises(Cancelled):
        iterate(model, np.ones(64), 3, Monitor(lambda: True))
    with pytest.raises(ValueError, match="64 inputs"):
        iterate(model, np.ones(63), 3)
    with pytest.raises(ValueError, match="at least 1"):
        iterate(model, np.ones(64), 0)

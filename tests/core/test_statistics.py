"""The figures of a data set, each against a computation of its own."""

import numpy as np
import pytest

from dae_core.datasets import Dataset, random_indices, statistics
from dae_core.jobs import Cancelled, Monitor
from helpers.datasets import blobs

RNG = np.random.default_rng(4)
IMAGES = blobs(3000, RNG)
LABELS = RNG.choice(np.array([2, 3, 7], np.uint8), 3000)
DATA = Dataset("blobs", IMAGES[:2500], LABELS[:2500], IMAGES[2500:], np.append(LABELS[2500:-1], np.uint8(9)))


def test_figures():
    figures = statistics(DATA)
    train = IMAGES[:2500].astype(float)
    assert (figures.count, figures.n_train, figures.n_test, figures.shape) == (3000, 2500, 500, (8, 8))
    assert (figures.mean, figures.std) == (pytest.approx(train.mean()), pytest.approx(train.std()))
    np.testing.assert_allclose(figures.mean_image, train.mean(0), rtol=1e-12)
    np.testing.assert_array_equal(figures.histogram, np.histogram(train, np.arange(257) - 0.5)[0])
    assert figures.black_share == pytest.approx((train == 0).mean())
    assert [(c.label, c.train, c.test) for c in figures.classes] == [
        (k, (LABELS[:2500] == k).sum(), (DATA.test_labels == k).sum()) for k in (2, 3, 7, 9)
    ]


def test_without_labels_and_cancelled():
    assert statistics(Dataset("x", IMAGES[:9], None, IMAGES[:2], None)).classes == ()
    calls = iter([False])
    with pytest.raises(Cancelled):
        statistics(DATA, Monitor(lambda: next(calls, True)))


def test_a_hundred_examples_and_another_hundred():
    first, second = random_indices(5000, seed=0), random_indices(5000, seed=1)
    assert len(set(first.tolist())) == 100
    assert first.min() >= 0
    assert first.max() < 5000
    np.testing.assert_array_equal(first, random_indices(5000, seed=0))
    assert first.tolist() != second.tolist()
    assert sorted(random_indices(30).tolist()) == list(range(30))

"""The linear probe: its classifier, its intervals and its features against other formulations, and its refusals."""

import dataclasses

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax
from scipy.stats import binomtest

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from dae_core.representation import linear_classifier
from dae_core.representation.confusions import Confusion, confusion_matrix, confusions
from dae_core.representation.intervals import wilson
from dae_core.representation.probe import CONTENDERS, Probe, ProbeError, Reading, read_contender
from dae_core.training.config import TrainingConfig
from dae_core.training.start import start_model
from helpers.datasets import make_dataset, small_dataset
from helpers.models import make_model

CONFIG = TrainingConfig(hidden_units=12, seed=4)
NOISE = Gaussian(0.5)


def blurred(seed: int = 0, count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Return points (count, 3) of float32 around three centres, which overlap, and which of them they are around."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count).astype(np.uint8)
    points = np.array([[0, 0, 0], [1.5, 0, 0], [0, 9, 1]])[labels] + rng.normal(0, 1, (count, 3))
    return points.astype(np.float32), (10 * labels).astype(np.uint8)


@pytest.mark.parametrize(("count", "total"), [(0, 1), (1, 1), (0, 360), (7, 360), (332, 10_000), (360, 360)])
def test_intervals_equal_scipys(count: int, total: int) -> None:
    expected = binomtest(count, total).proportion_ci(0.95, "wilson")
    assert wilson(count, total) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("count", "total"), [(-1, 3), (4, 3), (0, 0)])
def test_no_share_has_no_interval(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(count, total)


def test_the_classifier_has_the_least_penalized_likelihood() -> None:
    points, labels = blurred()
    classifier = linear_classifier.fit(points.copy(), labels)
    assert classifier.classes.tolist() == [0, 10, 20]
    x = points.astype(np.float64) - points.mean(axis=0)
    x /= np.sqrt(points.astype(np.float64).var(axis=0).mean())
    wanted = labels // 10

    def energy(flat: np.ndarray) -> float:
        weights, offset = flat[:9].reshape(3, 3), flat[9:]
        scores = x @ weights + offset
        likelihood = scores[np.arange(len(x)), wanted] - logsumexp(scores, axis=1)
        return float(0.5 * (weights**2).sum() - classifier.strength * likelihood.sum())

    found = minimize(energy, np.zeros(12)).x
    expected = softmax(x @ found[:9].reshape(3, 3) + found[9:], axis=1)
    np.testing.assert_allclose(classifier.probabilities(points), expected, atol=0.01)
    clear = np.sort(expected, axis=1)[:, -2] < 0.45
    np.testing.assert_array_equal(classifier.predict(points)[clear] // 10, expected.argmax(axis=1)[clear])


def test_the_penalty_is_chosen_by_rows_that_are_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    # 30 features of pure noise and 60 rows: whoever looks at the rows that it learns by heart takes the weakest.
    rng = np.random.default_rng(2)
    labels = (np.arange(60) % 2).astype(np.uint8)
    points = rng.normal(0, 1, (60, 30)).astype(np.float32)
    points[:, 0] += labels
    chosen = linear_classifier.fit(points.copy(), labels).strength
    back = 60 // linear_classifier.HELD_BACK
    wrong = []
    for strength in linear_classifier.STRENGTHS:
        monkeypatch.setattr(linear_classifier, "STRENGTHS", (strength,))
        scaled = (points - points.mean(axis=0)) / np.sqrt(points.var(axis=0).mean())
        one = linear_classifier.fit(scaled[back:], labels[back:])
        wrong.append((strength, int((one.predict(scaled[:back]) != labels[:back]).sum())))
    assert chosen == min(wrong, key=lambda pair: pair[1])[0]


@pytest.mark.parametrize("key", CONTENDERS)
@pytest.mark.parametrize("noisy", [False, True])
def test_features_are_those_of_the_chosen_images(key: str, noisy: bool) -> None:
    dataset = make_dataset()
    model = make_model(dataset)
    probe = Probe(dataset, NOISE, train=40, seed=3)
    assert len(set(probe.chosen.tolist())) == 40
    assert dataset.train_labels is not None
    np.testing.assert_array_equal(probe.labels, dataset.train_labels[probe.chosen])
    encoder = CONTENDERS[key].encoder(dataset, model, CONFIG)
    plain = dataset.standardize(dataset.train_images).astype(np.float64)
    rows = plain[probe.chosen]
    if noisy:
        noise = probe.features(lambda x: x, noisy=True) - rows
        assert noise.std() == pytest.approx(0.5, rel=0.05)
        assert abs(noise.mean()) < 0.03
        rows = rows + noise
    centred = plain - plain.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:12]
    start = start_model(dataset.n_inputs, CONFIG)
    expected = {
        "code": np.maximum(0, rows @ model.W + model.B),
        "pixels": rows,
        "pca": np.abs((rows - plain.mean(axis=0)) @ axes.T),
        "start": np.maximum(0, rows @ start.W + start.B),
    }[key]
    found = probe.features(encoder, noisy=noisy)
    # The sign of a principal axis is nobody's choice, and those without any variance have no direction.
    kept = np.ones(expected.shape[1], bool) if key != "pca" else np.linalg.norm(expected, axis=0) > 1
    shown = np.abs(found) if key == "pca" else found
    if key != "pca" or not noisy:
        np.testing.assert_allclose(shown[:, kept], expected[:, kept], atol=2e-3)
    assert found.shape == (40, dataset.n_inputs if key == "pixels" else 12)


def test_a_reading_counts_held_out_images() -> None:
    dataset = make_dataset()
    model = make_model(dataset)
    probe = Probe(dataset, NOISE, test=25)
    for noisy in (False, True):
        reading = read_contender(probe, "code", model, CONFIG, noisy=noisy)
        assert reading is not None
        encoder = CONTENDERS["code"].encoder(dataset, model, CONFIG)
        held_out = HeldOut(dataset, NOISE, 25)
        classifier = probe.fit(encoder, noisy=noisy)
        taken = classifier.predict(encoder(held_out.noisy if noisy else held_out.clean))
        assert dataset.test_labels is not None
        truth = dataset.test_labels[held_out.indices]
        np.testing.assert_array_equal(reading.taken_for, taken)
        assert reading.wrong == int((taken != truth).sum())
        assert (reading.count, reading.size, reading.train_images) == (25, 12, 90)
        assert reading.interval == wilson(reading.wrong, 25)
    clean = read_contender(probe, "pixels", model, CONFIG, noisy=False)
    assert clean is not None
    assert clean.error == 0.0  # the bars lie in other rows of pixels


def test_the_same_seed_gives_the_same_bits_and_held_out_labels_decide_nothing() -> None:
    dataset = make_dataset()
    assert dataset.test_labels is not None
    other = dataclasses.replace(dataset, test_labels=dataset.test_labels[::-1].copy())
    encoder = CONTENDERS["code"].encoder(dataset, make_model(dataset), CONFIG)
    weights = [
        Probe(one, NOISE, seed=seed).fit(encoder, noisy=True).estimator.coef_
        for one, seed in ((dataset, 1), (dataset, 1), (other, 1), (dataset, 2))
    ]
    np.testing.assert_array_equal(weights[0], weights[1])
    np.testing.assert_array_equal(weights[0], weights[2])
    assert not np.array_equal(weights[0], weights[3])


def test_classes_that_are_not_there_are_said() -> None:
    with pytest.raises(ProbeError, match="training digits of “blobs” have no labels"):
        Probe(small_dataset(), NOISE)
    dataset = make_dataset()
    with pytest.raises(ProbeError, match="held-out digits of “bars” have no labels"):
        Probe(dataclasses.replace(dataset, test_labels=None), NOISE)
    one = dataclasses.replace(dataset, train_labels=np.full(90, 7, np.uint8))
    with pytest.raises(ProbeError, match="All 90 training digits are of class 7"):
        Probe(one, NOISE)
    each = dataclasses.replace(dataset, train_labels=np.arange(90, dtype=np.uint8))
    with pytest.raises(ProbeError, match="The 90 training digits are of 90 classes: too few of each"):
        Probe(each, NOISE)


def test_a_network_that_has_diverged_has_no_code() -> None:
    dataset = make_dataset()
    model = make_model(dataset)
    model.W[:, 3] = np.inf
    with pytest.raises(ProbeError, match="diverged"):
        read_contender(Probe(dataset, NOISE), "code", model, CONFIG, noisy=False)
    assert read_contender(Probe(dataset, NOISE), "start", model, CONFIG, noisy=False) is not None


def test_silent_units_and_few_images() -> None:
    dataset = make_dataset()
    silent = make_model(dataset)
    silent.B[:] = -1000
    reading = read_contender(Probe(dataset, NOISE), "code", silent, CONFIG, noisy=False)
    assert reading is not None
    assert len(set(reading.taken_for.tolist())) == 1  # nothing tells the classes apart
    assert dataset.train_labels is not None
    assert dataset.test_labels is not None
    few = Dataset(
        "few", dataset.train_images[:3], dataset.train_labels[:3], dataset.test_images[:1], dataset.test_labels[:1]
    )
    reading = read_contender(Probe(few, NOISE), "pixels", silent, CONFIG, noisy=False)
    assert reading is not None
    assert reading.error == 0.0
    assert reading.interval.high > 0.5  # one image says little
    assert read_contender(Probe(few, NOISE), "pca", silent, CONFIG, noisy=True) is not None


def test_it_can_be_cancelled_at_any_of_its_looks_and_its_progress_rises() -> None:
    dataset = make_dataset()
    model, seen = make_model(dataset), []
    monitor = Monitor(on_progress=lambda progress: seen.append(progress.fraction))
    read_contender(Probe(dataset, NOISE), "code", model, CONFIG, noisy=True, monitor=monitor)
    assert seen == sorted(seen)
    assert seen[-1] > 0.5
    for looks in (0, 1, 3, 5):
        left = iter(range(looks))
        with pytest.raises(Cancelled):
            read_contender(
                Probe(dataset, NOISE),
                "code",
                model,
                CONFIG,
                noisy=True,
                monitor=Monitor(lambda left=left: next(left, None) is None),
            )


def test_images_that_are_too_large_have_no_components(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = make_dataset()
    monkeypatch.setattr("dae_core.evaluation.linear_memory.BUDGET", 1000)
    assert read_contender(Probe(dataset, NOISE), "pca", make_model(dataset), CONFIG, noisy=False) is None
    monkeypatch.setattr("dae_core.representation.probe.MOST_NUMBERS", 20 * dataset.n_inputs)
    assert len(Probe(dataset, NOISE).chosen) == 20


def test_what_does_not_depend_on_the_weights_says_on_what_it_does() -> None:
    dataset = make_dataset()
    one, other = make_model(dataset), make_model(dataset, 7)
    probe = Probe(dataset, NOISE)
    for contender in CONTENDERS.values():
        features = [probe.features(contender.encoder(dataset, model, CONFIG), noisy=False) for model in (one, other)]
        assert np.array_equal(*features) == (contender.depends is not None)
    reseeded = CONFIG.replace(seed=9)
    start = CONTENDERS["start"]
    assert start.depends is not None
    assert start.depends(one, CONFIG) == start.depends(other, CONFIG.replace(learning_rate=0.1))
    assert start.depends(one, CONFIG) != start.depends(one, reseeded)
    features = [probe.features(start.encoder(dataset, one, config), noisy=False) for config in (CONFIG, reseeded)]
    assert not np.array_equal(*features)


def test_confusions_by_hand() -> None:
    truth = np.array([4, 4, 4, 9, 9, 1, 7, 7], np.uint8)
    taken = np.array([9, 4, 9, 4, 9, 1, 1, 3], np.uint8)
    reading = Reading(5, truth, taken, np.arange(10, 18), 100, 1.0)
    assert confusions(reading) == (
        Confusion(4, 9, (10, 12)),
        Confusion(7, 1, (16,)),
        Confusion(7, 3, (17,)),
        Confusion(9, 4, (13,)),
    )
    classes, matrix = confusion_matrix(reading)
    assert classes.tolist() == [1, 3, 4, 7, 9]
    assert matrix.tolist() == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 1, 0, 2], [1, 1, 0, 0, 0], [0, 0, 1, 0, 1]]
    assert reading.error == 5 / 8


def test_a_wider_network_than_there_are_pixels() -> None:
    dataset = make_dataset()
    wide = AutoEncoder.random(dataset.n_inputs, 100, np.random.default_rng(0))
    reading = read_contender(Probe(dataset, NOISE), "pca", wide, CONFIG, noisy=False)
    assert reading is not None
    assert reading.size == dataset.n_inputs

"""The map of codes: its plane against a singular value decomposition, its turns, and t-SNE against its definition."""

import threading

import numpy as np
import pytest
from sklearn.manifold import TSNE, trustworthiness

from dae_core.jobs import Cancelled, Monitor
from dae_core.representation.codes import codes, decoding_errors
from dae_core.representation.map import nearest_codes, principal_plane, rotation_onto
from dae_core.representation.tsne import affinities, attract, embed, repel
from helpers.datasets import make_dataset
from helpers.models import make_model


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def clusters(rng, n=240, h=30):
    """Return codes in three groups, and the group of each."""
    group = np.arange(n) % 3
    return (rng.normal(size=(n, h)) + 6.0 * np.eye(3, h)[group]).astype(np.float32), group


def cancelling_after(count):
    asked = []
    return Monitor(lambda: len(asked) >= count or bool(asked.append(0)))


def test_codes_and_errors_are_those_of_the_model():
    dataset = make_dataset()
    model = make_model(dataset)
    rows = np.tile(dataset.standardize(dataset.test_images), (40, 1))  # more than are encoded at once
    found = codes(model, rows)
    z, y = model.forward(rows)
    np.testing.assert_allclose(found, z, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(decoding_errors(model, found, rows), ((y - rows) ** 2).mean(axis=1), rtol=1e-5)
    with pytest.raises(ValueError, match="do not fit a model of"):
        codes(model, rows[:, 1:])
    with pytest.raises(Cancelled):
        codes(model, rows, cancelling_after(1))


def test_the_plane_is_that_of_a_singular_value_decomposition(rng):
    found = rng.normal(size=(300, 20)) * np.linspace(3, 0.1, 20) @ rng.normal(size=(20, 20))
    plane = principal_plane(found)
    centred = found - found.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    for place in (0, 1):
        assert abs(plane.axes[:, place] @ axes[place]) == pytest.approx(1.0, abs=1e-9)
        assert plane.axes[np.argmax(np.abs(plane.axes[:, place])), place] > 0
    assert plane.share == pytest.approx((sizes[:2] ** 2).sum() / (sizes**2).sum())
    np.testing.assert_allclose(np.abs(plane.place(found)), np.abs(centred @ axes[:2].T), atol=1e-8)
    np.testing.assert_allclose(plane.place(found[7:8]), plane.place(found)[7:8], atol=1e-12)  # a new point, exactly
    assert principal_plane(found.copy()).axes.tobytes() == plane.axes.tobytes()


def test_a_plane_of_codes_that_do_not_differ(rng):
    alike = np.tile(rng.normal(size=5), (9, 1))
    plane = principal_plane(alike)
    assert plane.share == 0
    assert not plane.place(alike).any()
    on_a_line = np.outer(np.arange(9.0), [0.0, 3.0, 0.0])
    assert principal_plane(on_a_line).share == pytest.approx(1.0)
    assert not principal_plane(on_a_line).place(on_a_line)[:, 1].any()
    with pytest.raises(ValueError, match="not finite"):
        principal_plane(np.full((3, 2), np.inf))


def test_a_turned_map_is_brought_back(rng):
    before = rng.normal(size=(50, 2)) * [3, 1]
    angle = 2.1
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1, -1])
    rotation = rotation_onto(before @ turn, before)
    np.testing.assert_allclose(before @ turn @ rotation, before, atol=1e-12)
    found = rng.normal(size=(50, 6))
    plane = principal_plane(found)
    turned = plane.turned(rotation)
    np.testing.assert_allclose(turned.place(found), plane.place(found) @ rotation)
    assert turned.share == plane.share


def test_a_rotation_is_the_best_of_all_angles(rng):
    places, before = rng.normal(size=(2, 40, 2))
    places, before = (a - a.mean(axis=0) for a in (places, before))

    def misfit(matrix):
        return float(((places @ matrix - before) ** 2).sum())

    angles = np.linspace(0, 2 * np.pi, 721)
    turns = [np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) for a in angles]
    assert misfit(rotation_onto(places, before)) <= min(
        misfit(t @ f) for t in turns for f in (np.eye(2), np.diag([1, -1]))
    )


def test_nearest_codes(rng):
    found = rng.normal(size=(100, 7))
    code = rng.normal(size=7)
    assert list(nearest_codes(found, code, 5)) == list(np.argsort(np.linalg.norm(found - code, axis=1))[:5])
    assert not len(nearest_codes(found, np.full(7, np.nan), 5))


def test_affinities_have_the_perplexity_asked_for(rng):
    found, _ = clusters(rng)
    joint = affinities(found, 12.0)
    assert joint.sum() == pytest.approx(1.0, abs=1e-5)
    assert abs(joint - joint.T).max() < 1e-9
    assert not joint.diagonal().any()
    # Against the definition, code by code.
    distances = ((found[:, None].astype(float) - found[None]) ** 2).sum(-1)
    dense = np.zeros_like(distances)
    for i, row in enumerate(distances):
        near = np.argsort(np.where(np.arange(len(row)) == i, np.inf, row))[:36]
        low, high = 1e-6, 1e3
        for _ in range(100):
            beta = np.sqrt(low * high)
            p = np.exp(-beta * (row[near] - row[near].min()))
            p /= p.sum()
            low, high = (beta, high) if -(p * np.log(p + 1e-300)).sum() > np.log(12.0) else (low, beta)
        dense[i, near] = p
    np.testing.assert_allclose(joint.toarray(), (dense + dense.T) / (2 * len(found)), atol=2e-7)


@pytest.mark.parametrize("spread", [1e-4, 1.0, 12.0])
def test_forces_are_the_sums_over_all_pairs(rng, spread):
    places = (rng.normal(size=(400, 2)) * spread).astype(np.float32)
    joint = affinities(clusters(rng, 400)[0], 10.0)
    apart = places[:, None].astype(float) - places[None]
    q = 1 / (1 + (apart**2).sum(-1))
    pull, cost = attract(joint, places)
    np.testing.assert_allclose(pull, ((joint.toarray() * q)[:, :, None] * apart).sum(1), rtol=1e-3, atol=1e-6 * spread)
    assert cost == pytest.approx(float((joint.toarray() * -np.log(q)).sum()), rel=1e-4, abs=1e-7)
    np.fill_diagonal(q, 0)
    push, normalizer = repel(places)
    assert normalizer == pytest.approx(q.sum(), rel=0.01)
    exact = ((q * q)[:, :, None] * apart).sum(1) / q.sum()
    assert np.linalg.norm(push - exact) < 0.05 * np.linalg.norm(exact)


def test_t_sne_is_as_good_as_that_of_scikit_learn(rng):
    found, group = clusters(rng, 150)
    start = principal_plane(found).place(found)
    ours = embed(found, start, perplexity=12, iterations=300)
    theirs = TSNE(
        init=(start / start.std(axis=0)[0] * 1e-4).astype(np.float32), perplexity=12, random_state=0, max_iter=300
    )
    places = theirs.fit_transform(found)
    assert ours.divergence < 1.1 * theirs.kl_divergence_
    assert trustworthiness(found, ours.places) > trustworthiness(found, places) - 0.02
    middles = np.stack([ours.places[group == k].mean(axis=0) for k in range(3)])
    nearest = np.linalg.norm(ours.places[:, None] - middles, axis=2).argmin(axis=1)
    assert (nearest == group).mean() > 0.98


def test_t_sne_repeats_its_bits_tells_how_far_it_is_and_can_be_cancelled(rng):
    found, _ = clusters(rng, 90)
    start = principal_plane(found).place(found)
    seen, shown = [], []
    first = embed(
        found, start, Monitor(on_progress=lambda p: seen.append(p.fraction)), iterations=40, on_places=shown.append
    )
    assert first.places.tobytes() == embed(found, start, iterations=40).places.tobytes()
    assert seen == sorted(seen)
    assert 0 <= seen[0] < 0.15 < seen[-1] <= 1
    assert len(shown) == 4
    assert shown[-1].tobytes() == first.places.tobytes()
    stop = threading.Event()
    with pytest.raises(Cancelled):
        embed(found, start, Monitor(stop.is_set), on_places=lambda _: stop.set())
    with pytest.raises(ValueError, match="three codes"):
        embed(found[:2], start[:2])

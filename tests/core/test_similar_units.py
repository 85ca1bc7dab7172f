"""Similar units beside NumPy's own correlation, and networks whose matches are known because they were built so."""

import numpy as np
import pytest

from dae_core.evaluation.held_out import HeldOut
from dae_core.inspection.similar_units import counterparts, examples, most_similar
from dae_core.inspection.unit_profiles import LIKENESSES, MOST_NUMBERS, UnitCodes, unit_codes
from dae_core.jobs import Cancelled, Monitor
from dae_core.model.architecture import Architecture
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Gaussian
from helpers.datasets import small_dataset

D = 64


def network(h: int = 14, seed: int = 0, architecture: Architecture | None = None) -> AutoEncoder:
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(0, 0.3, shape).astype(np.float32) for shape in ((D, h), (h,), (h, D), (D,))]
    return AutoEncoder(*arrays, architecture=architecture or Architecture())


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    return HeldOut(small_dataset(), Gaussian(0.7), 60)


@pytest.mark.parametrize("key", LIKENESSES)
def test_the_most_similar_units_are_those_of_numpys_correlation(held_out: HeldOut, key: str) -> None:
    model = network()
    model.B[5] = -1000  # dead: it fires on nothing
    codes = unit_codes(model, held_out)
    z = np.maximum(held_out.noisy.astype(float) @ model.W + model.B, 0)
    with np.errstate(all="ignore"):
        expected = {
            "w": np.array([[_cosine(a, b) for b in model.W.T] for a in model.W.T]),
            "v": np.array([[_cosine(a, b) for b in model.V] for a in model.V]),
            "fires": np.corrcoef(z.T),
        }[key]
    for unit in (0, 7, 13):
        row = expected[unit].copy()
        row[unit] = np.nan
        if key == "fires":
            row[5] = np.nan
        likes = most_similar(codes, unit, LIKENESSES[key], 4)
        assert likes.units.tolist() == np.argsort(np.where(np.isnan(row), np.inf, -row))[:4].tolist()
        assert likes.figures == pytest.approx(row[likes.units], abs=1e-5)
    everything = most_similar(codes, 0, LIKENESSES[key], 99)
    assert len(everything.units) == (12 if key == "fires" else 13)
    assert not everything.figures.flags.writeable


def test_units_that_are_like_nothing_have_no_likes(held_out: HeldOut) -> None:
    model = network()
    model.W[:, 2] = 0
    model.B[2] = 1  # fires on everything alike
    model.V[3] = np.nan
    codes = unit_codes(model, held_out)
    assert len(most_similar(codes, 2, LIKENESSES["w"], 5).units) == 0
    assert len(most_similar(codes, 2, LIKENESSES["fires"], 5).units) == 0
    assert len(most_similar(codes, 3, LIKENESSES["v"], 5).units) == 0
    assert 3 not in most_similar(codes, 0, LIKENESSES["v"], 99).units


@pytest.mark.parametrize("key", LIKENESSES)
def test_what_splits_is_found_in_a_network_that_was_built_by_splitting(held_out: HeldOut, key: str) -> None:
    """The larger network has unit 1 twice, turned a little, unit 4 not at all, and unit 0 as it is, elsewhere."""
    model, rng = network(6), np.random.default_rng(3)
    parents = [5, 1, 0, 3, 1, 2]
    larger = AutoEncoder(model.W[:, parents], model.B[parents], model.V[parents], model.C)
    larger.W[:] += rng.normal(0, 0.03, larger.W.shape)
    larger.V[:] += rng.normal(0, 0.03, larger.V.shape)
    here, there = unit_codes(model, held_out), unit_codes(larger, held_out)
    row = LIKENESSES[key]
    for unit in range(6):
        found = counterparts(here, unit, there, row, 9)
        children = [place for place, parent in enumerate(parents) if parent == unit]
        assert sorted(found.split.units.tolist()) == children
        assert (np.diff(found.split.figures) <= 0).all()
        assert found.found == 6
        if children:
            assert found.best.units[0] in children
            assert found.best.figures[0] > 0.9
            assert set(children) == set(found.best.units[: len(children)].tolist())
        assert len(found.best.units) == 6
    assert counterparts(here, 0, here, row, 1).best.figures[0] == pytest.approx(1.0, abs=1e-5)


def test_dead_units_of_the_other_network_match_nothing(held_out: HeldOut) -> None:
    model = network(6)
    other = model.copy()
    other.B[2] = -1000
    found = counterparts(unit_codes(model, held_out), 2, unit_codes(other, held_out), LIKENESSES["fires"], 9)
    assert found.found == 5
    assert 2 not in found.best.units
    assert 2 not in found.split.units


def test_networks_of_other_inputs_and_cancelled_work_are_refused(held_out: HeldOut) -> None:
    small = AutoEncoder.random(9, 4, np.random.default_rng(0))
    with pytest.raises(ValueError, match="64 pixels do not fit a model of 9 inputs"):
        unit_codes(small, held_out)
    codes = UnitCodes(small, np.zeros((60, 4), np.float32), np.arange(60))
    with pytest.raises(ValueError, match="cannot be compared"):
        counterparts(unit_codes(network(), held_out), 0, codes, LIKENESSES["w"], 3)
    with pytest.raises(Cancelled):
        unit_codes(network(), held_out, Monitor(lambda: True))


def test_of_very_many_units_fewer_images_are_looked_at(held_out: HeldOut, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_NUMBERS // 225 > 10_000  # all of MNIST's held-out digits
    monkeypatch.setattr("dae_core.inspection.unit_profiles.MOST_NUMBERS", 14 * 20)
    few = unit_codes(network(14), held_out)
    assert few.z.shape == (20, 14)
    monkeypatch.undo()
    found = counterparts(few, 3, unit_codes(network(14), held_out), LIKENESSES["fires"], 1)
    assert (found.best.units.tolist(), found.best.figures[0]) == ([3], pytest.approx(1.0, abs=1e-5))


def test_the_strip_goes_from_the_weakest_to_the_strongest_in_equal_groups() -> None:
    model = network(2)
    z = np.zeros((30, 2), np.float32)
    firing = np.random.default_rng(0).permutation(30)[:20]
    z[firing, 1] = np.arange(1, 21)
    strip = examples(UnitCodes(model, z, np.arange(100, 130)), 1)
    assert strip.activations.tolist() == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]  # the upper of each two
    assert strip.indices.tolist() == (100 + firing[1::2]).tolist()
    assert (strip.n_active, strip.n_images) == (20, 30)
    assert strip.ranks == pytest.approx([(2 * k + 1.5) / 20 for k in range(10)])
    z[:, 1] = 0
    z[[4, 9, 2], 1] = 3, 1, 2
    few = examples(UnitCodes(model, z, np.arange(30)), 1)
    assert few.indices.tolist() == [9, 2, 4]
    dead = examples(UnitCodes(model, z, np.arange(30)), 0)
    assert (len(dead.indices), dead.n_active, dead.n_images) == (0, 0, 30)


def test_the_strip_of_a_sigmoid_unit_begins_at_its_threshold(held_out: HeldOut) -> None:
    model = network(5, architecture=Architecture(activation="sigmoid"))
    codes = unit_codes(model, held_out)
    strip = examples(codes, 1)
    assert strip.n_active == int((codes.z[:, 1] > 0.5).sum())
    assert strip.activations.min() > 0.5
    assert (np.diff(strip.activations) >= 0).all()


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a.astype(float), b.astype(float)
    return float(a @ b / np.sqrt(a @ a) / np.sqrt(b @ b))

"""Kinds of filters, and the measures by which they are told."""

import numpy as np
import pytest

from dae_core.inspection import filter_kinds as kinds_module
from dae_core.inspection.filter_kinds import KIND_NAMES, FilterKind, filter_kinds, filter_shapes
from helpers.filters import SIDE, bump, waves

SHAPE = (SIDE, SIDE)


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, SIDE * SIDE))


def point() -> np.ndarray:
    single = np.zeros(SIDE * SIDE)
    single[400] = 1.0
    return single


@pytest.mark.parametrize("scale", [1e-12, -3.0, 1e6])
@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (bump(1.2, 4.0, 0.6), FilterKind.STROKE),
        (bump(1.2, 4.0, 2.0), FilterKind.STROKE),
        (bump(1.8, 1.8), FilterKind.SPOT),
        (waves(), FilterKind.SPREAD_OUT),
        (noise(1)[0], FilterKind.NOISE),
        (point(), FilterKind.NOISE),
    ],
    ids=("stroke", "other stroke", "spot", "waves", "noise", "point"),
)
def test_the_kind_of_a_filter_depends_neither_on_its_scale_nor_on_its_sign(row, kind, scale) -> None:
    rows = np.stack([noise(1, 5)[0], scale * row]).astype(np.float32)
    assert filter_kinds(rows, SHAPE)[1] == kind


def test_fresh_weights_and_what_is_no_picture_are_noise() -> None:
    rows = noise(40)
    rows[3], rows[4, 7], rows[5, 0] = 0, np.nan, np.inf
    assert set(filter_kinds(rows, SHAPE)) == {FilterKind.NOISE}
    assert np.isnan(filter_shapes(rows, SHAPE).correlations).nonzero()[0].tolist() == [3, 4, 5]


def test_measures_have_their_known_values() -> None:
    found = filter_shapes(noise(300, 1), SHAPE)
    assert found.correlations.mean() == pytest.approx(0, abs=0.01)
    # Of normal numbers, those beyond 1.538 hold half of the sum of squares: 12.4 %.
    assert found.concentrations.mean() == pytest.approx(0.124, abs=0.003)
    shapes = filter_shapes(np.stack([bump(2.0, 4.0), bump(3.0, 3.0), bump(2.0, 4.0, 0.7)]), SHAPE)
    assert shapes.elongations == pytest.approx([2.0, 1.0, 2.0], abs=0.2)  # the lobe ends at 40 % of its peak
    flat = np.ones((1, 100))
    assert filter_shapes(flat, (10, 10)).concentrations[0] == pytest.approx(0.5, abs=0.011)
    assert filter_shapes(point()[None], SHAPE).elongations[0] == pytest.approx(1.0)


def test_a_lobe_ends_at_its_own_filter() -> None:
    long, round_ = bump(1.2, 4.0), bump(1.8, 1.8)
    alone = [filter_shapes(row[None], SHAPE).elongations[0] for row in (long, round_)]
    together = filter_shapes(np.stack([long, round_, long]), SHAPE).elongations
    np.testing.assert_allclose(together, [alone[0], alone[1], alone[0]])


def test_filters_are_measured_block_by_block_as_all_at_once(monkeypatch) -> None:
    rows = np.stack([bump(1.2, 4.0), bump(1.8, 1.8), waves()] * 3)
    whole = filter_kinds(rows, SHAPE)
    monkeypatch.setattr(kinds_module, "_NUMBERS", 2 * SIDE * SIDE)
    np.testing.assert_array_equal(filter_kinds(rows, SHAPE), whole)
    assert not whole.flags.writeable


@pytest.mark.parametrize("shape", [(1, 8), (8, 1), (1, 1), (2, 3)])
def test_the_smallest_images_have_kinds_too(shape) -> None:
    rows = np.random.default_rng(0).normal(size=(5, shape[0] * shape[1]))
    assert set(filter_kinds(rows, shape)) <= set(FilterKind)


def test_each_kind_has_a_name_and_a_share() -> None:
    assert set(KIND_NAMES) == set(FilterKind)
    shares = filter_shapes(np.stack([bump(1.2, 4.0), bump(1.8, 1.8), waves(), point()]), SHAPE).shares()
    assert shares == dict.fromkeys(FilterKind, 0.25)

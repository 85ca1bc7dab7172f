"""The compiled normal numbers are NumPy's, bit for bit, and leave the generator where NumPy leaves it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dae_core.model.normal_numbers import fill_normal


def assert_same_generator(one: np.random.Generator, other: np.random.Generator) -> None:
    """Compare what the next numbers depend on; a half word that was used up is kept by NumPy, and means nothing."""
    mine, numpys = dict(one.bit_generator.state), dict(other.bit_generator.state)
    assert mine["state"] == numpys["state"]
    assert mine["has_uint32"] == numpys["has_uint32"]
    assert not numpys["has_uint32"] or mine["uinteger"] == numpys["uinteger"]


@settings(deadline=None)  # the first example compiles
@given(
    seed=st.integers(0, 2**63), before=st.integers(0, 3), lengths=st.lists(st.integers(0, 2000), min_size=1, max_size=5)
)
def test_numbers_and_generator_are_numpys(seed: int, before: int, lengths: list[int]) -> None:
    mine, numpys = np.random.default_rng(seed), np.random.default_rng(seed)
    for rng in (mine, numpys):
        rng.integers(0, 1000, before)  # an odd number of them leaves half a word
    for length in lengths:
        out = np.full(length, np.nan, np.float32)
        fill_normal(out, mine)
        assert out.tobytes() == numpys.standard_normal(length, np.float32).tobytes()
        assert_same_generator(mine, numpys)


def test_a_million_numbers_with_those_of_the_tail() -> None:
    mine, numpys = np.random.default_rng(1), np.random.default_rng(1)
    out = np.empty((1000, 1000), np.float32)
    fill_normal(out, mine)
    assert (np.abs(out) > 3.655).sum() > 100
    assert out.tobytes() == numpys.standard_normal((1000, 1000), np.float32).tobytes()
    assert_same_generator(mine, numpys)


@pytest.mark.parametrize("kind", [np.random.SFC64, np.random.MT19937, np.random.PCG64DXSM])
def test_other_generators_draw_for_themselves(kind: type[np.random.BitGenerator]) -> None:
    out = np.empty(100, np.float32)
    fill_normal(out, np.random.Generator(kind(1)))  # type: ignore[abstract]
    np.testing.assert_array_equal(out, np.random.Generator(kind(1)).standard_normal(100, np.float32))  # type: ignore[abstract]

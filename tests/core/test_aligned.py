"""Arrays that begin at the start of a cache line."""

import numpy as np
import pytest

from dae_core.model import aligned
from dae_core.model.autoencoder import AutoEncoder


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (3,), (5, 7), (225, 784)])
def test_copies_are_equal_contiguous_and_begin_at_a_cache_line(shape, dtype):
    array = np.random.default_rng(1).normal(size=shape).astype(dtype)
    copies = [aligned.copy(array) for _ in range(4)] + [aligned.copy(array.T).T]
    for copied in copies:
        assert copied.dtype == dtype
        np.testing.assert_array_equal(copied, array)
        assert copied.ctypes.data % 64 == 0
        assert not np.shares_memory(copied, array)
    assert copies[0].flags.c_contiguous
    assert copies[0].flags.writeable


def test_a_copied_model_is_what_the_kernel_likes():
    model = AutoEncoder.random(20, 6, np.random.default_rng(1)).copy()
    for array in (model.W.T, model.B, model.V, model.C):
        assert array.flags.c_contiguous
        assert array.ctypes.data % 64 == 0

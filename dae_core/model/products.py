"""Matrix products that can be left between their parts, where they are large.

BLAS cannot be stopped. A product of more than `WHOLE` multiplications is therefore made of several, each some rows of
the result; smaller ones are made in one call, as they always were. Every element is the same sum in either case, but
BLAS may add it up in another order: the bits of large products can differ from those of one call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

WHOLE = 2 * 10**9
"""Multiplications up to which a product is made in one call: a batch of 10,000 digits through 225 units has 1.8e9."""
_ROWS = 64  # a part has a multiple of these, as BLAS takes them


def matmul(a: Floats, b: Floats, out: Floats, check: Callable[[], object]) -> None:
    """Put the product of a (m, k) and b (k, n) into ``out`` (m, n).

    ``check`` is called before each part, and may raise: then ``out`` is unfinished.
    """
    each = a.shape[1] * b.shape[1]
    if len(a) * each <= WHOLE:
        check()
        np.matmul(a, b, out=out)
        return
    rows = max(_ROWS, WHOLE // each // _ROWS * _ROWS)
    for start in range(0, len(a), rows):
        check()
        np.matmul(a[start : start + rows], b, out=out[start : start + rows])

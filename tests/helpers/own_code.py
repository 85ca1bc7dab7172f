"""Texts of a user's own ``backward``."""

EXACT = """\
import numpy as np


def backward(x, x0, z, y, W, V):
    dC = y - x0
    dz = V @ dC
    dB = dz * (z > 0)
    return np.outer(x, dB), dB, np.outer(z, dC), dC
"""
PUBLISHED = EXACT.replace(" * (z > 0)", "")
WRONG_PRODUCT = EXACT.replace("V @ dC", "z @ dC")
RANDOM = EXACT.replace("dC = y - x0", "dC = y - x0 + np.random.normal(0, 0.1, y.shape)")
COUNTING = "count = 0\n\n\n" + EXACT.replace(
    "    dC = y - x0", "    global count\n    count += 1\n    dC = count * (y - x0)"
)
"""Would be another thing at every call, if anything were left of the call before."""

"""Filters whose kind is known."""

import numpy as np

SIDE = 28
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE].astype(float)


def bump(height: float, width: float, angle: float = 0.0) -> np.ndarray:
    """Return one bump (784,): a round spot, or a stroke along an angle where it is wider than high."""
    y, x = ROWS - 13.5, COLUMNS - 12.0
    along, across = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
    return np.exp(-0.5 * (along / width) ** 2 - 0.5 * (across / height) ** 2).ravel()


def waves() -> np.ndarray:
    """Return a smooth filter (784,) that is in no one place."""
    return np.sin(ROWS / 5).ravel()

"""The codes of many digits in the plane: the two directions in which they differ most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane through the codes in which they differ most: their first two principal components.

    Attributes
    ----------
    mean : ndarray of float64, shape (h,)
    axes : ndarray of float64, shape (h, 2)
        Orthonormal columns; zeros where the codes do not differ in a second or a first direction.
    variances : ndarray of float64, shape (2,)
        Along the axes, in squared units of the code; of the population (divided by n).
    total : float
        The variance in all directions.
    """

    mean: Doubles
    axes: Doubles
    variances: Doubles
    total: float

    @property
    def share(self) -> float:
        """How much of the variance of the codes the plane holds, from 0 to 1; 0 where there is none."""
        return float(self.variances.sum() / self.total) if self.total > 0 else 0.0

    def place(self, codes: Floats) -> Doubles:
        """Return where codes (n, h) are in the plane, shape (n, 2): (z - mean) axes."""
        return np.asarray((np.asarray(codes, np.float64) - self.mean) @ self.axes)


def principal_plane(codes: Floats) -> Plane:
    """Return the plane of the first two principal components of codes (n, h), n at least 1.

    They are eigenvectors of the covariance matrix, by decreasing eigenvalue. Each is turned so that its entry of the
    largest magnitude is positive, so that equal codes give equal bits. Raises ValueError where a code is not finite.
    """
    if not np.isfinite(codes).all():
        raise ValueError("The codes are not finite: there is no plane through them.")
    mean = codes.mean(axis=0, dtype=np.float64)
    centred = codes - mean.astype(codes.dtype)
    covariance = np.asarray(centred.T @ centred, np.float64) / len(codes)
    total = float(np.trace(covariance))
    variances, vectors = np.linalg.eigh(covariance)
    axes = np.zeros((codes.shape[1], 2))
    kept = np.zeros(2)
    for place in range(min(2, len(variances))):
        variance, vector = float(variances[-1 - place]), vectors[:, -1 - place]
        if variance > 1e-12 * total:
            axes[:, place] = vector * np.sign(vector[np.argmax(np.abs(vector))])
            kept[place] = variance
    return Plane(mean, axes, kept, total)

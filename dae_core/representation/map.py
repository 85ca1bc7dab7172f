"""The codes of many digits in the plane: the two directions in which they differ most, turned as they were before."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    held : float
        The variance along the axes together, in squared units of the code; of the population (divided by n).
    total : float
        The variance in all directions.
    """

    mean: Doubles
    axes: Doubles
    held: float
    total: float

    @property
    def share(self) -> float:
        """How much of the variance of the codes the plane holds, from 0 to 1; 0 where there is none."""
        return self.held / self.total if self.total > 0 else 0.0

    def place(self, codes: Floats) -> Doubles:
        """Return where codes (n, h) are in the plane, shape (n, 2): (z - mean) axes."""
        return np.asarray((np.asarray(codes, np.float64) - self.mean) @ self.axes)

    def turned(self, rotation: Doubles) -> Plane:
        """Return the same plane with other axes: those of an orthogonal matrix (2, 2) as in ``rotation_onto``."""
        return replace(self, axes=self.axes @ rotation)


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
    if total <= 1e-12 * float(mean @ mean):  # what is left is rounding
        total = 0.0
    variances, vectors = np.linalg.eigh(covariance)
    axes = np.zeros((codes.shape[1], 2))
    kept = np.zeros(2)
    for place in range(min(2, len(variances))):
        variance, vector = float(variances[-1 - place]), vectors[:, -1 - place]
        if total > 0 and variance > 1e-12 * total:
            axes[:, place] = vector * np.sign(vector[np.argmax(np.abs(vector))])
            kept[place] = variance
    return Plane(mean, axes, float(kept.sum()), total)


def rotation_onto(places: Doubles, before: Doubles) -> Doubles:
    """Return the orthogonal matrix R (2, 2), a turn or a reflection, for which |places R - before| is least.

    The orthogonal Procrustes problem (Schönemann 1966): R = U Vᵀ of the singular vectors of placesᵀ before. Both
    (n, 2) are of the same points, each taken about its mean. It keeps a map from turning over between two moments of a
    training, though its axes are defined but for their signs, and change places.
    """
    left, _, right = np.linalg.svd((places - places.mean(axis=0)).T @ (before - before.mean(axis=0)))
    return np.asarray(left @ right)


def nearest_codes(codes: Floats, code: Floats, count: int) -> NDArray[np.int64]:
    """Return which codes (n, h) are nearest to one (h,), the nearest first, at most so many.

    They are indices, none where the code is not finite.
    """
    if not np.isfinite(code).all():
        return np.empty(0, np.int64)
    difference = codes - code
    distances = np.einsum("ij,ij->i", difference, difference)
    return np.argsort(distances, kind="stable")[:count]

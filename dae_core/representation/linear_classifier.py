"""The linear classifier of the probe: logistic regression, its penalty chosen on a part of the training images.

Which classifier was decided by measuring, on MNIST's 60,000 codes of 225 units with one thread (CPU seconds, error on
the 10,000 held-out digits): logistic regression by L-BFGS 3.3 % in 2.3 s (50 steps), SGD of five epochs 5.0 % in 3.7
to 4.8 s, linear discriminant analysis 6.2 % in 0.5 s, ridge regression 7.1 % in 0.4 s; a linear support vector machine
takes 15 times as long on the bundled digits. The problem is convex: no seed decides what is found.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.blas import single_thread

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.uint8]

NAME = "logistic regression"
STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0)
"""scikit-learn's C of the classifiers tried, from the most penalized on, each starting from the one before."""
CHOOSING = 12_000
"""So many training images choose among them: C is the variance of the weights' prior, whatever the number of images."""
HELD_BACK = 6
"""One in so many of these is held back, and decides."""
_UNTUNED = 1.0  # scikit-learn's default
_STEPS, _PIECES = 20, 4  # of L-BFGS between two looks at the monitor, and so many times for each C


@dataclass(frozen=True, eq=False)
class LinearClassifier:
    """scikit-learn's classifier with what centres and scales the features before it.

    Parameters
    ----------
    mean : ndarray, shape (n,)
        Of each feature over the training images.
    scale : float
        One for all features, the root of their mean variance: so nothing depends on how the axes lie, and a feature
        that hardly ever changes is not blown up.
    strength : float
        The C that was chosen.
    estimator : LogisticRegression
        Takes features that are centred and scaled.
    """

    mean: Floats
    scale: float
    strength: float
    estimator: LogisticRegression

    @property
    def classes(self) -> Labels:
        """The classes (k,) that it tells apart, ascending."""
        return np.asarray(self.estimator.classes_)

    def predict(self, features: Floats) -> Labels:
        """Return the class (m,) that rows of features (m, n) are taken for."""
        return np.asarray(self.estimator.predict(self._scaled(features)))

    def probabilities(self, features: Floats) -> Floats:
        """Return how probable it holds each class, shape (m, k), for rows of features (m, n)."""
        return np.asarray(self.estimator.predict_proba(self._scaled(features)))

    def _scaled(self, features: Floats) -> Floats:
        return np.asarray((features - self.mean) / features.dtype.type(self.scale))


def fit(features: Floats, labels: Labels, monitor: Monitor = UNWATCHED) -> LinearClassifier:
    """Fit a classifier to rows of features (n, d), whose order must be random, and their classes (n,).

    Of the first 12,000 rows a sixth is held back: the penalty gets weaker as long as the error on these falls. Then all
    rows are fitted with the one that was best. The features are changed: they come out centred and scaled.

    Raises
    ------
    ValueError
        For fewer than two classes, or features that are not finite.
    Cancelled
        When the monitor says so.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    # L-BFGS is stopped to look at the monitor, and goes on.
    warnings.filterwarnings("ignore", "lbfgs failed to converge", ConvergenceWarning)
    mean, scale = features.mean(axis=0), float(np.sqrt(features.var(axis=0).mean()))
    scale = scale if scale > 0 else 1.0
    features -= mean
    features /= features.dtype.type(scale)
    with single_thread():
        estimator = LogisticRegression(C=_UNTUNED, max_iter=_STEPS, warm_start=True)
        some, back = labels[:CHOOSING], min(CHOOSING, len(labels)) // HELD_BACK
        if back and len(np.unique(some[back:])) == len(np.unique(labels)):
            monitor.stage(0.0, 0.4, "choosing the penalty")
            _choose(estimator, features[:CHOOSING], some, back, monitor)
        monitor.stage(0.4, 1.0, "fitting the classifier")
        _go_on(estimator, features, labels, monitor.part())
    return LinearClassifier(mean, scale, estimator.C, estimator)


def _choose(estimator: LogisticRegression, features: Floats, labels: Labels, back: int, monitor: Monitor) -> None:
    """Leave the estimator with the best C, and its solution for the rows that were not held back."""
    best: tuple[int, float, Floats, Floats] | None = None
    for place, strength in enumerate(STRENGTHS):
        monitor.report(place / len(STRENGTHS))
        estimator.C = strength
        _go_on(estimator, features[back:], labels[back:], monitor)
        wrong = int((estimator.predict(features[:back]) != labels[:back]).sum())
        if best is not None and wrong >= best[0]:
            break
        best = wrong, strength, estimator.coef_, estimator.intercept_
    if best is not None:
        _, estimator.C, estimator.coef_, estimator.intercept_ = best


def _go_on(estimator: LogisticRegression, features: Floats, labels: Labels, monitor: Monitor) -> None:
    for _ in range(_PIECES):
        monitor.check()
        estimator.fit(features, labels)
        if estimator.n_iter_[0] < _STEPS:
            return

"""What a fitted estimator is asked for: its weights, codes, reconstructions, and how good they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array, gen_batches
from sklearn.utils.validation import check_is_fitted, validate_data

from dae_core.estimator.fitting import Fit
from dae_core.estimator.rows import InputScale
from dae_core.estimator.settings import corruption_of
from dae_core.evaluation.held_out import NOISE_SEED
from dae_core.model.autoencoder import AutoEncoder
from dae_core.model.corruption import Corruption

Matrix = NDArray[Any]

DTYPES = (np.float64, np.float32, np.uint8)
"""What values are taken as; others become float64."""
_ROWS = 1000  # that are in memory as float64 at a time


class FittedModel(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The half of `DenoisingAutoencoder` that reads what was learnt; the other trains and sets ``_fit``."""

    score_corruption: str | Corruption | None
    n_features_in_: int
    _fit: Fit

    def transform(self, X: Any) -> Matrix:
        """Return the code z (n, h) of rows X (n, d), to which no noise is added; float32 for float32, else float64."""
        values, model = self._values(X), self._wide
        code = np.empty((len(values), model.n_hidden), _kind(values))
        for rows, x in self._read(values):
            code[rows] = model.code(x)
        return code

    def inverse_transform(self, Z: Any) -> Matrix:
        """Return the rows y (n, d) of codes Z (n, h), in the unit of X."""
        check_is_fitted(self)
        Z = check_array(Z, dtype=DTYPES[:2], estimator=self, input_name="Z")
        if Z.shape[1] != self._model.n_hidden:
            raise ValueError(f"Z has {Z.shape[1]:,} columns, but there are {self._model.n_hidden:,} hidden units.")
        return np.asarray(self._scale.write(self._wide.decode(Z.astype(np.float64))), _kind(Z))

    def denoise(self, X: Any) -> Matrix:
        """Return the rows y (n, d) that the network makes of corrupted ones X (n, d), both in the unit of X."""
        values, model = self._values(X), self._wide
        made = np.empty(values.shape, _kind(values))
        for rows, x in self._read(values):
            made[rows] = self._scale.write(model.forward(x).y)
        return made

    def predict(self, X: Any) -> Matrix:
        """Return `denoise`: under this name a pipeline and ``cross_val_predict`` ask for it."""
        return self.denoise(X)

    def score(self, X: Any, y: Any = None) -> float:  # noqa: ARG002
        """Return minus the mean squared error of clean rows X (n, d) that are corrupted and denoised.

        The mean is over rows and values, in the units of what the network reads: standardized ones, or with
        cross-entropy those from black, 0, to white, 1. The noise is that of `score_corruption`, and the same at every
        call: on the held-out images of a data set it is minus the studio's held-out MSE.
        """
        values, model, scale = self._values(X), self._wide, self._scale
        asked = corruption_of(self.score_corruption)
        corruption = (self._fit.config.corruption if asked is None else asked).with_range(scale.black, scale.white)
        rng, total = np.random.default_rng(NOISE_SEED), 0.0
        for _, clean in self._read(values):
            total += float(np.square(model.forward(corruption.apply(clean, rng)).y - clean).sum())
        return -total / values.size

    @property
    def coefs_(self) -> list[Matrix]:
        """W (d, h) and V (h, d)."""
        return [self._model.W, self._model.V]

    @property
    def intercepts_(self) -> list[Matrix]:
        """B (h,) and C (d,)."""
        return [self._model.B, self._model.C]

    @property
    def components_(self) -> Matrix:
        """Wᵀ (h, d)."""
        return self._model.W.T

    @property
    def history_(self) -> dict[str, Matrix]:
        """Error and sparsity of every iteration, (n_iter_,) each."""
        record = self._learnt.record
        return {"error": record.errors, "sparsity": record.sparsities}

    @property
    def _model(self) -> AutoEncoder:
        checkpoint = self._learnt.checkpoint
        return checkpoint.average or checkpoint.model

    @property
    def _wide(self) -> AutoEncoder:
        """The model in float64, so that a row gives the same alone and among others."""
        return self._model.astype(np.float64)

    @property
    def _scale(self) -> InputScale:
        return self._learnt.scale

    @property
    def _learnt(self) -> Fit:
        check_is_fitted(self)
        return self._fit

    @property
    def _n_features_out(self) -> int:
        return self._model.n_hidden

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether it has weights."""
        return hasattr(self, "_fit")

    def __sklearn_tags__(self) -> Any:
        """Say what scikit-learn is to expect of it."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def _values(self, X: Any) -> Matrix:
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, dtype=DTYPES, reset=False))

    def _read(self, values: Matrix) -> Iterator[tuple[slice, Matrix]]:
        """Yield some rows after the others as the network reads them, in float64."""
        for rows in gen_batches(len(values), _ROWS):
            yield rows, self._scale.read(values[rows])


def _kind(values: Matrix) -> Any:
    """Return the type of what is computed from values: float32 of float32 and of bytes, else float64."""
    return np.float64 if values.dtype == np.float64 else np.float32

"""The hidden code of many images: what a network makes of each, and how well it decodes it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder, Floats

BATCH = 1000
"""Images that are encoded at once: small enough that a cancelled job ends at once."""


def codes(model: AutoEncoder, rows: Floats, monitor: Monitor = UNWATCHED) -> Floats:
    """Return the codes z, shape (n, h) in the model's dtype, of images as rows (n, d) in the model's units of pixels.

    The model is only read. What is not finite in a diverged model is not finite here either, without a warning.
    Raises ValueError when the rows do not fit the model, and Cancelled.
    """
    rows = np.asarray(rows)
    if rows.ndim != 2 or rows.shape[1] != model.n_inputs:
        raise ValueError(f"Images of shape {rows.shape} do not fit a model of {model.n_inputs} inputs.")
    found = np.empty((len(rows), model.n_hidden), model.W.dtype)
    for start in range(0, len(rows), BATCH):
        monitor.count(start, len(rows), "images")
        with np.errstate(all="ignore"):
            found[start : start + BATCH] = model.code(np.asarray(rows[start : start + BATCH], model.W.dtype))
    return found


def decoding_errors(
    model: AutoEncoder, found: Floats, clean: Floats, monitor: Monitor = UNWATCHED
) -> NDArray[np.float64]:
    """Return how far what a model decodes from codes (n, h) is from clean images (n, d), shape (n,).

    It is the mean over pixels of (y - x0)², in squared units of the model's pixels. Raises Cancelled.
    """
    errors = np.empty(len(found))
    for start in range(0, len(found), BATCH):
        monitor.count(start, len(found), "images")
        part = slice(start, start + BATCH)
        with np.errstate(all="ignore"):
            difference = model.decode(found[part]) - clean[part]
            errors[part] = np.einsum("ij,ij->i", difference, difference) / model.n_inputs
    return errors

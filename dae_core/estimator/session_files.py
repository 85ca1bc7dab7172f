"""A fitted estimator as a session, and a run of a session as a fitted estimator."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import os
import warnings
from math import isqrt
from pathlib import Path
from typing import Any

from dae_core.datasets import DataError, Dataset, open_dataset
from dae_core.datasets.dataset import GREY_LEVELS
from dae_core.estimator.fitting import Fit
from dae_core.estimator.rows import InputScale
from dae_core.estimator.settings import parameters_of
from dae_core.sessions.container import SessionError
from dae_core.sessions.data_reference import LARGEST_SIDE, DataReference
from dae_core.sessions.run import Label, Run
from dae_core.sessions.session import Session
from dae_core.sessions.session_file import load_session, save_session
from dae_core.texts import listed, plain
from dae_core.training.scaling import scaled_for

_MOST_NAMED = 10
_ALIKE = 1e-5  # by which the scale of values may differ from that of the grey levels that they were made of


def read(path: str | os.PathLike[str], which: str | int | None, *, run_code: bool) -> tuple[dict[str, Any], Fit, int]:
    """Return parameters of an estimator, what it has learnt, and the number of its features.

    Warns where the run was trained with a backward of its own that is left out.

    Raises
    ------
    SessionError
        When the file cannot be read or has no such run.
    """
    run = _chosen(load_session(os.fspath(path)), which)
    checkpoint, data = run.checkpoint, run.data
    if run.config.own_backward and not run_code:
        checkpoint = dataclasses.replace(checkpoint, config=run.config.without_own_code())
        warnings.warn(
            f"The run '{run.label.name}' was trained with a backward of its own, which runs only when you ask for it "
            "(run_code=True): further training takes the exact gradient.",
            stacklevel=3,
        )
    scale = InputScale(data.mean, data.std, 0.0, float(GREY_LEVELS))
    parameters = {
        **parameters_of(checkpoint.config),
        "pixel_range": (scale.low, scale.high),
        "shape": data.shape,
    }
    fit = Fit(checkpoint, run.record, scale, data.train_images, run.base_iteration)
    return parameters, fit, data.n_inputs


def write(
    path: str | os.PathLike[str],
    fit: Fit,
    n_features: int,
    shape: tuple[int, int] | None,
    data: str | os.PathLike[str] | Dataset | None,
    name: str,
) -> None:
    """Write what an estimator has learnt as a session with one run.

    ``shape`` (h, w) is that of its images, None for a square or a line; ``data`` the data set that it was fitted on.

    Raises
    ------
    SessionError
        When the file cannot be written, the values are no grey levels of images, or the data set is another one.
    """
    reference = _unknown(fit, _shape(n_features, shape)) if data is None else _reference(fit, n_features, data)
    run = Run(fit.checkpoint, reference, fit.record, (), fit.base_iteration, Label.new(name))
    save_session(os.fspath(path), Session(run))


def _chosen(session: Session, which: str | int | None) -> Run:
    if which is None:
        return session.run
    runs = session.runs
    if isinstance(which, int):
        if -len(runs) <= which < len(runs):
            return runs[which]
        raise SessionError(f"The session has {len(runs):,} runs: there is none at place {which:,}.")
    named = [run for run in runs if run.label.name == which]
    if not named:
        names = listed([f"'{run.label.name}'" for run in runs[:_MOST_NAMED]])
        raise SessionError(f"The session has no run called '{plain(which)}'; it has {names}.")
    if len(named) > 1:
        raise SessionError(f"The session has {len(named):,} runs called '{plain(which)}': name one by its place.")
    return named[0]


def _shape(n_features: int, shape: tuple[int, int] | None) -> tuple[int, int]:
    if shape is None:
        side = isqrt(n_features)
        shape = (side, side) if side * side == n_features else (1, n_features)
    height, width = (int(side) for side in shape)
    if height * width != n_features or not 1 <= min(height, width) <= max(height, width) <= LARGEST_SIDE:
        raise SessionError(
            f"Rows of {n_features:,} values are no images of {height:,}x{width:,} pixels, each side at most "
            f"{LARGEST_SIDE:,}: name height and width with the parameter shape."
        )
    return height, width


def _unknown(fit: Fit, shape: tuple[int, int]) -> DataReference:
    """Return the reference to a data set that only the caller has: nothing matches its fingerprint."""
    if not fit.scale.has_greys:
        raise SessionError(
            f"Values from {fit.scale.low:g} to {fit.scale.high:g} that are read as they are cannot be shown as grey "
            "levels: fit with standardize=True, or with a pixel_range that reaches from 0 or below to 1 or above."
        )
    greys = fit.scale.greys
    nothing = hashlib.sha256(repr((shape, fit.n_rows, greys)).encode()).hexdigest()
    return DataReference("", "rows given to an estimator", nothing, shape, fit.n_rows, 1, greys.mean, greys.std)


def _reference(fit: Fit, n_features: int, data: str | os.PathLike[str] | Dataset) -> DataReference:
    try:
        dataset = data if isinstance(data, Dataset) else open_dataset(data if isinstance(data, str) else Path(data))
    except DataError as error:
        raise SessionError(str(error)) from None
    dataset = scaled_for(dataset, fit.config)
    ours, theirs = fit.scale.greys, dataset.scale
    alike = math.isclose(ours.mean, theirs.mean, rel_tol=_ALIKE) and math.isclose(ours.std, theirs.std, rel_tol=_ALIKE)
    if dataset.n_inputs != n_features or not alike:
        raise SessionError(
            f"The data set '{plain(dataset.name)}' is not what the estimator was fitted on: it has "
            f"{dataset.n_inputs:,} pixels, with {theirs}, and the estimator {n_features:,}, with {ours}."
        )
    return DataReference.of(dataset, "" if isinstance(data, Dataset) else data)

"""Parameters, curves and images as NumPy archives (.npz)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets import Dataset
from dae_core.exporting.errors import ExportError
from dae_core.files import file_errors_as, replacing
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.data_reference import DataReference
from dae_core.training.history import History


def write_parameters(model: AutoEncoder, path: str | Path, data: DataReference) -> None:
    """Write W (d, h), B (h,), V (h, d) and C (d,) as they are, in float32, and what makes rows of images for them.

    The model's input is (grey level - ``mean``) / ``std``, float64, of images of ``shape`` (height, width), int64.
    Raises ExportError when that fails.
    """
    about: dict[str, Any] = {
        "mean": np.float64(data.mean),
        "std": np.float64(data.std),
        "shape": np.array(data.shape, np.int64),
    }
    _write(path, {**model.parameters, **about})


def write_curves(history: History, path: str | Path) -> None:
    """Write a run's curves.

    ``error`` (n,) is |y - x0|² of each iteration's example in standardized units, summed over its pixels;
    ``sparsity`` (n,) the fraction of hidden units with z > 0; ``smoothed_error`` and ``smoothed_sparsity`` (n,) their
    means over the last ``window`` iterations; ``iteration`` (n,) counts from 1. ``held_out_iteration`` and
    ``held_out_error`` (m,) are the mean |y - x0|² over held-out images, where it was measured. float32 and int64.
    Raises ExportError when the file cannot be written.
    """
    series = {
        "error": history.error,
        "sparsity": history.sparsity,
        "smoothed_error": history.smoothed_error.series,
        "smoothed_sparsity": history.smoothed_sparsity.series,
    }
    held_out = tuple(history.held_out)
    arrays: dict[str, NDArray[Any] | np.int64] = {
        "iteration": np.arange(1, len(history) + 1),
        **{name: one.values() for name, one in series.items()},
        "window": np.int64(history.window),
        "held_out_iteration": np.array([i for i, _ in held_out], np.int64),
        "held_out_error": np.array([e for _, e in held_out], np.float64),
    }
    _write(path, arrays)


def write_images(dataset: Dataset, path: str | Path) -> None:
    """Write ``train_images`` and ``test_images``, uint8 (n, h, w), compressed: what a generated script reads.

    Raises ExportError when the file cannot be written.
    """
    _write(path, {"train_images": dataset.train_images, "test_images": dataset.test_images}, compressed=True)


def _write(
    path: str | Path, arrays: Mapping[str, NDArray[Any] | np.int64 | np.float64], *, compressed: bool = False
) -> None:
    save = np.savez_compressed if compressed else np.savez
    with file_errors_as(ExportError, path), replacing(path) as stream:
        save(stream, **{name: np.asarray(array, order="C") for name, array in arrays.items()})  # type: ignore[arg-type]

"""The pictures and figures of one iteration taken apart, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core import mosaic
from dae_core.datasets import Dataset
from dae_core.inspection.step import Step
from dae_core.model.autoencoder import AutoEncoder

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class StagePicture:
    """One stage's picture and its figures in words.

    ``picture`` is made of ``count`` tiles of shape ``tile``; a plain picture is one tile. ``levels`` are the values of
    the lowest and the highest colour. ``is_signed`` says that zero is the middle. In ``numbers`` all is in standardized
    units.
    """

    picture: Floats
    levels: tuple[float, float]
    tile: tuple[int, int]
    count: int
    is_signed: bool
    numbers: str


def stage_pictures(step: Step, model: AutoEncoder, dataset: Dataset) -> dict[str, StagePicture]:
    """Return the picture of each stage by its key; ``model`` are the weights before the step."""
    shape = dataset.shape
    signed = max(_largest(step.noise), _largest(step.error)) or 1.0
    with np.errstate(all="ignore"):
        mse = _square(step.error) / len(step.error)
        share = step.active / len(step.hidden)
        error = f"|e|² = {_square(step.error):.4g} · {mse:.3g} a pixel"
        if not model.architecture.output.is_squared:
            error = f"E = {float(model.errors(step.noisy[None], step.clean[None])[0]):.4g} nats · {error}"
        return {
            "clean": _grey(dataset, step.clean, f"from {_range(step.clean)}"),
            "noise": _row(step.noise, shape, signed, f"|n|² = {_square(step.noise):.4g}"),
            "noisy": _grey(dataset, step.noisy, f"from {_range(step.noisy)}"),
            "hidden": _units(
                step.hidden,
                f"{step.active:,} of {len(step.hidden):,} units active ({share:.0%})",
                is_signed=model.architecture.hidden.is_signed,
            ),
            "reconstruction": _grey(dataset, step.reconstruction, f"from {_range(step.reconstruction)}"),
            "error": _row(step.error, shape, signed, error),
            "hidden_gradient": _units(step.hidden_gradient, f"largest |∂E/∂a| = {_largest(step.hidden_gradient):.3g}"),
            "gradient_V": _tiles(step.gradients.V, shape, _gradient_text("V", step.gradients.V)),
            "gradient_W": _tiles(step.gradients.W.T, shape, _gradient_text("W", step.gradients.W.T)),
            "change_V": _tiles(step.changes.V, shape, _change_text("V", step.changes.V, model.V)),
            "change_W": _tiles(step.changes.W.T, shape, _change_text("W", step.changes.W, model.W)),
            "change_B": _units(step.changes.B, _change_text("B", step.changes.B, model.B)),
            "change_C": _row(
                step.changes.C, shape, _largest(step.changes.C) or 1.0, _change_text("C", step.changes.C, model.C)
            ),
        }


def _grey(dataset: Dataset, row: Floats, numbers: str) -> StagePicture:
    return StagePicture(np.asarray(dataset.to_pixels(row)), (0.0, 1.0), dataset.shape, 1, False, numbers)


def _row(row: Floats, shape: tuple[int, int], level: float, numbers: str) -> StagePicture:
    return StagePicture(row.reshape(shape), (-level, level), shape, 1, True, numbers)


def _units(values: Floats, numbers: str, *, is_signed: bool = True) -> StagePicture:
    level = _largest(values) or 1.0
    picture = mosaic.tile(values.reshape(-1, 1, 1))
    return StagePicture(picture, (-level if is_signed else 0.0, level), (1, 1), len(values), is_signed, numbers)


def _tiles(rows: Floats, shape: tuple[int, int], numbers: str) -> StagePicture:
    picture, level = mosaic.filters(rows, shape)
    return StagePicture(picture, (-level, level), shape, len(rows), True, numbers)


def _gradient_text(name: str, rows: Floats) -> str:
    unit = int(np.argmax(np.nan_to_num(np.abs(rows).max(axis=1), nan=-1.0)))
    return f"largest |∂E/∂{name}| = {_largest(rows):.3g}, unit {unit + 1}"


def _change_text(name: str, change: Floats, parameter: Floats) -> str:
    size, whole = _norm(change), _norm(parameter)
    part = f" · {size / whole:.2g} of |{name}|" if np.isfinite(whole) and whole > 0 else ""
    return f"|Δ{name}| = {size:.3g}{part}"


def _range(row: Floats) -> str:
    return f"{_signed(row.min())} to {_signed(row.max())}"


def _signed(value: float) -> str:
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")  # + 0.0: nothing is −0.00


def _largest(values: Floats) -> float:
    """Return the largest finite magnitude; NaN where nothing is finite."""
    magnitudes = np.abs(values)
    finite = magnitudes[np.isfinite(magnitudes)]
    return float(finite.max()) if finite.size else float("nan")


def _square(values: Floats) -> float:
    return float(np.square(values, dtype=np.float64).sum())


def _norm(values: Floats) -> float:
    return float(np.sqrt(_square(values)))

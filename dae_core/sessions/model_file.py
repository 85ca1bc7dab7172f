"""Models in ``.safetensors`` files: the tensors W, B, V, C in float32, and the settings as metadata."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
from numpy.typing import NDArray
from safetensors.numpy import save

from dae_core.datasets.dataset import GREY_LEVELS, SMALLEST_STD, Scale
from dae_core.errors import UserError
from dae_core.files import file_errors_as, write_atomically
from dae_core.model.autoencoder import AutoEncoder
from dae_core.sessions.tensor_files import why_unreadable
from dae_core.texts import format_bytes, plain
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import ConfigError

FORMAT = "dae-studio-model"
VERSION = 1
AVERAGE = "average/"
"""What the names of the averaged weights begin with."""
LARGEST_FILE = 2 * 1024**3


class ModelFileError(UserError):
    """A model cannot be read or written; the message names the file and the reason."""


@dataclass(frozen=True)
class SavedModel:
    """A model with its settings and its training's iteration and data set.

    ``shape`` (h, w) of the images and their ``scale`` are None where the file does not say; ``average`` are
    the averaged weights, where there are any.
    """

    model: AutoEncoder
    config: TrainingConfig
    iteration: int
    dataset: str
    shape: tuple[int, int] | None
    scale: Scale | None = None
    average: AutoEncoder | None = None


def save_model(path: str | Path, saved: SavedModel) -> None:
    """Write a model file; an existing one is replaced only when the new one is whole.

    Raises
    ------
    ModelFileError
        When the file cannot be written.
    """
    tensors = {name: np.ascontiguousarray(a, np.float32) for name, a in saved.model.parameters.items()}
    if saved.average is not None:
        more = saved.average.parameters.items()
        tensors |= {f"{AVERAGE}{name}": np.ascontiguousarray(a, np.float32) for name, a in more}
    metadata = {
        "format": FORMAT,
        "version": str(VERSION),
        "config": saved.config.to_json(),
        "iteration": str(saved.iteration),
        "dataset": saved.dataset.encode("utf-8", "replace").decode(),  # a folder's name may hold any bytes
        "shape": json.dumps(saved.shape),
        **scale_texts(saved.scale),
    }
    with file_errors_as(ModelFileError, path):
        write_atomically(path, save(tensors, metadata))


def load_model(path: str | Path, *, averaged: bool = False) -> SavedModel:
    """Read a model file of this program, or any safetensors file with fitting W, B, V, C; or its averaged weights.

    Raises
    ------
    ModelFileError
        When it cannot be read, is damaged, holds other tensors, numbers that are not finite, or is of a newer version.
    """
    try:
        with file_errors_as(ModelFileError, path, "read"):
            size = os.path.getsize(path)
            if size > LARGEST_FILE:
                most = format_bytes(LARGEST_FILE)
                raise ModelFileError(f"{path} is {format_bytes(size)}; a model file has at most {most}.")
            with safetensors.safe_open(str(path), "numpy") as file:
                metadata = file.metadata() or {}
                place = AVERAGE if averaged else ""
                if averaged and f"{place}W" not in file.keys():  # noqa: SIM118 - it is no mapping
                    raise ModelFileError(f"{path} has no averaged weights: train with --average.")
                missing = {f"{place}{name}" for name in ("W", "B", "V", "C")} - set(file.keys())
                if missing:
                    raise ModelFileError(f"{path} is no model of this program: it lacks {', '.join(sorted(missing))}.")
                tensors = {name: file.get_tensor(f"{place}{name}") for name in ("W", "B", "V", "C")}
    except (TypeError, AttributeError):  # dtypes that NumPy lacks
        raise ModelFileError(f"{path} holds numbers of another kind than float32; save them as float32.") from None
    except safetensors.SafetensorError:
        with file_errors_as(ModelFileError, path, "read"):
            reason = why_unreadable(path)
        raise ModelFileError(f"{path} is damaged or no safetensors file: {reason}.") from None
    return _checked(path, tensors, metadata)


def _checked(path: str | Path, tensors: dict[str, NDArray[Any]], metadata: dict[str, str]) -> SavedModel:
    version = metadata.get("version", str(VERSION))
    if metadata.get("format") == FORMAT and version != str(VERSION):
        raise ModelFileError(f"{path} is of format version {plain(version, 20)}; this program reads version {VERSION}.")
    if any(a.dtype not in (np.float32, np.float64) for a in tensors.values()):
        kinds = ", ".join(f"{name} {a.dtype}" for name, a in tensors.items())
        raise ModelFileError(f"{path} holds numbers of another kind than float32: {kinds}.")
    try:
        config = TrainingConfig.from_json(metadata["config"]) if "config" in metadata else TrainingConfig()
        with np.errstate(over="ignore"):  # a float64 beyond float32 becomes infinite, and is refused below
            singles = {name: a.astype(np.float32) for name, a in tensors.items()}
        if config.tied and not np.array_equal(singles["V"], singles["W"].T):
            raise ValueError("V is not the transpose of W, though its weights are tied.")
        model = AutoEncoder(**singles, gradient=config.gradient, architecture=config.architecture)
        if model.n_inputs == 0:
            raise ValueError("its weights are for images without pixels.")
        config = config.replace(hidden_units=model.n_hidden)
        iteration = metadata.get("iteration", "0")
        if not re.fullmatch("[0-9]{1,15}", iteration):
            raise ValueError(f"its iteration is {iteration}.")
        shape = _shape(metadata.get("shape", "null"), model.n_inputs)
        scale = _scale(metadata)
    except (ConfigError, ValueError, RecursionError) as error:
        raise ModelFileError(f"{path} is damaged: {plain(str(error), 300)}") from None
    if not model.is_finite():
        raise ModelFileError(f"{path} holds weights that are not finite numbers.")
    return SavedModel(model, config, int(iteration), plain(metadata.get("dataset", ""), 200), shape, scale)


def scale_texts(scale: Scale | None) -> dict[str, str]:
    """Return a model's scale as it stands among a file's texts, to all digits."""
    return {} if scale is None else {"mean": repr(scale.mean), "std": repr(scale.std)}


def _scale(metadata: dict[str, str]) -> Scale | None:
    if not {"mean", "std"} & metadata.keys():
        return None
    try:
        scale = Scale(float(metadata["mean"]), float(metadata["std"]))
    except (KeyError, ValueError):
        raise ValueError("its mean and std are no numbers.") from None
    if not (0 <= scale.mean <= GREY_LEVELS and SMALLEST_STD <= scale.std <= GREY_LEVELS):
        raise ValueError(f"it standardizes with {scale}.")
    return scale


def _shape(text: str, n_inputs: int) -> tuple[int, int] | None:
    value = json.loads(text)
    if value is None:
        side = round(n_inputs**0.5)
        return (side, side) if side * side == n_inputs else None
    if not (isinstance(value, list) and len(value) == 2 and all(type(v) is int and v > 0 for v in value)):
        raise ValueError(f"its image shape {text} is not a pair of numbers.")
    if value[0] * value[1] != n_inputs:
        raise ValueError(f"its image shape {text} does not fit {n_inputs} inputs.")
    return value[0], value[1]

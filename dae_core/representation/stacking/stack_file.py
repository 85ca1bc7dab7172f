"""A stack as a file: the weights of all layers, what each was trained with, and which images the first one reads.

It lies beside the codes that the next layer is trained on, so that a run on these codes finds the layers below again.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from dae_core.datasets import DataError, Dataset, ImageOptions, open_dataset
from dae_core.datasets.code_set import CODE_PREFIX, code_folder, save_codes
from dae_core.datasets.dataset import Scale
from dae_core.files import file_errors_as
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.model.autoencoder import AutoEncoder
from dae_core.representation.stacking.code_data import CodeData
from dae_core.representation.stacking.stack import MOST_LAYERS, Layer, Levels, Stack, StackError
from dae_core.texts import plain
from dae_core.training.config import TrainingConfig
from dae_core.training.settings import ConfigError

FORMAT, VERSION = "dae-studio-stack", 1
FILE = "below.safetensors"
"""The name of the file within the folder of a code set."""
_NAMES = ("W", "B", "V", "C")


@dataclass(frozen=True)
class PixelSource:
    """Which images the first layer of a stack reads, and how they are opened.

    ``source`` is empty for images that were put together in the window, which nothing opens again; ``fingerprint`` is
    that of `Dataset.fingerprint`.
    """

    source: str
    name: str
    fingerprint: str
    options: ImageOptions | None = None

    @classmethod
    def of(cls, dataset: Dataset, source: str, options: ImageOptions | None = None) -> PixelSource:
        """Return the reference to a data set that was opened from a source."""
        return cls(source, dataset.name, dataset.fingerprint(), options)

    def open(self, monitor: Monitor = UNWATCHED) -> Dataset:
        """Open the images. Raises StackError where they are not there or have changed, and Cancelled."""
        if not self.source:
            raise StackError(
                f"'{plain(self.name)}', which the first layer reads, was put together in the window and is in no file."
            )
        try:
            dataset = open_dataset(self.source, self.options, monitor)
        except DataError as error:
            raise StackError(f"'{plain(self.name)}', which the first layer reads, cannot be opened: {error}") from None
        if dataset.fingerprint() != self.fingerprint:
            raise StackError(f"'{plain(self.name)}', which the first layer reads, has other images now.")
        return dataset


@dataclass(frozen=True, eq=False)
class SavedStack:
    """A stack with the images that it reads; the top's levels say how the codes beside it are kept."""

    stack: Stack
    pixels: PixelSource


def save_next_data(saved: SavedStack, data: CodeData) -> str:
    """Write what the next layer is trained on, with the stack below it, and return the source that opens it.

    The same stack on the same images has the same name, and is written once. Raises DataError when it cannot be.
    """
    top = dataclasses.replace(saved.stack.top, levels=data.levels)
    below = SavedStack(Stack((*saved.stack.layers[:-1], top)), saved.pixels)
    name = f"layer-{len(below.stack.layers) + 1}-{data.dataset.fingerprint()[:12]}"
    save_codes(name, data.dataset, {FILE: to_bytes(below)})
    return CODE_PREFIX + name


def stack_below(source: str) -> SavedStack | None:
    """Return the layers below a run that is trained on what ``source`` opens; None where that are no codes.

    Raises StackError where their file is missing or damaged.
    """
    if not source.startswith(CODE_PREFIX):
        return None
    path = code_folder(source.removeprefix(CODE_PREFIX)) / FILE
    with file_errors_as(StackError, path, "read"):
        content = path.read_bytes()
    try:
        return from_bytes(content)
    except ValueError as error:
        raise StackError(f"{path} is damaged: {plain(str(error), 300)}") from None


def to_bytes(saved: SavedStack) -> bytes:
    """Return a stack as the content of a safetensors file."""
    layers = saved.stack.layers
    tensors = {
        f"{name}{number}": np.ascontiguousarray(array)
        for number, layer in enumerate(layers, 1)
        for name, array in layer.model.parameters.items()
    }
    values = {
        "layers": [
            {"config": layer.config.to_json(), "scale": dataclasses.astuple(layer.scale), "levels": layer.levels}
            for layer in layers
        ],
        "pixels": dataclasses.asdict(saved.pixels),
    }
    metadata = {"format": FORMAT, "version": str(VERSION), "stack": json.dumps(values)}
    return safetensors.numpy.save(tensors, metadata)


def from_bytes(content: bytes) -> SavedStack:
    """Read what ``to_bytes`` returned. Raises ValueError with the reason when it is damaged or of a newer version."""
    try:
        tensors = safetensors.numpy.load(content)
        length = int.from_bytes(content[:8], "little")
        metadata = json.loads(content[8 : 8 + length])["__metadata__"]
        if (metadata["format"], metadata["version"]) != (FORMAT, str(VERSION)):
            raise ValueError(f"it is of format {metadata['format']} {metadata['version']}.")
        values = json.loads(metadata["stack"])
        if len(values["layers"]) > MOST_LAYERS:
            raise ValueError("it has too many layers.")
        layers = [_layer(entry, tensors, number) for number, entry in enumerate(values["layers"], 1)]
        pixels = dict(values["pixels"])
        options = pixels.pop("options")
        reference = PixelSource(**pixels, options=None if options is None else ImageOptions(**options))
        return SavedStack(Stack(tuple(layers)), reference)
    except (KeyError, TypeError, RecursionError, safetensors.SafetensorError) as error:
        raise ValueError(f"it lacks what a stack has ({error}).") from None
    except (ConfigError, DataError, StackError) as error:
        raise ValueError(str(error)) from None


def _layer(entry: dict[str, Any], tensors: dict[str, Any], number: int) -> Layer:
    config = TrainingConfig.from_json(entry["config"])
    W, B, V, C = (tensors[f"{name}{number}"] for name in _NAMES)
    model = AutoEncoder(W, B, V, C, config.gradient, config.architecture)
    if not model.is_finite():
        raise ValueError("its weights are not finite numbers.")
    scale, levels = Scale(*map(float, entry["scale"])), entry["levels"]
    return Layer(model, config, scale, None if levels is None else Levels(*map(float, levels)))

"""What all benchmarks share: the data, the exercise's settings, a model in the middle of its training, the machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from functools import cache
from pathlib import Path
from unittest import mock

from dae_core.datasets import BUNDLED_SOURCE, Dataset, open_dataset
from dae_core.model.autoencoder import AutoEncoder
from dae_core.training.config import TrainingConfig
from dae_core.training.progress import Checkpoint
from dae_core.training.trainer import Trainer

EXERCISE = TrainingConfig(hidden_units=225, learning_rate=0.0005, iterations=25_000, schedule="constant", seed=0)
_PACKAGES = ("numpy", "scipy", "numba", "scikit-learn", "torch", "PySide6-Essentials", "pyqtgraph")


@cache
def data_source() -> str:
    """Return MNIST's folder where there is one ($DAE_TEST_MNIST or ../shared/data/mnist), else "digits"."""
    root = Path(__file__).resolve().parents[1]
    for folder in (os.environ.get("DAE_TEST_MNIST"), root.parent / "shared" / "data" / "mnist"):
        if folder and Path(folder).is_dir():
            return str(folder)
    return BUNDLED_SOURCE


@cache
def dataset() -> Dataset:
    """Return the data that all is measured on."""
    return open_dataset(data_source())


@cache
def _half_trained(iterations: int) -> AutoEncoder:
    trainer = Trainer(dataset(), EXERCISE)
    while trainer.iteration < iterations:
        trainer.advance(iterations - trainer.iteration)
    trainer.close()
    return trainer.model


def half_trained(iterations: int = 12_500) -> AutoEncoder:
    """Return the exercise's model half-way through its training: as many units fire as on its average iteration."""
    return _half_trained(iterations).copy()


def trainer_from(model: AutoEncoder, data: Dataset | None = None, cores: int = 1) -> Trainer:
    """Return a trainer that goes on from this model at the exercise's constant rate, without an end.

    Its noise is drawn by a second thread also where it has one core for the iterations.
    """
    config = EXERCISE.replace(hidden_units=model.n_hidden)
    with mock.patch.dict(os.environ, OMP_NUM_THREADS=str(cores)):
        return Trainer(data or dataset(), config, Checkpoint(config, model, 0, 0, 10**9, 0.0))


def machine() -> dict[str, str]:
    """Describe the machine and the versions, for the head of the report."""
    load = " ".join(f"{value:.2f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "caches": _caches(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {version}" for name in _PACKAGES if (version := _version(name))),
        "load": load,
        "data": dataset().name,
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _lscpu() -> dict[str, str]:
    try:
        text = subprocess.run(["lscpu"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}


def _processor() -> str:
    return _lscpu().get("Model name") or platform.processor() or platform.machine()


def _caches() -> str:
    return ", ".join(f"{key} {value}" for key, value in _lscpu().items() if key.endswith("cache"))

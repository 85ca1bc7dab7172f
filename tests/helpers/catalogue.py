"""Made-up entries of the catalogue, and a network that ends at this machine."""

import dataclasses
import gzip
import hashlib
import socket

import numpy as np
import pytest

from dae_core.datasets import CATALOGUE, CatalogueEntry, CatalogueFile
from helpers.datasets import blobs

N_TRAIN, N_TEST = 40, 12


def idx(array: np.ndarray) -> bytes:
    return bytes((0, 0, 8, array.ndim)) + b"".join(d.to_bytes(4, "big") for d in array.shape) + array.tobytes()


def four_arrays() -> list[np.ndarray]:
    rng = np.random.default_rng(1)
    images = blobs(N_TRAIN + N_TEST, rng, 10)
    labels = rng.integers(0, 10, N_TRAIN + N_TEST, np.uint8)
    return [images[:N_TRAIN], labels[:N_TRAIN], images[N_TRAIN:], labels[N_TRAIN:]]


def four_files() -> dict[str, bytes]:
    names = [file.name for file in CATALOGUE["mnist"].files]
    return {name: gzip.compress(idx(array), mtime=0) for name, array in zip(names, four_arrays(), strict=True)}


def entry_for(files: dict[str, bytes], *mirrors: str, **changes) -> CatalogueEntry:
    """MNIST's entry, but for these files at these addresses."""
    described = tuple(
        CatalogueFile(name, hashlib.md5(data, usedforsecurity=False).hexdigest(), len(data))
        for name, data in files.items()
    )
    counts = {"n_train": N_TRAIN, "n_test": N_TEST, "shape": (10, 10), "openml": None, "openml_sha256": ()}
    return dataclasses.replace(CATALOGUE["mnist"], files=described, mirrors=mirrors, **{**counts, **changes})


def stay_on_this_machine(monkeypatch: pytest.MonkeyPatch, data_folder) -> None:
    """Refuse every connection that leaves the machine, forget proxies, and keep data in a folder of the test."""
    real = socket.socket.connect
    look_up = socket.getaddrinfo

    def connect(self, address):
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1"}:
            raise OSError(101, "a test tried to reach the network")
        return real(self, address)

    def getaddrinfo(host, *arguments, **options):
        if host not in {"127.0.0.1", "::1", "localhost"}:
            raise socket.gaierror(-2, "a test asked for a name")
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("DAE_STUDIO_DATA", str(data_folder))

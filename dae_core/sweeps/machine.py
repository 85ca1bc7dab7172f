"""What the bits of a run depend on besides its settings: the kind of processor, and the versions of the program."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import dataclass, fields

_LIBRARIES = ("numpy", "scipy", "numba")


@dataclass(frozen=True)
class Machine:
    """A computer with its program, as far as the last bits of results depend on it."""

    processor: str
    python: str
    program: str
    libraries: str

    def differences(self, other: Machine) -> list[str]:
        """Return what another one has that this one has not, in words."""
        return [
            f"{_WORDS[field.name]} {getattr(other, field.name)}"
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        ]


_WORDS = {"processor": "a processor of the kind", "python": "Python", "program": "dae-studio", "libraries": ""}


def this_machine() -> Machine:
    """Return this computer."""
    from llvmlite.binding import get_host_cpu_name  # what the loops are compiled for

    libraries = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    return Machine(
        f"{platform.machine()} {get_host_cpu_name()}",
        ".".join(platform.python_version_tuple()[:2]),
        _version("dae-studio"),
        libraries,
    )


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"

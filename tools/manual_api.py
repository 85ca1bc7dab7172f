"""The manual's pages of dae_core: one for each of its rooms, with every public name of every module in it.

Public is what a module defines under a name that does not begin with an underscore: its classes and functions, and its
constants where a docstring stands below them. The modules of the commands are left out: the command line has a page.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from sphinx.util.inventory import InventoryFile

import dae_core

_LEFT_OUT = ("dae_core.commands", "dae_core.__main__")


def rooms() -> dict[str, list[ModuleType]]:
    """Return the modules of each package of dae_core, by the package's name, the package itself first."""
    found: dict[str, list[ModuleType]] = {"dae_core": []}
    for info in pkgutil.walk_packages(dae_core.__path__, "dae_core."):
        if not info.name.startswith(_LEFT_OUT):
            room = info.name if info.ispkg else info.name.rpartition(".")[0]
            found.setdefault(room, []).append(importlib.import_module(info.name))
    return found


def public_names(module: ModuleType) -> Iterator[str]:
    """Yield the full names of the classes and functions that a module defines for others.

    Instructions that compiled functions alone can call are neither.
    """
    for name, value in vars(module).items():
        if not (inspect.isclass(value) or inspect.isroutine(value)):
            continue
        is_own = getattr(value, "__module__", None) == module.__name__ and hasattr(value, "__qualname__")
        if is_own and not name.startswith("_") and value.__qualname__ == name:
            yield f"{module.__name__}.{name}"


def write(folder: Path) -> None:
    """Write a page for each room, and one that lists them."""
    folder.mkdir()
    lines = ["dae_core", "========", ""]
    lines += ["The library, without the window. " + (dae_core.__doc__ or "").strip(), ""]
    lines += ["Every public name has its place on the page of its room.", ""]
    lines += [".. toctree::", "   :maxdepth: 1", "", *(f"   {room}" for room in rooms())]
    (folder / "index.rst").write_text("\n".join([*lines, ""]), encoding="utf-8")
    for room, modules in rooms().items():
        page = [room, "=" * len(room), ""]
        for module in modules:
            name = module.__name__
            page += [] if name == room else [name.removeprefix(f"{room}."), "-" * len(name), ""]
            page += [f".. automodule:: {name}", "   :members:", "   :ignore-module-all:", ""]
        (folder / f"{room}.rst").write_text("\n".join(page), encoding="utf-8")


def missing(inventory: Path) -> list[str]:
    """Return the public names that an inventory of Sphinx does not have."""
    found = InventoryFile.loads(inventory.read_bytes(), uri="").data
    known = {name for kind, names in found.items() if kind.startswith("py:") for name in names}
    modules = [module for room in rooms().values() for module in room]
    return sorted(name for module in modules for name in public_names(module) if name not in known)

"""The generated script as a Jupyter notebook, a cell for each part."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dae_core.exporting import script_parts as parts
from dae_core.exporting.recipe import Recipe
from dae_core.exporting.script import _ABOUT, _TITLE, opening, plots, write_text

_SHOW = '''\
import matplotlib.pyplot as plt


def show(figure, name):
    """Show a figure below the cell."""
    plt.show()
'''


def write_notebook(recipe: Recipe, path: str | Path, images: str) -> None:
    """Write the notebook (nbformat 4.5); ``images`` is the file beside it that it reads.

    Raises ExportError when the file cannot be written.
    """
    write_text(path, json.dumps(notebook(recipe, images), indent=1, ensure_ascii=False) + "\n")


def notebook(recipe: Recipe, images: str) -> dict[str, Any]:
    """Return the notebook as a JSON object."""
    first, *others = opening(recipe)
    where = f"DATA = Path({images!r})  # or the folder of MNIST's files\n"
    sections = [
        ("Imports", parts.IMPORTS),
        (first[0], f"{first[1]}{where}"),
        *others,
        ("The exercise's figures", f"{_SHOW}\n\n{plots(recipe)}"),
    ]
    cells = [_cell("markdown", f"# {_TITLE}\n\n{_ABOUT}", 0)]
    for number, (title, code) in enumerate(sections):
        cells += [_cell("markdown", f"## {title}", 2 * number + 1), _cell("code", code, 2 * number + 2)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(kind: str, text: str, number: int) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"part-{number}", "metadata": {}}
    cell["source"] = text.rstrip("\n").splitlines(keepends=True)
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})

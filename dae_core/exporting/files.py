"""A session's exports, one format or all of them, with the names of what was written."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import HeldOut
from dae_core.exporting.arrays import write_curves, write_images, write_parameters
from dae_core.exporting.curves_csv import write_curves_csv
from dae_core.exporting.errors import ExportError
from dae_core.exporting.notebook import write_notebook
from dae_core.exporting.onnx_file import has_onnx, write_onnx
from dae_core.exporting.recipe import Recipe, recipe_of
from dae_core.exporting.script import write_script
from dae_core.files import file_errors_as
from dae_core.sessions.model_file import ModelFileError, save_model
from dae_core.sessions.run import Run

Format = Literal["safetensors", "npz", "onnx", "csv", "history-npz", "script", "notebook"]
FORMATS: tuple[Format, ...] = get_args(Format)
NAMES: dict[Format, str] = {
    "safetensors": "model.safetensors",
    "npz": "model.npz",
    "onnx": "model.onnx",
    "csv": "history.csv",
    "history-npz": "history.npz",
    "script": "rebuild.py",
    "notebook": "rebuild.ipynb",
}
_RUNNABLE = ("script", "notebook")
IMAGES = "images.npz"


@dataclass(frozen=True)
class Exported:
    """The files that were written, and sentences on what could not be, or what is missing beside them."""

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def export_as(kind: Format, run: Run, path: str | Path, dataset: Dataset | None) -> Exported:
    """Write one of `FORMATS` of a run to a file, which is replaced where it is there.

    Beside a script or a notebook goes the file of images that it reads, ``<name>-images.npz``; without the run's data
    set there is none, and they must be given the images.

    Raises ExportError when it cannot be written, or a run cannot be rebuilt from its settings.
    """
    path = Path(path)
    if kind not in _RUNNABLE:
        return Exported(_plain(kind, run, path))
    images = path.with_name(f"{path.stem}-images.npz")
    return _runnable([(kind, path)], run, images, dataset)


def export_all(
    run: Run,
    folder: str | Path,
    dataset: Dataset | None,
    kinds: Collection[Format] = FORMATS,
    on_file: Callable[[str], None] | None = None,
) -> Exported:
    """Write some formats of a run into a folder, which is made where it is not there, each under its name in `NAMES`.

    What cannot be written for a reason of its own (no package for ONNX, a run that cannot be rebuilt) is left out,
    and a note says why. ``on_file`` is called with a file's name before it is written; what it raises ends the export.

    Raises ExportError when a file cannot be written.
    """
    folder = Path(folder)
    with file_errors_as(ExportError, folder, "made"):
        folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    notes: list[str] = []
    begin = on_file or str  # a call without effect
    for kind in (kind for kind in FORMATS if kind in kinds):
        if kind == "onnx" and not has_onnx():
            notes.append("There is no ONNX file: the package 'onnx' is not installed (pip install onnx).")
        elif kind not in _RUNNABLE:
            begin(NAMES[kind])
            files += _plain(kind, run, folder / NAMES[kind])
    runnable = [(kind, folder / NAMES[kind]) for kind in FORMATS if kind in _RUNNABLE and kind in kinds]
    if not runnable:
        return Exported(tuple(files), tuple(notes))
    begin(runnable[0][1].name)
    try:
        recipe_of(run)
    except ExportError as error:
        return Exported(tuple(files), (*notes, f"There is no script and no notebook: {error}"))
    done = _runnable(runnable, run, folder / IMAGES, dataset)
    return Exported((*files, *done.files), (*notes, *done.notes))


def _plain(kind: Format, run: Run, path: Path) -> tuple[Path, ...]:
    writers: dict[Format, Callable[[], None]] = {
        "safetensors": lambda: save_model(path, run.saved_model()),
        "npz": lambda: write_parameters(run.model, path),
        "onnx": lambda: write_onnx(run.model, path, run.data),
        "csv": lambda: write_curves_csv(run.history(), path),
        "history-npz": lambda: write_curves(run.history(), path),
    }
    try:
        with file_errors_as(ExportError, path):
            writers[kind]()
    except ModelFileError as error:
        raise ExportError(str(error)) from None
    return (path,)


def _runnable(wanted: list[tuple[Format, Path]], run: Run, images: Path, dataset: Dataset | None) -> Exported:
    """Write scripts and notebooks, and the images that they read."""
    recipe = _recipe(run, dataset)
    for kind, path in wanted:
        (write_script if kind == "script" else write_notebook)(recipe, path, images.name)
    files = tuple(path for _, path in wanted)
    if dataset is None:
        return Exported(files, (f"{images.name} was not written: the images must be named when it is run.",))
    write_images(dataset, images)
    return Exported((*files, images))


def _recipe(run: Run, dataset: Dataset | None) -> Recipe:
    if dataset is None:
        return recipe_of(run)
    figures = HeldOut(dataset, run.config.corruption).evaluate(run.model)
    return recipe_of(run, {f"MSE per pixel of {figures.n_images:,} held-out images": figures.mse})

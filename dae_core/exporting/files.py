"""The formats that a run is exported in, a row each, and the writing of one of them or of many."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dae_core.datasets import Dataset
from dae_core.evaluation.held_out import Figures, HeldOut
from dae_core.exporting.arrays import write_curves, write_images, write_parameters
from dae_core.exporting.card import write_card
from dae_core.exporting.curves_csv import write_curves_csv
from dae_core.exporting.errors import ExportError
from dae_core.exporting.notebook import write_notebook
from dae_core.exporting.onnx_file import has_onnx, write_onnx
from dae_core.exporting.recipe import Recipe, recipe_of
from dae_core.exporting.script import write_script
from dae_core.files import file_errors_as
from dae_core.jobs import UNWATCHED, Monitor
from dae_core.sessions.model_file import save_model
from dae_core.sessions.run import Run
from dae_core.training.scaling import scaled_for

IMAGES = "images.npz"
WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class Source:
    """What is exported: a run, with its data set where that is there, and where its images go if they are needed."""

    run: Run
    dataset: Dataset | None
    images: Path

    @cached_property
    def recipe(self) -> Recipe:
        """What rebuilds the run, and which error it must come to. Raises ExportError where it cannot be rebuilt."""
        figures = self.figures
        if figures is None:
            return recipe_of(self.run)
        return recipe_of(self.run, {f"MSE per pixel of {figures.n_images:,} held-out images": figures.mse})

    @cached_property
    def figures(self) -> Figures | None:
        """The model's figures on all held-out images; None where the data set is not there."""
        if self.dataset is None:
            return None
        scaled = scaled_for(self.dataset, self.run.config)
        return HeldOut(scaled, self.run.config.corruption).evaluate(self.run.model)


def _nothing(_run: Run) -> str:
    return ""


@dataclass(frozen=True)
class Format:
    """One format: all that commands, menus and dialogs have to know of it.

    Parameters
    ----------
    key
        Its name, and the option of the command line.
    file
        The name of its file.
    group
        What it belongs to.
    label
        What a menu calls it, with ``&`` before the letter of its key.
    kind
        What such a file is called.
    about
        What it holds.
    write
        Writes it to a path. Raises UserError and OSError.
    reads_images
        Whether it reads the data set's images from a file beside it.
    measures
        Whether it tells held-out figures, which need the data set.
    obstacle
        Why a run cannot be written in it, a sentence; empty where it can.
    """

    key: str
    file: str
    group: str
    label: str
    kind: str
    about: str
    write: Callable[[Source, Path], None]
    reads_images: bool = False
    measures: bool = False
    obstacle: Callable[[Run], str] = _nothing

    @property
    def suffix(self) -> str:
        """The ending of its file's name, such as ".csv"."""
        return Path(self.file).suffix


def _no_onnx(_run: Run) -> str:
    return "" if has_onnx() else "There is no ONNX file: the package 'onnx' is not installed (pip install onnx)."


def _no_recipe(run: Run) -> str:
    try:
        recipe_of(run)
    except ExportError as error:
        return f"There is no script and no notebook: {error}"
    return ""


_ROWS = (
    Format(
        "safetensors",
        WEIGHTS,
        "Parameters",
        "Parameters as &safetensors",
        "safetensors",
        "the model: W, B, V, C and the settings",
        lambda source, path: save_model(path, source.run.saved_model()),
    ),
    Format(
        "npz",
        "model.npz",
        "Parameters",
        "Parameters as &NPZ",
        "NumPy: W, B, V, C",
        "the arrays W, B, V, C for NumPy, with the mean and the standard deviation that standardize images",
        lambda source, path: write_parameters(source.run.model, path, source.run.data),
    ),
    Format(
        "onnx",
        "model.onnx",
        "Parameters",
        "Model as &ONNX",
        "ONNX model",
        "the model: x (n, inputs) of standardized pixels to y and z; needs the package onnx",
        lambda source, path: write_onnx(source.run.model, path, source.run.data),
        obstacle=_no_onnx,
    ),
    Format(
        "card",
        "model-card.md",
        "Parameters",
        "Model car&d",
        "Model card",
        "a page on the model: settings, data, held-out figures, and how to load it",
        lambda source, path: write_card(source.run, source.figures, path, WEIGHTS),
        measures=True,
    ),
    Format(
        "csv",
        "history.csv",
        "History",
        "History as &CSV",
        "CSV table",
        "every iteration's error and sparsity as a table",
        lambda source, path: write_curves_csv(source.run.history(), path, source.run.config.architecture),
    ),
    Format(
        "history-npz",
        "history.npz",
        "History",
        "&History as NPZ",
        "NumPy arrays",
        "every iteration's error and sparsity as arrays for NumPy",
        lambda source, path: write_curves(source.run.history(), path),
    ),
    Format(
        "script",
        "rebuild.py",
        "To run again",
        "&Python script",
        "Python script",
        "a Python script that repeats the run with NumPy alone and draws its figures",
        lambda source, path: write_script(source.recipe, path, source.images.name),
        reads_images=True,
        measures=True,
        obstacle=_no_recipe,
    ),
    Format(
        "notebook",
        "rebuild.ipynb",
        "To run again",
        "&Jupyter notebook",
        "Jupyter notebook",
        "a Jupyter notebook that repeats the run with NumPy alone and draws its figures",
        lambda source, path: write_notebook(source.recipe, path, source.images.name),
        reads_images=True,
        measures=True,
        obstacle=_no_recipe,
    ),
)
FORMATS = {row.key: row for row in _ROWS}
"""All formats by their keys, in the order in which they are written."""


@dataclass(frozen=True)
class Exported:
    """The files that were written, and sentences on what could not be, or what is missing beside them."""

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def images_beside(path: Path) -> Path:
    """Return the file of images that belongs to a script or notebook."""
    return path.with_name(f"{path.stem}-{IMAGES}")


def paths_in(folder: Path, run: Run, has_images: bool, kinds: Collection[str]) -> list[Path]:
    """Return the files that `export_all` writes of a run, where it can; ``has_images``: the run's data set is there."""
    rows = [row for row in _ROWS if row.key in kinds and not row.obstacle(run)]
    images = [IMAGES] if has_images and any(row.reads_images for row in rows) else []
    return [folder / name for name in (*(row.file for row in rows), *images)]


def export_as(kind: str, run: Run, path: str | Path, dataset: Dataset | None) -> Exported:
    """Write one of `FORMATS` of a run to a file, which is replaced where it is there.

    Beside a script or a notebook goes the file of images that it reads, see `images_beside`; without the run's data
    set there is none, and they must be given the images.

    Raises UserError when it cannot be written, or a run cannot be rebuilt from its settings.
    """
    path = Path(path)
    return _export([(FORMATS[kind], path)], Source(run, dataset, images_beside(path)), UNWATCHED)


def export_all(
    run: Run,
    folder: str | Path,
    dataset: Dataset | None,
    kinds: Collection[str] = tuple(FORMATS),
    monitor: Monitor = UNWATCHED,
) -> Exported:
    """Write some formats of a run into a folder, which is made where it is not there, each under its file's name.

    What cannot be written for a reason of its own (no package for ONNX, a run that cannot be rebuilt) is left out,
    and a note says why. Files that are written when ``monitor`` cancels it stay.

    Raises UserError when a file cannot be written, and Cancelled.
    """
    folder = Path(folder)
    with file_errors_as(ExportError, folder, "made"):
        folder.mkdir(parents=True, exist_ok=True)
    rows = [row for row in _ROWS if row.key in kinds]
    obstacles = {row.key: row.obstacle(run) for row in rows}
    chosen = [(row, folder / row.file) for row in rows if not obstacles[row.key]]
    exported = _export(chosen, Source(run, dataset, folder / IMAGES), monitor)
    notes = dict.fromkeys(filter(None, (*obstacles.values(), *exported.notes)))
    return Exported(exported.files, tuple(notes))


def _export(chosen: list[tuple[Format, Path]], source: Source, monitor: Monitor) -> Exported:
    for place, (row, path) in enumerate(chosen):
        monitor.report(place / len(chosen), f"writing {path.name}")
        with file_errors_as(ExportError, path):
            row.write(source, path)
    files = tuple(path for _, path in chosen)
    if not any(row.reads_images for row, _ in chosen):
        return Exported(files)
    if source.dataset is None:
        return Exported(files, (f"{source.images.name} was not written: the images must be named when it is run.",))
    write_images(source.dataset, source.images)
    return Exported((*files, source.images))

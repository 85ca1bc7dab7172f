"""The export itself, for a thread: files of a run's numbers, models and figures, with notes on what is missing."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dae_core.datasets import Dataset
from dae_core.exporting.errors import ExportError
from dae_core.exporting.files import FORMATS, NAMES, Exported, Format, export_all, export_as
from dae_core.jobs import Monitor
from dae_core.sessions.run import Run
from dae_gui.exports.figures import FIGURES, NoFigureError
from dae_gui.widgets.pictures.picture_export import PictureExportError, write_picture

PICTURE_SUFFIXES = (".png", ".svg")
_OTHER_DATA = "The data set that is open is not the run's: the images are not among the files."


@dataclass(frozen=True, eq=False)
class ExportRequest:
    """What is to be written of a run, and where.

    Attributes
    ----------
    run
        All of it is only read.
    dataset
        The data set that is open, or None; it counts only where it is the run's.
    path
        The folder, which is made; for a ``single`` format the file.
    formats
        Of `FORMATS`.
    figures
        Names of `FIGURES`.
    suffixes
        The kinds of file that each figure is written as.
    single
        Whether just one format goes into just one file.
    """

    run: Run
    dataset: Dataset | None
    path: Path
    formats: Collection[Format] = FORMATS
    figures: Collection[str] = tuple(figure.name for figure in FIGURES)
    suffixes: tuple[str, ...] = PICTURE_SUFFIXES
    single: bool = False


def write_export(request: ExportRequest, monitor: Monitor) -> Exported:
    """Write everything that is asked for.

    Raises
    ------
    ExportError
        When something cannot be written; the message is a sentence.
    Cancelled
        When ``monitor`` is to stop; files that were written by then stay.
    """
    run, dataset = request.run, request.dataset
    notes: list[str] = []
    if dataset is not None and not run.data.matches(dataset):
        dataset = None
        notes.append(_OTHER_DATA)
    if request.single:
        (kind,) = request.formats
        monitor.report(0.0, f"writing {request.path.name}")
        exported = export_as(kind, run, request.path, dataset)
        return Exported(exported.files, (*notes, *exported.notes) if kind in ("script", "notebook") else ())
    figures = [figure for figure in FIGURES if figure.name in request.figures]
    total, begun = len(request.formats) + len(figures) * len(request.suffixes), 0

    def tell(name: str) -> None:
        nonlocal begun
        monitor.report(min(begun / total, 1.0), f"writing {name}")
        begun += 1

    exported = export_all(run, request.path, dataset, request.formats, tell)
    files = list(exported.files)
    notes += exported.notes
    begun = len(request.formats)
    for figure in figures:
        tell(f"{figure.name}{request.suffixes[0]}")
        try:
            picture = figure.draw(run, dataset)
        except NoFigureError as error:
            notes.append(str(error))
            continue
        for suffix in request.suffixes:
            monitor.check()
            path = request.path / f"{figure.name}{suffix}"
            try:
                write_picture(picture, path)
            except PictureExportError as error:
                raise ExportError(str(error)) from None
            files.append(path)
        begun += len(request.suffixes) - 1
    return Exported(tuple(files), tuple(dict.fromkeys(notes)))


def replaced_by(request: ExportRequest) -> list[Path]:
    """Return which files are there already and would be replaced; for a single format those beside the chosen one."""
    if request.single:
        images = request.path.with_name(f"{request.path.stem}-images.npz")
        is_written = bool({"script", "notebook"} & set(request.formats)) and request.dataset is not None
        return [images] if is_written and images.exists() else []
    names = [NAMES[kind] for kind in FORMATS if kind in request.formats]
    names += [
        f"{figure.name}{suffix}" for figure in FIGURES for suffix in request.suffixes if figure.name in request.figures
    ]
    return [request.path / name for name in names if (request.path / name).exists()]


def file_stem(run: Run) -> str:
    """Return a run's name as part of a file name that every system takes: "Run 2, wide" becomes "run-2-wide"."""
    return re.sub(r"[\W_]+", "-", run.label.name.lower())[:60].strip("-") or "run"


def folder_name(run: Run) -> str:
    """Return how the folder of all exports of a run is called."""
    return f"{file_stem(run)}-at-{run.checkpoint.iteration}"


def new_folder(parent: Path, name: str) -> Path:
    """Return a folder that is not there yet: the name, with a number behind it where it is taken."""
    path, number = parent / name, 2
    while path.exists():
        path, number = parent / f"{name}-{number}", number + 1
    return path

"""The writing itself, for a thread: files of a run's numbers, models and figures, with notes on what is missing."""

from __future__ import annotations

from pathlib import Path

from dae_core.datasets import Dataset
from dae_core.exporting.files import FORMATS, Exported, export_all, export_as
from dae_core.jobs import Monitor
from dae_core.sessions.run import Run
from dae_gui.exports.figures import FIGURES, NoFigureError
from dae_gui.exports.request import ExportRequest
from dae_gui.widgets.pictures.picture_export import write_picture

_OTHER_DATA = "The data set that is open is not the run's: the images are not among the files."


def write_file(kind: str, run: Run, dataset: Dataset | None, path: Path, monitor: Monitor) -> Exported:
    """Write one format into a file, and beside it the images that it reads. Raises UserError and Cancelled."""
    monitor.report(0.0, f"writing {path.name}")
    dataset, notes = _own_data(run, dataset)
    exported = export_as(kind, run, path, dataset)
    return Exported(exported.files, (*notes, *exported.notes) if FORMATS[kind].reads_images else ())


def write_export(request: ExportRequest, monitor: Monitor) -> Exported:
    """Write everything that is asked for; what is written when ``monitor`` cancels it stays.

    Raises
    ------
    UserError
        When something cannot be written.
    Cancelled
        When ``monitor`` says so.
    """
    run, folder = request.run, request.folder
    dataset, notes = _own_data(run, request.dataset)
    figures = [figure for figure in FIGURES if figure.name in request.figures]
    total = len(request.formats) + len(figures) * len(request.suffixes)
    monitor.stage(0.0, len(request.formats) / max(total, 1), "writing")
    exported = export_all(run, folder, dataset, request.formats, monitor.part())
    files, notes = list(exported.files), [*notes, *exported.notes]
    monitor.stage(len(request.formats) / max(total, 1), 1.0, "writing")
    for place, figure in enumerate(figures):
        monitor.report(place / len(figures), f"writing {figure.name}{request.suffixes[0]}")
        try:
            picture = figure.draw(run, dataset)
        except NoFigureError as error:
            notes.append(str(error))
            continue
        for suffix in request.suffixes:
            monitor.check()
            files.append(folder / f"{figure.name}{suffix}")
            write_picture(picture, files[-1])
    return Exported(tuple(files), tuple(dict.fromkeys(notes)))


def _own_data(run: Run, dataset: Dataset | None) -> tuple[Dataset | None, list[str]]:
    """Return the data set where it is the run's, and notes."""
    if dataset is None or run.data.matches(dataset):
        return dataset, []
    return None, [_OTHER_DATA]

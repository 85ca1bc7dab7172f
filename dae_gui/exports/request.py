"""What is to be written of a run, and how its files and folders are called."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dae_core.datasets import Dataset
from dae_core.exporting.files import FORMATS, paths_in
from dae_core.sessions.run import Run
from dae_core.texts import file_name
from dae_gui.exports.figures import FIGURES

PICTURE_SUFFIXES = (".png", ".svg")


@dataclass(frozen=True, eq=False)
class ExportRequest:
    """What is to be written of a run into which folder.

    Parameters
    ----------
    run
        All of it is only read.
    dataset
        The data set that is open, or None; it counts only where it is the run's.
    folder
        It is made where it is not there.
    formats
        Keys of `FORMATS`.
    figures
        Names of `FIGURES`.
    suffixes
        The kinds of file that each figure is written as.
    """

    run: Run
    dataset: Dataset | None
    folder: Path
    formats: Collection[str] = tuple(FORMATS)
    figures: Collection[str] = tuple(figure.name for figure in FIGURES)
    suffixes: tuple[str, ...] = PICTURE_SUFFIXES

    def replaced(self) -> list[Path]:
        """Return which files are there already and would be replaced."""
        has_images = self.dataset is not None and self.run.data.matches(self.dataset)
        paths = paths_in(self.folder, self.run, has_images, self.formats)
        paths += [self.folder / f"{name}{suffix}" for name in self.figures for suffix in self.suffixes]
        return [path for path in paths if os.path.exists(path)]


def file_stem(run: Run) -> str:
    """Return a run's name as part of a file name that every system takes: "Run 2, wide" becomes "run-2-wide"."""
    return file_name(re.sub(r"[\W_]+", "-", run.label.name.lower())[:60].strip("-"), "run")


def new_folder(parent: Path, run: Run) -> Path:
    """Return a folder for all exports of a run that is not there yet, with a number behind its name if need be."""
    name = f"{file_stem(run)}-at-{run.checkpoint.iteration}"
    path, number = parent / name, 2
    while os.path.exists(path):
        path, number = parent / f"{name}-{number}", number + 1
    return path

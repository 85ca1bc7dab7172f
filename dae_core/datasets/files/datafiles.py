"""A folder of files of data (IDX, .npz, .npy, .mat, tables): found, planned by their names, and read as one set."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from dae_core.datasets.errors import DataError, quoted
from dae_core.datasets.files.arrays import npz_shapes, read_only_array
from dae_core.datasets.files.file_roles import (
    BOTH,
    IMAGES,
    LABELS,
    FilePlan,
    Pair,
    described,
    labels_beside,
    plan_files,
    role_by_name,
)
from dae_core.datasets.idx import idx_dimensions, read_idx_part
from dae_core.datasets.meaning.orientation import known_orientation
from dae_core.datasets.meaning.raw import RawImages, Reader
from dae_core.datasets.parts import part_of_name
from dae_core.datasets.picture import ENDINGS
from dae_core.datasets.tables.columns import labels_alone
from dae_core.datasets.tables.table import read_table
from dae_core.datasets.walk import FoundFile, Skipped, walk_files
from dae_core.jobs import UNWATCHED, Monitor

_DEEPEST = 4  # folders within folders that are searched for files of data
_MOST_LOOKED_INTO = 1000  # files whose first bytes are read
_NO_IDX = ENDINGS | {".npz", ".npy", ".mat", ".csv", ".tsv", ".txt", ".json", ".xml", ".md", ".html", ".py", ".ipynb"}


@dataclass(frozen=True)
class DataFolder:
    """The files of data of one format that a folder holds, and which of them to read."""

    folder: Path
    kind: str
    plan: FilePlan

    @property
    def is_sure(self) -> bool:
        """Whether these are surely images: arrays, or tables whose names tell a part, not lists beside pictures."""
        return self.kind != "csv" or part_of_name(self.plan.train.images.name) is not None


@dataclass(frozen=True)
class _Format:
    """How files of a format are known: a test of the name or content, which tells the role, and what reads labels."""

    kind: str
    role_of: Callable[[FoundFile], str | None]
    labels: Callable[[Path], NDArray[Any]]


def find_data_files(folder: Path, kinds: Iterable[str], monitor: Monitor = UNWATCHED) -> DataFolder | None:
    """Return the files of data in a folder and those within it, of the first format that has images; None without any.

    IDX files go first, then .npz, .npy, .mat, and tables; ``kinds`` are those that can be read.

    Raises
    ------
    DataError
        Images are there, but it is not clear which of them make a set.
    Cancelled
        `monitor` said so.
    """
    skipped: list[Skipped] = []
    found = list(walk_files(folder, skipped, monitor, _DEEPEST))
    for form in _FORMATS:
        if form.kind not in kinds:
            continue
        monitor.check()
        files = [described(file, role) for file in _candidates(found, form) if (role := form.role_of(file))]
        if any(file.role != LABELS for file in files):
            plan = plan_files(folder, files)
            known = {file.file.path for file in files}
            others = [Skipped(Path(file.path), _why_not(form)) for file in found if file.path not in known]
            return DataFolder(folder, form.kind, replace(plan, skipped=(*plan.skipped, *others, *skipped)))
    return None


def read_data_files(found: DataFolder, readers: Mapping[str, Reader], monitor: Monitor = UNWATCHED) -> RawImages:
    """Read the files that were planned as one set. Raises DataError and Cancelled as the readers of the files do."""
    form = next(form for form in _FORMATS if form.kind == found.kind)
    reader = readers[found.kind]
    plan = found.plan
    train = _read_pair(plan.train, form, reader, monitor)
    test = None if plan.test is None else _read_pair(plan.test, form, reader, monitor)
    return _together(train, test, plan.notes)


def read_idx_alone(path: Path) -> RawImages:
    """Read one IDX file of images, and its labels if they lie beside it by name."""
    role = LABELS if idx_dimensions(path) in {1, 2} and role_by_name(path.name) == LABELS else IMAGES
    images = described(FoundFile(str(path), ()), role)
    labels = None
    if role == IMAGES and role_by_name(path.name) == IMAGES:
        try:
            beside = [file for file in walk_files(path.parent, [], UNWATCHED, 0) if role_by_name(file.name) == LABELS]
        except DataError:
            beside = []
        near = sorted((file for file in beside if idx_dimensions(file.path) in {1, 2}), key=lambda f: f.path)
        labels = labels_beside(images, [described(file, LABELS) for file in near])
    return RawImages(read_idx_part(path, labels), orientation=known_orientation(path))


def _read_pair(pair: Pair, form: _Format, reader: Reader, monitor: Monitor) -> RawImages:
    if form.kind == "idx":
        return RawImages(read_idx_part(pair.images, pair.labels), orientation=known_orientation(pair.images))
    raw = reader(pair.images, monitor)
    if pair.labels is None:
        return raw
    try:
        labels = form.labels(pair.labels)
    except DataError as error:
        return replace(raw, notes=(*raw.notes, f"The labels are left out: {error}"))
    return replace(raw, train=raw.train._replace(labels=labels), columns=(), with_labels_of=None)


def _together(train: RawImages, test: RawImages | None, notes: tuple[str, ...]) -> RawImages:
    """Make one set of the files of its parts; another column of labels is taken in both."""
    if test is None:
        return replace(train, notes=(*train.notes, *notes))
    said = tuple(dict.fromkeys((*train.notes, *test.notes, *notes)))
    choose: Callable[[str], RawImages] | None = None
    if train.with_labels_of is not None:

        def choose(label: str) -> RawImages:
            assert train.with_labels_of is not None  # noqa: S101 - it is looked at above
            return _together(train.with_labels_of(label), _with_labels(test, label), notes)

    return replace(train, test=test.train, notes=said, with_labels_of=choose)


def _with_labels(raw: RawImages, label: str) -> RawImages:
    """Choose a column of labels where there is one of that name: test tables often have none."""
    if raw.with_labels_of is None:
        return raw
    try:
        return raw.with_labels_of(label)
    except DataError:
        return raw


def _ending(file: FoundFile) -> str:
    return os.path.splitext(file.name.lower().removesuffix(".gz"))[1]


def _candidates(found: list[FoundFile], form: _Format) -> list[FoundFile]:
    """Return the files that may be of a format by their names; IDX files have any, and no more than some are tried."""
    if form.kind != "idx":
        return found
    return [file for file in found if _ending(file) not in _NO_IDX][:_MOST_LOOKED_INTO]


def _idx_role(file: FoundFile) -> str | None:
    told = role_by_name(file.name) if re.search(r"idx\d|ubyte", file.name.lower()) else None
    if told:
        return told  # that it is damaged, or holds something else, is said when it is read
    dimensions = idx_dimensions(file.path)
    if not dimensions:
        return None
    if dimensions == 2:
        return role_by_name(file.name) or LABELS
    return LABELS if dimensions == 1 else IMAGES


def _npz_role(file: FoundFile) -> str | None:
    if _ending(file) != ".npz":
        return None
    try:
        shapes = list(npz_shapes(Path(file.path)).values())
    except DataError:
        return role_by_name(file.name) or BOTH  # that it is damaged is said when it is read
    if len(shapes) == 1:
        return _role_of_shape(file, shapes[0])
    return LABELS if all(len(shape) < 2 for shape in shapes) else BOTH


def _npy_role(file: FoundFile) -> str | None:
    if _ending(file) != ".npy" or file.name.lower().endswith(".gz"):
        return None
    try:
        return _role_of_shape(file, read_only_array(Path(file.path)).shape)
    except DataError:
        return role_by_name(file.name) or IMAGES


def _role_of_shape(file: FoundFile, shape: tuple[int, ...]) -> str:
    if len(shape) < 2 or (1 in shape[1:2] and len(shape) == 2):
        return LABELS
    return IMAGES if len(shape) > 2 else role_by_name(file.name) or IMAGES


def _table_role(file: FoundFile) -> str | None:
    return role_by_name(file.name) or BOTH if _ending(file) in {".csv", ".tsv", ".amat"} else None


def _text_role(file: FoundFile) -> str | None:
    """Return the role of a table without a table's ending, which only the name of a part tells from other texts."""
    is_named = _ending(file) in {".txt", ".dat", ".data"} and part_of_name(file.name.split(".")[0]) is not None
    return role_by_name(file.name) or BOTH if is_named else None


def _mat_role(file: FoundFile) -> str | None:
    return BOTH if _ending(file) == ".mat" else None


def _labels_of_table(path: Path) -> NDArray[Any]:
    return labels_alone(read_table(path))


def _no_labels(path: Path) -> NDArray[Any]:
    raise DataError(f"{quoted(path)} holds no labels that can be read by themselves.")


def _why_not(form: _Format) -> str:
    return f"not one of the {'IDX' if form.kind == 'idx' else '.' + form.kind} files that make the set"


_FORMATS = (
    _Format("idx", _idx_role, _no_labels),
    _Format("npz", _npz_role, read_only_array),
    _Format("npy", _npy_role, read_only_array),
    _Format("mat", _mat_role, _no_labels),
    _Format("csv", _table_role, _labels_of_table),
    _Format("csv", _text_role, _labels_of_table),
)

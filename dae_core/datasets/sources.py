"""Opens a data set by its source: one with a name of its own (digits, catalogue, drawings …), a folder or a file."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from dae_core.datasets.bundled import NAME as BUNDLED_TITLE
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.datasets.code_set import CODE_PREFIX, code_title, load_codes
from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError, file_error, quoted
from dae_core.datasets.fetching.catalogue import CATALOGUE, CatalogueEntry, data_folder
from dae_core.datasets.files.archives import is_archive, unpack
from dae_core.datasets.files.arrays import read_npy, read_npz
from dae_core.datasets.files.datafiles import DataFolder, find_data_files, read_data_files, read_idx_alone
from dae_core.datasets.files.matlab import read_mat
from dae_core.datasets.formats import file_kind
from dae_core.datasets.made import MADE, base_of, make
from dae_core.datasets.meaning.image_options import ImageOptions
from dae_core.datasets.meaning.raw import Reader
from dae_core.datasets.own_set import OwnSet
from dae_core.datasets.picture import ENDINGS, KINDS_TEXT
from dae_core.datasets.pictures.pages import has_several_pages
from dae_core.datasets.pictures.picture_scan import count_pictures, scan_pictures
from dae_core.datasets.scan import (
    OpenResult,
    SourceScan,
    dataset_as_stored,
    open_images,
    scan_of_arrays,
    scan_of_folder,
)
from dae_core.datasets.tables.images import read_table_images
from dae_core.datasets.walk import Skipped, walk_files
from dae_core.jobs import UNWATCHED, Monitor

BUNDLED_SOURCE = "digits"
"""The source that stands for the bundled digits; a folder of that name is reached as ``./digits``."""

OWN_PREFIX = "own:"
"""The prefix of a set of own drawings."""


@dataclass(frozen=True)
class _Sized:
    """A kind of source whose images have their size: how it is opened, which texts name it, and its name for users."""

    open: Callable[[str, Monitor], Dataset]
    is_named_by: Callable[[str], bool]
    title: Callable[[str], str]


def _made(source: str, monitor: Monitor) -> Dataset:
    return make(source.partition(":")[0], open_dataset(base_of(source)), monitor=monitor)


_SIZED: dict[str, _Sized] = {
    "bundled": _Sized(
        lambda _, __: load_bundled_digits(), lambda text: text == BUNDLED_SOURCE, lambda _: BUNDLED_TITLE
    ),
    "catalogue": _Sized(
        lambda name, _: _open_entry(CATALOGUE[name]), lambda text: text in CATALOGUE, lambda name: CATALOGUE[name].title
    ),
    "own": _Sized(
        lambda name, _: OwnSet.load(name.removeprefix(OWN_PREFIX)).to_dataset(),
        lambda text: text.startswith(OWN_PREFIX),
        lambda name: name.removeprefix(OWN_PREFIX),
    ),
    "code": _Sized(
        lambda name, _: load_codes(name.removeprefix(CODE_PREFIX)),
        lambda text: text.startswith(CODE_PREFIX),
        lambda name: code_title(name.removeprefix(CODE_PREFIX)),
    ),
    # Only of sets that have a name: a path within such a source would be opened without the questions about paths.
    "made": _Sized(
        _made,
        lambda text: base_of(text) in (BUNDLED_SOURCE, *CATALOGUE),
        lambda name: f"{source_title(base_of(name))}, {MADE[name.partition(':')[0]].title}",
    ),
}

# The readers of arrays of images by the kind of source.
_READERS: dict[str, Reader] = {
    "npy": read_npy,
    "npz": read_npz,
    "csv": read_table_images,
    "mat": read_mat,
    "idx": lambda path, _monitor: read_idx_alone(path),
}

_FEW_PICTURES = 5  # show what is in files of data beside them

PREVIEWED_KINDS = frozenset(("pictures", "files", "archive", *_READERS))
"""The kinds of sources that `ImageOptions` apply to."""


def open_dataset(
    source: "str | Path | SourceScan",
    options: ImageOptions | None = None,
    monitor: Monitor = UNWATCHED,
) -> Dataset:
    """Open the data set that `source` names.

    Parameters
    ----------
    source : str, Path or SourceScan
        "digits" for the bundled digits; the name of a set of the catalogue ("mnist", "fashion-mnist", "kmnist")
        that is on this machine; "rotated:" or "background:" before one of these names, for the set that is made of it;
        "own:NAME" for own drawings; "code:NAME" for codes; what `scan_source` found; else the path of a folder
        of pictures or of files of data (IDX, .npz, .npy, .mat, tables), of one file of data, of a picture of several
        pages, or of an archive of any of these. Names of files and folders tell what is for training and what is
        held out (`folder_parts`, `file_roles`). Where no test images come with the data, a fixed sixth is held out.
    options : ImageOptions or None
        How own images come to one size and to grey. None: by `suggest_options`, but arrays keep their size. Sets
        that have their size (digits, catalogue, own drawings) do not look at it.
    monitor : Monitor
        Gets the progress; may raise Cancelled.

    Returns
    -------
    Dataset
        Named after the folder or the file.

    Raises
    ------
    DataError
        There is no such file or folder, or what it holds cannot be used; the message says which and why.
    Cancelled
        `monitor` said so.
    """
    return open_source(source, options, monitor).dataset


def open_source(
    source: "str | Path | SourceScan",
    options: ImageOptions | None = None,
    monitor: Monitor = UNWATCHED,
) -> OpenResult:
    """Open a data set as `open_dataset` does, and return with it what was skipped and how the source was understood."""
    monitor.check()
    if isinstance(source, SourceScan):
        return open_images(source, options, monitor)
    kind = source_kind(source)
    if kind in _SIZED:
        return OpenResult(_SIZED[kind].open(str(source), monitor), ())
    return open_images(scan_source(source, monitor), options, monitor)


def source_kind(source: str | Path) -> str:
    """Return what kind a source of `open_dataset` is, from its name and first bytes.

    It is "bundled", "catalogue", "own", "code", "made", or one of `PREVIEWED_KINDS`. Raises DataError when there is no
    such thing, or nothing in it that could be a data set.
    """
    if isinstance(source, str) and (name := _kind_of_name(source)):
        return name
    if not str(source):
        raise DataError("No data set is named: an empty text is neither a folder nor a file.")
    try:
        path = Path(source).expanduser()
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise file_error(source, error) from None
    except RuntimeError as error:
        raise DataError(f"{quoted(source)} cannot be read: {error}") from None
    if stat.S_ISDIR(mode):
        return _kind_of_folder(path)
    ending = path.suffix.lower()
    if is_archive(path):
        return "archive"
    if ending in ENDINGS:
        if has_several_pages(str(path)):
            return "pictures"
        raise DataError(f"{quoted(path)} is a single picture: open the folder that holds it and others.")
    return file_kind(path)


def source_title(source: str) -> str:
    """Return the name for the user of a source that has one of its own; empty for paths."""
    kind = _kind_of_name(source)
    return _SIZED[kind].title(source) if kind else ""


def is_named(source: str) -> bool:
    """Return whether a source is the name of something that the program has, and no path."""
    return bool(_kind_of_name(source))


def _kind_of_name(source: str) -> str:
    return next((kind for kind, sized in _SIZED.items() if sized.is_named_by(source)), "")


def scan_source(source: str | Path, monitor: Monitor = UNWATCHED) -> SourceScan:
    """Look at the user's own images, to preview and open them: of a folder of pictures the headers, other files whole.

    Raises
    ------
    DataError
        The source holds no usable image, or is none that `ImageOptions` apply to.
    Cancelled
        `monitor` said so.
    """
    kind = source_kind(source)
    if kind not in PREVIEWED_KINDS:
        raise DataError(f"{quoted(source)} has its size already: there is nothing to choose.")
    path = Path(source).expanduser()
    if kind == "archive":
        return _scan_archive(path, monitor)
    if kind == "pictures":
        return scan_of_folder(scan_pictures(path, monitor), _name_of(path))
    if kind == "files":
        found = _data_files(path, monitor)
        raw = read_data_files(found, _READERS, monitor)
        return replace(scan_of_arrays(path, kind, _name_of(path), raw, monitor), skipped=found.plan.skipped)
    return scan_of_arrays(path, kind, _name_of(path), _READERS[kind](path, monitor), monitor)


def _scan_archive(path: Path, monitor: Monitor) -> SourceScan:
    """Unpack an archive and look at what it holds as at a folder; what is said names the archive."""
    monitor.stage(0.0, 0.5, "Unpacking")
    unpacked = unpack(path, monitor.part())
    monitor.stage(0.5, 1.0, "Looking at what was unpacked")
    try:
        with unpacked.speaking_of_the_archive():
            scan = scan_source(unpacked.folder, monitor.part())
    except DataError as error:
        unpacked.close()
        within = [entry for entry in unpacked.skipped if is_archive(entry.path)]
        if not within:
            raise
        raise DataError(f"{error} It holds {quoted(within[0].path.name)}, {within[0].reason}.") from None
    except BaseException:
        unpacked.close()
        raise
    skipped = (*unpacked.skipped, *(Skipped(unpacked.outside(entry.path), entry.reason) for entry in scan.skipped))
    notes = tuple(map(unpacked.spoken, scan.notes))
    return replace(
        scan, path=path, kind="archive", name=_name_of(path), skipped=skipped, notes=notes, unpacked=unpacked
    )


def _kind_of_folder(folder: Path) -> str:
    """Return the kind of a folder: of IDX files, which go first, of pictures, or of other files of data."""
    if find_data_files(folder, ("idx",)) is not None:
        return "files"
    pictures = count_pictures(folder, _FEW_PICTURES + 1)
    files = None if pictures > _FEW_PICTURES else find_data_files(folder, _READERS)
    if files is not None and (files.is_sure or not pictures):
        return "files"
    if pictures:
        return "pictures"
    archives = [file.name for file in walk_files(folder, [], UNWATCHED, 1) if is_archive(Path(file.path))]
    hint = f" It holds archives: open one of them, such as {quoted(archives[0])}." if archives else ""
    kinds = ", ".join(f".{kind}" for kind in _READERS if kind != "idx")
    raise DataError(
        f"{quoted(folder)} holds no IDX files of images (such as train-images-idx3-ubyte.gz), no other files of data "
        f"({kinds}) and no pictures ({KINDS_TEXT}): 0 images.{hint}"
    )


def _open_entry(entry: CatalogueEntry) -> Dataset:
    """Open a set of the catalogue, or say which command gets it."""
    missing = entry.missing_files()
    if missing:
        what = "is not" if len(missing) == len(entry.files) else f"is not whole ({missing[0].name} is missing)"
        where = f" on this machine (in {quoted(data_folder())})"
        raise DataError(f"{entry.title} {what}{where}: get it with  dae-studio data get {entry.name}")
    raw = read_data_files(_data_files(entry.folder(), UNWATCHED), _READERS)
    return replace(dataset_as_stored(entry.title, entry.folder(), raw), noun=entry.noun)


def _data_files(folder: Path, monitor: Monitor) -> DataFolder:
    found = find_data_files(folder, _READERS, monitor)
    if found is None:
        raise DataError(f"{quoted(folder)} holds no files of images any more.")
    return found


def _name_of(path: Path) -> str:
    absolute = os.path.abspath(path)
    return os.path.basename(absolute) or absolute

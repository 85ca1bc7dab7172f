"""Opens a data set by its source: the bundled digits, a set of the catalogue, own drawings, a folder or a file."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dae_core.datasets.arrays import read_npy, read_npz
from dae_core.datasets.bundled import load_bundled_digits
from dae_core.datasets.catalogue import CATALOGUE, CatalogueEntry, data_folder
from dae_core.datasets.csv_images import read_csv
from dae_core.datasets.dataset import Dataset
from dae_core.datasets.errors import DataError, file_error, quoted
from dae_core.datasets.idx import holds_idx_images, read_idx_part
from dae_core.datasets.image_options import ImageOptions
from dae_core.datasets.own_set import OwnSet
from dae_core.datasets.picture import ENDINGS
from dae_core.datasets.pictures import has_pictures, scan_pictures
from dae_core.datasets.raw import RawImages, Reader
from dae_core.datasets.scan import (
    OpenResult,
    SourceScan,
    dataset_as_stored,
    open_images,
    scan_of_arrays,
    scan_of_folder,
)
from dae_core.jobs import UNWATCHED, Monitor

BUNDLED_SOURCE = "digits"
"""The source that stands for the bundled digits; a folder of that name is reached as ``./digits``."""

OWN_PREFIX = "own:"
"""The prefix of a set of own drawings."""


@dataclass(frozen=True)
class _Sized:
    """A kind of source whose images have their size: how it is opened, and which texts name it, if any do."""

    open: Callable[[str | Path], Dataset]
    is_named_by: Callable[[str], bool] = lambda _: False


_SIZED: dict[str, _Sized] = {
    "bundled": _Sized(lambda _: load_bundled_digits(), lambda text: text == BUNDLED_SOURCE),
    "catalogue": _Sized(lambda name: _open_entry(CATALOGUE[str(name)]), lambda text: text in CATALOGUE),
    "own": _Sized(
        lambda name: OwnSet.load(str(name).removeprefix(OWN_PREFIX)).to_dataset(),
        lambda text: text.startswith(OWN_PREFIX),
    ),
}

# The readers of arrays of images by the kind of source.
_READERS: dict[str, Reader] = {
    "npy": read_npy,
    "npz": read_npz,
    "csv": read_csv,
    "idx": lambda path, _monitor: RawImages(
        read_idx_part(path, _labels_beside(path)), orientation=_known_orientation(path)
    ),
    "idx folder": lambda path, _monitor: _read_folder(path),
}

PREVIEWED_KINDS = frozenset(("pictures", *_READERS))
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
        that is on this machine; "own:NAME" for own drawings; what `scan_source` found; else the path of a folder
        with IDX files, of a folder of pictures, or of one file of images (IDX, .npy, .npz, .csv). In a folder of IDX
        files ``train-images-idx3-ubyte`` (or ``train-images.idx3-ubyte``, each also with ``.gz``) is needed, unless
        there is only one file of images; ``train-labels``, ``t10k-images`` and ``t10k-labels`` are taken when they
        are there. Where no test images come with the data, a fixed sixth is held out.
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
        return OpenResult(_SIZED[kind].open(source), ())
    return open_images(scan_source(source, monitor), options, monitor)


def source_kind(source: str | Path) -> str:
    """Return what kind a source of `open_dataset` is, from its name and first bytes.

    It is "bundled", "catalogue", "own", "idx folder", or one of `PREVIEWED_KINDS`. Raises DataError when there is no
    such thing, or nothing in it that could be a data set.
    """
    if isinstance(source, str):
        for kind, sized in _SIZED.items():
            if sized.is_named_by(source):
                return kind
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
    if ending in ENDINGS:
        raise DataError(f"{quoted(path)} is a single picture: open the folder that holds it and others.")
    return ending[1:] if ending[1:] in _READERS else "idx"


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
    if kind == "pictures":
        return scan_of_folder(scan_pictures(path, monitor), _name_of(path))
    return scan_of_arrays(path, kind, _name_of(path), _READERS[kind](path, monitor), monitor)


def _kind_of_folder(folder: Path) -> str:
    """Return the kind of a folder: of IDX files, which go first, or of pictures."""
    files = _files_of(folder)
    if _find(files, "train-images", 3) or _find(files, "t10k-images", 3):
        return "idx folder"
    named = [path for name, path in files.items() if os.path.splitext(name)[1] not in ENDINGS]
    if any(holds_idx_images(path) for path in named):
        return "idx folder"
    if has_pictures(folder):
        return "pictures"
    raise DataError(
        f"{quoted(folder)} holds no IDX files of images (such as train-images-idx3-ubyte.gz), "
        "and no pictures (PNG, JPEG, BMP, TIFF, WebP): 0 images."
    )


def _open_entry(entry: CatalogueEntry) -> Dataset:
    """Open a set of the catalogue, or say which command gets it."""
    missing = entry.missing_files()
    if missing:
        what = "is not" if len(missing) == len(entry.files) else f"is not whole ({missing[0].name} is missing)"
        where = f" on this machine (in {quoted(data_folder())})"
        raise DataError(f"{entry.title} {what}{where}: get it with  python -m dae_core data get {entry.name}")
    return dataset_as_stored(entry.title, entry.folder(), _read_folder(entry.folder()))


def _read_folder(folder: Path) -> RawImages:
    """Read a folder by the four names of MNIST, or the only file of images in it."""
    files = _files_of(folder)
    train = _find(files, "train-images", 3)
    test = _find(files, "t10k-images", 3)
    if train is None:
        if test is not None:
            raise DataError(
                f"{quoted(folder)} holds test images ({test.name}) but no training images (train-images-idx3-ubyte)."
            )
        train = _only_images_file(folder, files)
        return RawImages(read_idx_part(train, _labels_beside(train)), orientation=_known_orientation(train))
    found = read_idx_part(train, _find(files, "train-labels", 1))
    if test is None:
        return RawImages(found)
    return RawImages(found, read_idx_part(test, _find(files, "t10k-labels", 1)))


def _known_orientation(path: Path) -> str:
    """Return how images of a published set are brought upright that is known to lie transposed, else an empty text."""
    return "transpose" if "emnist" in path.name.lower() else ""


def _files_of(folder: Path) -> dict[str, Path]:
    """Map the small-letter name of every file of `folder` to its path, in the names' order."""
    try:
        return {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_file()}
    except OSError as error:
        raise file_error(folder, error) from None


def _names(stem: str, n_dims: int) -> Iterator[str]:
    """Yield the names that a file of MNIST goes by, in the order in which they are looked for."""
    for ending in ("", ".gz"):
        for separator in ("-", "."):
            yield f"{stem}{separator}idx{n_dims}-ubyte{ending}"


def _find(files: dict[str, Path], stem: str, n_dims: int) -> Path | None:
    return next((files[name] for name in _names(stem, n_dims) if name in files), None)


def _only_images_file(folder: Path, files: dict[str, Path]) -> Path:
    """Return the only file of `folder` whose content starts as IDX images do."""
    found = [path for path in files.values() if holds_idx_images(path)]
    if not found:
        raise DataError(f"{quoted(folder)} holds no IDX files of images (such as train-images-idx3-ubyte.gz).")
    if len(found) > 1:
        raise DataError(
            f"{quoted(folder)} holds {len(found)} files of images and none is named train-images-idx3-ubyte: "
            "open one of them by its own name."
        )
    return found[0]


def _labels_beside(images: Path) -> Path | None:
    """Return the file beside `images` that is named as its labels would be, if there is one."""
    name = images.name.lower().removesuffix(".gz")
    labels = name.replace("images", "labels").replace("idx3", "idx1")
    if labels == name:
        return None
    try:
        files = _files_of(images.parent)
    except DataError:
        return None
    return files.get(labels) or files.get(labels + ".gz")


def _name_of(path: Path) -> str:
    absolute = os.path.abspath(path)
    return os.path.basename(absolute) or absolute

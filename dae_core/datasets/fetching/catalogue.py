"""The data sets that can be fetched: what they are, where from, and where on this machine they are kept."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from dae_core.datasets.errors import DataError, file_error
from dae_core.files import user_folder

DATA_FOLDER_VARIABLE = "DAE_STUDIO_DATA"
"""Environment variable that names another folder for data sets than the user's own."""

_NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def data_folder() -> Path:
    """Return the folder that keeps data sets: the per-user data folder, or that of `DATA_FOLDER_VARIABLE`."""
    named = os.environ.get(DATA_FOLDER_VARIABLE)
    return Path(named).absolute() if named else user_folder("data") / "datasets"


@dataclass(frozen=True)
class CatalogueFile:
    """One file of a data set: its name on the servers and here, its published MD5 checksum, and its size in bytes.

    The progress of a download starts from this size; servers that say otherwise are believed.
    """

    name: str
    md5: str
    bytes: int


@dataclass(frozen=True)
class CatalogueEntry:
    """A data set that can be fetched.

    Parameters
    ----------
    name : str
        What commands call it, for instance "mnist"; also the name of its folder.
    title, description, licence, source : str
        To be read by the user: the last says who made it.
    homepage : str
        Its own page.
    shape : tuple of int
        Height and width in pixels.
    n_train, n_test : int
        Numbers of training and of test images.
    mean : float
        Of all pixels of the training images, in grey levels from 0 to 255, as it is published: by it, and by shape and
        numbers, a copy is known from wherever it was opened, also one with a few pixels that differ.
    files : tuple of CatalogueFile
        What is fetched.
    mirrors : tuple of str
        Addresses of folders that hold the files, in the order in which they are tried.
    openml : str or None
        Its name on OpenML, the last resort.
    openml_sha256 : tuple of str
        Checksums of the images and labels that OpenML sends in another form, in the order of ``files``: see
        `dae_core.datasets.fetching.openml.sha256_of`. They were made from a copy of the training images that had lost
        grey level 1, which 0.05 % of the pixels have, so they say nothing of whether a pixel is 0 or 1.
    noun : str
        What its images are counted as, in the plural.
    """

    name: str
    title: str
    description: str
    licence: str
    source: str
    homepage: str
    shape: tuple[int, int]
    n_train: int
    n_test: int
    mean: float
    files: tuple[CatalogueFile, ...]
    mirrors: tuple[str, ...]
    openml: str | None = None
    openml_sha256: tuple[str, ...] = ()
    noun: str = "images"

    @property
    def bytes(self) -> int:
        """Bytes to fetch for the whole of it."""
        return sum(file.bytes for file in self.files)

    def folder(self) -> Path:
        """Return where it is kept, whether it is there or not."""
        return data_folder() / self.name

    def missing_files(self) -> tuple[CatalogueFile, ...]:
        """Return the files that are not on this machine; files appear only when they are whole."""
        folder = self.folder()
        return tuple(file for file in self.files if not _is_file(folder / file.name))

    def is_present(self) -> bool:
        """Return whether all of it is on this machine."""
        return not self.missing_files()

    def bytes_on_disk(self) -> int:
        """Return the bytes that its files take on this machine, 0 when none is there."""
        total = 0
        for file in self.files:
            with contextlib.suppress(OSError):
                total += (self.folder() / file.name).stat().st_size
        return total

    def remove(self) -> None:
        """Delete its files from this machine; other files in its folder stay. Raises DataError when one cannot be."""
        folder = self.folder()
        for file in self.files:
            path = folder / file.name
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise file_error(path, error, "deleted") from None
        with contextlib.suppress(OSError):  # the folder goes only when nothing else is in it
            folder.rmdir()


def find_entry(name: str) -> CatalogueEntry:
    """Return the entry of a name. Raises DataError when there is none."""
    entry = CATALOGUE.get(name.lower())
    if entry is None:
        raise DataError(f'There is no data set "{name}"; there are {", ".join(CATALOGUE)}.')
    return entry


def _is_file(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:
        return False


def _files(*md5s_and_sizes: tuple[str, int]) -> tuple[CatalogueFile, ...]:
    return tuple(CatalogueFile(name, *file) for name, file in zip(_NAMES, md5s_and_sizes, strict=True))


CATALOGUE: dict[str, CatalogueEntry] = {
    entry.name: entry
    for entry in (
        CatalogueEntry(
            name="mnist",
            title="MNIST",
            description="Handwritten digits 0 to 9, the data of the exercise.",
            licence="CC BY-SA 3.0",
            source="Yann LeCun, Corinna Cortes and Christopher Burges, from NIST's special databases 1 and 3",
            homepage="http://yann.lecun.com/exdb/mnist/",
            shape=(28, 28),
            n_train=60_000,
            n_test=10_000,
            mean=33.32,
            files=_files(
                ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
                ("d53e105ee54ea40749a09fcbcd1e9432", 28_881),
                ("9fb629c4189551a2d022fa330f9573f3", 1_648_877),
                ("ec29112dd5afa0611ce80d1b7f02629c", 4_542),
            ),
            mirrors=(
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
            ),
            openml="mnist_784",
            noun="digits",
            openml_sha256=(
                "ee6f6a0d560ca423f3417bafc705556dc8d970118cbd6a170c59ff6d19f031e5",
                "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
                "6c7b8cc5d6caaae4d138dca80bf4c8a25eed0106c59ae46e2cee63a879515794",
                "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
            ),
        ),
        CatalogueEntry(
            name="fashion-mnist",
            title="Fashion-MNIST",
            description="Pictures of ten kinds of clothes and shoes, in MNIST's format.",
            licence="MIT",
            source="Zalando Research",
            homepage="https://github.com/zalandoresearch/fashion-mnist",
            shape=(28, 28),
            n_train=60_000,
            n_test=10_000,
            mean=72.94,
            files=_files(
                ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
                ("25c81989df183df01b3e8a0aad5dffbe", 29_515),
                ("bef4ecab320f06d8554ea6380940ec79", 4_422_102),
                ("bb300cfdad3c16e7a12a480ee83cd310", 5_148),
            ),
            mirrors=("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
        ),
        CatalogueEntry(
            name="kmnist",
            title="Kuzushiji-MNIST",
            description="Ten characters of classical Japanese in cursive handwriting, in MNIST's format.",
            licence="CC BY-SA 4.0",
            source="Center for Open Data in the Humanities, from Kuzushiji of the NIJL and others",
            homepage="https://codh.rois.ac.jp/kmnist/",
            shape=(28, 28),
            n_train=60_000,
            n_test=10_000,
            mean=48.9,
            files=_files(
                ("bdb82020997e1d708af4cf47b453dcf7", 18_165_135),
                ("e144d726b3acfaa3e44228e80efcd344", 29_497),
                ("5c965bf0a639b31b8f53240b1b52f4d7", 3_041_136),
                ("7320c461ea6c1c855c0b718fb2a4b134", 5_120),
            ),
            mirrors=("https://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
        ),
    )
}
"""The data sets by name."""
